/* A document's text as a plain docx: headings, paragraphs, tables. */
#ifndef APP_PREP_PAPER_H
#define APP_PREP_PAPER_H

#include "server/base/arena.h"
#include "server/base/buf.h"

/* xml: the fragment as ydoc_xml gives it. E_TOO_LARGE: more than the buffer's cap. */
enum err prep_paper(struct arena *a, struct str title, struct str xml, int64_t now,
                    struct buf *out) MUST_USE;

#endif
