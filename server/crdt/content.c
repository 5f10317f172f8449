/* What items say. Each client has one stretch of memory for all of it, in the order it was written;
 * what is typed now grows at its end. An item knows where its content begins, and walking it tells
 * where it ends: text by counting units, values one by one. What is deleted leaves dead bytes
 * behind; when they are the greater part, the stretch is written anew. */
#include "server/crdt/any.h"
#include "server/crdt/text.h"
#include "server/crdt/ydoc_int.h"

enum { DEAD_ENOUGH = 4096 };

static struct str walk(const struct client *cl, const struct item *it)
{
    if (!cl->content || item_kind(it) == K_TYPE || item_kind(it) == K_DELETED ||
        item_kind(it) == K_GC)
        return STR_NONE;
    struct in in = { cl->content + it->at, cl->content + cl->used, NULL, NULL };
    const char *from = in.p;
    bool half;
    switch (item_kind(it)) {
    case K_STRING:
        if (item_is(it, ASCII))
            return (struct str){ from, it->len };
        return (struct str){ from, text_seek(from, it->len, &half) };
    case K_ANY:
        for (uint32_t k = 0; k < it->len; k++)
            any_skip(&in);
        break;
    case K_JSON:
        for (uint32_t k = 0; k < it->len; k++)
            in_bytes(&in);
        break;
    case K_FORMAT: in_bytes(&in); __attribute__((fallthrough));
    case K_BINARY:
    case K_EMBED: in_bytes(&in); break;
    case K_DOC:
        in_bytes(&in);
        any_skip(&in);
        break;
    default: return STR_NONE;
    }
    return (struct str){ from, (size_t)(in.p - from) };
}

struct str content_of(const struct ydoc *d, const struct item *it)
{
    return walk(&d->clients[item_client(it)], it);
}

/* Room for so many bytes at the end; they are counted as used. */
static char *space(struct ydoc *d, struct client *cl, size_t n)
{
    if (n > UINT32_MAX - cl->used)
        BUG("content past 4 GiB");
    size_t size = cl->size;
    cl->content = vec_room(cl->content, &size, cl->used + n, 1);
    cl->size = (uint32_t)size;
    char *p = cl->content + cl->used;
    cl->used += (uint32_t)n;
    d->content += n;
    return p;
}

static void add(struct ydoc *d, struct client *cl, struct str s)
{
    if (s.n)
        memcpy(space(d, cl, s.n), s.p, s.n);
}

/* The text or values of w, behind whatever is there. */
static void add_wire(struct ydoc *d, struct client *cl, const struct wire *w)
{
    if (w->half)
        add(d, cl, S(TEXT_CUT));
    add(d, cl, w->content);
}

static bool wire_ascii(const struct wire *w)
{
    return !w->half && w->content.n == w->len;
}

void content_put(struct ydoc *d, uint32_t i, const struct wire *w)
{
    struct item *it = item_at(d, i);
    struct client *cl = &d->clients[item_client(it)];
    if (w->kind == K_DELETED || w->kind == K_TYPE)
        return;
    it->at = cl->used;
    add_wire(d, cl, w);
    cl->tail = i;
    if (w->kind == K_STRING && wire_ascii(w))
        item_set(it, ASCII);
}

/* Brings i's content to the end, where it can grow. */
static void bring(struct ydoc *d, struct client *cl, uint32_t i)
{
    struct item *it = item_at(d, i);
    if (cl->tail == i)
        return;
    size_t n = walk(cl, it).n;
    uint32_t from = it->at;
    char *to = space(d, cl, n);
    memcpy(to, cl->content + from, n);
    it->at = (uint32_t)(to - cl->content);
    cl->dead += (uint32_t)n;
    cl->tail = i;
}

void content_append(struct ydoc *d, uint32_t i, const struct wire *w)
{
    struct item *it = item_at(d, i);
    struct client *cl = &d->clients[item_client(it)];
    bring(d, cl, i);
    add_wire(d, cl, w);
    if (!wire_ascii(w))
        item_clear(it, ASCII);
}

void content_drop(struct ydoc *d, uint32_t i)
{
    struct item *it = item_at(d, i);
    struct client *cl = &d->clients[item_client(it)];
    uint8_t k = item_kind(it);
    if (k == K_GC || k == K_DELETED || k == K_TYPE)
        return;
    uint32_t n = (uint32_t)walk(cl, it).n;
    if (cl->tail == i) {
        cl->used -= n; /* I6 */
        cl->tail = NONE;
        d->content -= n;
    } else {
        cl->dead += n;
    }
    it->at = 0;
}

/* Both halves of the pair at right's beginning become U+FFFD. It has four bytes and three are
 * needed twice: the shorter of the two texts is written anew at the end, the other one stays. */
static void cut_pair(struct ydoc *d, struct client *cl, struct item *left, struct item *right,
                     uint32_t len)
{
    uint32_t pair = right->at, front = pair - left->at;
    if (len <= right->len) {
        char *to = space(d, cl, front + TEXT_CUT_LEN);
        memcpy(to, cl->content + left->at, front);
        memcpy(to + front, TEXT_CUT, TEXT_CUT_LEN);
        left->at = (uint32_t)(to - cl->content);
        right->at = pair + 1;
        memcpy(cl->content + right->at, TEXT_CUT, TEXT_CUT_LEN);
        cl->dead += front + 1;
    } else {
        struct item rest = { .head = right->head, .at = pair + 4, .len = right->len - 1 };
        uint32_t behind = (uint32_t)walk(cl, &rest).n;
        char *to = space(d, cl, TEXT_CUT_LEN + behind);
        memcpy(to, TEXT_CUT, TEXT_CUT_LEN);
        memcpy(to + TEXT_CUT_LEN, cl->content + rest.at, behind);
        right->at = (uint32_t)(to - cl->content);
        memcpy(cl->content + pair, TEXT_CUT, TEXT_CUT_LEN);
        cl->dead += behind + 1;
    }
}

void content_split(struct ydoc *d, uint32_t i, uint32_t r, uint32_t len)
{
    struct item *left = item_at(d, i), *right = item_at(d, r);
    struct client *cl = &d->clients[item_client(left)];
    uint8_t kind = item_kind(left);
    bool half = false, tail = cl->tail == i;
    if (kind != K_STRING && kind != K_ANY && kind != K_JSON)
        return;
    if (kind == K_STRING && item_is(left, ASCII))
        item_set(right, ASCII);
    struct item front = *left;
    front.len = len;
    size_t n = kind == K_STRING && !item_is(left, ASCII)
                   ? text_seek(cl->content + left->at, len, &half)
                   : walk(cl, &front).n;
    right->at = left->at + (uint32_t)n;
    if (half) {
        cut_pair(d, cl, left, right, len);
        cl->tail = left->at > right->at ? i : r;
        return;
    }
    if (tail)
        cl->tail = r;
}

void content_join(struct ydoc *d, uint32_t i, uint32_t r)
{
    struct item *left = item_at(d, i), *right = item_at(d, r);
    struct client *cl = &d->clients[item_client(left)];
    uint8_t kind = item_kind(left);
    if (kind != K_STRING && kind != K_ANY && kind != K_JSON)
        return;
    if (left->at + walk(cl, left).n == right->at) {
        if (cl->tail == r)
            cl->tail = i;
    } else {
        bring(d, cl, i);
        size_t n = walk(cl, right).n;
        uint32_t from = right->at;
        char *to = space(d, cl, n);
        memcpy(to, cl->content + from, n);
        cl->dead += (uint32_t)n;
    }
    if (!item_is(right, ASCII))
        item_clear(left, ASCII);
}

void content_tidy(struct ydoc *d, uint32_t c)
{
    struct client *cl = &d->clients[c];
    if (cl->dead < DEAD_ENOUGH || cl->dead < cl->used / 2)
        return;
    struct client fresh = { .size = cl->used - cl->dead, .tail = NONE };
    fresh.content = mem_grow(NULL, fresh.size, 1);
    for (uint32_t k = 0; k < cl->n; k++) {
        struct item *it = item_at(d, cl->items[k]);
        struct str s = walk(cl, it);
        if (s.n == 0)
            continue;
        memcpy(fresh.content + fresh.used, s.p, s.n);
        it->at = fresh.used;
        fresh.used += (uint32_t)s.n;
        fresh.tail = cl->items[k];
    }
    mem_free(cl->content);
    d->content -= cl->used - fresh.used;
    cl->content = fresh.content;
    cl->used = fresh.used;
    cl->size = fresh.size;
    cl->tail = fresh.tail;
    cl->dead = 0;
}
