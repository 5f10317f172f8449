/* Names of places by kind and id, wherever a row says "school 3" and a person wants to read it. */
#ifndef STORAGE_PLACE_H
#define STORAGE_PLACE_H

#include "storage/viewer.h"

/* "" for the county; E_NOT_FOUND: no such place. */
enum err place_name(struct db *db, struct arena *a, enum scope_kind kind, int64_t id,
                    struct str *name) MUST_USE;
/* The code of a school; "" when there is no such school. */
enum err place_school_code(struct db *db, struct arena *a, int64_t school,
                           struct str *code) MUST_USE;
/* Does the person work at the school, or at one of the group's schools, now? */
enum err place_works_at(struct db *db, int64_t person, int64_t school, int64_t now,
                        int64_t *yes) MUST_USE;
enum err place_works_in(struct db *db, int64_t person, int64_t group, int64_t now,
                        int64_t *yes) MUST_USE;

#endif
