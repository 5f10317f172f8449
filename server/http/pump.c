/* A body that is made (a zip of many files): two buffers, of which a worker fills one while the
 * network thread sends the other. P1: one job per pump at a time, so make() is called in order. P2:
 * when the network thread has nothing to send it suspends the request and the worker resumes it.
 * P3: the maker is freed on a worker, after its last job. */
#include "server/http/server_int.h"

#include "server/base/log.h"
#include "server/base/mem.h"

#include <string.h>

enum { PIECE = 128 * 1024, SEND = 64 * 1024 };

struct half {
    size_t n, at; /* filled, and sent of it */
    char *p;
};

struct pump {
    struct exchange *x; /* borrowed: the response that owns us is freed before the exchange */
    struct server *server;
    struct maker *maker;
    pthread_mutex_t lock;
    struct half half[2];
    int sending; /* the half the network thread sends from */
    uint64_t made, length;
    bool running, hungry, failed, over;
};

static void pump_free(struct pump *p)
{
    p->maker->free(p->maker);
    pthread_mutex_destroy(&p->lock);
    mem_free(p->half[0].p);
    mem_free(p->half[1].p);
    mem_free(p);
}

static void run_free(void *own, void *arg)
{
    (void)own;
    pump_free(arg);
}

/* The half that can be filled: empty, the one being sent first. Under the lock. */
static struct half *empty_half(struct pump *p)
{
    struct half *h = &p->half[p->sending];
    if (p->made == p->length || p->failed || p->over)
        return NULL;
    if (h->n)
        h = &p->half[!p->sending];
    return h->n ? NULL : h;
}

/* Fills a piece as far as the maker gives; false: it failed. Without the lock: nobody else touches
 * an empty half. */
static bool fill(struct pump *p, struct half *h)
{
    size_t want = p->length - p->made < PIECE ? (size_t)(p->length - p->made) : PIECE, n = 0;
    while (n < want) {
        int64_t k = p->maker->make(p->maker, p->made + n, h->p + n, want - n);
        if (k <= 0)
            return false;
        n += (size_t)k;
    }
    pthread_mutex_lock(&p->lock);
    h->n = n;
    h->at = 0;
    p->made += n;
    pthread_mutex_unlock(&p->lock);
    return true;
}

/* Under the lock; the exchange lives, because it waits. */
static void feed_hungry(struct pump *p)
{
    if (p->hungry && (p->half[p->sending].n || p->failed)) {
        p->hungry = false;
        exchange_resume(p->x);
    }
}

static void run_fill(void *own, void *arg)
{
    struct pump *p = arg;
    struct half *h;
    (void)own;
    for (;;) {
        pthread_mutex_lock(&p->lock);
        h = empty_half(p);
        p->running = h != NULL;
        bool over = p->over && !h;
        pthread_mutex_unlock(&p->lock);
        if (over)
            pump_free(p);
        if (!h)
            return;
        bool ok = fill(p, h);
        pthread_mutex_lock(&p->lock);
        p->failed |= !ok;
        feed_hungry(p);
        pthread_mutex_unlock(&p->lock);
    }
}

/* Under the lock. */
static void start_filling(struct pump *p)
{
    if (p->running || !empty_half(p))
        return;
    p->running = true;
    if (pool_submit(p->server->makers, run_fill, p)) {
        p->running = false;
        p->failed = true;
    }
}

static ssize_t pump_read(void *arg, uint64_t at, char *out, size_t max)
{
    struct pump *p = arg;
    ssize_t n = 0;
    (void)at;
    pthread_mutex_lock(&p->lock);
    struct half *h = &p->half[p->sending];
    if (h->n) {
        n = (ssize_t)(h->n - h->at < max ? h->n - h->at : max);
        memcpy(out, h->p + h->at, (size_t)n);
        if ((h->at += (size_t)n) == h->n) {
            h->n = 0;
            p->sending = !p->sending;
        }
    }
    start_filling(p);
    if (n == 0 && p->failed)
        n = MHD_CONTENT_READER_END_WITH_ERROR;
    if (n == 0) {
        p->hungry = true;
        pthread_mutex_lock(&p->x->lock);
        exchange_suspend(p->x);
        pthread_mutex_unlock(&p->x->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return n;
}

static void pump_over(void *arg)
{
    struct pump *p = arg;
    pthread_mutex_lock(&p->lock);
    p->over = true;
    bool running = p->running;
    pthread_mutex_unlock(&p->lock);
    if (!running && pool_submit(p->server->makers, run_free, p))
        pump_free(p);
}

struct MHD_Response *pump_response(struct exchange *x, struct maker *m, uint64_t length)
{
    struct pump *p = NEW(struct pump);
    p->x = x;
    p->server = x->server;
    p->maker = m;
    p->length = length;
    pthread_mutex_init(&p->lock, NULL);
    p->half[0].p = mem_new(PIECE);
    p->half[1].p = mem_new(PIECE);
    pthread_mutex_lock(&p->lock);
    if (strcmp(x->rq.method, "HEAD") != 0)
        start_filling(p);
    pthread_mutex_unlock(&p->lock);
    return MHD_create_response_from_callback(length, SEND, pump_read, p, pump_over);
}
