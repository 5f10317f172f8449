/* A worker's own things. */
#include "server/app/worker.h"

#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { OPEN_TRIES = 10, OPEN_PAUSE_MS = 100 };

/* A database server that restarts is waited for a moment. Without a database there is nothing to
 * serve: the process ends, and whoever supervises it starts it anew. */
static struct db *open_database(struct house *h)
{
    struct db *db;
    enum err e = E_DB;
    for (int i = 0; i < OPEN_TRIES; i++) {
        if (!(e = db_open(h->store, &db)) && !(e = db_share_writes(db)))
            return db;
        db_close(db);
        nanosleep(&(struct timespec){ 0, OPEN_PAUSE_MS * 1000000L }, NULL);
    }
    log_error("worker.no_database err=%s", err_row(e)->code);
    fprintf(stderr, "不能打开数据库：%s\n", err_row(e)->text);
    _exit(1);
}

void *worker_enter(void *house)
{
    struct worker *w = NEW(struct worker);
    w->house = house;
    w->arena = arena_new();
    w->db = open_database(w->house);
    return w;
}

void worker_leave(void *own)
{
    struct worker *w = own;
    db_close(w->db);
    arena_free(w->arena);
    mem_free(w);
}

struct call worker_call(struct worker *w, const char *request)
{
    arena_reset(w->arena);
    return (struct call){
        .house = w->house,
        .db = w->db,
        .arena = w->arena,
        .viewer = &viewer_nobody,
        .now = clock_now(),
        .request = request,
    };
}

enum err worker_run(struct worker *w, const char *request, struct call *c,
                    enum err (*work)(struct call *c, void *arg), void *arg)
{
    enum err e = E_RETRY;
    for (int tries = 0; e == E_RETRY && tries < DB_TRIES; tries++) {
        db_pause(tries);
        *c = worker_call(w, request);
        e = work(c, arg);
        db_release(w->db);
        if (db_in_txn(w->db))
            BUG("a call left its transaction open");
    }
    return e;
}

void worker_reads(struct call *c)
{
    db_hold(c->db);
}
