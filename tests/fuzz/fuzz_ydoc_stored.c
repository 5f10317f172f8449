/* Stored updates of strangers: merging, differences, state vectors, the second format, snapshots.
 * The input is a byte of choices, a length of two bytes, one thing and another. Whatever is given
 * out can be read again, and applied. */
#include "tests/fuzz/fuzz.h"

#include "server/base/rd.h"
#include "server/crdt/ydoc.h"

/* Into a document that knows nothing. */
static struct ydoc *applied(struct str update, bool keep)
{
    struct ydoc *d = ydoc_new(&(struct ydoc_setup){ .keep_deleted = keep });
    enum err e = ydoc_apply(d, update, NULL);
    MUST(!ydoc_check(d));
    if (!e)
        return d;
    ydoc_free(d);
    return NULL;
}

static bool readable(struct str update)
{
    struct buf out;
    struct ydoc_fault why;
    buf_init(&out, 64u << 20);
    enum err e = ydoc_state_vector_of(update, &out, &why);
    buf_fini(&out);
    struct ydoc *d = applied(update, false);
    bool both = !e && d;
    ydoc_free(d);
    return both;
}

static void two_formats(struct str u, struct buf *out)
{
    struct ydoc_fault why;
    struct buf back;
    buf_init(&back, 64u << 20);
    if (ydoc_v1_to_v2(u, out, &why) == E_OK) {
        MUST(ydoc_v2_to_v1(buf_str(out), &back, &why) == E_OK);
        MUST(readable(buf_str(&back)));
    }
    buf_clear(out);
    if (ydoc_v2_to_v1(u, out, &why) == E_OK)
        MUST(readable(buf_str(out)));
    buf_fini(&back);
}

/* What a document says of itself now, it can be brought back to; who gets that stands as far. */
static void as_it_is(const struct ydoc *d, struct buf *out)
{
    struct buf now, sv, sv2;
    buf_init(&now, 64u << 20);
    buf_init(&sv, 64u << 20);
    buf_init(&sv2, 64u << 20);
    ydoc_snapshot(d, &now);
    MUST(ydoc_restore(d, buf_str(&now), out) == E_OK);
    struct ydoc *back = applied(buf_str(out), true);
    MUST(back);
    ydoc_state_vector(d, &sv);
    ydoc_state_vector(back, &sv2);
    MUST(str_eq(buf_str(&sv), buf_str(&sv2)));
    ydoc_free(back);
    buf_fini(&now);
    buf_fini(&sv);
    buf_fini(&sv2);
}

static void as_it_was(struct str snapshot, struct str u, struct buf *out)
{
    struct ydoc *d = applied(u, true);
    if (!d)
        return;
    if (ydoc_restore(d, snapshot, out) == E_OK)
        MUST(readable(buf_str(out)));
    buf_clear(out);
    if (ydoc_diff(d, snapshot, out) == E_OK)
        MUST(readable(buf_str(out)));
    buf_clear(out);
    as_it_is(d, out);
    ydoc_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct rd in = rd_of((struct str){ (const char *)p, n });
    uint8_t choice = rd_u8(&in);
    size_t len = rd_u16(&in);
    struct str a = rd_take(&in, len < rd_left(&in) ? len : rd_left(&in));
    struct str b = rd_take(&in, rd_left(&in)), both[3] = { a, b, a };
    struct ydoc_fault why;
    struct buf out;
    buf_init(&out, 64u << 20);
    switch (choice % 4) {
    case 0:
        if (ydoc_merge(both, 2 + choice / 4 % 2, &out, &why) == E_OK)
            MUST(readable(buf_str(&out)));
        break;
    case 1:
        if (ydoc_diff_update(b, a, &out, &why) == E_OK)
            MUST(readable(buf_str(&out)));
        break;
    case 2: two_formats(b, &out); break;
    default: as_it_was(a, b, &out);
    }
    buf_fini(&out);
    return 0;
}
