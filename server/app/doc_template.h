/* What new documents begin with: the template of their kind, or what stands in another one. */
#ifndef APP_DOC_TEMPLATE_H
#define APP_DOC_TEMPLATE_H

#include "server/app/call.h"

/* The first update of a document of this kind, in the arena; empty for a blank one. */
enum err doc_template(struct call *c, struct str kind, struct str *update) MUST_USE;
/* from: a document that the caller may read, whose content it is instead; 0: none. The history, the
 * authors and what was deleted stay there. E_INPUT: he may not read it. */
enum err doc_begin(struct call *c, struct str kind, int64_t from, struct str *update) MUST_USE;

#endif
