/* Timetables of schools: taken in from a sheet, and over them the times when the members of a
 * 备课组 of several schools are free together. */
#ifndef APP_TIMETABLE_H
#define APP_TIMETABLE_H

#include "server/app/call.h"
#include "storage/timetable.h"

struct timetable_query {
    int64_t term, person, school; /* without person and school: mine; without term: this one */
    bool has_term, has_person, has_school;
};
struct timetable_page {
    int64_t term;
    struct timetable_lesson *items;
    size_t items_n;
};

struct timetable_file {
    struct str name; /* of the file */
    int64_t term;
    bool apply, has_apply;
};
struct timetable_wrong {
    int64_t row;
    struct str error;
};
struct timetable_done {
    int64_t lessons, people;
    bool applied;
    struct timetable_wrong *wrong; /* the first hundred */
    size_t wrong_n;
};

/* Anybody's own; a school's and its people's for who administers it. */
enum err timetable_find(struct call *c, const struct timetable_query *q,
                        struct timetable_page *out) MUST_USE;
/* A row for each lesson, under the heads 姓名 or 工号, 星期, 节次, and 班级, 学科, 单双周. It takes
 * the place of what the school had for the term; with a row that is wrong, or without apply,
 * nothing is written and out says why. */
enum err timetable_take(struct call *c, int64_t school, const struct timetable_file *in,
                        struct str bytes, struct timetable_done *out) MUST_USE;

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
