/* Live documents of strangers as paper. The input is a byte of choices and then updates, each
 * behind a length of two bytes. With choice 1 a document remembers what was deleted; with choice 2
 * what the first update did not bring is told to be mine, with choice 4 the first of them is no
 * update but says itself what was known. Whatever stands in the document: what comes out keeps the
 * rules of paper and goes onto it. */
#include "tests/fuzz/paper.h"

#include "server/app/doc_paper.h"
#include "server/base/rd.h"
#include "server/crdt/ydoc.h"

enum { KEEP = 1, MINE = 2, TOLD = 4 };

static struct str next(struct rd *in)
{
    size_t len = rd_u16(in), left = rd_left(in);
    return rd_take(in, len < left ? len : left);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct rd in = rd_of((struct str){ (const char *)p, n });
    uint8_t choice = rd_u8(&in);
    struct ydoc *d = ydoc_new(&(struct ydoc_setup){ .keep_deleted = choice & KEEP });
    struct arena *a = arena_new();
    struct paper_report r = { .arena = a };
    struct paper *doc;
    struct buf known;
    buf_init(&known, 1u << 20);
    for (size_t k = 0; rd_left(&in) >= 2; k++) {
        struct str u = next(&in);
        if (k == 0 && choice & TOLD)
            buf_add(&known, u);
        else
            (void)!ydoc_apply(d, u, NULL);
        if (k == 0 && choice & MINE && !known.n)
            ydoc_state_vector(d, &known);
    }
    enum err e = doc_paper(a, d, buf_str(&known), &r, &doc);
    MUST(!e || (e == E_SYNTAX && choice & TOLD));
    if (!e) {
        fuzz_paper_sound(doc, 0);
        fuzz_paper_goes_on(a, doc);
    }
    buf_fini(&known);
    arena_free(a);
    ydoc_free(d);
    return 0;
}
