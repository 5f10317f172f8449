/* Stored updates of strangers: merging, differences, state vectors, the second format, snapshots.
 * The input is a byte of choices, a length of two bytes, one thing and another. Whatever is given
 * out can be read again. */
#include "tests/fuzz/fuzz.h"

#include "server/base/rd.h"
#include "server/crdt/ydoc.h"

static bool readable(struct str update)
{
    struct buf out;
    struct ydoc_fault why;
    buf_init(&out, 64u << 20);
    enum err e = ydoc_state_vector_of(update, &out, &why);
    buf_fini(&out);
    return e == E_OK;
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

static void as_it_was(struct str snapshot, struct str u, struct buf *out)
{
    struct ydoc_setup setup = { .keep_deleted = true };
    struct ydoc *d = ydoc_new(&setup);
    if (ydoc_apply(d, u, NULL) == E_OK) {
        if (ydoc_restore(d, snapshot, out) == E_OK)
            MUST(readable(buf_str(out)));
        buf_clear(out);
        if (ydoc_diff(d, snapshot, out) == E_OK)
            MUST(readable(buf_str(out)));
    }
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
