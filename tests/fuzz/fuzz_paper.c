/* Word documents as documents of ours: document, numbering and styles by their parts. What comes
 * out keeps the rules of paper and goes into a live document and back onto paper. */
#include "tests/fuzz/paper.h"

#include "server/format/ooxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct fuzz_part parts[] = {
        { "_rels/.rels", FUZZ_MAIN("word/document.xml") },
        { "word/_rels/document.xml.rels",
          FUZZ_RELS("<Relationship Id=\"s\" Type=\"" FUZZ_REL "/styles\" Target=\"styles.xml\"/>"
                    "<Relationship Id=\"n\" Type=\"" FUZZ_REL
                    "/numbering\" Target=\"numbering.xml\"/><Relationship Id=\"i\" Type=\"" FUZZ_REL
                    "/image\" Target=\"a.gif\"/><Relationship Id=\"h\" Type=\"" FUZZ_REL
                    "/hyperlink\" Target=\"https://a.cn\" TargetMode=\"External\"/>") },
        { "word/a.gif", "GIF89a\1\1\1\1\1\1\1" },
        { "word/document.xml", NULL },
        { "word/numbering.xml", NULL },
        { "word/styles.xml", NULL },
    };
    struct zip_limits lim = { 1000, 1 << 20, 16 << 20, 200 };
    struct arena *a = arena_new();
    struct paper_report r = { .arena = a };
    struct paper *doc;
    struct zip *z;
    struct buf b;
    fuzz_archive(&b, parts, sizeof parts / sizeof *parts, (struct str){ (const char *)p, n });
    struct str bytes = buf_str(&b);
    if (!zip_open(zip_bytes(&bytes), &lim, &z)) {
        if (!docx_paper(z, a, &r, &doc)) {
            fuzz_paper_sound(doc, 0);
            fuzz_paper_goes_on(a, doc);
        }
        zip_close(z);
    }
    buf_fini(&b);
    arena_free(a);
    return 0;
}
