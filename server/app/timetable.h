/* Timetables of schools: taken in from a sheet, and over them the times when the members of a
 * 备课组 of several schools are free together. */
#ifndef APP_TIMETABLE_H
#define APP_TIMETABLE_H

#include "server/app/call.h"
#include "server/base/buf.h"
#include "storage/timetable.h"

struct timetable_query {
    int64_t term, person, school; /* without person and school: mine; without term: this one */
    bool has_term, has_person, has_school;
};
struct timetable_page {
    int64_t term, week; /* of today in the term; 0: outside of it */
    struct timetable_lesson *items;
    size_t items_n;
};

struct timetable_at {
    int64_t term;
    bool has_term;
};
struct timetable_held {
    int64_t term, lessons; /* term 0: there is none yet */
    struct timetable_teacher *items;
    size_t items_n;
};

struct timetable_file {
    struct str name; /* of the file */
    int64_t term;
    bool apply, has_apply;
};
struct timetable_wrong {
    int64_t sheet, row;
    struct str who, error;
};
struct timetable_stranger { /* nobody of the school */
    struct str name, staff_no;
    int64_t rows;
};
struct timetable_done {
    int64_t rows, lessons, people, wrong_rows;
    bool applied;
    struct timetable_wrong *wrong; /* the first hundred */
    size_t wrong_n;
    struct timetable_stranger *strangers; /* the first hundred */
    size_t strangers_n;
};

/* Anybody's own; a school's and its people's for who administers it. */
enum err timetable_find(struct call *c, const struct timetable_query *q,
                        struct timetable_page *out) MUST_USE;
/* A row for each lesson, under the heads 姓名 or 工号, 星期, 节次, and 班级, 学科, 单双周. It takes
 * the place of what the school had for the term; with a row that is wrong, or without apply,
 * nothing is written and out says why. */
enum err timetable_take(struct call *c, int64_t school, const struct timetable_file *in,
                        struct str bytes, struct timetable_done *out) MUST_USE;

/* What a school has for the term, or for this one. */
enum err timetable_held(struct call *c, int64_t school, const struct timetable_at *q,
                        struct timetable_held *out) MUST_USE;
/* The same as an xlsx that timetable_take reads again; without a term an empty one to fill in. */
enum err timetable_sheet(struct call *c, int64_t school, const struct timetable_at *q,
                         struct buf *out, struct str *name) MUST_USE;
/* Takes away what a school has for the term. */
struct timetable_drop {
    int64_t term;
};
enum err timetable_drop(struct call *c, int64_t school, const struct timetable_drop *q) MUST_USE;

struct free_query {
    int64_t from, until, minutes, earliest, latest; /* days; minutes of the day */
    int64_t *people;                                /* of the members; without: all of them */
    size_t people_n;
    bool has_minutes, has_earliest, has_latest, has_people;
};
struct free_person {
    int64_t person, lessons; /* lessons a week; 0: his timetable is not known */
    struct str name, school_name;
};
struct free_time { /* begins anywhere from starts_at to last_start_at, with the same people busy */
    int64_t starts_at, last_start_at;
    int64_t *busy;
    size_t busy_n;
};
struct free_times {
    struct free_person *people;
    size_t people_n;
    struct free_time *items; /* fewest busy first, then by time; at most 50 */
    size_t items_n;
};
/* Whoever sees the 备课组 may ask; lessons themselves are not told. */
enum err free_find(struct call *c, int64_t dept, const struct free_query *q,
                   struct free_times *out) MUST_USE;

#endif
