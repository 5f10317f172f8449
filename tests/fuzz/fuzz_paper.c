/* Word documents as documents of ours: document, numbering and styles by their parts. What comes
 * out keeps the rules of paper and goes into a live document and back onto paper. */
#include "tests/fuzz/fuzz.h"

#include "server/app/paper_doc.h"
#include "server/format/ooxml.h"
#include "server/format/paper.h"

static void sound(const struct paper *p, int depth)
{
    MUST(depth <= PAPER_DEPTH);
    MUST(p->colspan >= 1 && p->rowspan >= 1);
    for (const struct paper *k = p->first; k; k = k->next) {
        MUST(paper_fits(p->kind, k->kind) && k->parent == p);
        MUST(k->next || p->last == k);
        sound(k, depth + 1);
    }
}

static void goes_on(struct arena *a, struct paper *doc)
{
    struct paper_report r = { .arena = a };
    struct paper_job j = { .doc = doc };
    struct ydoc *d = ydoc_new(NULL);
    struct buf out;
    buf_init(&out, (size_t)64 << 20);
    struct ydoc_edit *e = ydoc_edit_open(d, 1);
    MUST(paper_doc(e, doc, &r, NULL) == E_OK);
    MUST(ydoc_edit_close(e, &out) == E_OK);
    buf_clear(&out);
    MUST(paper_docx(&j, &r, &out) == E_OK);
    buf_clear(&out);
    MUST(paper_html(&j, &r, &out) == E_OK);
    buf_clear(&out);
    MUST(paper_markdown(&j, &r, &out) == E_OK);
    buf_fini(&out);
    ydoc_free(d);
}

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
            sound(doc, 0);
            goes_on(a, doc);
        }
        zip_close(z);
    }
    buf_fini(&b);
    arena_free(a);
    return 0;
}
