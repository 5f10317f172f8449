/* Idempotency: the reply to a creating request is kept under (person, route, the client's key) for
 * 24 h, and given again to whoever repeats it. A row is put before the work begins, so that two at
 * once do not both work. */
#ifndef STORAGE_IDEM_H
#define STORAGE_IDEM_H

#include "storage/db.h"

struct idem {
    int64_t person;
    struct str route, name; /* name: the Idempotency-Key */
    struct str request;     /* a hash of the body: the same key with another body is refused */
    int64_t status;         /* 0: being worked on */
    int64_t rev;            /* of the reply's ETag, 0 for none */
    struct str reply;
    struct str process; /* who works on it: rows of a dead process are nobody's */
    int64_t at;
};

/* E_CONFLICT: the key is taken; see idem_get. */
enum err idem_put(struct db *db, const struct idem *row) MUST_USE;
/* E_NOT_FOUND: no such key. */
enum err idem_get(struct db *db, struct arena *a, int64_t person, struct str route, struct str name,
                  struct idem *out) MUST_USE;
enum err idem_done(struct db *db, const struct idem *row) MUST_USE; /* stores status, rev, reply */
enum err idem_drop(struct db *db, int64_t person, struct str route, struct str name) MUST_USE;
/* Forgets what is older, and unfinished work of other processes than the one given (an empty name
 * spares all unfinished work). */
enum err idem_sweep(struct db *db, int64_t before, struct str process) MUST_USE;

#endif
