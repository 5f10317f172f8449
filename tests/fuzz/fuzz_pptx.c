/* Presentations by their parts: presentation, its relations, a slide, the slide's relations. */
#include "tests/fuzz/fuzz.h"

#include "server/format/ooxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct fuzz_part parts[] = {
        { "_rels/.rels", FUZZ_MAIN("ppt/presentation.xml") }, { "ppt/presentation.xml", NULL },
        { "ppt/_rels/presentation.xml.rels", NULL },          { "ppt/slides/slide1.xml", NULL },
        { "ppt/slides/_rels/slide1.xml.rels", NULL },         { "ppt/notesSlides/n.xml", NULL },
    };
    struct buf b;
    fuzz_archive(&b, parts, sizeof parts / sizeof *parts, (struct str){ (const char *)p, n });
    fuzz_pages(buf_str(&b), pptx_pages);
    buf_fini(&b);
    return 0;
}
