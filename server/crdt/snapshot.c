/* Snapshots: a delete set and a state vector. With them a document that kept what was deleted can
 * be written as it was. */
#include "server/crdt/ydoc_int.h"

void ydoc_snapshot(const struct ydoc *d, struct buf *out)
{
    struct ranges deleted = { 0 };
    deletes_of(d, &deleted);
    ranges_put(out, &deleted);
    ranges_fini(&deleted);
    ydoc_state_vector(d, out);
}

/* One client's structs up to this clock (> 0). */
static void put_until(const struct ydoc *d, uint32_t c, uint32_t clock, struct buf *out)
{
    const struct client *cl = &d->clients[c];
    uint32_t last = client_search_const(d, c, clock - 1);
    struct wire w;
    buf_varuint(out, last + 1);
    buf_varuint(out, cl->id);
    buf_varuint(out, 0);
    for (uint32_t at = 0; at <= last; at++) {
        item_wire(d, cl->items[at], &w);
        if (clock - w.clock < w.len)
            wire_keep(&w, clock - w.clock);
        wire_put(out, &w, 0);
    }
}

static enum err put_as_it_was(const struct ydoc *d, const struct states *sv, struct ranges *deleted,
                              struct buf *out)
{
    uint64_t n = 0;
    for (size_t k = 0; k < sv->n; k++) {
        if (sv->s[k].clock > client_state(d, client_find(d, sv->s[k].client)))
            return E_NOT_FOUND;
        n += sv->s[k].clock > 0;
    }
    buf_varuint(out, n);
    for (size_t k = 0; k < sv->n; k++)
        if (sv->s[k].clock)
            put_until(d, client_find(d, sv->s[k].client), sv->s[k].clock, out);
    ranges_sort(deleted);
    ranges_put(out, deleted);
    return out->err;
}

enum err ydoc_restore(const struct ydoc *d, struct str snapshot, struct buf *out)
{
    struct in in = in_of(snapshot);
    struct ranges deleted = { 0 };
    struct states sv = { 0 };
    enum err e = E_SYNTAX;
    ranges_read(&in, &deleted);
    states_read(&in, &sv);
    if (!d->setup.keep_deleted)
        e = E_STATE;
    else if (!in.what && in.p == in.end)
        e = put_as_it_was(d, &sv, &deleted, out);
    ranges_fini(&deleted);
    states_fini(&sv);
    return e;
}
