/* A map from a ticket's SHA-256 to its owner, and a list in order of time, oldest first.
 * T1: a ticket leaves the map when it is taken and both when it is older than 30 s.
 * T2: at most WAITING_MAX wait. */
#include "server/app/ticket.h"

#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/map.h"
#include "server/base/mem.h"

#include <pthread.h>

enum { WAITING_MAX = 20000 };

struct waiting {
    struct waiting *next;
    int64_t until; /* clock_mono */
    int64_t session, token;
    unsigned char key[SHA256_LEN];
    bool taken;
};

struct tickets {
    pthread_mutex_t lock;
    struct map *map;
    struct waiting *head, **tail;
    size_t n;
};

struct tickets *tickets_new(void)
{
    struct tickets *t = NEW(struct tickets);
    pthread_mutex_init(&t->lock, NULL);
    t->map = map_new();
    t->tail = &t->head;
    return t;
}

static struct str key_of(const unsigned char key[SHA256_LEN])
{
    return (struct str){ (const char *)key, SHA256_LEN };
}

static void drop_head(struct tickets *t)
{
    struct waiting *w = t->head;
    if (!(t->head = w->next))
        t->tail = &t->head;
    if (!w->taken)
        map_drop(t->map, key_of(w->key));
    t->n--;
    mem_free(w);
}

void tickets_free(struct tickets *t)
{
    if (!t)
        return;
    while (t->head)
        drop_head(t);
    map_free(t->map);
    pthread_mutex_destroy(&t->lock);
    mem_free(t);
}

static void forget_old(struct tickets *t)
{
    int64_t now = clock_mono();
    while (t->head && t->head->until < now)
        drop_head(t);
}

enum err ticket_make(struct call *c, struct ticket *out)
{
    struct tickets *t = c->house->tickets;
    struct waiting *w;
    enum err e = E_OK;
    if (!c->viewer->session && !c->viewer->token)
        return E_LOGIN;
    *out = (struct ticket){ id_token(c->arena), c->now + TICKET_SECONDS * SECOND_MS };
    w = NEW(struct waiting);
    w->until = clock_mono() + TICKET_SECONDS * SECOND_MS;
    w->session = c->viewer->session;
    w->token = c->viewer->token;
    sha256(out->ticket, w->key);
    pthread_mutex_lock(&t->lock);
    forget_old(t);
    if (t->n >= WAITING_MAX) {
        e = E_BUSY;
        mem_free(w);
    } else {
        map_put(t->map, key_of(w->key), w);
        *t->tail = w;
        t->tail = &w->next;
        t->n++;
    }
    pthread_mutex_unlock(&t->lock);
    return e;
}

enum err ticket_take(struct house *h, struct str ticket, struct viewer *before)
{
    struct tickets *t = h->tickets;
    unsigned char key[SHA256_LEN];
    sha256(ticket, key);
    *before = viewer_nobody;
    pthread_mutex_lock(&t->lock);
    forget_old(t);
    struct waiting *w = map_drop(t->map, key_of(key));
    if (w) {
        w->taken = true; /* stays in the list until its time is over */
        before->session = w->session;
        before->token = w->token;
    }
    pthread_mutex_unlock(&t->lock);
    return w ? E_OK : E_LOGIN;
}
