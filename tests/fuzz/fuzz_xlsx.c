/* Workbooks by their parts: sheet, shared strings, styles; as rows and as pages. */
#include "tests/fuzz/fuzz.h"

#include "server/format/ooxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct fuzz_part parts[] = {
        { "_rels/.rels", FUZZ_MAIN("xl/workbook.xml") },
        { "xl/workbook.xml",
          "<workbook xmlns:r=\"" FUZZ_REL "\"><sheet name=\"a\" r:id=\"s\"/></workbook>" },
        { "xl/_rels/workbook.xml.rels",
          FUZZ_RELS(
              "<Relationship Id=\"s\" Type=\"" FUZZ_REL "/worksheet\" Target=\"sheet.xml\"/>"
              "<Relationship Id=\"t\" Type=\"" FUZZ_REL "/sharedStrings\" Target=\"strings.xml\"/>"
              "<Relationship Id=\"y\" Type=\"" FUZZ_REL "/styles\" Target=\"styles.xml\"/>") },
        { "xl/sheet.xml", NULL },
        { "xl/strings.xml", NULL },
        { "xl/styles.xml", NULL },
    };
    struct buf b;
    struct zip *z;
    uint64_t sum = 0;
    fuzz_archive(&b, parts, sizeof parts / sizeof *parts, (struct str){ (const char *)p, n });
    struct str s = buf_str(&b);
    fuzz_pages(s, xlsx_pages);
    MUST(zip_open(zip_bytes(&s), &zip_limits, &z) == E_OK);
    (void)!xlsx_rows(z, &(struct sheet_to){ &sum, fuzz_row });
    zip_close(z);
    buf_fini(&b);
    return 0;
}
