/* What an open document needs of the database. Whoever calls these has judged the rights before:
 * live asks doc_need for every session. */
#ifndef APP_DOC_LOG_H
#define APP_DOC_LOG_H

#include "server/app/call.h"
#include "storage/doc.h"

struct buf;
struct ydoc;

/* The document as it is stored: its state and the log behind it, put together. seq: its last row,
 * folded: that of the state; both may be NULL. E_NOT_FOUND; E_CORRUPT: what is stored cannot be
 * read, which is logged. */
enum err doc_open(struct call *c, int64_t id, struct ydoc **out, int64_t *seq,
                  int64_t *folded) MUST_USE;

/* Brings a document on that has everything up to *seq: applies what stands behind it in the log and
 * sets *seq. news: the updates that brought something, each with its length (LEB128) before it.
 * E_CONFLICT: some of that was folded, open it anew. */
enum err doc_advance(struct call *c, int64_t id, struct ydoc *d, int64_t *seq,
                     struct buf *news) MUST_USE;
/* Inside a writing transaction: writes into a document, open or not. */
enum err doc_write(struct call *c, int64_t id, struct str update) MUST_USE;

/* What one commit brings for one document. */
struct doc_batch {
    int64_t doc, seq;   /* seq: set by doc_commit */
    struct str updates; /* as in doc_log */
    const struct doc_client *clients;
    size_t clients_n;
};
/* All of them in one transaction. A document that is not there any more keeps seq 0 and is left
 * out. */
enum err doc_commit(struct call *c, struct doc_batch *list, size_t n) MUST_USE;

/* Inside a writing transaction: what search finds of it. */
enum err doc_index(struct call *c, const struct doc *d, const struct ydoc *y) MUST_USE;
enum err doc_index_stored(struct call *c, const struct doc *d) MUST_USE; /* reads it first */

/* Folds the log: everything up to seq is in this document. Keeps a version, too, when the last one
 * is DOC_VERSION_EVERY_S old. */
enum { DOC_VERSION_EVERY_S = 600 };
enum err doc_rest(struct call *c, int64_t id, const struct ydoc *d, int64_t seq) MUST_USE;

#endif
