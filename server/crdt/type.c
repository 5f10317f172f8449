/* Types, their lists, and the names of both. A name is kept once and never forgotten; a type that
 * was collected gives its place to the next one. */
#include "server/crdt/ydoc_int.h"

/* ---- names */

static size_t name_home(const struct hash_of *h, struct str s)
{
    uint64_t x = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.n; i++)
        x = (x ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return (size_t)(x ^ x >> 29) & (h->room - 1);
}

struct str name_str(const struct ydoc *d, uint32_t name)
{
    size_t from = d->name_at[name];
    size_t to = name + 1 < d->names_n ? d->name_at[name + 1] : d->names.n;
    return (struct str){ d->names.p + from, to - from };
}

uint32_t name_find(const struct ydoc *d, struct str s)
{
    const struct hash_of *h = &d->by_name;
    if (!h->room)
        return NONE;
    for (size_t k = name_home(h, s); h->slot[k]; k = (k + 1) & (h->room - 1))
        if (str_eq(name_str(d, h->slot[k] - 1), s))
            return h->slot[k] - 1;
    return NONE;
}

static void by_name_put(struct ydoc *d, uint32_t name)
{
    struct hash_of *h = &d->by_name;
    size_t k = name_home(h, name_str(d, name));
    while (h->slot[k])
        k = (k + 1) & (h->room - 1);
    h->slot[k] = name + 1;
}

uint32_t name_get(struct ydoc *d, struct str s)
{
    uint32_t name = name_find(d, s);
    if (name != NONE)
        return name;
    name = (uint32_t)d->names_n++;
    d->name_at = vec_room(d->name_at, &d->names_room, d->names_n, sizeof *d->name_at);
    d->name_at[name] = (uint32_t)d->names.n;
    buf_add(&d->names, s);
    if (d->names.err)
        BUG("names past 4 GiB");
    bool widened = hash_widened(&d->by_name, d->names_n, 16);
    for (uint32_t k = widened ? 0 : name; k <= name; k++)
        by_name_put(d, k);
    return name;
}

/* ---- lists: found by type and key */

static size_t key_home(const struct hash_of *h, uint32_t type, uint32_t key)
{
    uint64_t x = ((uint64_t)type << 32 | key) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(x >> 32) & (h->room - 1);
}

uint32_t list_find(const struct ydoc *d, uint32_t type, uint32_t key)
{
    const struct hash_of *h = &d->by_key;
    if (key == NONE)
        return d->types[type].list;
    if (!h->room)
        return NONE;
    for (size_t k = key_home(h, type, key); h->slot[k]; k = (k + 1) & (h->room - 1)) {
        const struct list *l = &d->lists[h->slot[k] - 1];
        if (l->type == type && l->key == key)
            return h->slot[k] - 1;
    }
    return NONE;
}

static void by_key_put(struct hash_of *h, const struct ydoc *d, uint32_t list)
{
    const struct list *l = &d->lists[list];
    size_t k = key_home(h, l->type, l->key);
    while (h->slot[k])
        k = (k + 1) & (h->room - 1);
    h->slot[k] = list + 1;
}

static void by_key_add(struct ydoc *d, uint32_t list)
{
    struct hash_of *h = &d->by_key, old = *h;
    if ((old.n + 1) * 3 > old.room * 2) {
        *h = (struct hash_of){ .room = old.room ? old.room * 2 : 8, .n = old.n };
        h->slot = mem_array(h->room, sizeof *h->slot);
        for (size_t k = 0; k < old.room; k++)
            if (old.slot[k])
                by_key_put(h, d, old.slot[k] - 1);
        mem_free(old.slot);
    }
    by_key_put(h, d, list);
    h->n++;
}

static void by_key_drop(struct ydoc *d, uint32_t list)
{
    struct hash_of *h = &d->by_key;
    size_t mask = h->room - 1, gap = key_home(h, d->lists[list].type, d->lists[list].key);
    while (h->slot[gap] != list + 1)
        gap = (gap + 1) & mask;
    for (size_t k = (gap + 1) & mask; h->slot[k]; k = (k + 1) & mask) {
        const struct list *l = &d->lists[h->slot[k] - 1];
        size_t home = key_home(h, l->type, l->key);
        if (((k - home) & mask) >= ((k - gap) & mask)) {
            h->slot[gap] = h->slot[k];
            gap = k;
        }
    }
    h->slot[gap] = 0;
    h->n--;
}

uint32_t list_get(struct ydoc *d, uint32_t type, uint32_t key)
{
    uint32_t l = list_find(d, type, key);
    if (l != NONE)
        return l;
    l = d->lists_free;
    if (l != NONE) {
        d->lists_free = d->lists[l].next;
    } else {
        l = (uint32_t)d->lists_n++;
        d->lists = vec_room(d->lists, &d->lists_room, d->lists_n, sizeof *d->lists);
    }
    d->lists[l] = (struct list){ type, key, NONE, NONE, NONE };
    struct type *t = &d->types[type];
    if (key == NONE)
        return t->list = l;
    if (t->keys == NONE)
        t->keys = l;
    else
        d->lists[t->keys_last].next = l;
    t->keys_last = l;
    by_key_add(d, l);
    return l;
}

static void list_drop(struct ydoc *d, uint32_t l)
{
    d->lists[l] = (struct list){ NONE, NONE, NONE, NONE, d->lists_free };
    d->lists_free = l;
}

/* ---- types */

uint32_t type_new(struct ydoc *d, uint32_t item, uint8_t ref, uint32_t name)
{
    uint32_t t = d->types_free;
    if (t != NONE) {
        d->types_free = d->types[t].name;
    } else {
        t = (uint32_t)d->types_n++;
        d->types = vec_room(d->types, &d->types_room, d->types_n, sizeof *d->types);
    }
    d->types[t] = (struct type){
        .item = item, .name = name, .list = NONE, .keys = NONE, .keys_last = NONE, .ref = ref
    };
    return t;
}

uint32_t type_root_find(const struct ydoc *d, struct str name)
{
    uint32_t n = name_find(d, name);
    return n != NONE && n < d->root_room ? d->root_of[n] : NONE;
}

uint32_t type_root(struct ydoc *d, struct str name)
{
    uint32_t n = name_get(d, name);
    size_t before = d->root_room;
    if (n >= before) {
        d->root_of = vec_room(d->root_of, &d->root_room, (size_t)n + 1, sizeof *d->root_of);
        memset(d->root_of + before, 0xff, (d->root_room - before) * sizeof *d->root_of);
    }
    if (d->root_of[n] == NONE)
        d->root_of[n] = type_new(d, NONE, T_ARRAY, n);
    return d->root_of[n];
}

/* Everything on the list becomes GC; types in it come on the pile. */
static void list_collect(struct ydoc *d, uint32_t l, struct place_vec *pile)
{
    uint32_t next;
    if (l == NONE)
        return;
    for (uint32_t i = d->lists[l].first; i != NONE; i = next) {
        const struct item *it = item_at(d, i);
        next = it->right;
        if (!item_gone(it))
            BUG("I4: alive in a deleted type");
        if (item_kind(it) == K_TYPE)
            places_add(pile, it->at);
        item_collect(d, i);
    }
}

void type_collect(struct ydoc *d, uint32_t t)
{
    struct place_vec *pile = &d->work;
    uint32_t next;
    pile->n = 0;
    places_add(pile, t);
    while (pile->n) {
        t = pile->p[--pile->n];
        list_collect(d, d->types[t].list, pile);
        if (d->types[t].list != NONE)
            list_drop(d, d->types[t].list);
        for (uint32_t l = d->types[t].keys; l != NONE; l = next) {
            next = d->lists[l].next;
            list_collect(d, l, pile);
            by_key_drop(d, l);
            list_drop(d, l);
        }
        d->types[t] = (struct type){ .item = NONE, .name = d->types_free, .ref = T_count };
        d->types_free = t;
    }
}
