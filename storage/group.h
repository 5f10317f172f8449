/* Education groups (教育集团) and their member schools, with history. */
#ifndef STORAGE_GROUP_H
#define STORAGE_GROUP_H

#include "storage/db.h"

struct group {
    int64_t id, rev, lead_school, ord, founded_at, disabled_at;
    int64_t schools;                               /* members now, the lead among them */
    struct str uuid, name, mode, lead_school_name; /* mode: tight, entrusted, alliance */
};
struct group_member {
    int64_t id, group, school, from_at, until_at;
    struct str school_name;
};

enum err group_get(struct db *db, struct arena *a, int64_t id, int64_t now,
                   struct group *out) MUST_USE;
enum err group_put(struct db *db, struct group *g) MUST_USE;    /* sets id, rev; E_CONFLICT */
enum err group_change(struct db *db, struct group *g) MUST_USE; /* E_REV, E_CONFLICT; sets rev */
/* In order of (ord, id) after the one given. */
enum err group_list(struct db *db, struct arena *a, int64_t now, bool disabled, int64_t after_ord,
                    int64_t after_id, size_t limit, struct group **out, size_t *n) MUST_USE;

enum err group_member_put(struct db *db, struct group_member *m) MUST_USE; /* E_CONFLICT: is one */
enum err group_member_get(struct db *db, struct arena *a, int64_t id,
                          struct group_member *out) MUST_USE;
enum err group_member_end(struct db *db, int64_t id, int64_t now) MUST_USE;
/* Those of now and later, and with all: those of the past. */
enum err group_member_list(struct db *db, struct arena *a, int64_t group, int64_t now, bool all,
                           struct group_member **out, size_t *n) MUST_USE;
/* Is the school a member of any group now or later? 0: no; else that group. */
enum err group_of_school(struct db *db, int64_t school, int64_t now, int64_t *group) MUST_USE;

#endif
