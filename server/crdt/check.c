/* Every invariant of ydoc_int.h, looked at from scratch. Slow and plain. */
#include "server/base/utf.h"
#include "server/crdt/text.h"
#include "server/crdt/ydoc_int.h"

struct tally {
    size_t items, listed, foreign, types;
};

static bool exists(const struct ydoc *d, struct id id)
{
    return id.client == NONE ||
           (id.client < d->clients_n && id.clock < d->clients[id.client].state);
}

static const char *check_content(const struct ydoc *d, const struct item *it)
{
    const struct client *cl = &d->clients[item_client(it)];
    uint8_t kind = item_kind(it);
    if (kind == K_GC || kind == K_DELETED)
        return it->at ? "content that is none has a place" : NULL;
    if (kind == K_TYPE)
        return NULL;
    struct str s = content_of(d, it);
    if (s.n == 0 || it->at > cl->used || s.n > cl->used - it->at)
        return "content outside its client's";
    if (kind == K_STRING && (!utf_valid(s) || text_units(s) != it->len))
        return "text that is not as long as it says";
    if (kind == K_STRING && item_is(it, ASCII) && s.n != it->len)
        return "text that is no ASCII";
    if (kind != K_STRING && kind != K_ANY && kind != K_JSON && it->len != 1)
        return "a single thing that is longer than one";
    return NULL;
}

static const char *check_item(const struct ydoc *d, uint32_t i, struct tally *t)
{
    const struct item *it = item_at(d, i);
    struct id origin = item_origin(d, i), right = item_right_origin(d, i);
    uint8_t kind = item_kind(it);
    if (item_is(it, SEEN | RIVAL))
        return "I5: a mark of an integration";
    if (kind > K_DOC)
        return "a kind that no item has";
    if (!exists(d, origin) || !exists(d, right))
        return "an origin that does not exist";
    if (item_is(it, FOREIGN))
        t->foreign++;
    if (kind == K_GC)
        return it->list == NONE && it->right == NONE && !item_is(it, FOREIGN | DELETED)
                   ? NULL
                   : "GC that refers to something";
    if (kind == K_DELETED && !item_is(it, DELETED))
        return "no content, but not deleted";
    if (it->list >= d->lists_n || d->lists[it->list].type == NONE)
        return "I2: an item on no list";
    t->listed++;
    if (kind == K_TYPE && (it->at >= d->types_n || d->types[it->at].item != i))
        return "a type that is not its item's";
    return NULL;
}

static const char *check_client(const struct ydoc *d, uint32_t c, struct tally *t)
{
    const struct client *cl = &d->clients[c];
    uint32_t clock = 0, live = 0;
    const char *what;
    for (uint32_t k = 0; k < cl->n; k++) {
        uint32_t i = cl->items[k];
        if (i >= d->items_n || item_client(item_at(d, i)) != c)
            return "an item that is not its client's";
        if (item_at(d, i)->clock != clock || item_at(d, i)->len == 0)
            return "I1: a gap in a client's clocks";
        clock += item_at(d, i)->len;
        if ((what = check_item(d, i, t)) || (what = check_content(d, item_at(d, i))))
            return what;
        size_t n = content_of(d, item_at(d, i)).n;
        live += (uint32_t)n;
        if (cl->tail == i && n && item_at(d, i)->at + n != cl->used)
            return "I6: a tail that is none";
    }
    if (clock != cl->state || cl->n == 0)
        return "I1: a state that is not the end";
    if (live + cl->dead != cl->used)
        return "I7: dead bytes miscounted";
    t->items += cl->n;
    return client_find(d, cl->id) == c ? NULL : "a client that is not found";
}

/* Is it the front of a value that was cut? */
static bool goes_on(const struct ydoc *d, const struct item *it)
{
    uint32_t c = item_client(it), clock = it->clock + it->len;
    if (clock >= d->clients[c].state)
        return false;
    const struct item *next = item_at(d, d->clients[c].items[client_search_const(d, c, clock)]);
    return next->list == it->list;
}

static const char *check_list(const struct ydoc *d, uint32_t l, size_t *listed, uint32_t *len)
{
    const struct list *ls = &d->lists[l];
    const struct type *t = &d->types[ls->type];
    bool buried = t->item != NONE && item_gone(item_at(d, t->item));
    uint32_t last = NONE;
    *len = 0;
    for (uint32_t i = ls->first; i != NONE; i = item_at(d, i)->right) {
        const struct item *it = item_at(d, i);
        if (it->list != l || ++*listed > d->items_n)
            return "I2: a chain that leaves its list";
        if (ls->key != NONE && it->right != NONE && !item_gone(it) && !goes_on(d, it))
            return "I3: two values for one key";
        if (buried && !item_gone(it))
            return "I4: alive in a deleted type";
        if (!item_gone(it) && item_counts(it))
            *len += it->len;
        last = i;
    }
    return last == ls->last ? NULL : "I2: a last item that is not the last";
}

static const char *check_type(const struct ydoc *d, uint32_t t, size_t *listed)
{
    const struct type *ty = &d->types[t];
    const char *what;
    uint32_t len = 0, ignored;
    if (ty->ref == T_count)
        return NULL;
    if (ty->item != NONE &&
        (item_kind(item_at(d, ty->item)) != K_TYPE || item_at(d, ty->item)->at != t))
        return "a type that its item does not know";
    if (ty->item == NONE && type_root_find(d, name_str(d, ty->name)) != t)
        return "a root type that is not found";
    if (ty->list != NONE && (what = check_list(d, ty->list, listed, &len)))
        return what;
    if (len != ty->len)
        return "a length that is not the sum";
    for (uint32_t l = ty->keys; l != NONE; l = d->lists[l].next) {
        if (list_find(d, t, d->lists[l].key) != l)
            return "a key that is not found";
        if ((what = check_list(d, l, listed, &ignored)))
            return what;
    }
    return NULL;
}

static const char *check_waiting(const struct ydoc *d)
{
    size_t bytes = 0;
    struct scan s = { 0 };
    for (size_t k = 0; k < d->pending_n; k++) {
        bytes += d->pending[k].bytes.n;
        if (update_scan(buf_str(&d->pending[k].bytes), &s, NULL))
            return "a pending update that is none";
    }
    if (bytes != d->pending_bytes || s.structs != d->pending_structs || s.runs != d->pending_runs)
        return "what waits is miscounted";
    for (size_t k = 0; k < d->pending_deletes.n; k++) {
        const struct range *r = &d->pending_deletes.r[k];
        if (r->clock < client_state(d, client_find(d, r->client)))
            return "a delete waits for what is there";
    }
    return NULL;
}

const char *ydoc_check(const struct ydoc *d)
{
    struct tally t = { 0 };
    const char *what;
    size_t listed = 0, used = 0;
    for (uint32_t c = 0; c < d->clients_n; c++) {
        if ((what = check_client(d, c, &t)))
            return what;
        used += d->clients[c].used;
        if (c && d->clients[d->order[c - 1]].id <= d->clients[d->order[c]].id)
            return "clients out of order";
    }
    for (uint32_t k = 0; k < d->types_n; k++)
        if ((what = check_type(d, k, &listed)))
            return what;
    if (t.items != d->live)
        return "items that belong to nobody";
    if (listed != t.listed)
        return "I2: an item on no chain";
    if (t.foreign != d->foreign_n)
        return "foreign origins miscounted";
    if (used != d->content)
        return "content miscounted";
    return check_waiting(d);
}
