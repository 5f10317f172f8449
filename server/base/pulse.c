/* A mutex, a condition, a flag. U1: after pulse_wake a whole beat runs that began after it. */
#include "server/base/pulse.h"

#include "server/base/err.h"
#include "server/base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct pulse {
    struct pulse_setup setup;
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool due, closing;
    pthread_t thread;
};

/* Waits for a waking or the end of the pause; false: the end. */
static bool wait_for_beat(struct pulse *p)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += p->setup.every_ms / 1000;
    until.tv_nsec += p->setup.every_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&p->lock);
    int rc = 0;
    while (!p->due && !p->closing && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&p->change, &p->lock, &until);
    p->due = false;
    bool on = !p->closing;
    pthread_mutex_unlock(&p->lock);
    return on;
}

static void *thread_main(void *arg)
{
    struct pulse *p = arg;
    pthread_setname_np(pthread_self(), p->setup.name);
    void *own = p->setup.enter ? p->setup.enter(p->setup.enter_arg) : NULL;
    while (wait_for_beat(p))
        p->setup.beat(own, p->setup.arg);
    if (p->setup.leave)
        p->setup.leave(own);
    return NULL;
}

struct pulse *pulse_open(const struct pulse_setup *s)
{
    struct pulse *p = NEW(struct pulse);
    pthread_condattr_t attr;
    p->setup = *s;
    p->due = true; /* the first beat comes at once */
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->change, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&p->thread, NULL, thread_main, p))
        BUG("cannot start a thread");
    return p;
}

static void signal_to(struct pulse *p, bool *flag)
{
    pthread_mutex_lock(&p->lock);
    *flag = true;
    pthread_cond_signal(&p->change);
    pthread_mutex_unlock(&p->lock);
}

void pulse_wake(struct pulse *p)
{
    signal_to(p, &p->due);
}

void pulse_close(struct pulse *p)
{
    if (!p)
        return;
    signal_to(p, &p->closing);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->change);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}
