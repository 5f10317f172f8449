/* Terms, with the days that are not as their weekday says. Days are numbers since 1970-01-01. */
#ifndef STORAGE_TERM_H
#define STORAGE_TERM_H

#include "storage/db.h"

struct day_change {
    int64_t day, weekday;  /* weekday: whose timetable runs, 1 … 7, for kind "work" */
    struct str kind, name; /* "holiday" or "work" */
};
struct term {
    int64_t id, rev, first_day, last_day;
    struct str key, name; /* 2025-1, 2025—2026学年第一学期 */
    struct day_change *changes;
    size_t changes_n;
};

enum err term_get(struct db *db, struct arena *a, int64_t id, struct term *out) MUST_USE;
/* With its changes; sets id and rev. E_CONFLICT: key, or a day of another term. */
enum err term_put(struct db *db, struct term *t) MUST_USE;
enum err term_change(struct db *db, struct term *t) MUST_USE; /* E_REV, E_CONFLICT; sets rev */
enum err term_list(struct db *db, struct arena *a, struct term **out, size_t *n) MUST_USE;
/* The term that holds this day, else the one that begins next, else the last; E_NOT_FOUND: none. */
enum err term_at(struct db *db, int64_t day, int64_t *id) MUST_USE;

#endif
