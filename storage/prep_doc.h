/* The documents of a session (rows of doc whose owner is it), and who made them what they are. */
#ifndef STORAGE_PREP_DOC_H
#define STORAGE_PREP_DOC_H

#include "storage/db.h"

/* Oldest first, branches (个案) left out. */
enum err prep_doc_list(struct db *db, struct arena *a, int64_t session, int64_t **ids,
                       size_t *n) MUST_USE;
/* Names to be credited: the lead author, then by pinyin who wrote in the document or whose opinion
 * was adopted, wholly or partly; at most 50. */
enum err prep_authors(struct db *db, struct arena *a, int64_t session, int64_t doc,
                      struct str **names, size_t *n) MUST_USE;

#endif
