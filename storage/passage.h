/* Passages: texts cut into pieces the index takes. A piece has at most PASSAGE_TOKENS tokens, so
 * that both engines keep every position (PostgreSQL knows 255 per lexeme).
 *
 * P1: pieces end between runs of Chinese where they can; where a run is longer than a piece, the
 * next one begins PASSAGE_OVERLAP characters earlier, so that a phrase of that length is never
 * lost. */
#ifndef STORAGE_PASSAGE_H
#define STORAGE_PASSAGE_H

#include "storage/db.h"

enum { PASSAGE_TOKENS = 250, PASSAGE_EARLY = 200, PASSAGE_OVERLAP = 32 };
enum {
    PASSAGES_MAX = 4000 /* of one content: a million characters; what follows is not indexed */
};

/* Takes the next piece off *rest (trimmed, never empty); false when nothing with a token is left.
 */
bool passage_cut(struct str *rest, struct str *piece);

/* Cuts what was read out of a content, unless that was done before. Inside a writing transaction.
 */
enum err passages_make(struct db *db, struct arena *a, int64_t blob) MUST_USE;

struct passage {
    int64_t id, blob_id, page;
    struct str text;
};
enum err passage_get(struct db *db, struct arena *a, int64_t id, struct passage *p) MUST_USE;

#endif
