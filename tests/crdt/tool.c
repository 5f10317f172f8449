/* The functions that have no command, as a filter for the tests beside it: a line with a word and a
 * count, then so many lines of base64; answered with a line of base64, or "error: …".
 *
 * merge u…      diff sv u     answer sv u…     sv u       v1to2 u    v2to1 u
 * snapshot u…   restore s u… (both with deleted content kept)    edit: see edits()
 * walk u…   walk_since sv u…   walk_gone base u… (of "body"): a line of JSON for each event
 */
#include "server/base/arena.h"
#include "server/base/id.h"
#include "server/base/rd.h"
#include "server/crdt/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 100000 };

struct call {
    struct str part[PARTS];
    size_t n;
    struct arena *arena;
    struct buf out;
    struct ydoc_fault why;
};

static enum err apply(struct call *c, size_t from, bool keep, struct ydoc **d)
{
    struct ydoc_setup setup = { .keep_deleted = keep };
    enum err e = E_OK;
    *d = ydoc_new(&setup);
    for (size_t k = from; k < c->n && !e; k++)
        e = ydoc_apply(*d, c->part[k], &c->why);
    return e;
}

static enum err on_document(struct call *c, const char *what)
{
    bool sv = strcmp(what, "answer") == 0, restore = strcmp(what, "restore") == 0;
    struct ydoc *d;
    enum err e = apply(c, sv || restore, !sv, &d);
    if (e)
        goto done;
    c->why = (struct ydoc_fault){ "refused", 0 };
    if (sv)
        e = ydoc_diff(d, c->part[0], &c->out);
    else if (restore)
        e = ydoc_restore(d, c->part[0], &c->out);
    else if (strcmp(what, "snapshot") == 0)
        ydoc_snapshot(d, &c->out);
    else if (ydoc_check(d))
        e = E_CORRUPT;
done:
    ydoc_free(d);
    return e;
}

/* ---- walk: [event, name or text, [[key, value]…], enum ywalk] */

static void put_pairs(struct buf *out, const struct yformat *f, size_t n, enum ywalk what)
{
    buf_addz(out, ",[");
    for (size_t k = 0; k < n; k++) {
        buf_addz(out, k ? ",[" : "[");
        buf_json(out, f[k].key);
        buf_char(out, ',');
        buf_add(out, f[k].value);
        buf_char(out, ']');
    }
    buf_fmt(out, "],%d]\n", what);
}

static void walk_open(void *arg, struct str name, const struct yformat *a, size_t n,
                      enum ywalk what)
{
    buf_addz(arg, "[\"open\",");
    buf_json(arg, name);
    put_pairs(arg, a, n, what);
}

static void walk_close(void *arg, struct str name)
{
    buf_addz(arg, "[\"close\",");
    buf_json(arg, name);
    buf_addz(arg, "]\n");
}

static void walk_text(void *arg, struct str text, const struct yformat *f, size_t n,
                      enum ywalk what)
{
    buf_addz(arg, "[\"text\",");
    buf_json(arg, text);
    put_pairs(arg, f, n, what);
}

static void walk_other(void *arg)
{
    buf_addz(arg, "[\"other\"]\n");
}

/* gone: the first part is an update, and what it brings is since. */
static enum err walked(struct call *c, bool since, bool gone)
{
    struct ydoc_walk w = { .arg = &c->out,
                           .gone = gone,
                           .open = walk_open,
                           .close = walk_close,
                           .text = walk_text,
                           .other = walk_other };
    struct ydoc *d;
    struct buf sv;
    enum err e = apply(c, since, gone, &d);
    w.since = since ? c->part[0] : STR_NONE;
    buf_init(&sv, 1 << 20);
    if (!e && gone && !(e = ydoc_state_vector_of(c->part[0], &sv, &c->why)))
        w.since = buf_str(&sv);
    if (!e)
        e = ydoc_walk(d, S("body"), &w);
    c->why.what = e == E_SYNTAX ? "no state vector" : c->why.what;
    buf_fini(&sv);
    ydoc_free(d);
    return e;
}

/* One edit of a text, a map, a list, elements, at random; what is refused is no matter. */
static void edit_once(struct ydoc_edit *e, struct rng *r)
{
    static const struct yformat on[] = { { { "bold", 4 }, { "true", 4 } },
                                         { { "link", 4 }, { "{\"href\":\"/\"}", 12 } } };
    static const struct yformat off[] = { { { "bold", 4 }, { "null", 4 } } };
    static const char *const words[] = { "教案", "a", "😀", "第一课时 " };
    ynode text = yroot(e, S("text")), list = yroot(e, S("list")), meta = yroot(e, S("meta"));
    ynode body = yroot(e, S("body")), made, inner;
    uint32_t n = ylength(e, text), at = (uint32_t)rng_below(r, n + 1);
    uint32_t len = (uint32_t)rng_below(r, n - at + 1);
    struct str word = str_of(words[rng_below(r, 4)]);
    switch (rng_below(r, 11)) {
    case 0: (void)!ytext_insert(e, text, at, word, on, rng_below(r, 3)); break;
    case 1: (void)!ytext_insert(e, text, at, word, NULL, 0); break;
    case 2: (void)!ytext_format(e, text, at, len, on, 1 + rng_below(r, 2)); break;
    case 3: (void)!ytext_format(e, text, at, len, off, 1); break;
    case 4: (void)!ylist_delete(e, text, at, len > 5 ? 5 : len); break;
    case 5: (void)!ytext_embed(e, text, at, S("{\"image\":\"/f\"}"), off, 1); break;
    case 6: (void)!ymap_set(e, meta, word, S("[1,{\"a\":2.5},null]")); break;
    case 7: (void)!ymap_delete(e, meta, word); break;
    case 8:
        if (ymap_set_node(e, meta, S("m"), YMAP, STR_NONE, &made) == E_OK)
            (void)!ymap_set(e, made, word, S("\"值\""));
        break;
    case 9:
        (void)!ylist_insert(e, list, (uint32_t)rng_below(r, ylength(e, list) + 1), S("true"));
        break;
    default:
        if (ylist_insert_node(e, body, ylength(e, body), YELEMENT, S("P"), &made) ||
            ymap_set(e, made, S("level"), S("2")) ||
            ylist_insert_node(e, made, 0, YXMLTEXT, STR_NONE, &inner))
            break;
        (void)!ytext_insert(e, inner, 0, word, on, 1);
        if (ylength(e, body) > 3)
            (void)!ylist_delete(e, body, (uint32_t)rng_below(r, 3), 1);
    }
}

/* edit seed: random edits by three clients; gives each update, and the state at the end, all behind
 * their lengths of four bytes. */
static enum err edits(struct call *c)
{
    struct rd in = rd_of(c->part[0]);
    struct rng r = rng_of(rd_u32(&in));
    struct ydoc *d = ydoc_new(NULL);
    struct buf one;
    enum err e = E_OK;
    buf_init(&one, 1 << 24);
    for (int k = 0; k <= 50 && !e; k++) {
        buf_clear(&one);
        if (k < 50) {
            struct ydoc_edit *ed = ydoc_edit_open(d, 100 + rng_below(&r, 3));
            for (uint64_t n = 1 + rng_below(&r, 3); n > 0; n--)
                edit_once(ed, &r);
            e = ydoc_edit_close(ed, &one);
        } else {
            e = ydoc_diff(d, STR_NONE, &one);
        }
        buf_u32(&c->out, (uint32_t)one.n);
        buf_add(&c->out, buf_str(&one));
        if (ydoc_check(d))
            e = E_CORRUPT;
    }
    buf_fini(&one);
    ydoc_free(d);
    return e;
}

static enum err answer(struct call *c, const char *what)
{
    if (strcmp(what, "edit") == 0)
        return edits(c);
    if (str_starts(str_of(what), S("walk")))
        return walked(c, strcmp(what, "walk_since") == 0, strcmp(what, "walk_gone") == 0);
    if (strcmp(what, "merge") == 0)
        return ydoc_merge(c->part, c->n, &c->out, &c->why);
    if (strcmp(what, "diff") == 0)
        return ydoc_diff_update(c->part[1], c->part[0], &c->out, &c->why);
    if (strcmp(what, "sv") == 0)
        return ydoc_state_vector_of(c->part[0], &c->out, &c->why);
    if (strcmp(what, "v1to2") == 0)
        return ydoc_v1_to_v2(c->part[0], &c->out, &c->why);
    if (strcmp(what, "v2to1") == 0)
        return ydoc_v2_to_v1(c->part[0], &c->out, &c->why);
    return on_document(c, what);
}

int main(void)
{
    static struct call c;
    char *line = NULL, what[32];
    size_t room = 0;
    c.arena = arena_new();
    buf_init(&c.out, (size_t)1 << 30);
    while (scanf("%31s %zu ", what, &c.n) == 2 && c.n <= PARTS) {
        arena_reset(c.arena);
        buf_clear(&c.out);
        c.why = (struct ydoc_fault){ "no base64", 0 };
        for (size_t k = 0; k < c.n; k++) {
            ssize_t got = getline(&line, &room, stdin);
            struct str s = str_trim((struct str){ line, got < 0 ? 0 : (size_t)got });
            if (!base64_decode(c.arena, s, &c.part[k]))
                c.part[k] = STR_NONE;
        }
        if (answer(&c, what))
            printf("error: %s\n", c.why.what);
        else
            printf("%.*s\n", STR_ARG(base64_encode(c.arena, buf_str(&c.out))));
        fflush(stdout);
    }
    buf_fini(&c.out);
    arena_free(c.arena);
    free(line);
    return 0;
}
