/* The dispatcher: takes events that have no number, numbers them and posts them on the bus, in that
 * order: whoever hears of an event finds it committed. A crash between the two loses only wakings,
 * and every socket that would have heard them is gone as well. */
#include "server/app/background.h"
#include "server/app/worker.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/pulse.h"
#include "server/bus/bus.h"
#include "storage/outbox.h"

#include <stdio.h>

enum { SLICE = 200 };

struct dispatcher {
    struct house *house;
    struct pulse *pulse;
};

struct batch {
    struct outbox_row *list;
    size_t n;
};

static enum err number(struct db *db, void *arg)
{
    struct batch *b = arg;
    return outbox_number(db, b->list, b->n);
}

static void post(struct house *h, const struct outbox_row *row)
{
    char noun[EVENT_NOUN];
    snprintf(noun, sizeof noun, "%.*s", STR_ARG(row->noun));
    struct event e = event_of(noun, row->noun_id, row->rev, row->audience);
    bus_post(h->bus, &e);
}

/* One slice; gives how many there were. */
static size_t dispatch(struct call *c)
{
    struct batch b = { 0 };
    enum err e = outbox_fresh(c->db, c->arena, SLICE, &b.list, &b.n);
    if (!e && b.n)
        e = txn_run(c->db, number, &b);
    if (e) {
        log_error("outbox.failed error=%s", err_row(e)->name);
        return 0;
    }
    for (size_t i = 0; i < b.n; i++)
        if (b.list[i].seq)
            post(c->house, &b.list[i]);
    return b.n;
}

static void beat(void *own, void *arg)
{
    struct dispatcher *d = arg;
    struct call c;
    do {
        c = worker_call(own, "outbox");
    } while (dispatch(&c) == SLICE && !atomic_load(&d->house->stopping));
}

struct dispatcher *dispatcher_open(struct house *h)
{
    struct dispatcher *d = NEW(struct dispatcher);
    d->house = h;
    d->pulse = pulse_open(&(struct pulse_setup){ .name = "outbox",
                                                 .every_ms = 1000,
                                                 .beat = beat,
                                                 .enter = worker_enter,
                                                 .leave = worker_leave,
                                                 .arg = d,
                                                 .enter_arg = h });
    return d;
}

void dispatcher_wake(struct dispatcher *d)
{
    pulse_wake(d->pulse);
}

void dispatcher_close(struct dispatcher *d)
{
    if (!d)
        return;
    pulse_close(d->pulse);
    mem_free(d);
}
