/* What holds for any paper, wherever it came from: it keeps the rules of paper and goes onto paper
 * and into a live document. */
#ifndef TESTS_FUZZ_PAPER_H
#define TESTS_FUZZ_PAPER_H

#include "tests/fuzz/fuzz.h"

#include "server/app/paper_doc.h"
#include "server/format/paper.h"

static inline void fuzz_paper_sound(const struct paper *p, int depth)
{
    MUST(depth <= PAPER_DEPTH);
    MUST(p->colspan >= 1 && p->rowspan >= 1);
    for (const struct paper *k = p->first; k; k = k->next) {
        MUST(paper_fits(p->kind, k->kind) && k->parent == p);
        MUST(k->next || p->last == k);
        fuzz_paper_sound(k, depth + 1);
    }
}

static inline void fuzz_paper_goes_on(struct arena *a, struct paper *doc)
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

#endif
