/* 教研组 and 备课组 as rows, with members and their history. */
#ifndef STORAGE_DEPT_H
#define STORAGE_DEPT_H

#include "storage/db.h"

struct dept {
    int64_t id, rev, school, group; /* one of the two is 0 */
    struct str uuid, kind, name, subject, grade, school_name, group_name;
    int64_t members, created_at, disabled_at;
};
struct dept_member {
    int64_t id, dept, person, from_at, until_at;
    bool leader;
    struct str person_name, school_name;
};

enum err dept_get(struct db *db, struct arena *a, int64_t id, int64_t now,
                  struct dept *out) MUST_USE;
enum err dept_put(struct db *db, struct dept *d) MUST_USE;    /* sets id, rev; E_CONFLICT: name */
enum err dept_change(struct db *db, struct dept *d) MUST_USE; /* E_REV; sets rev */
/* school, group, person (a member now): 0 is any. In order of id after `after`. */
struct dept_filter {
    int64_t school, group, person, after, now;
    bool disabled;
};
enum err dept_list(struct db *db, struct arena *a, const struct dept_filter *f, size_t limit,
                   struct dept **out, size_t *n) MUST_USE;

enum err dept_member_put(struct db *db, struct dept_member *m) MUST_USE; /* E_CONFLICT: is one */
enum err dept_member_get(struct db *db, struct arena *a, int64_t id,
                         struct dept_member *out) MUST_USE;
enum err dept_member_end(struct db *db, int64_t id, int64_t now) MUST_USE;
enum err dept_member_end_all(struct db *db, int64_t person, int64_t now) MUST_USE;
enum err dept_member_leads(struct db *db, int64_t id, bool leader) MUST_USE;
/* Those of now, leaders first, then by pinyin. */
enum err dept_member_list(struct db *db, struct arena *a, int64_t dept, int64_t now,
                          struct dept_member **out, size_t *n) MUST_USE;
/* What `from` leads, `to` leads from now on, too, and is in, if it is of his school or its group.
 * *n: how many. */
enum err dept_leads_over(struct db *db, int64_t from, int64_t to, int64_t now, int64_t *n) MUST_USE;

#endif
