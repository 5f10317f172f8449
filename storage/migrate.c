/* Runs the migrations that the table schema_step does not list yet. A name NNNN_x.sqlite.sql or
 * NNNN_x.pg.sql is for that engine only; the tokens of column types (db_int.h) are replaced by the
 * engine's words.
 *
 * G1: all that wait run in one transaction, together with their rows in schema_step: an upgrade has
 * happened wholly or not at all. So a migration holds nothing that cannot be undone or that does
 * nothing inside a transaction (COMMIT, PRAGMA, VACUUM, CONCURRENTLY …; make lint looks for them).
 * G2: SQLite changes a table by making it anew, for which references must not be enforced
 * meanwhile, and that is to be said before the transaction begins. They are checked at its end. */
#include "storage/migrate.h"

#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/fault.h"
#include "server/base/log.h"
#include "storage/catalog.h"
#include "storage/db_int.h"

#include <string.h>

enum { SQL_CAP = 1 << 20 };

static bool is_for(const struct engine *en, const char *name)
{
    bool lite = strstr(name, ".sqlite.") != NULL, pg = strstr(name, ".pg.") != NULL;
    return (!lite && !pg) || (lite && en == &engine_sqlite) || (pg && en == &engine_pg);
}

static void translate(const struct engine *en, const char *sql, struct buf *out)
{
    while (*sql) {
        const char *brace = strchr(sql, '{');
        size_t plain = brace ? (size_t)(brace - sql) : strlen(sql), taken = 1;
        buf_put(out, sql, plain);
        sql += plain;
        if (!brace)
            break;
        size_t i = 0;
        while (i < 6 && strncmp(sql, column_tokens[i], strlen(column_tokens[i])) != 0)
            i++;
        if (i < 6) {
            buf_addz(out, en->column_types[i]);
            taken = strlen(column_tokens[i]);
        } else {
            buf_char(out, '{');
        }
        sql += taken;
    }
}

static enum err script(struct db *db, const char *text)
{
    struct buf sql;
    buf_init(&sql, SQL_CAP);
    translate(db->engine, text, &sql);
    enum err e = sql.err ? sql.err : fault_at(FAULT_DB);
    if (!e)
        e = db->engine->script(db, sql.p);
    buf_fini(&sql);
    return e;
}

/* ---- which have run */

struct steps {
    struct arena *a;
    struct str *ran;
    size_t n;
};

static bool has_run(const struct steps *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eqz(s->ran[i], name))
            return true;
    return false;
}

/* How many of this program's migrations the database has, and how many it lacks. */
static void compare(const struct engine *en, const struct steps *s, size_t *has, size_t *lacks)
{
    *has = *lacks = 0;
    for (const struct migration *m = migrations; m->name; m++)
        if (is_for(en, m->name))
            ++*(has_run(s, m->name) ? has : lacks);
}

enum err db_schema(struct db *db, enum schema *is)
{
    struct steps s = { .a = arena_new() };
    size_t has = 0, lacks = 0;
    enum err e = catalog_steps(db, s.a, &s.ran, &s.n);
    compare(db->engine, &s, &has, &lacks);
    arena_free(s.a);
    *is = s.n > has ? SCHEMA_NEWER : lacks == 0 ? SCHEMA_OURS : s.n ? SCHEMA_OLDER : SCHEMA_NONE;
    return e;
}

enum err store_schema(struct store *s, enum schema *is)
{
    struct db *db = NULL;
    enum err e = db_open(s, &db);
    *is = SCHEMA_NONE;
    if (!e)
        e = db_schema(db, is);
    db_close(db);
    return e;
}

/* ---- running those that wait */

static enum err step_run(struct db *db, const struct migration *m, struct migrated *told)
{
    enum err e = script(db, m->sql);
    if (!e)
        e = db_run(db, "INSERT INTO schema_step(name, at) VALUES(?1, ?2)", T(str_of(m->name)),
                   I(clock_now()));
    if (e)
        told->failed = m->name;
    else
        told->n++;
    return e;
}

/* G2 */
static enum err references_hold(struct db *db)
{
    int64_t broken = 0;
    enum err e =
        db_is_pg(db) ? E_OK : db_int(db, &broken, "SELECT count(*) FROM pragma_foreign_key_check");
    if (!e && broken) {
        log_error("schema.references broken=%lld", (long long)broken);
        e = E_CONFLICT;
    }
    return e;
}

static enum err run_waiting(struct db *db, void *arg)
{
    struct migrated *told = arg;
    struct steps s = { .a = arena_new() };
    *told = (struct migrated){ 0 };
    enum err e = script(db, "CREATE TABLE IF NOT EXISTS schema_step"
                            "(name {text} NOT NULL PRIMARY KEY, at {int} NOT NULL) {strict}");
    if (!e)
        e = catalog_steps(db, s.a, &s.ran, &s.n);
    for (const struct migration *m = migrations; m->name && !e; m++)
        if (is_for(db->engine, m->name) && !has_run(&s, m->name))
            e = step_run(db, m, told);
    arena_free(s.a);
    return e ? e : references_hold(db);
}

enum err store_migrate(struct store *s, struct migrated *told)
{
    struct migrated here;
    struct db *db = NULL;
    told = told ? told : &here;
    *told = (struct migrated){ 0 };
    enum err e = db_open(s, &db);
    if (!e && !db_is_pg(db))
        e = db->engine->script(db, "PRAGMA foreign_keys=OFF"); /* G2; this handle ends here */
    if (!e)
        e = txn_run(db, run_waiting, told);
    if (e)
        log_error("schema.failed step=%s", told->failed ? told->failed : "-");
    db_close(db);
    return e;
}
