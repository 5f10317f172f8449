/* Further schools of a person, with history. */
#ifndef STORAGE_POSTING_H
#define STORAGE_POSTING_H

#include "storage/db.h"

struct posting {
    int64_t id, person, school, from_at, until_at;
    struct str form, school_name;
};

enum err posting_put(struct db *db, struct posting *p) MUST_USE; /* sets id */
enum err posting_get(struct db *db, struct arena *a, int64_t id, struct posting *out) MUST_USE;
enum err posting_end(struct db *db, int64_t id, int64_t now) MUST_USE; /* E_NOT_FOUND: over */
enum err posting_end_all(struct db *db, int64_t person, int64_t now) MUST_USE;
enum err posting_list(struct db *db, struct arena *a, int64_t person, struct posting **out,
                      size_t *n) MUST_USE;

#endif
