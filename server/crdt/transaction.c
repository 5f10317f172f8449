/* The end of a transaction, as Yjs has it: deleted content is given up, what lay in deleted types
 * becomes GC, and items are joined wherever something changed. Which items are one is visible in
 * the encoded state, so it is done exactly where Yjs tries it: all over what was deleted and one
 * further, from the first new item of each client to its last, and where items were cut. */
#include "server/crdt/ydoc_int.h"

void places_add(struct place_vec *v, uint32_t p)
{
    if (v->n == v->room)
        v->p = vec_room(v->p, &v->room, v->n + 4, sizeof *v->p);
    v->p[v->n++] = p;
}

void transaction_begin(struct ydoc *d)
{
    d->txn++;
    d->deleted.n = d->joints.n = d->wrote.n = 0;
}

static void collect(struct ydoc *d, struct range s)
{
    uint32_t c = (uint32_t)s.client;
    struct client *cl = &d->clients[c];
    for (uint32_t at = client_search(d, c, s.clock); at < cl->n; at++) {
        uint32_t i = cl->items[at];
        const struct item *it = item_at(d, i);
        if (it->clock >= s.clock + s.len)
            break;
        if (!item_is(it, DELETED))
            continue;
        if (item_kind(it) == K_TYPE)
            type_collect(d, it->at);
        if (item_kind(item_at(d, i)) != K_GC)
            item_strip(d, i);
    }
}

static void join_deleted(struct ydoc *d, struct range s)
{
    uint32_t c = (uint32_t)s.client;
    const struct client *cl = &d->clients[c];
    uint32_t at = 1 + client_search(d, c, s.clock + s.len - 1);
    if (at > cl->n - 1)
        at = cl->n - 1;
    while (at > 0 && item_at(d, cl->items[at])->clock >= s.clock) {
        uint32_t back = 1 + store_join(d, c, at);
        if (back > at)
            break;
        at -= back;
    }
}

static void join_new(struct ydoc *d, uint32_t c)
{
    const struct client *cl = &d->clients[c];
    if (cl->before == cl->state)
        return;
    uint32_t first = client_search(d, c, cl->before);
    if (first == 0)
        first = 1;
    for (uint32_t at = cl->n - 1; at >= first && at > 0;) {
        uint32_t back = 1 + store_join(d, c, at);
        if (back > at)
            break;
        at -= back;
    }
}

static void join_joint(struct ydoc *d, struct range s)
{
    uint32_t c = (uint32_t)s.client;
    const struct client *cl = &d->clients[c];
    uint32_t at = client_search(d, c, s.clock);
    if (at + 1 < cl->n && store_join(d, c, at + 1) > 1)
        return;
    if (at > 0)
        store_join(d, c, at);
}

void transaction_end(struct ydoc *d)
{
    ranges_sort(&d->deleted);
    if (!d->setup.keep_deleted)
        for (size_t k = d->deleted.n; k-- > 0;)
            collect(d, d->deleted.r[k]);
    for (size_t k = d->deleted.n; k-- > 0;)
        join_deleted(d, d->deleted.r[k]);
    for (size_t k = 0; k < d->wrote.n; k++)
        join_new(d, d->wrote.p[k]);
    for (size_t k = d->joints.n; k-- > 0;)
        join_joint(d, d->joints.r[k]);
    for (size_t k = 0; k < d->deleted.n; k++)
        content_tidy(d, (uint32_t)d->deleted.r[k].client);
    for (size_t k = 0; k < d->joints.n; k++)
        content_tidy(d, (uint32_t)d->joints.r[k].client);
}
