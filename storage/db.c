/* What is the same for both engines: values in, rows out, transactions and the gate around them.
 * D1: a handle that writes on SQLite is inside the gate, and so is whoever uses the writer. D2: a
 * transaction that was begun is ended. D3: whoever is told that a write succeeded has it on the
 * disk. */
#include "storage/db.h"

#include "server/base/fault.h"
#include "server/base/id.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "storage/db_int.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const column_tokens[6] = { "{id}",   "{int}",    "{text}",
                                       "{blob}", "{strict}", "{clustered}" };

enum err store_open(const char *url, struct store **out)
{
    struct store *s = NEW(struct store);
    bool sqlite = strncmp(url, "sqlite:", 7) == 0;
    pthread_mutex_init(&s->telling, NULL);
    s->engine = sqlite ? &engine_sqlite : &engine_pg;
    s->url = mem_strdup(sqlite ? url + 7 : url);
    s->gate = sqlite ? gate_new() : NULL;
    s->settling = sqlite ? settling_new() : NULL;
    struct db *db = NULL;
    enum err e = db_open(s, &db);
    db_close(db);
    if (e) {
        store_close(s);
        s = NULL;
    }
    *out = s;
    return e;
}

bool store_there(const char *url)
{
    return strncmp(url, "sqlite:", 7) != 0 || access(url + 7, F_OK) == 0;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    db_close(s->writer);
    gate_free(s->gate);
    settling_free(s->settling);
    pthread_mutex_destroy(&s->telling);
    mem_free(s->url);
    mem_free(s);
}

bool store_is_pg(const struct store *s)
{
    return s->engine == &engine_pg;
}

void store_listen(struct store *s, void (*told)(void *arg), void *arg)
{
    pthread_mutex_lock(&s->telling);
    s->told = told;
    s->told_arg = arg;
    pthread_mutex_unlock(&s->telling);
}

void db_tell(struct db *db)
{
    db->telling = true;
}

static void tell(struct db *db)
{
    bool due = db->telling;
    db->telling = false;
    if (!due)
        return;
    struct store *s = db->store;
    pthread_mutex_lock(&s->telling);
    if (s->told)
        s->told(s->told_arg);
    pthread_mutex_unlock(&s->telling);
}

void store_gate_stats(struct store *s, int64_t *passed, int64_t *longest_us)
{
    *passed = *longest_us = 0;
    if (s->gate)
        gate_stats(s->gate, passed, longest_us);
}

enum err db_open(struct store *s, struct db **out)
{
    struct db *db = NEW(struct db);
    *db = (struct db){ .store = s, .engine = s->engine };
    enum err e = s->engine->open(s, db);
    if (e) {
        mem_free(db);
        db = NULL;
    }
    *out = db;
    return e;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db->engine->close(db);
    mem_free(db);
}

bool db_is_pg(const struct db *db)
{
    return db->engine == &engine_pg;
}

enum err db_failed(enum err e, const char *engine, int code, const char *text, const char *sql)
{
    if (e == E_CONFLICT || e == E_RETRY)
        log_debug("db.refused engine=%s code=%d text=\"%s\"", engine, code, text);
    else
        log_error("db.failed engine=%s code=%d text=\"%s\" sql=\"%.120s\"", engine, code, text,
                  sql);
    return e;
}

/* ---- the gate, and the writer behind it */

enum err db_share_writes(struct db *db)
{
    struct store *s = db->store;
    enum err e = E_OK;
    if (!s->gate)
        return E_OK;
    gate_enter(s->gate);
    if (!s->writer)
        e = db_open(s, &s->writer);
    gate_leave(s->gate);
    db->shares = !e;
    return e;
}

static void enter(struct db *db)
{
    db_release(db);
    gate_enter(db->store->gate);
    db->own = db->impl;
    if (db->shares)
        db->impl = db->store->writer->impl;
}

void db_unsettled(struct db *db, bool on)
{
    db->unsettled = on;
}

/* The next writer may come in while this one's rows go to the disk. */
static void leave(struct db *db, bool committed)
{
    db->impl = db->own;
    gate_leave(db->store->gate);
    if (committed && !db->unsettled)
        settle(db->store->settling, db);
}

/* ---- statements */

/* A write outside a transaction is one by itself and passes the gate too. */
static bool gate_alone(struct db *db, const char *sql)
{
    if (!db->store->gate || db->in_txn || db->engine->reads(db, sql))
        return false;
    enter(db);
    return true;
}

enum err db_rows_vals(struct db *db, struct rows *r, const char *sql, const struct val *v, size_t n)
{
    *r = (struct rows){ .db = db, .at = -1 };
    if (!(r->err = fault_at(FAULT_DB)))
        r->err = db->engine->rows(db, r, sql, v, n);
    return r->err;
}

bool rows_next(struct rows *r)
{
    return !r->err && r->impl && r->db->engine->next(r);
}

int64_t rows_int(struct rows *r, int col)
{
    return r->db->engine->get_int(r, col);
}

struct str rows_str(struct rows *r, int col)
{
    return r->db->engine->get_str(r, col);
}

struct str rows_text(struct rows *r, int col, struct arena *a)
{
    return arena_str(a, rows_str(r, col));
}

bool rows_null(struct rows *r, int col)
{
    return r->db->engine->is_null(r, col);
}

enum err rows_end(struct rows *r)
{
    enum err e = r->err;
    if (r->impl) {
        enum err end = r->db->engine->end(r);
        if (!e)
            e = end;
    }
    r->impl = NULL;
    return e;
}

enum err db_run_vals(struct db *db, const char *sql, const struct val *v, size_t n)
{
    struct rows r;
    bool gated = gate_alone(db, sql);
    if (!db_rows_vals(db, &r, sql, v, n))
        while (rows_next(&r))
            ;
    enum err e = rows_end(&r);
    if (gated)
        leave(db, !e);
    if (!db->in_txn)
        tell(db);
    return e;
}

enum err db_int_vals(struct db *db, int64_t *out, const char *sql, const struct val *v, size_t n)
{
    struct rows r;
    bool gated = gate_alone(db, sql), found = false;
    if (!db_rows_vals(db, &r, sql, v, n))
        while (rows_next(&r)) {
            if (!found)
                *out = rows_int(&r, 0);
            found = true;
        }
    enum err e = rows_end(&r);
    if (gated)
        leave(db, !e);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

int64_t db_changed(struct db *db)
{
    return db->changed;
}

/* ---- transactions */

static enum err begin(struct txn *tx, struct db *db, bool write)
{
    if (db->in_txn)
        BUG("a transaction inside a transaction");
    bool gated = write && db->store->gate;
    if (gated)
        enter(db);
    else
        db_release(db);
    enum err e = fault_at(FAULT_DB);
    if (!e)
        e = db->engine->begin(db, write);
    if (e) {
        if (gated)
            leave(db, false);
        return e;
    }
    db->in_txn = true;
    db->writing = write;
    *tx = (struct txn){ db, write };
    return E_OK;
}

enum err txn_begin(struct txn *tx, struct db *db)
{
    return begin(tx, db, true);
}

enum err txn_read(struct txn *tx, struct db *db)
{
    return begin(tx, db, false);
}

enum err txn_end(struct txn *tx, enum err e)
{
    struct db *db = tx->db;
    if (!db)
        return e; /* never begun */
    if (!e && !(e = fault_at(FAULT_DB)))
        e = db->engine->commit(db);
    if (e)
        db->engine->rollback(db);
    db->in_txn = db->writing = false;
    if (tx->write && db->store->gate)
        leave(db, !e);
    tx->db = NULL;
    if (e)
        db->telling = false;
    tell(db);
    return e;
}

static void hold(struct db *db, bool on)
{
    if (db->engine->hold && db->held != on)
        db->engine->hold(db, on);
    db->held = on;
}

void db_hold(struct db *db)
{
    hold(db, true);
}

void db_release(struct db *db)
{
    hold(db, false);
}

bool db_in_txn(const struct db *db)
{
    return db->in_txn;
}

enum err txn_try(struct db *db, enum err (*try)(struct db *db, void *arg), void *arg)
{
    enum err e = db->engine->script(db, "SAVEPOINT attempt");
    if (e)
        return e;
    e = try(db, arg);
    enum err back = E_OK;
    if (e)
        back = db->engine->script(db, "ROLLBACK TO SAVEPOINT attempt");
    if (!back)
        back = db->engine->script(db, "RELEASE SAVEPOINT attempt");
    return back ? back : e;
}

void db_pause(int tries)
{
    if (tries > 0)
        nanosleep(&(struct timespec){ 0, (long)id_random(1000000UL << (tries < 6 ? tries : 6)) },
                  NULL);
}

enum err txn_run(struct db *db, enum err (*work)(struct db *db, void *arg), void *arg)
{
    enum err e = E_RETRY;
    for (int i = 0; i < DB_TRIES && e == E_RETRY; i++) {
        struct txn tx = { 0 };
        db_pause(i);
        e = txn_begin(&tx, db);
        e = txn_end(&tx, e ? e : work(db, arg));
    }
    return e;
}

/* Not a write, as far as the gate is concerned: it reads one moment's rows. */
enum err db_snapshot(struct db *db, const char *path)
{
    struct rows r;
    if (db_is_pg(db))
        return E_STATE;
    db_rows(db, &r, "VACUUM INTO ?1", T(str_of(path)));
    while (rows_next(&r))
        ;
    return rows_end(&r);
}
