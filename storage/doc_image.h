/* Images of live documents: which stored contents belong to a document. */
#ifndef STORAGE_DOC_IMAGE_H
#define STORAGE_DOC_IMAGE_H

#include "storage/db.h"

struct doc_image {
    int64_t id, doc, blob, person, at;
    struct str name;
    int64_t size; /* of the content, as the two below */
    struct str sha256, mime;
};

/* Sets id. Inside a writing transaction. */
enum err doc_image_put(struct db *db, struct doc_image *i) MUST_USE;
/* E_NOT_FOUND: the document has none of this number. */
enum err doc_image_get(struct db *db, struct arena *a, int64_t doc, int64_t id,
                       struct doc_image *out) MUST_USE;
/* The first of the document with this content; E_NOT_FOUND. */
enum err doc_image_same(struct db *db, int64_t doc, int64_t blob, int64_t *id) MUST_USE;
/* Whether a branch of this author's began with a version that is not older than the image. */
enum err doc_image_kept(struct db *db, int64_t id, int64_t author, bool *out) MUST_USE;

#endif
