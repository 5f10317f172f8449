/* What waits. Structs that lack something are kept as v1 updates, merged as Yjs merges them while
 * they are small; large ones are merged only with their like, so that somebody who sends out of
 * order for long does not have everything merged again with each struct. Deletes of what is not
 * there yet are kept as ranges. */
#include "server/crdt/ydoc_int.h"

#include <stdlib.h>

enum { PENDING_SMALL = 64 * 1024 };

static int missing_cmp(const void *a, const void *b)
{
    const struct state *x = a, *y = b;
    if (x->client != y->client)
        return x->client < y->client ? 1 : -1;
    return (x->clock > y->clock) - (x->clock < y->clock);
}

/* Of each client the first clock that somebody waits for. */
static void missing_add(struct ydoc *d, const struct states *more)
{
    struct states *m = &d->missing;
    size_t n = 0;
    for (size_t k = 0; k < more->n; k++)
        states_add(m, more->s[k].client, more->s[k].clock);
    if (m->n > 1)
        qsort(m->s, m->n, sizeof *m->s, missing_cmp);
    for (size_t k = 0; k < m->n; k++)
        if (n == 0 || m->s[n - 1].client != m->s[k].client)
            m->s[n++] = m->s[k];
    m->n = n;
}

bool pending_can(const struct ydoc *d)
{
    for (size_t k = 0; d->pending_n && k < d->wrote.n; k++) {
        const struct client *cl = &d->clients[d->wrote.p[k]];
        const struct state *m = states_find(&d->missing, cl->id);
        if (m && m->clock < cl->state)
            return true;
    }
    return false;
}

bool pending_deletes_can(const struct ydoc *d)
{
    for (size_t k = 0; d->pending_deletes.n && k < d->wrote.n; k++) {
        const struct client *cl = &d->clients[d->wrote.p[k]];
        const struct range *r = ranges_first(&d->pending_deletes, cl->id);
        if (r && r->clock < cl->state)
            return true;
    }
    return false;
}

static void count(struct ydoc *d, const struct piece *p, int sign)
{
    d->pending_bytes += (size_t)sign * p->bytes.n;
    d->pending_structs += (size_t)sign * p->structs;
    d->pending_runs += (size_t)sign * p->runs;
}

/* Joins the last two; the first stays in front, as the older one. False: it had it all before. */
static bool join_last(struct ydoc *d)
{
    struct piece *a = &d->pending[d->pending_n - 2], *b = a + 1, both = merge_pieces(a, b);
    bool more = !str_eq(buf_str(&a->bytes), buf_str(&both.bytes));
    count(d, a, -1);
    count(d, b, -1);
    count(d, &both, 1);
    buf_fini(&a->bytes);
    buf_fini(&b->bytes);
    *a = both;
    d->pending_n--;
    return more;
}

void pending_put(struct ydoc *d, struct piece rest, const struct states *missing)
{
    d->pending = vec_room(d->pending, &d->pending_room, d->pending_n + 1, sizeof *d->pending);
    d->pending[d->pending_n++] = rest;
    count(d, &rest, 1);
    bool more = true;
    while (d->pending_n > 1) {
        size_t last = d->pending[d->pending_n - 1].bytes.n;
        size_t before = d->pending[d->pending_n - 2].bytes.n;
        if (before > PENDING_SMALL && before > last * 2)
            break;
        more = join_last(d) && more;
    }
    d->waits_more = d->waits_more || more;
    missing_add(d, missing);
}

struct piece *pending_take(struct ydoc *d, size_t *n)
{
    struct piece *all = d->pending;
    *n = d->pending_n;
    d->pending = NULL;
    d->pending_n = d->pending_room = 0;
    d->pending_bytes = d->pending_structs = d->pending_runs = 0;
    d->missing.n = 0;
    return all;
}
