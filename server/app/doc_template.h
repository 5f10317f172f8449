/* What new documents begin with. */
#ifndef APP_DOC_TEMPLATE_H
#define APP_DOC_TEMPLATE_H

#include "server/app/call.h"

/* The first update of a document of this kind, in the arena; empty for a blank one. */
enum err doc_template(struct call *c, struct str kind, struct str *update) MUST_USE;

#endif
