/* Documents of strangers. The input is a byte of choices and then updates, each behind a length of
 * two bytes; they are applied one after the other. Whatever comes: the invariants hold, what is
 * refused changes nothing, every view can be printed, and the state is an update that brings
 * somebody else as far. With choice 16 somebody here writes into what stands there, and who had
 * the same is brought as far by the update of that. */
#include "tests/fuzz/fuzz.h"

#include "server/base/rd.h"
#include "server/crdt/edit.h"
#include "server/crdt/walk.h"

static const char *const names[] = { "", "a", "body", "text", "list", "meta" };
enum { NAMES = sizeof names / sizeof *names };

static void states(const struct ydoc *d, struct buf *state, struct buf *sv)
{
    buf_clear(state);
    buf_clear(sv);
    MUST(ydoc_diff(d, STR_NONE, state) == E_OK);
    ydoc_state_vector(d, sv);
}

static void walk_open(void *arg, struct str name, const struct yformat *a, size_t n,
                      enum ywalk what)
{
    (void)name, (void)what;
    for (size_t i = 0; i < n; i++)
        MUST(a[i].value.n > 0);
    ++*(int *)arg;
}

static void walk_close(void *arg, struct str name)
{
    (void)name;
    --*(int *)arg;
}

static void walk_text(void *arg, struct str text, const struct yformat *f, size_t n,
                      enum ywalk what)
{
    (void)arg, (void)f, (void)n, (void)what;
    MUST(text.n > 0);
}

/* Every element that is opened is closed. */
static void walk(const struct ydoc *d, struct str name)
{
    int open = 0;
    struct ydoc_walk w = { .since = S("\0"), .gone = true, .arg = &open };
    w.open = walk_open;
    w.close = walk_close;
    w.text = walk_text;
    (void)!ydoc_walk(d, name, &w);
    MUST(open == 0);
}

static void views(const struct ydoc *d)
{
    struct buf out;
    buf_init(&out, 8u << 20);
    (void)!ydoc_json(d, STR_NONE, &out);
    for (size_t k = 0; k < NAMES; k++) {
        struct str name = str_of(names[k]);
        buf_clear(&out);
        (void)!ydoc_text(d, name, &out);
        (void)!ydoc_delta(d, name, &out);
        (void)!ydoc_xml(d, name, &out);
        (void)!ydoc_json(d, name, &out);
        walk(d, name);
    }
    buf_fini(&out);
}

static uint32_t state_of(const struct ydoc *d, uint64_t client)
{
    uint64_t c;
    uint32_t clock;
    for (size_t k = 0; ydoc_state(d, k, &c, &clock); k++)
        if (c == client)
            return clock;
    return 0;
}

/* The state is applied to a fresh document, which then stands as far; or further, since what waits
 * is tried again only when what it was found to lack first has come. */
static void handed_on(const struct ydoc_setup *setup, const struct ydoc *from, struct str state)
{
    struct ydoc *d = ydoc_new(setup);
    uint64_t client;
    uint32_t clock;
    MUST(ydoc_apply(d, state, NULL) == E_OK);
    MUST(!ydoc_check(d));
    for (size_t k = 0; ydoc_state(from, k, &client, &clock); k++)
        MUST(state_of(d, client) >= clock);
    ydoc_free(d);
}

/* ---- written from here */

static void may(enum err e)
{
    MUST(!e || e == E_INPUT || e == E_TOO_LARGE);
}

/* At the front, in the middle and at the end of what is there, whatever that is. */
static void write_into(struct ydoc_edit *e, ynode n)
{
    static const struct yformat bold = { { "bold", 4 }, { "{}", 2 } };
    ynode made;
    may(ytext_insert(e, n, ylength(e, n) / 2, S("课x😀"), NULL, 0));
    may(ytext_format(e, n, 0, ylength(e, n), &bold, 1));
    may(ytext_embed(e, n, ylength(e, n), S("{\"a\":1}"), &bold, 1));
    may(ylist_insert(e, n, 0, S("[1,null]")));
    enum err err = ylist_insert_node(e, n, ylength(e, n) / 2, YELEMENT, S("p"), &made);
    may(err);
    if (!err)
        may(ymap_set(e, made, S("k"), S("\"v\"")));
    may(ymap_set(e, n, S("k"), S("1")));
    may(ymap_set_node(e, n, S("a"), YXMLTEXT, STR_NONE, &made));
    may(ymap_delete(e, n, S("k")));
    may(ylist_delete(e, n, ylength(e, n) / 3, ylength(e, n) / 2));
}

static void written(struct ydoc *d, struct str before)
{
    struct buf update;
    struct ydoc *other = ydoc_new(NULL);
    uint64_t me = 7;
    while (state_of(d, me))
        me++;
    buf_init(&update, 64u << 20);
    struct ydoc_edit *e = ydoc_edit_open(d, me);
    for (size_t k = 0; k < NAMES; k++)
        write_into(e, yroot(e, str_of(names[k])));
    MUST(ydoc_edit_close(e, &update) == E_OK && !ydoc_check(d));
    MUST(ydoc_apply(other, before, NULL) == E_OK);
    if (update.n)
        MUST(ydoc_apply(other, buf_str(&update), NULL) == E_OK);
    MUST(!ydoc_check(other) && state_of(other, me) >= state_of(d, me));
    buf_fini(&update);
    ydoc_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct rd in = rd_of((struct str){ (const char *)p, n });
    uint8_t choice = rd_u8(&in);
    struct ydoc_setup setup = { .keep_deleted = choice & 1,
                                .limits = { .structs = choice & 2 ? 40 : 0,
                                            .pending = choice & 4 ? 60 : 0,
                                            .clients = choice & 8 ? 3 : 0 } };
    struct ydoc_setup other = { .keep_deleted = choice & 1 };
    struct ydoc *d = ydoc_new(&setup);
    struct buf before, after, sv, sv2;
    buf_init(&before, 64u << 20);
    buf_init(&after, 64u << 20);
    buf_init(&sv, 1u << 20);
    buf_init(&sv2, 1u << 20);
    while (rd_left(&in) >= 2) {
        size_t len = rd_u16(&in);
        struct str u = rd_take(&in, len < rd_left(&in) ? len : rd_left(&in));
        struct ydoc_fault why = { NULL, 0 };
        states(d, &before, &sv);
        if (ydoc_apply(d, u, &why)) {
            MUST(why.what && why.at <= u.n);
            states(d, &after, &sv2);
            MUST(str_eq(buf_str(&before), buf_str(&after)));
        }
        MUST(!ydoc_check(d));
    }
    states(d, &after, &sv);
    handed_on(&other, d, buf_str(&after));
    if (choice & 16)
        written(d, buf_str(&after));
    views(d);
    buf_fini(&before);
    buf_fini(&after);
    buf_fini(&sv);
    buf_fini(&sv2);
    ydoc_free(d);
    return 0;
}
