/* Old Office files. The first byte says which: a whole compound file, or the streams of a document,
 * a presentation or a workbook, in a compound file that is in order, so that the fuzzer reaches
 * their readers. As pages and, where it may be a workbook, as rows. */
#include "tests/fuzz/fuzz.h"

#include "server/format/office97.h"
#include "server/format/ole.h"
#include "tests/unit/oles.h"

enum { WHOLE, DOC, PPT, XLS, KINDS, ROOM = 40000 };

static void read_it(struct str s, bool rows)
{
    struct fuzz_count c = { 0 };
    struct pages p;
    uint64_t cap = 1 << 20, sum = 0;
    pages_init(&p, (struct pages_to){ &c, fuzz_page, fuzz_head }, cap);
    (void)!office97_pages(zip_bytes(&s), &p);
    MUST(c.bytes <= cap);
    pages_fini(&p);
    if (rows)
        (void)!office97_rows(zip_bytes(&s), &(struct sheet_to){ &sum, fuzz_row });
}

/* A document has two streams: two bytes say where the second begins. */
static void add_streams(struct oles *o, int kind, struct str in)
{
    if (kind == DOC) {
        const unsigned char *p = (const unsigned char *)in.p;
        size_t cut = in.n < 2 ? 0 : (size_t)(p[0] | p[1] << 8);
        in = str_sub(in, 2, in.n);
        oles_add(o, "1Table", str_sub(in, cut, in.n));
        in = str_sub(in, 0, cut);
    }
    oles_add(o,
             kind == DOC   ? "WordDocument"
             : kind == PPT ? "PowerPoint Document"
                           : "Workbook",
             in);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n };
    int kind = n ? p[0] % KINDS : WHOLE;
    in = str_sub(in, 1, ROOM);
    struct buf b;
    buf_init(&b, 1 << 20);
    if (kind == WHOLE) {
        (void)!ole_names(zip_bytes(&in), &b);
        read_it(in, true);
    } else {
        struct oles o = { 0 };
        add_streams(&o, kind, in);
        oles_end(&o, &b);
        read_it(buf_str(&b), kind == XLS);
    }
    buf_fini(&b);
    return 0;
}
