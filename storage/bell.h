/* Bells: a school's periods from a day on. */
#ifndef STORAGE_BELL_H
#define STORAGE_BELL_H

#include "storage/db.h"

struct period {
    struct str name;
    bool lesson;                /* counts as a lesson (节); else a break or care after school */
    int64_t start_min, end_min; /* minutes since midnight */
};
struct bell {
    int64_t id, rev, school, from_day;
    struct str name;
    struct period *periods;
    size_t periods_n;
};

enum err bell_get(struct db *db, struct arena *a, int64_t id, struct bell *out) MUST_USE;
enum err bell_put(struct db *db, struct bell *b) MUST_USE;    /* with periods; E_CONFLICT: day */
enum err bell_change(struct db *db, struct bell *b) MUST_USE; /* E_REV, E_CONFLICT; sets rev */
/* Of a school, the latest first. */
enum err bell_list(struct db *db, struct arena *a, int64_t school, struct bell **out,
                   size_t *n) MUST_USE;

#endif
