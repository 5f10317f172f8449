/* What was said of a session's document, for paper. */
#ifndef APP_PREP_REMARKS_H
#define APP_PREP_REMARKS_H

#include "server/app/doc.h"
#include "server/format/paper.h"

/* In the order they were made; in the arena. */
enum err prep_remarks(struct call *c, const struct doc *d, struct paper_comment **out,
                      size_t *n) MUST_USE;

#endif
