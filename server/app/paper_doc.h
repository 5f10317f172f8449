/* Paper (server/format/paper.h) as a live document, for what is brought in. */
#ifndef APP_PAPER_DOC_H
#define APP_PAPER_DOC_H

#include "server/crdt/edit.h"
#include "server/format/paper.h"

/* The images of a document that was written: which node shows which. */
struct paper_doc_image {
    const struct paper *image;
    ynode node;
};
struct paper_doc_images {
    struct arena *arena;
    struct paper_doc_image *v;
    size_t n, room;
};

/* Appends the paper to the fragment "body", in such a way that the client's editor takes it as it
 * is: what its schema (web/src/doc/schema.ts) does not let stand somewhere is put as near as it can
 * be, or told in r. images (may be NULL): is told
 * every image, so that its address can be set while the edit is open. Errors: ydoc_edit's. */
enum err paper_doc(struct ydoc_edit *e, const struct paper *p, struct paper_report *r,
                   struct paper_doc_images *images) MUST_USE;

#endif
