/* People as rows. They are disabled, never deleted; what is editable carries rev. */
#ifndef STORAGE_PERSON_H
#define STORAGE_PERSON_H

#include "storage/db.h"

/* School and keys_until of somebody who is not disabled; E_NOT_FOUND otherwise. */
enum err person_standing(struct db *db, int64_t id, int64_t *school, int64_t *keys_until) MUST_USE;

#endif
