/* Images of live documents. The text of a document names them by their address; whoever may read
 * the document gets them, of each as it was put in: an image is never changed. */
#ifndef APP_DOC_IMAGE_H
#define APP_DOC_IMAGE_H

#include "server/app/content.h"
#include "storage/doc_image.h"

struct doc_image_new {
    struct str upload_id;
};
struct doc_image_view {
    int64_t id;
    struct str url;
};

/* A finished upload of the caller becomes an image of the document. E_FILE_REFUSED: it is none that
 * browsers and paper show; then the upload is not taken. */
enum err doc_image_add(struct call *c, int64_t doc, const struct doc_image_new *in,
                       struct doc_image_view *out) MUST_USE;
/* A stored content becomes an image of a document that the caller may write; refuses as above.
 * Inside a writing transaction. */
enum err doc_image_attach(struct call *c, int64_t doc, int64_t blob, struct str name,
                          struct doc_image_view *out) MUST_USE;
/* E_NOT_FOUND: none, or not for this caller. */
enum err doc_image_open(struct call *c, int64_t doc, int64_t id, struct content *out) MUST_USE;

#endif
