/* People as rows. They are disabled, never deleted; what is editable carries rev. */
#ifndef STORAGE_PERSON_H
#define STORAGE_PERSON_H

#include "storage/db.h"

struct person {
    int64_t id, rev, school; /* school 0: none (bureau staff) */
    struct str uuid, login, staff_no, phone, name, pinyin, initials, subject, grade, title;
    struct str school_name;
    int64_t created_at, disabled_at;
};

/* School and keys_until of somebody who is not disabled; E_NOT_FOUND otherwise. */
enum err person_standing(struct db *db, int64_t id, int64_t *school, int64_t *keys_until) MUST_USE;
enum err person_get(struct db *db, struct arena *a, int64_t id, struct person *out) MUST_USE;
/* Sets id and rev. E_CONFLICT: login or staff number are taken. */
enum err person_put(struct db *db, struct person *p) MUST_USE;
/* All that is editable, and disabled_at, where rev is still p->rev; E_REV otherwise. Sets rev. */
enum err person_change(struct db *db, struct person *p) MUST_USE;
enum err person_count(struct db *db, int64_t *n) MUST_USE;

/* Who is meant by a login, else a phone, else a staff number; E_NOT_FOUND: nobody, or more than
 * one. Disabled people are not meant. */
enum err person_by_login(struct db *db, struct str login, int64_t *id) MUST_USE;
enum err person_by_staff_no(struct db *db, int64_t school, struct str staff_no,
                            int64_t *id) MUST_USE;
enum err person_by_phone(struct db *db, int64_t school, struct str phone, int64_t *id) MUST_USE;
bool person_login_taken(struct db *db, struct str login, enum err *e);

/* 0 and "" stand for any. q: part of a name, or the beginning of its pinyin or initials. */
struct person_filter {
    int64_t school, group, dept;
    struct str q;
    bool disabled;    /* those instead of the others */
    struct str after; /* pinyin of the last one seen */
    int64_t after_id, now;
};
enum err person_list(struct db *db, struct arena *a, const struct person_filter *f, size_t limit,
                     struct person **out, size_t *n) MUST_USE;

#endif
