/* Cutting items in two where somebody refers to their midst, and joining them again. Two items can
 * be joined when nobody could tell them from one: the same client, one behind the other in clocks
 * and in their list, the right one written to stand behind the left, the same on their right, both
 * there or both deleted, and of a kind that can be long. */
#include "server/crdt/ydoc_int.h"

uint32_t item_split(struct ydoc *d, uint32_t i, uint32_t at, uint32_t len)
{
    const struct item *it = item_at(d, i);
    uint32_t c = item_client(it), clock = it->clock + len;
    struct id origin = { c, clock - 1 };
    uint32_t r = item_new(d, c, clock, it->len - len, item_kind(it));
    item_refer(d, r, origin, item_right_origin(d, i));
    struct item *left = item_at(d, i), *right = item_at(d, r);
    if (item_is(left, DELETED))
        item_set(right, DELETED);
    content_split(d, i, r, len);
    left->len = len;
    right->list = left->list;
    right->right = left->right;
    left->right = r;
    struct list *l = &d->lists[left->list];
    if (l->last == i)
        l->last = r;
    client_insert(d, c, at + 1, r);
    ranges_add(&d->joints, c, clock, 0);
    return r;
}

uint32_t store_find(struct ydoc *d, struct id id)
{
    return d->clients[id.client].items[client_search(d, id.client, id.clock)];
}

uint32_t store_clean_end(struct ydoc *d, struct id id)
{
    uint32_t at = client_search(d, id.client, id.clock);
    uint32_t i = d->clients[id.client].items[at];
    const struct item *it = item_at(d, i);
    if (item_kind(it) != K_GC && id.clock != it->clock + it->len - 1)
        item_split(d, i, at, id.clock - it->clock + 1);
    return i;
}

uint32_t store_clean_start(struct ydoc *d, struct id id)
{
    uint32_t at = client_search(d, id.client, id.clock);
    uint32_t i = d->clients[id.client].items[at];
    const struct item *it = item_at(d, i);
    if (item_kind(it) != K_GC && id.clock != it->clock)
        return item_split(d, i, at, id.clock - it->clock);
    return i;
}

static bool joinable(const struct ydoc *d, uint32_t i, uint32_t r)
{
    const struct item *left = item_at(d, i), *right = item_at(d, r);
    uint8_t kind = item_kind(left);
    if (kind != item_kind(right))
        return false;
    if (kind == K_GC)
        return true;
    if (left->right != r || item_is(left, DELETED) != item_is(right, DELETED))
        return false;
    if (kind != K_STRING && kind != K_DELETED && kind != K_ANY && kind != K_JSON)
        return false;
    struct id behind = { item_client(left), right->clock - 1 };
    return id_eq(item_origin(d, r), behind) &&
           id_eq(item_right_origin(d, i), item_right_origin(d, r));
}

static void join(struct ydoc *d, uint32_t i, uint32_t r)
{
    struct item *left = item_at(d, i);
    const struct item *right = item_at(d, r);
    content_join(d, i, r);
    left->len += right->len;
    if (item_kind(left) != K_GC) {
        struct list *l = &d->lists[left->list];
        left->right = right->right;
        if (l->last == r)
            l->last = i;
    }
    item_drop(d, r);
}

uint32_t store_join(struct ydoc *d, uint32_t c, uint32_t at)
{
    const uint32_t *items = d->clients[c].items;
    uint32_t k = at;
    for (; k > 0 && joinable(d, items[k - 1], items[k]); k--)
        join(d, items[k - 1], items[k]);
    if (k < at)
        client_cut(d, c, k + 1, at - k);
    return at - k;
}
