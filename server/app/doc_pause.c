/* A list of the documents that are paused: a few at most, each with one thread behind it. */
#include "server/app/doc_pause.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/bus/bus.h"

#include <pthread.h>
#include <time.h>

enum { PAUSE_MS = 5000 };

struct pause {
    struct pause *next;
    int64_t doc, number;
    bool answered, reached;
};

struct pauses {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    struct pause *list;
    int64_t last; /* number */
};

struct pauses *pauses_new(void)
{
    struct pauses *p = NEW(struct pauses);
    pthread_condattr_t how;
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->answered, &how);
    pthread_condattr_destroy(&how);
    return p;
}

void pauses_free(struct pauses *p)
{
    if (!p)
        return;
    if (p->list)
        BUG("a document is paused still");
    pthread_cond_destroy(&p->answered);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

static struct pause **find(struct pauses *p, int64_t doc)
{
    struct pause **at = &p->list;
    while (*at && (*at)->doc != doc)
        at = &(*at)->next;
    return at;
}

/* Its number; 0: it is paused already. */
static int64_t begin(struct pauses *p, int64_t doc)
{
    int64_t number = 0;
    pthread_mutex_lock(&p->lock);
    if (!*find(p, doc)) {
        struct pause *new = NEW(struct pause);
        number = ++p->last;
        *new = (struct pause){ .next = p->list, .doc = doc, .number = number };
        p->list = new;
    }
    pthread_mutex_unlock(&p->lock);
    return number;
}

static bool reach(struct pauses *p, int64_t doc)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PAUSE_MS / SECOND_MS;
    pthread_mutex_lock(&p->lock);
    struct pause *mine = *find(p, doc);
    while (!mine->answered && rc == 0)
        rc = pthread_cond_timedwait(&p->answered, &p->lock, &until);
    bool reached = mine->reached;
    pthread_mutex_unlock(&p->lock);
    return reached;
}

enum err doc_pause(struct call *c, int64_t doc)
{
    struct event e;
    if (!c->house->requests)
        return E_OK;
    int64_t number = begin(c->house->pauses, doc);
    if (!number)
        return fail(c, E_STATE, NULL, "这份文档正在定稿，请稍等片刻再看。");
    e = event_of(EVENT_PAUSE, doc, number, 0);
    bus_post(c->house->bus, &e);
    if (reach(c->house->pauses, doc))
        return E_OK;
    doc_resume(c, doc);
    log_warn("doc.pause id=%lld", (long long)doc);
    return fail(c, E_BUSY, NULL, "刚写的内容还没有全部保存，请稍后再定稿。");
}

void doc_resume(struct call *c, int64_t doc)
{
    struct pauses *p = c->house->pauses;
    struct event e = event_of(EVENT_RESUME, doc, 0, 0);
    if (!c->house->requests)
        return;
    bus_post(c->house->bus, &e);
    pthread_mutex_lock(&p->lock);
    struct pause **at = find(p, doc), *mine = *at;
    *at = mine->next;
    pthread_mutex_unlock(&p->lock);
    mem_free(mine);
}

void doc_paused(struct house *h, int64_t doc, int64_t number, bool saved)
{
    struct pauses *p = h->pauses;
    pthread_mutex_lock(&p->lock);
    struct pause *at = *find(p, doc);
    if (at && at->number == number) {
        at->answered = true;
        at->reached = saved;
        pthread_cond_broadcast(&p->answered);
    }
    pthread_mutex_unlock(&p->lock);
}
