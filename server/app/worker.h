/* What a thread of a pool keeps for itself: a database handle and an arena. A job of the pools of
 * the house gets it as `own`. The arena is emptied at the start of each call. */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "server/app/call.h"

struct worker {
    struct house *house;
    struct db *db;
    struct arena *arena;
};

void *worker_enter(void *house); /* for pool_setup.enter */
void worker_leave(void *worker);

/* A call for nobody, with an emptied arena: its viewer is viewer_nobody, now is now. request is
 * borrowed, for the log. */
struct call worker_call(struct worker *w, const char *request);

/* Makes a call and runs work(c, arg); all of it again, with an emptied arena and after a pause,
 * while that gives E_RETRY, DB_TRIES times at most. *c is the last call made: what work left in its
 * arena and its fault stay until the worker's next call. Work leaves no transaction open. */
enum err worker_run(struct worker *w, const char *request, struct call *c,
                    enum err (*work)(struct call *c, void *arg), void *arg) MUST_USE;
/* Inside work that mostly reads: all it reads is of one moment, until it writes or ends. */
void worker_reads(struct call *c);

#endif
