/* Edits of texts with formats. A format is an item of its own that holds from where it stands to
 * the next one of its key. Text that is to look otherwise than its surroundings is put between
 * formats that begin it and formats that go back to what was before. */
#include "server/base/utf.h"
#include "server/crdt/any.h"
#include "server/crdt/edit_int.h"
#include "server/crdt/text.h"

/* Formats by key. What is in them is copied, since a document's content moves. */
struct marks {
    struct yformat *m;
    size_t n, room;
};

#define NULL_VALUE S("null")

static size_t marks_find(const struct marks *s, struct str key)
{
    size_t k = 0;
    while (k < s->n && !str_eq(s->m[k].key, key))
        k++;
    return k;
}

/* null where there is none. */
static struct str marks_get(const struct marks *s, struct str key)
{
    size_t k = marks_find(s, key);
    return k < s->n ? s->m[k].value : NULL_VALUE;
}

static void marks_drop(struct marks *s, struct str key)
{
    size_t k = marks_find(s, key);
    if (k == s->n)
        return;
    s->n--;
    memmove(s->m + k, s->m + k + 1, (s->n - k) * sizeof *s->m);
}

static void marks_put(struct ydoc_edit *e, struct marks *s, struct str key, struct str value)
{
    size_t k = marks_find(s, key);
    if (k == s->n) {
        s->m = vec_room(s->m, &s->room, s->n + 1, sizeof *s->m);
        s->m[s->n++].key = arena_str(e->arena, key);
    }
    s->m[k].value = arena_str(e->arena, value);
}

/* ---- walking with the formats that hold */

struct walk {
    struct gap g;
    struct marks now;
};

static bool is_format(const struct ydoc *d, uint32_t i)
{
    return item_kind(item_at(d, i)) == K_FORMAT && !item_gone(item_at(d, i));
}

static struct yformat format_of(const struct ydoc *d, uint32_t i)
{
    struct in in = in_of(content_of(d, item_at(d, i)));
    struct yformat f;
    f.key = in_bytes(&in);
    f.value = in_bytes(&in);
    return f;
}

static void forward(struct ydoc_edit *e, struct walk *w)
{
    if (is_format(e->d, w->g.right)) {
        struct yformat f = format_of(e->d, w->g.right);
        if (str_eq(f.value, NULL_VALUE))
            marks_drop(&w->now, f.key);
        else
            marks_put(e, &w->now, f.key, f.value);
    }
    w->g.left = w->g.right;
    w->g.right = item_at(e->d, w->g.left)->right;
}

static enum err walk_to(struct ydoc_edit *e, ynode n, uint32_t at, struct walk *w)
{
    struct gap to;
    enum err err = edit_find(e, n, at, &to);
    uint32_t l = e->d->types[n].list;
    *w = (struct walk){ .g = { NONE, l == NONE ? NONE : e->d->lists[l].first } };
    while (!err && w->g.left != to.left)
        forward(e, w);
    return err;
}

/* Past what is deleted and past formats that say what is wanted anyway. */
static void pass_wanted(struct ydoc_edit *e, struct walk *w, const struct marks *wanted)
{
    while (w->g.right != NONE) {
        uint32_t i = w->g.right;
        struct yformat f = is_format(e->d, i) ? format_of(e->d, i) : (struct yformat){ 0 };
        if (!item_gone(item_at(e->d, i)) && !(f.key.p && str_eq(marks_get(wanted, f.key), f.value)))
            return;
        forward(e, w);
    }
}

static void put_format(struct ydoc_edit *e, ynode n, struct walk *w, struct yformat f)
{
    struct buf *b = &e->scratch;
    buf_clear(b);
    buf_varuint(b, f.key.n);
    buf_add(b, f.key);
    buf_varuint(b, f.value.n);
    buf_add(b, f.value);
    struct wire wire = { .kind = K_FORMAT, .len = 1, .content = buf_str(b) };
    edit_put(e, n, NONE, &w->g, &wire);
    if (str_eq(f.value, NULL_VALUE))
        marks_drop(&w->now, f.key);
    else
        marks_put(e, &w->now, f.key, f.value);
}

/* Begins what is wanted and does not hold; back: what to go back to afterwards. */
static void begin(struct ydoc_edit *e, ynode n, struct walk *w, const struct marks *wanted,
                  struct marks *back)
{
    for (size_t k = 0; k < wanted->n; k++) {
        struct yformat f = wanted->m[k];
        struct str now = marks_get(&w->now, f.key);
        if (str_eq(now, f.value))
            continue;
        marks_put(e, back, f.key, now);
        put_format(e, n, w, f);
    }
}

static void go_back(struct ydoc_edit *e, ynode n, struct walk *w, struct marks *back)
{
    while (w->g.right != NONE) {
        uint32_t i = w->g.right;
        bool gone = item_gone(item_at(e->d, i));
        struct yformat f = is_format(e->d, i) ? format_of(e->d, i) : (struct yformat){ 0 };
        if (!gone && !(f.key.p && marks_find(back, f.key) < back->n &&
                       str_eq(marks_get(back, f.key), f.value)))
            break;
        if (!gone)
            marks_drop(back, f.key);
        forward(e, w);
    }
    for (size_t k = 0; k < back->n; k++)
        put_format(e, n, w, back->m[k]);
}

/* ---- what can be done */

static enum err wanted_of(struct ydoc_edit *e, const struct yformat *f, size_t n,
                          struct marks *wanted)
{
    for (size_t k = 0; k < n; k++) {
        if (!utf_valid(f[k].key) || !utf_valid(f[k].value) || !json_valid(f[k].value))
            return E_INPUT;
        marks_put(e, wanted, f[k].key, f[k].value);
    }
    return E_OK;
}

static enum err insert(struct ydoc_edit *e, ynode n, uint32_t at, struct wire *what,
                       const struct yformat *formats, size_t formats_n)
{
    struct marks wanted = { 0 }, back = { 0 };
    struct walk w = { .g = { NONE, NONE } };
    enum err err = wanted_of(e, formats, formats_n, &wanted);
    if (err || (err = edit_room(e, what->content.n)) || (err = walk_to(e, n, at, &w)))
        goto done;
    for (size_t k = 0; k < w.now.n; k++)
        if (marks_find(&wanted, w.now.m[k].key) == wanted.n)
            marks_put(e, &wanted, w.now.m[k].key, formats ? NULL_VALUE : w.now.m[k].value);
    pass_wanted(e, &w, &wanted);
    begin(e, n, &w, &wanted, &back);
    edit_put(e, n, NONE, &w.g, what);
    edit_here(e, n, at + what->len, w.g.left);
    go_back(e, n, &w, &back);
done:
    mem_free(wanted.m);
    mem_free(back.m);
    mem_free(w.now.m);
    return err;
}

enum err ytext_insert(struct ydoc_edit *e, ynode n, uint32_t at, struct str text,
                      const struct yformat *formats, size_t formats_n)
{
    if (!utf_valid(text) || text.n > CLOCK_MAX)
        return E_INPUT;
    struct wire w = { .kind = K_STRING, .len = text_units(text), .content = text };
    return w.len ? insert(e, n, at, &w, formats, formats_n) : E_OK;
}

enum err ytext_embed(struct ydoc_edit *e, ynode n, uint32_t at, struct str json,
                     const struct yformat *formats, size_t formats_n)
{
    struct buf b;
    if (!utf_valid(json) || !json_valid(json))
        return E_INPUT;
    buf_init(&b, json.n + 16);
    buf_varuint(&b, json.n);
    buf_add(&b, json);
    struct wire w = { .kind = K_EMBED, .len = 1, .content = buf_str(&b) };
    enum err err = insert(e, n, at, &w, formats, formats_n);
    buf_fini(&b);
    return err;
}

/* A format of a wanted key inside of what is formatted goes; false: it stands behind the end and
 * says something else, so there is nothing to go back to beyond it. */
static bool overwrite(struct ydoc_edit *e, uint32_t i, uint32_t len, const struct marks *wanted,
                      struct marks *back)
{
    struct yformat f = format_of(e->d, i);
    if (marks_find(wanted, f.key) == wanted->n)
        return true;
    if (str_eq(marks_get(wanted, f.key), f.value))
        marks_drop(back, f.key);
    else if (len == 0)
        return false;
    else
        marks_put(e, back, f.key, f.value);
    item_delete(e->d, i);
    return true;
}

static void format(struct ydoc_edit *e, ynode n, struct walk *w, uint32_t len,
                   const struct marks *wanted)
{
    struct ydoc *d = e->d;
    struct marks back = { 0 };
    pass_wanted(e, w, wanted);
    begin(e, n, w, wanted, &back);
    while (w->g.right != NONE) {
        uint32_t i = w->g.right;
        const struct item *it = item_at(d, i);
        bool mark = is_format(d, i), gone = item_gone(it);
        if (len == 0 && (back.n == 0 || (!gone && !mark)))
            break;
        if (mark && !overwrite(e, i, len, wanted, &back))
            break;
        if (!mark && !gone)
            len -= it->len; /* the end was cut */
        forward(e, w);
    }
    go_back(e, n, w, &back);
    mem_free(back.m);
}

enum err ytext_format(struct ydoc_edit *e, ynode n, uint32_t at, uint32_t len,
                      const struct yformat *formats, size_t formats_n)
{
    struct marks wanted = { 0 };
    struct walk w = { .g = { NONE, NONE } };
    uint32_t all = ylength(e, n);
    enum err err = at > all || len > all - at ? E_INPUT : edit_room(e, 0);
    if (!err)
        err = wanted_of(e, formats, formats_n, &wanted);
    struct gap end;
    if (!err && len)
        err = edit_find(e, n, at + len, &end);
    if (!err && len && !(err = walk_to(e, n, at, &w))) {
        format(e, n, &w, len, &wanted);
        e->at_node = NONE;
    }
    mem_free(wanted.m);
    mem_free(w.now.m);
    return err;
}
