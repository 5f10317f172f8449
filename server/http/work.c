/* What is done for a request off the network threads: jobs of the pools, and the end of a sink. A
 * job holds a reference and ends with exchange_resume. When a pool takes no more, the request is
 * answered 503 instead. */
#include "server/http/server_int.h"

#include "server/http/api.h"
#include "server/http/route.h"

#include <string.h>

void work_refuse(struct exchange *x, enum err e)
{
    api_refuse(&x->rq, e, &x->reply);
    x->response = answer_make(x);
}

static void suspend(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    exchange_suspend(x);
    pthread_mutex_unlock(&x->lock);
}

static void end_job(struct exchange *x)
{
    exchange_resume(x);
    exchange_unref(x);
}

/* The request is suspended. */
static void submit(struct exchange *x, struct pool *p, void (*run)(void *own, void *arg))
{
    atomic_fetch_add(&x->refs, 1);
    enum err e = pool_submit(p, run, x);
    if (!e)
        return;
    work_refuse(x, e);
    end_job(x);
}

/* ---- the three jobs */

/* The house closes and this job stood behind many others (passwords): it is refused. */
static bool too_late(struct exchange *x)
{
    if (!atomic_load(&x->server->cut))
        return false;
    work_refuse(x, E_STOPPING);
    end_job(x);
    return true;
}

static void run_admit(void *worker, void *arg)
{
    struct exchange *x = arg;
    struct http_reply *reply = &x->reply;
    if (too_late(x))
        return;
    struct sink *s = x->rq.sink = api_sink(worker, &x->rq, reply);
    bool at_once = s && s->idle && !x->has_body;
    if (s) {
        s->resume = exchange_feed;
        s->resume_arg = x;
    }
    if (at_once)
        api_serve(worker, &x->rq, reply);
    if (!s || at_once)
        x->response = answer_make(x);
    end_job(x);
}

static void run_serve(void *worker, void *arg)
{
    struct exchange *x = arg;
    if (too_late(x))
        return;
    api_serve(worker, &x->rq, &x->reply);
    x->response = answer_make(x); /* here, because the headers live in the worker's arena */
    end_job(x);
}

void work_admit(struct exchange *x)
{
    suspend(x);
    submit(x, x->server->house->requests, run_admit);
}

static struct pool *pool_of(struct exchange *x)
{
    struct house *h = x->server->house;
    return x->rq.route && x->rq.route->flags & PASSWORD ? h->passwords : h->requests;
}

void work_serve(struct exchange *x)
{
    suspend(x);
    submit(x, pool_of(x), run_serve);
}

/* ---- the end of a sink */

static void sink_ready(void *arg)
{
    struct exchange *x = arg;
    submit(x, pool_of(x), run_serve);
    exchange_unref(x);
}

void work_finish(struct exchange *x)
{
    x->sink_over = true;
    suspend(x);
    atomic_fetch_add(&x->refs, 1);
    x->rq.sink->done(x->rq.sink, true, sink_ready, x);
}

static void sink_gone(void *arg)
{
    struct exchange *x = arg;
    x->rq.sink->unref(x->rq.sink);
    exchange_unref(x);
}

void work_lost(struct exchange *x)
{
    struct sink *s = x->rq.sink;
    if (!s)
        return;
    if (x->sink_over) {
        s->unref(s);
        return;
    }
    x->sink_over = true;
    atomic_fetch_add(&x->refs, 1);
    s->done(s, false, sink_gone, x);
}
