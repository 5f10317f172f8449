/* OpenDocument's content and EPUB's package and chapter. */
#include "tests/fuzz/fuzz.h"

#include "server/format/odf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct fuzz_part odf[] = { { "content.xml", NULL } };
    static const struct fuzz_part epub[] = {
        { "META-INF/container.xml", "<c><rootfile full-path=\"O/p.opf\"/></c>" },
        { "O/p.opf", NULL },
        { "O/a.xhtml", NULL },
    };
    struct buf b;
    struct str in = { (const char *)p, n };
    fuzz_archive(&b, odf, 1, in);
    fuzz_pages(buf_str(&b), odf_pages);
    buf_fini(&b);
    fuzz_archive(&b, epub, 3, in);
    fuzz_pages(buf_str(&b), epub_pages);
    buf_fini(&b);
    return 0;
}
