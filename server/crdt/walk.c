/* The walk for writers. Values of attributes are printed into one buffer of the walk, element by
 * element, and told from there. */
#include "server/crdt/walk.h"

#include "server/crdt/view_int.h"

struct walker {
    struct view v; /* v.out: JSON of the attributes at hand */
    const struct ydoc_walk *w;
    struct view_scope scope;
    int limit;
};

static bool too_deep(struct walker *k)
{
    k->v.deep = k->v.deep || k->v.depth >= k->limit;
    return k->v.deep;
}

/* gone: of an element that is, whose attributes went with it. */
static bool attribute_item(const struct ydoc *d, uint32_t list, bool gone, uint32_t *i)
{
    *i = d->lists[list].last;
    if (*i == NONE || (item_gone(item_at(d, *i)) && !gone))
        return false;
    uint8_t kind = item_kind(item_at(d, *i));
    return kind != K_DELETED && kind != K_GC && !view_undefined(d, *i);
}

static enum ywalk state_of(const struct walker *k, uint32_t i)
{
    return item_gone(item_at(k->v.d, i))           ? YWALK_GONE
           : view_known(k->v.d, k->scope.since, i) ? YWALK_KNOWN
                                                   : YWALK_MINE;
}

/* Prints the values first, since the buffer moves while it grows. */
static struct yformat *attributes(struct walker *k, const struct type *t, bool gone, size_t *n)
{
    const struct ydoc *d = k->v.d;
    struct yformat *a = NULL;
    size_t room = 0, at = 0, i = 0;
    uint32_t item;
    *n = 0;
    buf_clear(k->v.out);
    for (uint32_t l = t->keys; l != NONE; l = d->lists[l].next) {
        if (!attribute_item(d, l, gone, &item))
            continue;
        at = k->v.out->n;
        view_json_item(&k->v, item);
        a = vec_room(a, &room, *n + 1, sizeof *a);
        a[(*n)++] = (struct yformat){ name_str(d, d->lists[l].key), { NULL, k->v.out->n - at } };
    }
    for (at = 0; i < *n; at += a[i++].value.n)
        a[i].value.p = k->v.out->p + at;
    return a;
}

static void walk_item(struct walker *k, uint32_t i);

static void walk_children(struct walker *k, uint32_t type)
{
    if (too_deep(k))
        return;
    k->v.depth++;
    const struct ydoc *d = k->v.d;
    uint32_t l = d->types[type].list, i = l == NONE ? NONE : d->lists[l].first;
    for (; (i = view_seen(d, &k->scope, i)) != NONE && !k->v.deep; i = item_at(d, i)->right)
        walk_item(k, i);
    k->v.depth--;
}

static void walk_element(struct walker *k, uint32_t i)
{
    const struct type *t = &k->v.d->types[item_at(k->v.d, i)->at];
    struct str name = name_str(k->v.d, t->name);
    size_t n;
    if (too_deep(k))
        return;
    enum ywalk what = state_of(k, i);
    struct yformat *a = attributes(k, t, what == YWALK_GONE, &n);
    k->w->open(k->w->arg, name, a, n, what);
    mem_free(a);
    walk_children(k, item_at(k->v.d, i)->at);
    k->w->close(k->w->arg, name);
}

static void told_other(const struct walker *k)
{
    if (k->w->other)
        k->w->other(k->w->arg);
}

static void told_stretch(void *arg, const struct stretch *s)
{
    struct walker *k = arg;
    struct yformat *f = NULL;
    if (s->embed != NONE) {
        walk_item(k, s->embed);
        return;
    }
    if (s->n)
        f = mem_array(s->n, sizeof *f);
    for (size_t i = 0; i < s->n; i++)
        f[i] = (struct yformat){ s->formats[i].key, s->formats[i].value };
    k->w->text(k->w->arg, s->text, f, s->n,
               s->gone   ? YWALK_GONE
               : s->mine ? YWALK_MINE
                         : YWALK_KNOWN);
    mem_free(f);
}

static void walk_text(struct walker *k, uint32_t type)
{
    if (too_deep(k))
        return;
    k->v.depth++;
    view_stretches(k->v.d, type, &k->scope, told_stretch, k);
    k->v.depth--;
}

static void walk_item(struct walker *k, uint32_t i)
{
    const struct item *it = item_at(k->v.d, i);
    uint8_t ref = item_kind(it) == K_TYPE ? k->v.d->types[it->at].ref : T_count;
    if (ref == T_ELEMENT)
        walk_element(k, i);
    else if (ref == T_XMLTEXT || ref == T_TEXT)
        walk_text(k, it->at);
    else if (ref == T_FRAGMENT)
        walk_children(k, it->at);
    else if (item_counts(it))
        told_other(k);
}

enum err ydoc_walk(const struct ydoc *d, struct str root, const struct ydoc_walk *w)
{
    struct states since = { 0 };
    struct buf json;
    enum err e = E_OK;
    if (w->since.n) {
        struct in in = in_of(w->since);
        states_read(&in, &since);
        e = in.what ? E_SYNTAX : E_OK;
        states_sort(&since);
    }
    buf_init(&json, SIZE_MAX / 2);
    struct walker k = { .v = { .d = d, .out = &json }, .w = w, .limit = w->depth };
    if (k.limit <= 0 || k.limit > VIEW_DEPTH)
        k.limit = VIEW_DEPTH;
    k.scope = (struct view_scope){ w->since.n ? &since : NULL, w->gone, w->refused, w->refused_n };
    uint32_t type = type_root_find(d, root);
    if (!e && type != NONE && view_root_ref(d, type) == T_TEXT)
        walk_text(&k, type);
    else if (!e && type != NONE)
        walk_children(&k, type);
    buf_fini(&json);
    states_fini(&since);
    return e ? e : view_end(&k.v);
}
