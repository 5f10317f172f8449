/* One lock around a list of ears: posting is rare beside what subscribers do with it later. */
#include "server/bus/bus.h"

#include "server/base/mem.h"
#include "server/base/str.h"

#include <pthread.h>
#include <string.h>

struct bus_ear {
    struct bus_ear *next;
    void (*hear)(void *arg, const struct event *e);
    void *arg;
};

struct bus {
    pthread_mutex_t lock;
    struct bus_ear *ears;
};

enum err bus_open(const char *url, struct bus **out)
{
    if (url && *url)
        return E_INPUT;
    struct bus *b = NEW(struct bus);
    pthread_mutex_init(&b->lock, NULL);
    *out = b;
    return E_OK;
}

void bus_close(struct bus *b)
{
    if (!b)
        return;
    if (b->ears)
        BUG("the bus is closed while somebody listens");
    pthread_mutex_destroy(&b->lock);
    mem_free(b);
}

struct event event_of(const char *noun, int64_t id, int64_t rev, int64_t audience)
{
    struct event e = { .id = id, .rev = rev, .audience = audience };
    size_t n = strlen(noun);
    if (n >= sizeof e.noun)
        BUG("an event's noun is too long");
    memcpy(e.noun, noun, n);
    return e;
}

void bus_post(struct bus *b, const struct event *e)
{
    pthread_mutex_lock(&b->lock);
    for (struct bus_ear *ear = b->ears; ear; ear = ear->next)
        ear->hear(ear->arg, e);
    pthread_mutex_unlock(&b->lock);
}

struct bus_ear *bus_subscribe(struct bus *b, void (*hear)(void *arg, const struct event *e),
                              void *arg)
{
    struct bus_ear *ear = NEW(struct bus_ear);
    pthread_mutex_lock(&b->lock);
    *ear = (struct bus_ear){ b->ears, hear, arg };
    b->ears = ear;
    pthread_mutex_unlock(&b->lock);
    return ear;
}

void bus_unsubscribe(struct bus *b, struct bus_ear *ear)
{
    if (!ear)
        return;
    pthread_mutex_lock(&b->lock);
    for (struct bus_ear **at = &b->ears; *at; at = &(*at)->next)
        if (*at == ear) {
            *at = ear->next;
            break;
        }
    pthread_mutex_unlock(&b->lock);
    mem_free(ear);
}
