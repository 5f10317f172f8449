/* Which resource a place on an old net disk became; see server/app/import.c. */
#ifndef STORAGE_IMPORT_H
#define STORAGE_IMPORT_H

#include "storage/db.h"

/* source: 64 hex digits. E_NOT_FOUND: this person has taken in nothing from there. */
enum err import_get(struct db *db, int64_t person, struct str source, int64_t *resource) MUST_USE;
enum err import_put(struct db *db, int64_t person, struct str source, int64_t resource) MUST_USE;
/* Did a file ever come to the resource under this name, renamed or removed since as it may be? */
enum err import_has(struct db *db, int64_t resource, struct str name, bool *has) MUST_USE;

#endif
