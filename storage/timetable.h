/* Rows of timetables: the lessons of a term, school by school. */
#ifndef STORAGE_TIMETABLE_H
#define STORAGE_TIMETABLE_H

#include "storage/db.h"

struct timetable_lesson {
    int64_t term, school, person, weekday, period, weeks; /* weeks: 0 every, 1 odd, 2 even */
    struct str class_name, subject, person_name, staff_no, school_name;
};

/* Takes all of a school's term away; n: so many lessons. */
enum err timetable_clear(struct db *db, int64_t term, int64_t school, int64_t *n) MUST_USE;
/* E_CONFLICT: the person has one there already. */
enum err timetable_put(struct db *db, int64_t term, const struct timetable_lesson *l) MUST_USE;
/* Of all members of a 备课组 now, or of a person (of all terms without one, of all schools without
 * one), or of a school; in the order of the week. */
struct timetable_filter {
    int64_t term, person, school, dept, now;
};
enum err timetable_list(struct db *db, struct arena *a, const struct timetable_filter *f,
                        struct timetable_lesson **out, size_t *n) MUST_USE;
/* Who has lessons at a school, and how many. */
struct timetable_teacher {
    int64_t person, lessons;
    struct str name, staff_no;
};
enum err timetable_teachers(struct db *db, struct arena *a, int64_t term, int64_t school,
                            struct timetable_teacher **out, size_t *n) MUST_USE;
/* Who of a school has this staff number and, where both are given, this name, or else this name;
 * spaces in names do not count. 0: nobody, -1: several. */
enum err timetable_person(struct db *db, int64_t school, struct str staff_no, struct str name,
                          int64_t *person) MUST_USE;
/* The times of joint preparations that members of a 备课组 take part in, called off and
 * asynchronous ones left out. */
struct timetable_meeting {
    int64_t person, starts_at, ends_at;
};
enum err timetable_meetings(struct db *db, struct arena *a, int64_t dept, int64_t now, int64_t from,
                            int64_t until, struct timetable_meeting **out, size_t *n) MUST_USE;

#endif
