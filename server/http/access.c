/* Lines gather in one buffer for GATHER_MS (a busy second costs a hundred writes) and while the
 * thread writes the other. When the reader of our log is so slow that a MiB waits, lines are
 * dropped and counted: the service goes on. */
#include "server/http/access.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/http/route.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { WAITING_MAX = 1024 * 1024, LINE_ROOM = 512, GATHER_MS = 10 };

struct access {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t thread;
    struct buf gather;
    int64_t dropped;
    bool closing;
};

static void write_all(struct str s)
{
    while (s.n) {
        ssize_t k = write(STDERR_FILENO, s.p, s.n);
        if (k <= 0)
            return; /* nowhere left to say it */
        s = str_sub(s, (size_t)k, s.n);
    }
}

/* Under the lock, which is free meanwhile. */
static void gather_more(struct access *a)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += GATHER_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!a->closing && pthread_cond_timedwait(&a->more, &a->lock, &until) == 0)
        ;
}

static void *access_main(void *arg)
{
    struct access *a = arg;
    struct buf out;
    bool closing = false;
    pthread_setname_np(pthread_self(), "access");
    buf_init(&out, WAITING_MAX);
    while (!closing) {
        pthread_mutex_lock(&a->lock);
        while (a->gather.n == 0 && !a->closing)
            pthread_cond_wait(&a->more, &a->lock);
        gather_more(a);
        struct buf full = a->gather;
        a->gather = out;
        out = full;
        closing = a->closing;
        int64_t dropped = a->dropped;
        a->dropped = 0;
        pthread_mutex_unlock(&a->lock);
        write_all(buf_str(&out));
        buf_clear(&out);
        if (dropped)
            log_warn("access.dropped lines=%lld", (long long)dropped);
    }
    buf_fini(&out);
    return NULL;
}

struct access *access_open(void)
{
    struct access *a = NEW(struct access);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->more, NULL);
    buf_init(&a->gather, WAITING_MAX);
    if (pthread_create(&a->thread, NULL, access_main, a))
        BUG("cannot start a thread");
    return a;
}

void access_close(struct access *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->closing = true;
    pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    buf_fini(&a->gather);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->more);
    mem_free(a);
}

/* A method is a stranger's text: only those of the table and a few others are named. */
static const char *method_name(const struct http_request *rq)
{
    static const char *const known[] = {
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eqz(str_of(rq->method), known[i]))
            return known[i];
    return "other";
}

void access_add(struct access *a, const struct http_request *rq, int status, uint64_t bytes,
                int64_t us, bool whole)
{
    char t[32];
    clock_iso_to(t, clock_now());
    pthread_mutex_lock(&a->lock);
    bool idle = a->gather.n == 0;
    if (a->gather.n + LINE_ROOM > WAITING_MAX)
        a->dropped++;
    else
        buf_fmt(&a->gather,
                "%s info req=%s http.request method=%s route=%s status=%d bytes=%llu us=%lld "
                "person=%lld%s\n",
                t, rq->id, method_name(rq), rq->route ? rq->route->name : "-", status,
                (unsigned long long)bytes, (long long)us, (long long)rq->person,
                whole ? "" : " cut=1");
    if (idle)
        pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->lock);
}
