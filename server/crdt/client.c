/* Clients: who wrote, and his items in the order of their clocks. */
#include "server/crdt/ydoc_int.h"

/* ---- finding a client by its number */

static size_t id_home(const struct hash_of *h, uint64_t id)
{
    return (size_t)((id * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (h->room - 1);
}

static void by_id_put(struct ydoc *d, uint32_t c)
{
    struct hash_of *h = &d->by_id;
    size_t k = id_home(h, d->clients[c].id);
    while (h->slot[k])
        k = (k + 1) & (h->room - 1);
    h->slot[k] = c + 1;
}

uint32_t client_find(const struct ydoc *d, uint64_t id)
{
    const struct hash_of *h = &d->by_id;
    if (d->last_client < d->clients_n && d->clients[d->last_client].id == id)
        return d->last_client;
    if (!h->room)
        return NONE;
    for (size_t k = id_home(h, id); h->slot[k]; k = (k + 1) & (h->room - 1))
        if (d->clients[h->slot[k] - 1].id == id)
            return h->slot[k] - 1;
    return NONE;
}

/* Its place among the others, the highest id first. */
static void order_put(struct ydoc *d, uint32_t c)
{
    size_t lo = 0, hi = d->clients_n - 1;
    d->order = vec_room(d->order, &d->order_room, d->clients_n, sizeof *d->order);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->clients[d->order[mid]].id > d->clients[c].id)
            lo = mid + 1;
        else
            hi = mid;
    }
    memmove(d->order + lo + 1, d->order + lo, (d->clients_n - 1 - lo) * sizeof *d->order);
    d->order[lo] = c;
}

uint32_t client_get(struct ydoc *d, uint64_t id)
{
    uint32_t c = client_find(d, id);
    if (c == NONE) {
        c = (uint32_t)d->clients_n++;
        d->clients = vec_room(d->clients, &d->clients_room, d->clients_n, sizeof *d->clients);
        d->clients[c] = (struct client){ .id = id, .tail = NONE };
        bool widened = hash_widened(&d->by_id, d->clients_n, 4);
        for (uint32_t k = widened ? 0 : c; k <= c; k++)
            by_id_put(d, k);
        order_put(d, c);
    }
    return d->last_client = c;
}

/* ---- a client's items */

/* A guess first: where somebody was found last, and the one behind. */
static uint32_t search(const struct ydoc *d, const struct client *cl, uint32_t clock)
{
    uint32_t lo = 0, hi = cl->n - 1;
    for (uint32_t k = cl->hint; k < cl->n && k < cl->hint + 2; k++) {
        const struct item *it = item_at(d, cl->items[k]);
        if (it->clock <= clock && clock - it->clock < it->len)
            return k;
    }
    const struct item *last = item_at(d, cl->items[hi]);
    if (last->clock <= clock)
        return hi;
    /* Items are about equally long: the first probe is in proportion. */
    uint32_t mid = (uint32_t)((uint64_t)clock * hi / cl->state);
    for (;;) {
        const struct item *it = item_at(d, cl->items[mid]);
        if (it->clock > clock)
            hi = mid - 1;
        else if (clock - it->clock < it->len)
            return mid;
        else
            lo = mid + 1;
        if (lo > hi)
            BUG("I1: a clock that no item has");
        mid = lo + (hi - lo) / 2;
    }
}

uint32_t client_search(struct ydoc *d, uint32_t c, uint32_t clock)
{
    struct client *cl = &d->clients[c];
    return cl->hint = search(d, cl, clock);
}

uint32_t client_search_const(const struct ydoc *d, uint32_t c, uint32_t clock)
{
    return search(d, &d->clients[c], clock);
}

static void items_room(struct client *cl, size_t n)
{
    size_t room = cl->room;
    cl->items = vec_room(cl->items, &room, n, sizeof *cl->items);
    cl->room = (uint32_t)room;
}

void client_append(struct ydoc *d, uint32_t c, uint32_t i)
{
    struct client *cl = &d->clients[c];
    const struct item *it = item_at(d, i);
    if (it->clock != cl->state)
        BUG("I1: a gap");
    if (cl->n == cl->room)
        items_room(cl, (size_t)cl->n + 2);
    cl->items[cl->n++] = i;
    cl->state = it->clock + it->len;
}

void client_insert(struct ydoc *d, uint32_t c, uint32_t at, uint32_t i)
{
    struct client *cl = &d->clients[c];
    if (cl->n == cl->room)
        items_room(cl, (size_t)cl->n + 2);
    memmove(cl->items + at + 1, cl->items + at, (size_t)(cl->n - at) * sizeof *cl->items);
    cl->items[at] = i;
    cl->n++;
}

void client_cut(struct ydoc *d, uint32_t c, uint32_t at, uint32_t n)
{
    struct client *cl = &d->clients[c];
    memmove(cl->items + at, cl->items + at + n, (size_t)(cl->n - at - n) * sizeof *cl->items);
    cl->n -= n;
}

void client_trim(struct ydoc *d, uint32_t c)
{
    struct client *cl = &d->clients[c];
    if (cl->room > cl->n) {
        cl->room = cl->n;
        cl->items = mem_grow(cl->items, cl->n, sizeof *cl->items);
    }
    if (cl->size > cl->used) {
        cl->size = cl->used;
        cl->content = mem_grow(cl->content, cl->used, 1);
    }
}

void client_touch(struct ydoc *d, uint32_t c)
{
    struct client *cl = &d->clients[c];
    if (cl->txn == d->txn)
        return;
    cl->txn = d->txn;
    cl->before = cl->state;
    places_add(&d->wrote, c);
}

uint32_t client_before(const struct ydoc *d, uint32_t c)
{
    const struct client *cl = &d->clients[c];
    return cl->txn == d->txn ? cl->before : cl->state;
}
