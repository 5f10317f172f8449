/* A mutex, a condition and a linked list. Q1: waiting ≤ limit. Q2: after closing nothing is taken
 * in, but everything that was taken in is run. Q3: one thread is woken at a time, and wakes the
 * next while there is more: who submits many jobs pays for one wake, and jobs run by threads that
 * are awake cost none. Q4: the threads are SCHED_BATCH: one that is woken does not push the thread
 * that submits off its core. Q5: who fell asleep last is woken first: while there is little to do,
 * few threads do it, and what they keep (pages of the database) stays warm. */
#include "server/base/queue.h"

#include "server/base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct job {
    struct job *next;
    void (*run)(void *own, void *arg);
    void *arg;
};

struct sleeper {
    struct sleeper *next; /* who fell asleep before */
    pthread_cond_t call;
    bool called;
};

struct pool {
    struct pool_setup setup;
    pthread_mutex_t lock;
    struct sleeper *asleep;
    struct job *head, **tail;
    size_t waiting, running;
    bool waking; /* Q3: somebody was woken and is not here yet */
    bool closing;
    pthread_t *threads;
};

/* Under the lock. */
static void wake(struct pool *p)
{
    struct sleeper *s = p->asleep;
    if (p->waking || !s || !p->head)
        return;
    p->waking = true;
    p->asleep = s->next;
    s->called = true;
    pthread_cond_signal(&s->call);
}

/* Without having been called: the pool closes. */
static void get_up(struct pool *p, struct sleeper *s)
{
    struct sleeper **at = &p->asleep;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
}

static void sleep_for_more(struct pool *p)
{
    struct sleeper s = { .next = p->asleep };
    pthread_cond_init(&s.call, NULL);
    p->asleep = &s;
    while (!s.called && !p->closing)
        pthread_cond_wait(&s.call, &p->lock);
    if (s.called)
        p->waking = false;
    else
        get_up(p, &s);
    pthread_cond_destroy(&s.call);
}

/* The next job; ran: the thread has done one before. */
static struct job *take(struct pool *p, bool ran)
{
    pthread_mutex_lock(&p->lock);
    p->running -= ran;
    while (!p->head && !p->closing)
        sleep_for_more(p);
    struct job *j = p->head;
    if (j) {
        if (!(p->head = j->next))
            p->tail = &p->head;
        p->waiting--;
        p->running++;
        wake(p);
    }
    pthread_mutex_unlock(&p->lock);
    return j;
}

static void *thread_main(void *arg)
{
    struct pool *p = arg;
    pthread_setname_np(pthread_self(), p->setup.name);
    sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 }); /* Q4; refused: as before */
    if (p->setup.nice)
        setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), p->setup.nice);
    void *own = p->setup.enter ? p->setup.enter(p->setup.arg) : NULL;
    bool ran = false;
    for (struct job *j; (j = take(p, ran)); ran = true) {
        j->run(own, j->arg);
        mem_free(j);
    }
    if (p->setup.leave)
        p->setup.leave(own);
    return NULL;
}

struct pool *pool_open(const struct pool_setup *s)
{
    struct pool *p = NEW(struct pool);
    p->setup = *s;
    p->tail = &p->head;
    pthread_mutex_init(&p->lock, NULL);
    p->threads = mem_array((size_t)s->threads, sizeof *p->threads);
    for (int i = 0; i < s->threads; i++)
        if (pthread_create(&p->threads[i], NULL, thread_main, p))
            BUG("cannot start a thread");
    return p;
}

void pool_close(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    for (struct sleeper *s = p->asleep; s; s = s->next)
        pthread_cond_signal(&s->call);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->setup.threads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
    mem_free(p->threads);
    mem_free(p);
}

enum err pool_submit(struct pool *p, void (*run)(void *own, void *arg), void *arg)
{
    enum err e = E_OK;
    pthread_mutex_lock(&p->lock);
    if (p->closing)
        e = E_STOPPING;
    else if (p->setup.limit && p->waiting >= p->setup.limit)
        e = E_BUSY;
    if (!e) {
        struct job *j = NEW(struct job);
        *j = (struct job){ NULL, run, arg };
        *p->tail = j;
        p->tail = &j->next;
        p->waiting++;
        wake(p);
    }
    pthread_mutex_unlock(&p->lock);
    return e;
}

static size_t read_count(struct pool *p, const size_t *n)
{
    pthread_mutex_lock(&p->lock);
    size_t v = *n;
    pthread_mutex_unlock(&p->lock);
    return v;
}

size_t pool_waiting(struct pool *p)
{
    return read_count(p, &p->waiting);
}

size_t pool_running(struct pool *p)
{
    return read_count(p, &p->running);
}
