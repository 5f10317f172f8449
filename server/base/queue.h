/* Pools of workers over a bounded queue. A job is a function and its argument; jobs start in the
 * order they came. Whoever takes a job owns it. Threads of a pool may keep something of their own
 * (a database handle). */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include "server/base/err.h"

#include <stddef.h>

struct pool;

struct pool_setup {
    const char *name; /* of the threads, ≤ 11 characters */
    int threads;
    size_t limit;              /* jobs that may wait; 0: no limit */
    int nice;                  /* added to the threads' niceness */
    void *(*enter)(void *arg); /* per thread, gives its own thing; may be NULL */
    void (*leave)(void *own);  /* per thread, at the end; may be NULL */
    void *arg;
};

struct pool *pool_open(const struct pool_setup *s);
/* Takes no more jobs, finishes what waits, joins the threads. NULL is fine. */
void pool_close(struct pool *p);
/* run(own, arg) on one of the threads. E_BUSY: the queue is full. E_STOPPING: the pool is closing.
 */
enum err pool_submit(struct pool *p, void (*run)(void *own, void *arg), void *arg) MUST_USE;
size_t pool_waiting(struct pool *p);
size_t pool_running(struct pool *p);

#endif
