/* Word documents by their parts: document, styles, footnotes. */
#include "tests/fuzz/fuzz.h"

#include "server/format/ooxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct fuzz_part parts[] = {
        { "_rels/.rels", FUZZ_MAIN("word/document.xml") },
        { "word/_rels/document.xml.rels",
          FUZZ_RELS("<Relationship Id=\"s\" Type=\"" FUZZ_REL "/styles\" Target=\"styles.xml\"/>"
                    "<Relationship Id=\"f\" Type=\"" FUZZ_REL
                    "/footnotes\" Target=\"footnotes.xml\"/>") },
        { "word/document.xml", NULL },
        { "word/styles.xml", NULL },
        { "word/footnotes.xml", NULL },
    };
    struct buf b;
    fuzz_archive(&b, parts, sizeof parts / sizeof *parts, (struct str){ (const char *)p, n });
    fuzz_pages(buf_str(&b), docx_pages);
    buf_fini(&b);
    return 0;
}
