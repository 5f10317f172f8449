/* The audit log: append-only rows, each sealed over the one before it.
 *
 * hash = SHA-256(hash of the row before ‖ fields), the fields being seq, at, person, session, ip,
 * action, noun, noun_id and detail, each as "<length in bytes>:<decimal number or text>,". The row
 * before the first has 32 zero bytes. Anybody who holds an export can verify it with that. */
#ifndef STORAGE_AUDIT_H
#define STORAGE_AUDIT_H

#include "server/base/hash.h"
#include "storage/db.h"

struct audit {
    int64_t seq, at, person, session, noun_id;
    struct str ip, action, noun, detail;
    struct str who;  /* name of the person, for pages; not part of the chain */
    struct str hash; /* 32 bytes */
};

/* Seals the row over `before` (32 bytes). */
void audit_seal(const struct audit *row, struct str before, unsigned char out[SHA256_LEN]);
/* Appends; inside a writing transaction. Sets seq. */
enum err audit_put(struct db *db, struct audit *row) MUST_USE;

/* Filters: 0 and "" stand for any. Newest first, below `before` (0: from the newest). */
struct audit_filter {
    int64_t person, noun_id, from_at, until_at, before;
    struct str action, noun;
};
enum err audit_list(struct db *db, struct arena *a, const struct audit_filter *f, size_t limit,
                    struct audit **out, size_t *n) MUST_USE;
/* Oldest first, from seq `from` on. */
enum err audit_walk(struct db *db, struct arena *a, int64_t from, size_t limit, struct audit **out,
                    size_t *n) MUST_USE;
/* Walks the whole chain. *bad: the first seq that does not fit, 0 when all do. */
enum err audit_verify(struct db *db, int64_t *rows, int64_t *bad) MUST_USE;

#endif
