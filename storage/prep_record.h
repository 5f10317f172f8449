/* Rows of who was there, the record (集体备课记录表), reflections, and the counts of a term. */
#ifndef STORAGE_PREP_RECORD_H
#define STORAGE_PREP_RECORD_H

#include "storage/db.h"

enum { PREP_SLOT_MS = 10 * 60 * 1000 };

/* This person was there at `now`: one row for each ten minutes. */
enum err prep_presence_put(struct db *db, int64_t session, int64_t person, int64_t now) MUST_USE;
enum err prep_presence_there(struct db *db, int64_t session, int64_t person, int64_t now,
                             bool *out) MUST_USE;
struct prep_presence {
    int64_t person, slots; /* so many times ten minutes */
};
/* Of the time [from, until); by person. */
enum err prep_presence_list(struct db *db, struct arena *a, int64_t session, int64_t from,
                            int64_t until, struct prep_presence **out, size_t *n) MUST_USE;

struct prep_record {
    int64_t session, rev, changed_at, signed_by, signed_at;
    struct str summary, agreed, next_plan, remark, signed_name;
};
/* One that nobody wrote yet has rev 0 and is empty. */
enum err prep_record_get(struct db *db, struct arena *a, int64_t session,
                         struct prep_record *r) MUST_USE;
enum err prep_record_set(struct db *db, struct prep_record *r) MUST_USE; /* E_REV; sets rev */

struct prep_reflection {
    int64_t person, at, changed_at;
    struct str body, person_name, school_name;
};
enum err prep_reflection_set(struct db *db, int64_t session,
                             const struct prep_reflection *r) MUST_USE;
enum err prep_reflection_list(struct db *db, struct arena *a, int64_t session,
                              struct prep_reflection **out, size_t *n) MUST_USE;
/* The session of this 备课组 before that one which somebody reflected upon; E_NOT_FOUND: none. */
enum err prep_reflected_before(struct db *db, int64_t dept, int64_t at, int64_t id,
                               int64_t *before) MUST_USE;

/* What a 备课组 did in a term. No persons: nobody is ranked. */
struct prep_stat {
    int64_t dept, sessions, finished, cancelled, invited, present, opinions, adopted, partly,
        rejected, reflections, published;
    struct str dept_name, place_name; /* place: school or group */
};
struct prep_stat_filter {
    int64_t term, dept, school, group; /* one of the last three */
};
/* present: attended by the recorder's word or by presence while the session was on, lead and tail
 * ms before and after; without a time: in any stage from 说课 to 研讨. */
enum err prep_stat_list(struct db *db, struct arena *a, const struct prep_stat_filter *f,
                        struct prep_stat **out, size_t *n) MUST_USE;

#endif
