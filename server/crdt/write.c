/* What a document gives out: its state, or what somebody lacks of it. Clients are written with the
 * highest id first, as Yjs does. */
#include "server/crdt/ydoc_int.h"

static struct gid gid_of(const struct ydoc *d, struct id id)
{
    return (struct gid){ d->clients[id.client].id, id.clock };
}

static void parent_wire(const struct ydoc *d, const struct list *l, struct wire *w)
{
    const struct type *t = &d->types[l->type];
    w->has_root = t->item == NONE;
    if (w->has_root) {
        w->root = name_str(d, t->name);
    } else {
        const struct item *it = item_at(d, t->item);
        w->parent = gid_of(d, (struct id){ item_client(it), it->clock });
    }
}

void item_wire(const struct ydoc *d, uint32_t i, struct wire *w)
{
    const struct item *it = item_at(d, i);
    struct id origin = item_origin(d, i), right = item_right_origin(d, i);
    *w = (struct wire){ .client = d->clients[item_client(it)].id,
                        .clock = it->clock,
                        .len = it->len,
                        .kind = item_kind(it) };
    if (w->kind == K_GC)
        return;
    w->has_origin = origin.client != NONE;
    w->has_right = right.client != NONE;
    if (w->has_origin)
        w->origin = gid_of(d, origin);
    if (w->has_right)
        w->right = gid_of(d, right);
    const struct list *l = &d->lists[it->list];
    if (!w->has_origin && !w->has_right)
        parent_wire(d, l, w);
    w->has_sub = l->key != NONE;
    if (w->has_sub)
        w->sub = name_str(d, l->key);
    if (w->kind == K_TYPE) {
        w->ref = d->types[it->at].ref;
        if (d->types[it->at].name != NONE)
            w->name = name_str(d, d->types[it->at].name);
    } else {
        w->content = content_of(d, it);
    }
}

void write_run(const struct ydoc *d, uint32_t c, uint32_t clock, struct buf *out)
{
    const struct client *cl = &d->clients[c];
    uint32_t at = client_search_const(d, c, clock);
    struct wire w;
    buf_varuint(out, cl->n - at);
    buf_varuint(out, cl->id);
    buf_varuint(out, clock);
    for (uint32_t offset = clock - item_at(d, cl->items[at])->clock; at < cl->n; at++, offset = 0) {
        item_wire(d, cl->items[at], &w);
        wire_put(out, &w, offset);
    }
}

static void put_structs(const struct ydoc *d, const struct states *sv, struct buf *out)
{
    uint64_t n = 0;
    for (size_t k = 0; k < d->clients_n; k++) {
        const struct client *cl = &d->clients[k];
        n += cl->state > states_get(sv, cl->id);
    }
    buf_varuint(out, n);
    for (size_t k = 0; k < d->clients_n; k++) {
        const struct client *cl = &d->clients[d->order[k]];
        uint32_t clock = states_get(sv, cl->id);
        if (cl->state > clock)
            write_run(d, d->order[k], clock, out);
    }
}

void deletes_of(const struct ydoc *d, struct ranges *out)
{
    for (size_t k = 0; k < d->clients_n; k++) {
        const struct client *cl = &d->clients[d->order[k]];
        for (uint32_t at = 0; at < cl->n; at++) {
            const struct item *it = item_at(d, cl->items[at]);
            struct range *last = out->n ? &out->r[out->n - 1] : NULL;
            if (!item_gone(it))
                continue;
            if (last && last->client == cl->id && last->clock + last->len == it->clock)
                last->len += it->len;
            else
                ranges_add(out, cl->id, it->clock, it->len);
        }
    }
}

static void put_state(const struct ydoc *d, const struct states *sv, struct buf *out)
{
    struct ranges deleted = { 0 };
    put_structs(d, sv, out);
    deletes_of(d, &deleted);
    ranges_put(out, &deleted);
    ranges_fini(&deleted);
}

/* How far whoever has sv and hears our state is then. */
static struct states heard(const struct ydoc *d, const struct states *sv)
{
    struct states all = { 0 };
    for (size_t k = 0; k < sv->n; k++)
        if (sv->s[k].clock > client_state(d, client_find(d, sv->s[k].client)))
            states_add(&all, sv->s[k].client, sv->s[k].clock);
    for (size_t k = 0; k < d->clients_n; k++)
        if (d->clients[k].state >= states_get(sv, d->clients[k].id))
            states_add(&all, d->clients[k].id, d->clients[k].state);
    states_sort(&all);
    return all;
}

/* The same with what waits: the state, the waiting deletes and the waiting structs are merged. Of
 * those only what the state has not got: somebody may have sent another struct by a number that is
 * taken, and it must not come to stand in its place. */
static void put_with_pending(const struct ydoc *d, const struct states *sv, struct buf *out)
{
    size_t n = d->pending_n + 2;
    struct buf *part = mem_array(n, sizeof *part);
    struct str *parts = mem_array(n, sizeof *parts);
    struct states known = heard(d, sv);
    size_t used = 0;
    for (size_t k = 0; k < n; k++)
        buf_init(&part[k], SIZE_MAX / 2);
    put_state(d, sv, &part[used++]);
    if (d->pending_deletes.n) {
        buf_varuint(&part[used], 0);
        ranges_put(&part[used++], &d->pending_deletes);
    }
    for (size_t k = 0; k < d->pending_n; k++)
        diff_checked(buf_str(&d->pending[k].bytes), &known, &part[used++]);
    for (size_t k = 0; k < used; k++)
        parts[k] = buf_str(&part[k]);
    merge_checked(parts, used, out);
    for (size_t k = 0; k < n; k++)
        buf_fini(&part[k]);
    states_fini(&known);
    mem_free(part);
    mem_free(parts);
}

enum err ydoc_diff(const struct ydoc *d, struct str state_vector, struct buf *out)
{
    struct states sv = { 0 };
    enum err e = E_OK;
    if (state_vector.n) {
        struct in in = in_of(state_vector);
        states_read(&in, &sv);
        if (in.what || in.p != in.end)
            e = E_SYNTAX;
    }
    if (!e && (d->pending_n || d->pending_deletes.n))
        put_with_pending(d, &sv, out);
    else if (!e)
        put_state(d, &sv, out);
    states_fini(&sv);
    return e ? e : out->err;
}

bool ydoc_state(const struct ydoc *d, size_t k, uint64_t *client, uint32_t *clock)
{
    if (k >= d->clients_n)
        return false;
    const struct client *cl = &d->clients[d->order[k]];
    *client = cl->id;
    *clock = cl->state;
    return true;
}

void ydoc_state_vector(const struct ydoc *d, struct buf *out)
{
    uint64_t client;
    uint32_t clock;
    buf_varuint(out, d->clients_n);
    for (size_t k = 0; ydoc_state(d, k, &client, &clock); k++) {
        buf_varuint(out, client);
        buf_varuint(out, clock);
    }
}
