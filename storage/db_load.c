/* Writing all rows anew. On SQLite foreign keys are deferred to the commit and triggers taken out
 * of the schema and put back; on PostgreSQL foreign keys are dropped and added again, user triggers
 * disabled and enabled. All of it is one transaction: a load that fails leaves what was there. */
#include "storage/db_dump.h"

#include "server/base/buf.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "storage/db_int.h"

#include <string.h>

enum { SQL_CAP = 64 * 1024, AFTER_MAX = 1000 };

struct load {
    struct db *db;
    struct arena *a;
    struct table *tables;
    size_t tables_n, after_n;
    const char *after[AFTER_MAX]; /* what puts the schema back, in order */
    const struct table *to;
    const char *insert;
    size_t columns_n;
    bool foreign;
};

static enum err script(struct load *l, const char *sql)
{
    return l->db->engine->script(l->db, sql);
}

static enum err later(struct load *l, const char *sql)
{
    if (l->after_n == AFTER_MAX)
        return E_TOO_LARGE;
    l->after[l->after_n++] = sql;
    return E_OK;
}

/* Rows of two texts: what to run now, and what to run at the end. */
static enum err now_and_later(struct load *l, const char *sql)
{
    const char *now[AFTER_MAX];
    struct rows r;
    size_t n = 0;
    enum err e = E_OK;
    db_rows(l->db, &r, sql);
    while (!e && n < AFTER_MAX && rows_next(&r)) {
        now[n++] = arena_z(l->a, rows_str(&r, 0));
        e = later(l, arena_z(l->a, rows_str(&r, 1)));
    }
    enum err end = rows_end(&r);
    e = e ? e : end;
    for (size_t i = 0; i < n && !e; i++)
        e = script(l, now[i]);
    return e;
}

static enum err aside_sqlite(struct load *l)
{
    enum err e = script(l, "PRAGMA defer_foreign_keys = ON");
    return e ? e
             : now_and_later(l, "SELECT 'DROP TRIGGER \"' || name || '\"', sql FROM sqlite_master"
                                " WHERE type = 'trigger' ORDER BY name");
}

static enum err aside_pg(struct load *l)
{
    enum err e = now_and_later(
        l,
        "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, k.conname),"
        " format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname,"
        " pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY k.oid");
    return e ? e
             : now_and_later(
                   l, "SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', c.relname),"
                      " format('ALTER TABLE %I ENABLE TRIGGER USER', c.relname) FROM pg_class c"
                      " JOIN pg_namespace n ON n.oid = c.relnamespace"
                      " WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname");
}

static enum err empty_all(struct load *l)
{
    enum err e = E_OK;
    for (size_t i = 0; i < l->tables_n && !e; i++)
        e = script(l, arena_fmt(l->a, "DELETE FROM \"%.*s\"", STR_ARG(l->tables[i].name)).p);
    return e;
}

enum err load_begin(struct db *db, struct arena *a, bool foreign, struct load **out)
{
    struct load *l = ARENA_NEW(a, struct load);
    l->db = db;
    l->a = a;
    l->foreign = foreign;
    enum err e = catalog_tables(db, a, &l->tables, &l->tables_n);
    if (!e)
        e = db_is_pg(db) ? aside_pg(l) : aside_sqlite(l);
    if (!e)
        e = empty_all(l);
    *out = l;
    return e;
}

static const struct column *column_in(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (str_eq(t->columns[i].name, name))
            return &t->columns[i];
    return NULL;
}

enum err load_table(struct load *l, const struct table *source, bool *known)
{
    struct buf b, values;
    enum err e = E_OK;
    l->to = catalog_find(l->tables, l->tables_n, source->name);
    *known = l->to && !(l->foreign && table_is_derived(source->name));
    if (!*known)
        return E_OK;
    buf_init(&b, SQL_CAP);
    buf_init(&values, SQL_CAP);
    buf_fmt(&b, "INSERT INTO \"%.*s\"(", STR_ARG(source->name));
    for (size_t i = 0; i < source->columns_n && !e; i++) {
        const struct column *c = column_in(l->to, source->columns[i].name);
        if (!c || c->type != source->columns[i].type) {
            log_error("load.column table=%.*s column=%.*s", STR_ARG(source->name),
                      STR_ARG(source->columns[i].name));
            e = E_CONFLICT;
            break;
        }
        buf_fmt(&b, "%s\"%.*s\"", i ? ", " : "", STR_ARG(c->name));
        buf_addz(&values, i ? ", " : "");
        if (c->cast.n)
            buf_fmt(&values, "CAST(?%zu AS %.*s)", i + 1, STR_ARG(c->cast));
        else
            buf_fmt(&values, "?%zu", i + 1);
    }
    buf_fmt(&b, ") VALUES(%.*s)", STR_ARG(buf_str(&values)));
    l->insert = arena_z(l->a, buf_str(&b));
    l->columns_n = source->columns_n;
    buf_fini(&values);
    buf_fini(&b);
    return e;
}

enum err load_row(struct load *l, const struct val *v)
{
    return db_run_vals(l->db, l->insert, v, l->columns_n);
}

/* PostgreSQL counts ids by itself; SQLite takes one more than the largest. */
static enum err ids_on(struct load *l)
{
    return now_and_later(
        l, "SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L),"
           " (SELECT coalesce(max(%I), 0) + 1 FROM %I), false)',"
           " quote_ident(c.relname), a.attname, a.attname, c.relname), 'SELECT 1'"
           " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
           " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
           " AND c.relkind = 'r' AND a.attidentity <> '' ORDER BY c.relname");
}

enum err load_end(struct load *l)
{
    enum err e = db_is_pg(l->db) ? ids_on(l) : E_OK;
    if (!e && l->foreign) /* its job is planned at the next start, whenever it ran before */
        e = db_run(l->db, "DELETE FROM job WHERE kind = 'search_fill'");
    for (size_t i = 0; i < l->after_n && !e; i++)
        e = script(l, l->after[i]);
    return e;
}
