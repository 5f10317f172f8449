/* Images of live documents. The text of a document names them by their address; whoever may read
 * the document gets them, of each as it was put in: an image is never changed. I1: a branch (个案)
 * has its parent's text with the parent's addresses, so its author keeps what was there when it
 * began, as he keeps the text, even when he may not read the parent any more. */
#ifndef APP_DOC_IMAGE_H
#define APP_DOC_IMAGE_H

#include "server/app/content.h"
#include "server/crdt/edit.h"
#include "storage/doc_image.h"

/* One of the two: a finished upload of the caller's, or the address of an image that he sees: in
 * another document, or the content of a file of the repository ("/api/files/12/content"). */
struct doc_image_new {
    struct str upload_id, from;
    bool has_upload_id, has_from;
};
struct doc_image_view {
    int64_t id;
    struct str url;
};

/* It becomes an image of the document, which the caller may write. E_FILE_REFUSED: the upload is
 * none that browsers and paper show; then it is not taken. One from elsewhere is the same content
 * without new bytes, and counts as what is uploaded does (E_QUOTA); once it is here, it
 * stays the one image of this content. */
enum err doc_image_add(struct call *c, int64_t doc, const struct doc_image_new *in,
                       struct doc_image_view *out) MUST_USE;
/* A stored content becomes an image of a document that the caller may write; refuses as above.
 * Inside a writing transaction. */
enum err doc_image_attach(struct call *c, int64_t doc, int64_t blob, struct str name,
                          struct doc_image_view *out) MUST_USE;
/* "/api/docs/12/images/34": whether it is the address of an image, and of which. */
bool doc_image_address(struct str src, int64_t *doc, int64_t *image);
/* This element of the text shows what has this address. */
enum err doc_image_show(struct ydoc_edit *e, ynode image, struct str url) MUST_USE;
/* E_NOT_FOUND: none, or not for this caller. */
enum err doc_image_for(struct call *c, int64_t doc, int64_t id, struct doc_image *out) MUST_USE;
enum err doc_image_open(struct call *c, int64_t doc, int64_t id, struct content *out) MUST_USE;

#endif
