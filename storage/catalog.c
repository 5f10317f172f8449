/* Reads the engine's own catalogue: pragma tables of SQLite, information_schema and pg_catalog of
 * PostgreSQL. */
#include "storage/catalog.h"

#include "server/base/log.h"

enum { TABLES_MAX = 400 };

static void names(struct db *db, struct rows *r)
{
    if (db_is_pg(db))
        db_rows(db, r,
                "SELECT CAST(c.relname AS text) FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'"
                " ORDER BY CAST(c.relname AS text) COLLATE \"C\"");
    else
        db_rows(db, r,
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                " AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name");
}

static void columns(struct db *db, struct rows *r, struct str table)
{
    if (db_is_pg(db))
        db_rows(db, r,
                "SELECT CAST(a.attname AS text), CAST(format_type(a.atttypid, NULL) AS text),"
                " CAST(coalesce(array_position(CAST(i.indkey AS smallint[]), a.attnum) + 1, 0)"
                " AS bigint) FROM pg_attribute a"
                " JOIN pg_class c ON c.oid = a.attrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
                " WHERE n.nspname = current_schema() AND c.relname = ?1 AND a.attnum > 0"
                " AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum",
                T(table));
    else
        db_rows(db, r, "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid", T(table));
}

static struct column column_of(struct rows *r, struct arena *a)
{
    struct str type = rows_text(r, 1, a);
    struct column c = { .name = rows_text(r, 0, a), .key = rows_int(r, 2), .type = VAL_TEXT };
    if (str_eqz(type, "bigint") || str_eqz(type, "integer") || str_eqz(type, "INTEGER"))
        c.type = VAL_INT;
    else if (str_eqz(type, "bytea") || str_eqz(type, "BLOB"))
        c.type = VAL_BLOB;
    else if (!str_eqz(type, "text") && !str_eqz(type, "TEXT"))
        c.cast = type;
    return c;
}

static enum err read_columns(struct db *db, struct arena *a, struct table *t)
{
    struct rows r;
    t->columns = arena_array(a, COLUMNS_MAX, sizeof *t->columns);
    columns(db, &r, t->name);
    while (t->columns_n < COLUMNS_MAX && rows_next(&r)) {
        t->columns[t->columns_n] = column_of(&r, a);
        t->keys_n += t->columns[t->columns_n++].key > 0;
    }
    enum err e = rows_end(&r);
    if (!e && (t->keys_n == 0 || t->columns_n == COLUMNS_MAX)) {
        log_error("catalog.table name=%.*s keys=%zu columns=%zu", STR_ARG(t->name), t->keys_n,
                  t->columns_n);
        e = E_CORRUPT;
    }
    return e;
}

enum err catalog_tables(struct db *db, struct arena *a, struct table **out, size_t *n)
{
    struct table *list = arena_array(a, TABLES_MAX, sizeof *list);
    struct rows r;
    *n = 0;
    names(db, &r);
    while (*n < TABLES_MAX && rows_next(&r)) {
        struct str name = rows_text(&r, 0, a);
        if (!str_eqz(name, "schema_step"))
            list[(*n)++].name = name;
    }
    enum err e = rows_end(&r);
    for (size_t i = 0; i < *n && !e; i++)
        e = read_columns(db, a, &list[i]);
    *out = list;
    return e;
}

const struct table *catalog_find(const struct table *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].name, name))
            return &list[i];
    return NULL;
}

static enum err steps_kept(struct db *db, int64_t *kept)
{
    if (db_is_pg(db))
        return db_int(db, kept,
                      "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                      " ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
                      " AND c.relname = 'schema_step'");
    return db_int(db, kept, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_step'");
}

enum err catalog_steps(struct db *db, struct arena *a, struct str **out, size_t *n)
{
    struct rows r;
    int64_t kept = 0;
    *out = arena_array(a, TABLES_MAX, sizeof **out);
    *n = 0;
    enum err e = steps_kept(db, &kept);
    if (e || !kept)
        return e;
    db_rows(db, &r, "SELECT name FROM schema_step ORDER BY name");
    while (*n < TABLES_MAX && rows_next(&r))
        (*out)[(*n)++] = rows_text(&r, 0, a);
    return rows_end(&r);
}
