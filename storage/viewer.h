/* What follows from postings, memberships and roles: audience keys and roles by person, as rows.
 *
 * Whoever changes one of those facts marks the people it touches (viewer_stale_*) and calls
 * viewer_rebuild before the transaction ends. The rows are what is true at `now`; when something
 * time-limited begins or ends later, person.keys_until says so and the rows are made again then. */
#ifndef STORAGE_VIEWER_H
#define STORAGE_VIEWER_H

#include "storage/db.h"

#define FOREVER_MS 253402300799000 /* until_at of what has no end */

/* kinds of a role's scope; the first ones are those of audience keys */
enum scope_kind { SCOPE_DEPT = 2, SCOPE_SCHOOL, SCOPE_GROUP, SCOPE_COUNTY, SCOPE_TOWN };

enum err viewer_stale_person(struct db *db, int64_t person) MUST_USE;
/* All who work there or hold a role that reaches it. */
enum err viewer_stale_school(struct db *db, int64_t school) MUST_USE;
enum err viewer_stale_group(struct db *db, int64_t group) MUST_USE;
enum err viewer_stale_dept(struct db *db, int64_t dept) MUST_USE;
/* Makes the rows of all who were marked again and tells their sockets. Inside the same
 * transaction. */
enum err viewer_rebuild(struct db *db, int64_t now) MUST_USE;
/* The next person at or after `from` whose rows are out of date; 0: none. */
enum err viewer_next_due(struct db *db, int64_t now, int64_t from, int64_t *person) MUST_USE;

struct role_row {
    struct str role;
    int64_t kind, id;
};
/* Keys ascending and roles of one person, in the arena. */
enum err viewer_load(struct db *db, struct arena *a, int64_t person, int64_t **keys, size_t *keys_n,
                     struct role_row **roles, size_t *roles_n) MUST_USE;

#endif
