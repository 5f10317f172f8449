/* Edits from here. Each becomes a struct as another client would have sent it and is integrated in
 * the same way; what is special is only where it goes. Typing in sequence does not search: the
 * place where somebody wrote last is remembered. */
#include "server/base/utf.h"
#include "server/crdt/any.h"
#include "server/crdt/edit_int.h"
#include "server/crdt/text.h"

struct ydoc_edit *ydoc_edit_open(struct ydoc *d, uint64_t client)
{
    struct ydoc_edit *e = NEW(struct ydoc_edit);
    *e = (struct ydoc_edit){ .d = d, .client = client, .c = client_find(d, client) };
    e->at_node = NONE;
    e->arena = arena_new();
    buf_init(&e->scratch, SIZE_MAX / 2);
    transaction_begin(d);
    return e;
}

enum err ydoc_edit_close(struct ydoc_edit *e, struct buf *update)
{
    struct ydoc *d = e->d;
    transaction_end(d);
    bool wrote = e->c != NONE && d->clients[e->c].txn == d->txn &&
                 d->clients[e->c].before < d->clients[e->c].state;
    if (wrote || d->deleted.n) {
        struct ranges deleted = { 0 };
        buf_varuint(update, wrote);
        if (wrote)
            write_run(d, e->c, d->clients[e->c].before, update);
        for (size_t k = 0; k < d->deleted.n; k++)
            ranges_add(&deleted, d->clients[d->deleted.r[k].client].id, d->deleted.r[k].clock,
                       d->deleted.r[k].len);
        ranges_sort(&deleted);
        ranges_put(update, &deleted);
        ranges_fini(&deleted);
    }
    buf_fini(&e->scratch);
    arena_free(e->arena);
    mem_free(e);
    return update->err;
}

ynode yroot(struct ydoc_edit *e, struct str name)
{
    return type_root(e->d, name);
}

uint32_t ylength(const struct ydoc_edit *e, ynode n)
{
    return e->d->types[n].len;
}

enum err edit_room(const struct ydoc_edit *e, size_t bytes)
{
    const struct ydoc *d = e->d;
    const struct ydoc_limits *lim = &d->setup.limits;
    uint32_t state = client_state(d, e->c);
    if (d->live + 64 > lim->structs || d->content + d->names.n + bytes > lim->content ||
        bytes > CLOCK_MAX - state || (e->c == NONE && d->clients_n >= lim->clients))
        return E_TOO_LARGE;
    return E_OK;
}

void edit_here(struct ydoc_edit *e, ynode n, uint32_t index, uint32_t left)
{
    e->at_node = n;
    e->at_index = index;
    e->at_left = left;
}

/* Would cutting here go through a surrogate pair? Both halves would be lost. */
static bool cuts_pair(const struct ydoc *d, const struct item *it, uint32_t len)
{
    bool half = false;
    if (item_kind(it) == K_STRING && !item_is(it, ASCII))
        text_seek(content_of(d, it).p, len, &half);
    return half;
}

enum err edit_find(struct ydoc_edit *e, ynode n, uint32_t index, struct gap *g)
{
    struct ydoc *d = e->d;
    uint32_t l = d->types[n].list, left = NONE, seen = 0;
    *g = (struct gap){ NONE, l == NONE ? NONE : d->lists[l].first };
    if (index > d->types[n].len)
        return E_INPUT;
    if (e->at_node == n && e->at_index <= index) {
        left = e->at_left;
        seen = e->at_index;
    }
    uint32_t i = left == NONE ? g->right : item_at(d, left)->right;
    for (; seen < index; i = item_at(d, i)->right) {
        const struct item *it = item_at(d, i);
        left = i;
        if (item_gone(it) || !item_counts(it))
            continue;
        if (index - seen < it->len && cuts_pair(d, it, index - seen))
            return E_INPUT;
        if (index - seen < it->len)
            store_clean_end(d, (struct id){ item_client(it), it->clock + (index - seen) - 1 });
        seen += item_at(d, i)->len;
    }
    if (left != NONE)
        *g = (struct gap){ left, item_at(d, left)->right };
    return E_OK;
}

static struct gid gid_at(const struct ydoc *d, uint32_t i, bool end)
{
    const struct item *it = item_at(d, i);
    return (struct gid){ d->clients[item_client(it)].id,
                         end ? it->clock + it->len - 1 : it->clock };
}

void edit_put(struct ydoc_edit *e, ynode n, uint32_t key, struct gap *g, struct wire *w)
{
    struct ydoc *d = e->d;
    const struct type *t = &d->types[n];
    if (e->c == NONE)
        e->c = client_get(d, e->client);
    w->client = e->client;
    w->clock = client_state(d, e->c);
    w->has_origin = g->left != NONE;
    w->has_right = g->right != NONE;
    if (w->has_origin)
        w->origin = gid_at(d, g->left, true);
    if (w->has_right)
        w->right = gid_at(d, g->right, false);
    w->has_root = t->item == NONE;
    if (w->has_root)
        w->root = name_str(d, t->name);
    else
        w->parent = gid_at(d, t->item, false);
    w->has_sub = key != NONE;
    if (w->has_sub)
        w->sub = name_str(d, key);
    integrate(d, w, e->c);
    const struct client *cl = &d->clients[e->c];
    g->left = cl->items[cl->n - 1];
    g->right = item_at(d, g->left)->right;
}

/* ---- children */

static enum err put_at(struct ydoc_edit *e, ynode n, uint32_t at, struct wire *w)
{
    struct gap g;
    enum err err = edit_room(e, w->content.n + w->name.n);
    if (err || (err = edit_find(e, n, at, &g)))
        return err;
    edit_put(e, n, NONE, &g, w);
    edit_here(e, n, at + 1, g.left);
    return E_OK;
}

/* JSON as one value of a K_ANY. */
static enum err any_wire(struct ydoc_edit *e, struct str json, struct wire *w)
{
    if (!utf_valid(json) || !json_valid(json))
        return E_INPUT;
    buf_clear(&e->scratch);
    json_any(json, &e->scratch);
    *w = (struct wire){ .kind = K_ANY, .len = 1, .content = buf_str(&e->scratch) };
    return E_OK;
}

static enum err node_wire(enum ynode_kind kind, struct str name, struct wire *w)
{
    if ((unsigned)kind >= T_count || !utf_valid(name))
        return E_INPUT;
    *w = (struct wire){ .kind = K_TYPE, .len = 1, .ref = (uint8_t)kind };
    if (kind == YELEMENT || kind == YHOOK)
        w->name = name.p ? name : S("");
    return E_OK;
}

/* The node that was just put. */
static ynode made_node(const struct ydoc_edit *e)
{
    const struct client *cl = &e->d->clients[e->c];
    return item_at(e->d, cl->items[cl->n - 1])->at;
}

enum err ylist_insert(struct ydoc_edit *e, ynode n, uint32_t at, struct str json)
{
    struct wire w;
    enum err err = any_wire(e, json, &w);
    return err ? err : put_at(e, n, at, &w);
}

enum err ylist_insert_node(struct ydoc_edit *e, ynode n, uint32_t at, enum ynode_kind kind,
                           struct str name, ynode *made)
{
    struct wire w;
    enum err err = node_wire(kind, name, &w);
    if (!err && !(err = put_at(e, n, at, &w)))
        *made = made_node(e);
    return err;
}

enum err ylist_delete(struct ydoc_edit *e, ynode n, uint32_t at, uint32_t len)
{
    struct ydoc *d = e->d;
    struct gap g;
    if (at > d->types[n].len || len > d->types[n].len - at)
        return E_INPUT;
    enum err err = edit_find(e, n, at + len, &g);
    if (err || (err = edit_find(e, n, at, &g)))
        return err;
    edit_here(e, n, at, g.left);
    for (uint32_t i = g.right; len > 0; i = item_at(d, i)->right) {
        const struct item *it = item_at(d, i);
        if (item_gone(it) || !item_counts(it))
            continue;
        len -= it->len; /* the end was cut */
        item_delete(d, i);
    }
    return E_OK;
}

/* ---- keys */

static enum err put_key(struct ydoc_edit *e, ynode n, struct str key, struct wire *w)
{
    struct gap g = { NONE, NONE };
    enum err err = edit_room(e, w->content.n + w->name.n + key.n);
    if (err || !utf_valid(key))
        return err ? err : E_INPUT;
    uint32_t name = name_get(e->d, key), l = list_find(e->d, n, name);
    if (l != NONE)
        g.left = e->d->lists[l].last;
    edit_put(e, n, name, &g, w);
    return E_OK;
}

enum err ymap_set(struct ydoc_edit *e, ynode n, struct str key, struct str json)
{
    struct wire w;
    enum err err = any_wire(e, json, &w);
    return err ? err : put_key(e, n, key, &w);
}

enum err ymap_set_node(struct ydoc_edit *e, ynode n, struct str key, enum ynode_kind kind,
                       struct str name, ynode *made)
{
    struct wire w;
    enum err err = node_wire(kind, name, &w);
    if (!err && !(err = put_key(e, n, key, &w)))
        *made = made_node(e);
    return err;
}

enum err ymap_delete(struct ydoc_edit *e, ynode n, struct str key)
{
    uint32_t name = name_find(e->d, key);
    uint32_t l = name == NONE ? NONE : list_find(e->d, n, name);
    if (l != NONE && e->d->lists[l].last != NONE)
        item_delete(e->d, e->d->lists[l].last);
    return E_OK;
}
