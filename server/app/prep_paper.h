/* A document's text as a plain docx: headings, paragraphs, tables. */
#ifndef APP_PREP_PAPER_H
#define APP_PREP_PAPER_H

#include "server/base/arena.h"
#include "server/base/buf.h"

struct ydoc;

/* Marks, images and what an editor draws itself are left out. E_TOO_LARGE: more than the buffer's
 * cap, or nested too deeply. */
enum err prep_paper(struct arena *a, struct str title, const struct ydoc *d, int64_t now,
                    struct buf *out) MUST_USE;

#endif
