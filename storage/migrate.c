/* Runs the migrations that the table schema_step does not list yet. Each is one transaction
 * together with its row, so a migration has run wholly or not at all. A name NNNN_x.sqlite.sql or
 * NNNN_x.pg.sql is for that engine only; the tokens of column types (db_int.h) are replaced by the
 * engine's words. */
#include "storage/migrate.h"

#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/log.h"
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

static enum err steps_table(struct db *db)
{
    struct buf sql;
    buf_init(&sql, SQL_CAP);
    translate(db->engine,
              "CREATE TABLE IF NOT EXISTS schema_step"
              "(name {text} NOT NULL PRIMARY KEY, at {int} NOT NULL) {strict}",
              &sql);
    enum err e = db->engine->script(db, sql.p);
    buf_fini(&sql);
    return e;
}

static enum err step_done(struct db *db, const char *name, bool *done)
{
    int64_t n = 0;
    enum err e =
        db_int(db, &n, "SELECT count(*) FROM schema_step WHERE name = ?1", T(str_of(name)));
    *done = n > 0;
    return e;
}

static enum err step_run(struct db *db, const struct migration *m)
{
    struct txn tx = { 0 };
    struct buf sql;
    buf_init(&sql, SQL_CAP);
    translate(db->engine, m->sql, &sql);
    enum err e = sql.err;
    if (e || (e = txn_begin(&tx, db)))
        goto done;
    if ((e = db->engine->script(db, sql.p)))
        goto done;
    e = db_run(db, "INSERT INTO schema_step(name, at) VALUES(?1, ?2)", T(str_of(m->name)),
               I(clock_now()));
done:
    buf_fini(&sql);
    return txn_end(&tx, e);
}

/* Walks the migrations for this engine that have not run; runs them unless run is false. */
static enum err walk(struct store *s, bool run, int *count)
{
    struct db *db = NULL;
    enum err e = db_open(s, &db);
    int n = 0;
    int64_t known = 0, rows = 0;
    if (e || (e = steps_table(db)))
        goto done;
    for (const struct migration *m = migrations; m->name && !e; m++) {
        bool was = false;
        if (!is_for(db->engine, m->name) || (e = step_done(db, m->name, &was)))
            continue;
        known += was;
        if (was)
            continue;
        n++;
        if (run && !(e = step_run(db, m)))
            log_info("schema.step name=%s", m->name);
        known += run;
    }
    if (!e && !(e = db_int(db, &rows, "SELECT count(*) FROM schema_step")) && rows > known)
        n = -1;
done:
    db_close(db);
    *count = n;
    return e;
}

enum err store_migrate(struct store *s, int *told)
{
    int n = 0;
    enum err e = walk(s, true, &n);
    if (told)
        *told = n;
    return e;
}

enum err store_pending(struct store *s, int *waiting)
{
    return walk(s, false, waiting);
}

bool store_in_use(struct store *s)
{
    struct db *db = NULL;
    int64_t n = 0;
    enum err e = db_open(s, &db);
    if (!e && !(e = steps_table(db)))
        e = db_int(db, &n, "SELECT count(*) FROM schema_step");
    db_close(db);
    return !e && n > 0;
}
