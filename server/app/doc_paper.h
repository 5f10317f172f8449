/* A live document as paper (server/format/paper.h), for writing it out. */
#ifndef APP_DOC_PAPER_H
#define APP_DOC_PAPER_H

#include "server/crdt/ydoc.h"
#include "server/format/paper.h"

/* The fragment "body". since: a state vector; what that state did not know is mine (STR_NONE:
 * nothing is); what it knew and is deleted is gone, as far as the document has kept it (walk.h).
 * E_SYNTAX: since is none. E_TOO_LARGE: more than PAPER_PARTS_MAX parts. What paper does not know
 * is passed over, its text kept, and told in r. */
enum err doc_paper(struct arena *a, const struct ydoc *d, struct str since, struct paper_report *r,
                   struct paper **out) MUST_USE;

#endif
