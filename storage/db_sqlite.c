/* The SQLite engine: WAL, foreign keys. synchronous=NORMAL syncs the log only where the database
 * itself needs it; that a commit is on the disk before anybody hears of it is settle.c's work, for
 * many at once. Prepared statements are kept per handle, found by the address of their literal. L1:
 * a statement that is in use is never handed out twice; the second user gets one of its own, thrown
 * away afterwards. */
#include "storage/db_int.h"

#include "server/base/log.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "storage/db_sqlite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

enum { BUSY_MS = 10000 };

struct lite {
    sqlite3 *db;
    sqlite3_stmt *holding;  /* while it stands on its row, a read transaction is open */
    struct map *statements; /* address of the literal → struct statement */
    bool never;             /* syncs: the crash tests' negative control */
};

struct statement {
    sqlite3_stmt *st;
    bool in_use, once;
};

static enum err failed(struct lite *l, int rc, const char *sql)
{
    enum err e = E_DB;
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT: e = E_CONFLICT; break;
    case SQLITE_FULL: e = E_DISK_FULL; break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: e = E_BUSY; break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: e = E_CORRUPT; break;
    default: break;
    }
    return db_failed(e, "sqlite", rc, l->db ? sqlite3_errmsg(l->db) : "", sql);
}

static enum err lite_script(struct db *db, const char *sql)
{
    struct lite *l = db->impl;
    int rc = sqlite3_exec(l->db, sql, NULL, NULL, NULL);
    return rc ? failed(l, rc, sql) : E_OK;
}

static void lite_close(struct db *db)
{
    struct lite *l = db->impl;
    if (!l)
        return;
    struct str key;
    void *value;
    for (size_t i = 0; map_each(l->statements, &i, &key, &value);) {
        sqlite3_finalize(((struct statement *)value)->st);
        mem_free(value);
    }
    map_free(l->statements);
    sqlite3_finalize(l->holding);
    sqlite3_close(l->db);
    mem_free(l);
    db->impl = NULL;
}

/* Only another process makes us wait, a command beside the service. Asked every millisecond:
 * SQLite's own pauses grow to 100 ms, and whoever asks more often always comes first. */
static int busy(void *arg, int tries)
{
    (void)arg;
    nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
    return tries < BUSY_MS;
}

static enum err lite_open(struct store *s, struct db *db)
{
    struct lite *l = NEW(struct lite);
    l->statements = map_new();
    db->impl = l;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(s->url, &l->db, flags, NULL);
    enum err e = rc ? failed(l, rc, "open") : E_OK;
    if (!e) {
        sqlite3_extended_result_codes(l->db, 1);
        sqlite3_busy_handler(l->db, busy, NULL);
        e = lite_script(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                            "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
                            "PRAGMA trusted_schema=OFF;" SQLITE_CACHE);
    }
    const char *sync = getenv("JIBEI_SQLITE_SYNC");
    l->never = sync && sync[0] == '0';
    if (!e && l->never)
        e = lite_script(db, "PRAGMA synchronous=OFF");
    if (!e)
        e = sqlite_functions(l->db);
    if (!e && (rc = sqlite3_prepare_v3(l->db, "SELECT rootpage FROM sqlite_schema", -1,
                                       SQLITE_PREPARE_PERSISTENT, &l->holding, NULL)))
        e = failed(l, rc, "hold");
    if (e)
        lite_close(db);
    return e;
}

/* ---- statements */

static enum err statement_new(struct lite *l, const char *sql, struct statement **out)
{
    struct statement *s = NEW(struct statement);
    int rc = sqlite3_prepare_v3(l->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->st, NULL);
    if (rc) {
        mem_free(s);
        return failed(l, rc, sql);
    }
    *out = s;
    return E_OK;
}

static enum err statement_get(struct lite *l, const char *sql, struct statement **out)
{
    struct str key = { (const char *)&sql, sizeof sql };
    struct statement *s = map_get(l->statements, key);
    if (s && !s->in_use) {
        *out = s;
        return E_OK;
    }
    enum err e = statement_new(l, sql, out);
    if (e)
        return e;
    if (s)
        (*out)->once = true;
    else
        map_put(l->statements, key, *out);
    return E_OK;
}

static void statement_release(struct statement *s)
{
    sqlite3_reset(s->st);
    s->in_use = false;
    if (!s->once) {
        sqlite3_clear_bindings(s->st);
        return;
    }
    sqlite3_finalize(s->st);
    mem_free(s);
}

static int bind_one(sqlite3_stmt *st, int at, const struct val *v)
{
    const char *p = v->s.p ? v->s.p : "";
    switch (v->type) {
    case VAL_INT: return sqlite3_bind_int64(st, at, v->i);
    case VAL_TEXT: return sqlite3_bind_text64(st, at, p, v->s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    case VAL_BLOB: return sqlite3_bind_blob64(st, at, p, v->s.n, SQLITE_TRANSIENT);
    default: return sqlite3_bind_null(st, at);
    }
}

static enum err lite_rows(struct db *db, struct rows *r, const char *sql, const struct val *v,
                          size_t n)
{
    struct lite *l = db->impl;
    struct statement *s;
    enum err e = statement_get(l, sql, &s);
    if (e)
        return e;
    s->in_use = true;
    r->impl = s;
    if ((size_t)sqlite3_bind_parameter_count(s->st) != n)
        BUG("a statement has another number of values than it was given");
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(s->st, (int)i + 1, &v[i]);
        if (rc)
            return failed(l, rc, sql);
    }
    return E_OK;
}

static bool lite_next(struct rows *r)
{
    struct lite *l = r->db->impl;
    struct statement *s = r->impl;
    int rc = sqlite3_step(s->st);
    if (rc == SQLITE_ROW)
        return true;
    if (rc == SQLITE_DONE)
        r->db->changed = sqlite3_changes64(l->db);
    else
        r->err = failed(l, rc, sqlite3_sql(s->st));
    return false;
}

static sqlite3_stmt *st_of(struct rows *r)
{
    return ((struct statement *)r->impl)->st;
}

static int64_t lite_int(struct rows *r, int col)
{
    return sqlite3_column_int64(st_of(r), col);
}

static struct str lite_str(struct rows *r, int col)
{
    const char *p = sqlite3_column_type(st_of(r), col) == SQLITE_BLOB
                        ? sqlite3_column_blob(st_of(r), col)
                        : (const char *)sqlite3_column_text(st_of(r), col);
    int n = sqlite3_column_bytes(st_of(r), col);
    return (struct str){ p ? p : "", p ? (size_t)n : 0 };
}

static bool lite_null(struct rows *r, int col)
{
    return sqlite3_column_type(st_of(r), col) == SQLITE_NULL;
}

static enum err lite_end(struct rows *r)
{
    statement_release(r->impl);
    return E_OK;
}

static bool lite_reads(struct db *db, const char *sql)
{
    struct statement *s;
    if (statement_get(db->impl, sql, &s))
        return false;
    bool only = sqlite3_stmt_readonly(s->st);
    if (s->once)
        statement_release(s);
    return only;
}

/* ---- transactions */

/* A failure is no loss: the statements that follow take their locks themselves. */
static void lite_hold(struct db *db, bool on)
{
    struct lite *l = db->impl;
    if (on)
        (void)sqlite3_step(l->holding);
    else
        sqlite3_reset(l->holding);
}

static enum err lite_begin(struct db *db, bool write)
{
    return lite_script(db, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

static enum err lite_commit(struct db *db)
{
    return lite_script(db, "COMMIT");
}

static enum err lite_sync(struct db *db)
{
    struct lite *l = db->impl;
    sqlite3_file *log = NULL;
    const char *file = sqlite3_db_filename(l->db, "main");
    if (l->never || !file || !*file) /* in memory: there is no log */
        return E_OK;
    int rc = sqlite3_file_control(l->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (!rc && !(log && log->pMethods))
        rc = SQLITE_MISUSE; /* it was never read by: its commits are another's */
    if (!rc)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    return rc ? failed(l, rc, "sync") : E_OK;
}

static void lite_rollback(struct db *db)
{
    struct lite *l = db->impl;
    if (!sqlite3_get_autocommit(l->db) && lite_script(db, "ROLLBACK"))
        log_error("db.rollback_failed");
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .open = lite_open,
    .close = lite_close,
    .rows = lite_rows,
    .next = lite_next,
    .get_int = lite_int,
    .get_str = lite_str,
    .is_null = lite_null,
    .end = lite_end,
    .script = lite_script,
    .hold = lite_hold,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .sync = lite_sync,
    .reads = lite_reads,
    .column_types = { "INTEGER PRIMARY KEY", "INTEGER", "TEXT", "BLOB", "STRICT",
                      "STRICT, WITHOUT ROWID" },
};
