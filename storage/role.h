/* Roles granted at places, with their history: a revoked one has an end. */
#ifndef STORAGE_ROLE_H
#define STORAGE_ROLE_H

#include "storage/db.h"

struct role_grant {
    int64_t id, person, scope_kind, scope_id, from_at, until_at, granted_by;
    struct str role, person_name, school_name; /* names: filled by lists */
};

enum err role_put(struct db *db, struct role_grant *g) MUST_USE; /* sets id; E_CONFLICT: held */
enum err role_get(struct db *db, struct arena *a, int64_t id, struct role_grant *out) MUST_USE;
/* Ends it now; E_NOT_FOUND: over already. */
enum err role_end(struct db *db, int64_t id, int64_t now) MUST_USE;
enum err role_end_all(struct db *db, int64_t person, int64_t now) MUST_USE;
/* Those that hold or will hold, by person; 0: any. At most 1000. */
struct role_filter {
    int64_t person, scope_kind, scope_id, now;
    struct str role;
};
enum err role_list(struct db *db, struct arena *a, const struct role_filter *f,
                   struct role_grant **out, size_t *n) MUST_USE;
/* How many hold the role over the county now. */
enum err role_holders(struct db *db, struct str role, int64_t now, int64_t *n) MUST_USE;

#endif
