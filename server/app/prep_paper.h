/* The record (集体备课记录表) as a file to print and to keep. */
#ifndef APP_PREP_PAPER_H
#define APP_PREP_PAPER_H

#include "server/app/doc_export.h"

struct prep_paper_query {
    struct str format, paper; /* docx, pdf or html; a4 (standard) or 16k */
    bool has_paper;
};
/* Appends the file. Whoever sees the session may have it. */
enum err prep_paper(struct call *c, int64_t id, const struct prep_paper_query *q, struct buf *out,
                    struct doc_exported *what) MUST_USE;

#endif
