/* A document's beginning and end. */
#include "server/crdt/ydoc_int.h"

static size_t limit(size_t given, size_t otherwise, size_t most)
{
    size_t v = given ? given : otherwise;
    return v < most ? v : most;
}

bool hash_widened(struct hash_of *h, size_t n, uint32_t first)
{
    if (n * 2 <= h->room)
        return false;
    h->room = h->room ? h->room * 2 : first;
    mem_free(h->slot);
    h->slot = mem_array(h->room, sizeof *h->slot);
    return true;
}

struct ydoc *ydoc_new(const struct ydoc_setup *s)
{
    struct ydoc *d = NEW(struct ydoc);
    if (s)
        d->setup = *s;
    struct ydoc_limits *lim = &d->setup.limits;
    lim->update = limit(lim->update, (size_t)64 << 20, (size_t)1 << 30);
    lim->structs = limit(lim->structs, (size_t)8 << 20, (size_t)1 << 30);
    lim->clients = limit(lim->clients, CLIENT_MAX, CLIENT_MAX);
    lim->content = limit(lim->content, (size_t)1 << 30, (size_t)2 << 30);
    lim->pending = limit(lim->pending, (size_t)16 << 20, (size_t)1 << 30);
    d->items_free = d->types_free = d->lists_free = d->last_client = NONE;
    buf_init(&d->names, UINT32_MAX);
    return d;
}

static void client_fini(struct client *cl)
{
    mem_free(cl->items);
    mem_free(cl->content);
}

void ydoc_free(struct ydoc *d)
{
    if (!d)
        return;
    for (size_t c = 0; c < d->clients_n; c++)
        client_fini(&d->clients[c]);
    for (size_t k = 0; k < d->pending_n; k++)
        buf_fini(&d->pending[k].bytes);
    void *all[] = { d->items,   d->clients,     d->order,     d->by_id.slot, d->types,
                    d->lists,   d->by_key.slot, d->foreign,   d->name_at,    d->by_name.slot,
                    d->root_of, d->pending,     d->deleted.r, d->joints.r,   d->wrote.p,
                    d->scan.p,  d->work.p,      d->cursors,   d->stack.p };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        mem_free(all[k]);
    buf_fini(&d->names);
    states_fini(&d->missing);
    ranges_fini(&d->pending_deletes);
    ranges_fini(&d->incoming);
    mem_free(d);
}

void ydoc_stats(const struct ydoc *d, struct ydoc_stats *s)
{
    *s = (struct ydoc_stats){ .clients = d->clients_n, .pending = d->pending_bytes };
    s->memory = sizeof *d + d->items_room * sizeof *d->items +
                d->clients_room * sizeof *d->clients + d->order_room * sizeof *d->order +
                d->types_room * sizeof *d->types + d->lists_room * sizeof *d->lists +
                d->foreign_room * sizeof *d->foreign + d->names.room +
                d->names_room * sizeof *d->name_at + d->root_room * sizeof *d->root_of +
                sizeof(uint32_t) * ((size_t)d->by_id.room + d->by_key.room + d->by_name.room) +
                d->missing.room * sizeof *d->missing.s +
                d->pending_deletes.room * sizeof *d->pending_deletes.r;
    s->memory += sizeof(struct range) * (d->deleted.room + d->joints.room) +
                 sizeof(uint32_t) * (d->wrote.room + d->scan.room + d->work.room + d->stack.room) +
                 d->incoming.room * sizeof *d->incoming.r;
    for (size_t c = 0; c < d->clients_n; c++) {
        const struct client *cl = &d->clients[c];
        s->structs += cl->n;
        s->content += cl->used - cl->dead;
        s->memory += cl->room * sizeof *cl->items + cl->size;
    }
    for (size_t k = 0; k < d->pending_n; k++)
        s->memory += d->pending[k].bytes.room;
    for (size_t t = 0; t < d->types_n; t++)
        s->types += d->types[t].ref != T_count;
}
