/* Items: the pool they lie in, and what they refer to. */
#include "server/crdt/ydoc_int.h"

/* ---- foreign clients: open addressing, linear probing, at most two thirds full */

static size_t foreign_home(const struct ydoc *d, uint32_t i)
{
    return (i * 2654435761u) & (d->foreign_room - 1);
}

static struct foreign *foreign_find(const struct ydoc *d, uint32_t i)
{
    size_t k = foreign_home(d, i);
    while (d->foreign[k].item != i)
        k = (k + 1) & (d->foreign_room - 1);
    return &d->foreign[k];
}

static void foreign_put(struct ydoc *d, struct foreign f)
{
    size_t k = foreign_home(d, f.item);
    while (d->foreign[k].item != NONE)
        k = (k + 1) & (d->foreign_room - 1);
    d->foreign[k] = f;
}

static void foreign_add(struct ydoc *d, struct foreign f)
{
    if ((d->foreign_n + 1) * 3 > d->foreign_room * 2) {
        struct foreign *old = d->foreign;
        size_t room = d->foreign_room;
        d->foreign_room = room ? room * 2 : 8;
        d->foreign = mem_array(d->foreign_room, sizeof *d->foreign);
        memset(d->foreign, 0xff, d->foreign_room * sizeof *d->foreign);
        for (size_t k = 0; k < room; k++)
            if (old[k].item != NONE)
                foreign_put(d, old[k]);
        mem_free(old);
    }
    foreign_put(d, f);
    d->foreign_n++;
}

/* Takes one out and moves those that follow into the gap, where they may stand there. */
static void foreign_drop(struct ydoc *d, uint32_t i)
{
    size_t mask = d->foreign_room - 1, gap = (size_t)(foreign_find(d, i) - d->foreign);
    for (size_t k = (gap + 1) & mask; d->foreign[k].item != NONE; k = (k + 1) & mask) {
        size_t home = foreign_home(d, d->foreign[k].item);
        if (((k - home) & mask) >= ((k - gap) & mask)) {
            d->foreign[gap] = d->foreign[k];
            gap = k;
        }
    }
    d->foreign[gap].item = NONE;
    d->foreign_n--;
}

/* ---- what an item refers to */

struct id item_origin(const struct ydoc *d, uint32_t i)
{
    const struct item *it = item_at(d, i);
    if (!item_is(it, ORIGIN))
        return (struct id){ NONE, 0 };
    if (item_is(it, FOREIGN))
        return (struct id){ foreign_find(d, i)->origin, it->origin };
    return (struct id){ item_client(it), it->origin };
}

struct id item_right_origin(const struct ydoc *d, uint32_t i)
{
    const struct item *it = item_at(d, i);
    if (!item_is(it, RIGHT))
        return (struct id){ NONE, 0 };
    if (item_is(it, FOREIGN))
        return (struct id){ foreign_find(d, i)->right, it->right_origin };
    return (struct id){ item_client(it), it->right_origin };
}

void item_refer(struct ydoc *d, uint32_t i, struct id origin, struct id right)
{
    struct item *it = item_at(d, i);
    uint32_t own = item_client(it);
    if (item_is(it, FOREIGN))
        foreign_drop(d, i);
    item_clear(it, ORIGIN | RIGHT | FOREIGN);
    it->origin = origin.clock;
    it->right_origin = right.clock;
    item_set(it, (origin.client != NONE ? ORIGIN : 0u) | (right.client != NONE ? RIGHT : 0u));
    if ((origin.client != NONE && origin.client != own) ||
        (right.client != NONE && right.client != own)) {
        item_set(it, FOREIGN);
        foreign_add(d, (struct foreign){ i, origin.client, right.client });
    }
}

/* ---- the pool */

uint32_t item_new(struct ydoc *d, uint32_t client, uint32_t clock, uint32_t len, uint8_t kind)
{
    uint32_t i = d->items_free;
    if (i != NONE) {
        d->items_free = item_at(d, i)->at;
    } else {
        if (d->items_n == d->items_room)
            d->items = vec_room(d->items, &d->items_room, d->items_n + 8, sizeof *d->items);
        i = (uint32_t)d->items_n++;
    }
    d->live++;
    *item_at(d, i) = (struct item){ .clock = clock,
                                    .len = len,
                                    .head = client | (uint32_t)kind << CLIENT_BITS,
                                    .right = NONE,
                                    .list = NONE };
    return i;
}

void item_drop(struct ydoc *d, uint32_t i)
{
    struct item *it = item_at(d, i);
    if (item_is(it, FOREIGN))
        foreign_drop(d, i);
    *it = (struct item){ .at = d->items_free, .right = NONE, .list = NONE };
    d->items_free = i;
    d->live--;
}

void item_strip(struct ydoc *d, uint32_t i)
{
    content_drop(d, i);
    item_at(d, i)->at = 0;
    item_set_kind(item_at(d, i), K_DELETED);
    item_clear(item_at(d, i), ASCII);
}

void item_collect(struct ydoc *d, uint32_t i)
{
    static const struct id nobody = { NONE, 0 };
    item_strip(d, i);
    item_refer(d, i, nobody, nobody);
    struct item *it = item_at(d, i);
    item_set_kind(it, K_GC);
    item_clear(it, DELETED);
    it->right = it->list = NONE;
}
