/* One struct finds its place (YATA). It was written between two units, origin and right origin, and
 * stands directly behind its origin unless others were written there at the same time. Those are
 * looked through from the origin on; the struct goes behind every rival whose client is lower, and
 * behind whatever belongs to such a rival. Nothing here can fail: wire.h and integrate_lacks saw to
 * it that everything referred to exists.
 *
 * Where bytes from outside contradict themselves (an origin in another list than the right origin,
 * two structs of one clock) the outcome is of no use to anybody, but the invariants hold. */
#include "server/crdt/ydoc_int.h"

static struct id id_of(const struct ydoc *d, struct gid g)
{
    return (struct id){ client_find(d, g.client), g.clock };
}

static bool is_there(const struct ydoc *d, struct gid g)
{
    return g.clock < client_state(d, client_find(d, g.client));
}

bool integrate_lacks(struct ydoc *d, const struct wire *w, uint64_t *client)
{
    bool item = w->kind != K_GC && w->kind != K_SKIP;
    if (w->has_origin && w->origin.client != w->client && !is_there(d, w->origin))
        return *client = w->origin.client, true;
    if (w->has_right && w->right.client != w->client && !is_there(d, w->right))
        return *client = w->right.client, true;
    if (item && !w->has_origin && !w->has_right && !w->has_root && w->parent.client != w->client &&
        !is_there(d, w->parent))
        return *client = w->parent.client, true;
    return false;
}

/* ---- deleting */

static void forget(struct ydoc *d, uint32_t i, struct place_vec *pile)
{
    struct item *it = item_at(d, i);
    const struct list *l = &d->lists[it->list];
    if (item_counts(it) && l->key == NONE)
        d->types[l->type].len -= it->len;
    item_set(it, DELETED);
    ranges_add(&d->deleted, item_client(it), it->clock, it->len);
    if (item_kind(it) == K_TYPE)
        places_add(pile, it->at);
}

/* A child of a deleted type goes too. One that was deleted before may be joined with its
 * neighbours when it is collected. */
static void forget_child(struct ydoc *d, uint32_t i, struct place_vec *pile)
{
    const struct item *it = item_at(d, i);
    if (!item_gone(it))
        forget(d, i, pile);
    else if (it->clock < client_before(d, item_client(it)))
        ranges_add(&d->joints, item_client(it), it->clock, 0);
}

void item_delete(struct ydoc *d, uint32_t i)
{
    struct place_vec *pile = &d->work;
    if (item_gone(item_at(d, i)))
        return;
    pile->n = 0;
    forget(d, i, pile);
    while (pile->n) {
        struct type t = d->types[pile->p[--pile->n]];
        uint32_t k = t.list == NONE ? NONE : d->lists[t.list].first;
        for (; k != NONE; k = item_at(d, k)->right)
            forget_child(d, k, pile);
        for (uint32_t l = t.keys; l != NONE; l = d->lists[l].next)
            if (d->lists[l].last != NONE)
                forget_child(d, d->lists[l].last, pile);
    }
}

void delete_range(struct ydoc *d, uint32_t c, uint32_t clock, uint32_t end)
{
    uint32_t at = client_search(d, c, clock);
    uint32_t i = d->clients[c].items[at];
    if (!item_gone(item_at(d, i)) && item_at(d, i)->clock < clock) {
        item_split(d, i, at, clock - item_at(d, i)->clock);
        at++;
    }
    for (; at < d->clients[c].n; at++) {
        i = d->clients[c].items[at];
        const struct item *it = item_at(d, i);
        if (it->clock >= end)
            break;
        if (item_gone(it))
            continue;
        if (end < it->clock + it->len)
            item_split(d, i, at, end - it->clock);
        item_delete(d, i);
    }
}

/* ---- finding the place */

struct place {
    uint32_t left, right, list;
    struct id origin, right_origin;
};

static bool is_gc(const struct ydoc *d, uint32_t i)
{
    return i != NONE && item_kind(item_at(d, i)) == K_GC;
}

/* The list of w, or NONE where its parent is collected or none. */
static uint32_t find_list(struct ydoc *d, const struct wire *w, const struct place *p)
{
    if (is_gc(d, p->left) || is_gc(d, p->right))
        return NONE;
    if (p->left != NONE)
        return item_at(d, p->left)->list;
    if (p->right != NONE)
        return item_at(d, p->right)->list;
    uint32_t type;
    if (w->has_root) {
        type = type_root(d, w->root);
    } else {
        const struct item *it = item_at(d, store_find(d, id_of(d, w->parent)));
        if (item_kind(it) != K_TYPE)
            return NONE;
        type = it->at;
    }
    return list_get(d, type, w->has_sub ? name_get(d, w->sub) : NONE);
}

static void unmark(struct ydoc *d, size_t from, uint32_t flags)
{
    for (size_t k = from; k < d->scan.n; k++)
        item_clear(item_at(d, d->scan.p[k]), flags);
}

/* Others were written at the same place: behind whom does it stand? */
static void find_left(struct ydoc *d, struct place *p, uint64_t client)
{
    uint32_t o = p->left != NONE ? item_at(d, p->left)->right : d->lists[p->list].first;
    size_t rivals = 0;
    d->scan.n = 0;
    for (; o != NONE && o != p->right; o = item_at(d, o)->right) {
        struct id origin = item_origin(d, o);
        places_add(&d->scan, o);
        item_set(item_at(d, o), SEEN | RIVAL);
        if (id_eq(origin, p->origin)) {
            if (d->clients[item_client(item_at(d, o))].id >= client) {
                if (id_eq(item_right_origin(d, o), p->right_origin))
                    break;
                continue;
            }
        } else if (origin.client != NONE) {
            const struct item *of = item_at(d, store_find(d, origin));
            if (!item_is(of, SEEN))
                break;
            if (item_is(of, RIVAL))
                continue;
        } else {
            break;
        }
        p->left = o;
        unmark(d, rivals, RIVAL);
        rivals = d->scan.n;
    }
    unmark(d, 0, SEEN | RIVAL);
}

static void find_place(struct ydoc *d, struct place *p, uint64_t client)
{
    if (p->left == NONE ? p->right == NONE || d->lists[p->list].first != p->right
                        : item_at(d, p->left)->right != p->right)
        find_left(d, p, client);
}

/* ---- standing there */

static bool joins_last(const struct ydoc *d, const struct wire *w, uint32_t c,
                       const struct place *p)
{
    const struct client *cl = &d->clients[c];
    if (cl->n == 0 || p->left != cl->items[cl->n - 1])
        return false;
    const struct item *left = item_at(d, p->left);
    struct id end = { c, w->clock - 1 };
    return item_kind(left) == w->kind && !item_is(left, DELETED) &&
           (w->kind == K_STRING || w->kind == K_ANY || w->kind == K_JSON) &&
           d->lists[left->list].key == NONE && id_eq(p->origin, end) &&
           id_eq(item_right_origin(d, p->left), p->right_origin);
}

/* Typing: the new struct is more of the last one. */
static void extend_last(struct ydoc *d, const struct wire *w, uint32_t c, uint32_t last)
{
    struct item *it = item_at(d, last);
    content_append(d, last, w);
    it->len += w->len;
    d->clients[c].state += w->len;
    d->types[d->lists[it->list].type].len += w->len;
}

static void link_in(struct ydoc *d, uint32_t i, uint32_t left)
{
    struct item *it = item_at(d, i);
    struct list *l = &d->lists[it->list];
    uint32_t *from = left != NONE ? &item_at(d, left)->right : &l->first;
    it->right = *from;
    *from = i;
    if (it->right == NONE)
        l->last = i;
}

static void stand(struct ydoc *d, const struct wire *w, uint32_t c, const struct place *p)
{
    uint32_t i = item_new(d, c, w->clock, w->len, w->kind);
    item_refer(d, i, p->origin, p->right_origin);
    struct item *it = item_at(d, i);
    it->list = p->list;
    content_put(d, i, w);
    link_in(d, i, p->left);
    struct list l = d->lists[p->list];
    if (l.key == NONE && item_counts(it))
        d->types[l.type].len += w->len;
    client_append(d, c, i);
    if (w->kind == K_DELETED) {
        item_set(it, DELETED);
        ranges_add(&d->deleted, c, w->clock, w->len);
    } else if (w->kind == K_TYPE) {
        uint32_t t = type_new(d, i, w->ref, w->name.p ? name_get(d, w->name) : NONE);
        item_at(d, i)->at = t;
    }
    if (l.key != NONE && item_at(d, i)->right == NONE && p->left != NONE)
        item_delete(d, p->left); /* I3 */
    uint32_t owner = d->types[l.type].item;
    if ((owner != NONE && item_gone(item_at(d, owner))) ||
        (l.key != NONE && item_at(d, i)->right != NONE))
        item_delete(d, i); /* I4, I3 */
}

static void append_gc(struct ydoc *d, uint32_t c, uint32_t clock, uint32_t len)
{
    struct client *cl = &d->clients[c];
    struct item *last = cl->n ? item_at(d, cl->items[cl->n - 1]) : NULL;
    if (last && item_kind(last) == K_GC) {
        last->len += len;
        cl->state += len;
    } else {
        client_append(d, c, item_new(d, c, clock, len, K_GC));
    }
}

/* The commonest case of all, without a search: the last item goes on, and what it was written
 * before still follows it. */
static bool typed_on(struct ydoc *d, const struct wire *w, uint32_t c)
{
    struct client *cl = &d->clients[c];
    if (w->kind != K_STRING || !w->has_origin || w->origin.client != w->client ||
        w->origin.clock + 1 != w->clock || cl->state != w->clock || cl->n == 0)
        return false;
    uint32_t i = cl->items[cl->n - 1];
    const struct item *it = item_at(d, i);
    if (item_kind(it) != K_STRING || item_is(it, DELETED) || d->lists[it->list].key != NONE)
        return false;
    struct id right = item_right_origin(d, i);
    if (w->has_right != (right.client != NONE))
        return false;
    if (w->has_right) {
        if (right.clock != w->right.clock || d->clients[right.client].id != w->right.client ||
            it->right == NONE)
            return false;
        const struct item *next = item_at(d, it->right);
        if (next->clock != right.clock || item_client(next) != right.client)
            return false;
    } else if (it->right != NONE) {
        return false;
    }
    extend_last(d, w, c, i);
    return true;
}

void integrate(struct ydoc *d, const struct wire *w, uint32_t c)
{
    struct place p = { .left = NONE, .right = NONE, .origin = { NONE, 0 } };
    struct wire rest;
    uint32_t offset = d->clients[c].state - w->clock;
    p.right_origin = p.origin;
    if (offset < w->len)
        client_touch(d, c);
    if (w->kind == K_GC) {
        if (offset < w->len)
            append_gc(d, c, w->clock + offset, w->len - offset);
        return;
    }
    if (typed_on(d, w, c))
        return;
    if (w->has_origin) {
        p.origin = id_of(d, w->origin);
        p.left = store_clean_end(d, p.origin);
    }
    if (w->has_right) {
        p.right_origin = id_of(d, w->right);
        p.right = store_clean_start(d, p.right_origin);
    }
    if (offset >= w->len)
        return; /* known; Yjs cuts at what it refers to all the same, and joins again */
    p.list = find_list(d, w, &p);
    if (offset > 0) {
        p.origin = (struct id){ c, w->clock + offset - 1 };
        p.left = store_clean_end(d, p.origin);
        rest = *w;
        wire_cut(&rest, offset);
        w = &rest;
        if (p.list != NONE)
            p.list = item_at(d, p.left)->list;
    }
    if (p.list == NONE) {
        append_gc(d, c, w->clock, w->len);
        return;
    }
    find_place(d, &p, w->client);
    if (joins_last(d, w, c, &p))
        extend_last(d, w, c, p.left);
    else
        stand(d, w, c, &p);
}
