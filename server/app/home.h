/* The first page: which lessons I teach this week, what is there for them, what waits for me. */
#ifndef APP_HOME_H
#define APP_HOME_H

#include "server/app/resource.h"
#include "storage/term.h"

struct home_lesson {
    int64_t id;
    struct str name, path;
};

/* One class I teach: where it should be in its book this week, by the count of lessons and weeks.
 */
struct home_course {
    int64_t teaching, class_no, taxon;
    struct str grade, subject, edition, path;
    struct home_lesson *lesson, *before,
        *after;                  /* NULL: the book has no lessons, or none further */
    struct resource_card *items; /* what is there for the lesson, newest first */
    size_t items_n;
};

struct home {
    int64_t week; /* of the term, from 1; 0: no term runs */
    struct str term;
    struct home_course *courses;
    size_t courses_n;
    struct resource_card *recent;
    size_t recent_n;
    int64_t waiting; /* resources that wait for my approval */
};

/* Which of a book's n > 0 lessons its classes have on this day (a day number). */
size_t home_lesson_at(const struct term *t, int64_t day, size_t n);
enum err home_show(struct call *c, struct home *out) MUST_USE;

#endif
