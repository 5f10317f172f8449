/* The demo county: invented schools and people whose names say 演示, a term that holds today,
 * textbooks, resources with real files, joint preparations. D1: the same seed, day and program give
 * the same rows but for passwords, uuids and secrets. D2: what people do here goes through the
 * functions people's requests go through; only --scale writes rows in bulk. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "server/app/call.h"
#include "server/base/buf.h"
#include "server/base/id.h"

enum { DEMO_TOWNS = 17, DEMO_SCHOOLS = 8, DEMO_TEACHERS = 60, DEMO_RESOURCES = 200 };
/* People, in order: the county's staff, who are at no school; the named ones; the other teachers.
 */
enum { DEMO_STAFF = 4, DEMO_WANG = 6, DEMO_LIN, DEMO_NAMED = 10 };

struct demo_person {
    int64_t id, school;          /* index of the school, from 0; -1: none */
    const char *subject, *grade; /* codes; "" for none */
    struct str name;
};

struct demo_book {
    int64_t id; /* the volume */
    struct str subject, grade, edition;
    int half; /* 1: 上册, 2: 下册 */
    int64_t *lessons;
    struct str *names;
    size_t lessons_n;
};

struct demo {
    struct call *call;
    struct rng rng;
    int64_t today;      /* day number */
    int64_t start, now; /* ms: three weeks before today, and the demo's clock */
    int half;           /* of the school year that holds today */
    int64_t school[DEMO_SCHOOLS], group[2], term;
    int64_t leader; /* of the 备课组 of wang and lin; known after demo_preps */
    struct demo_person *people;
    size_t people_n;
    struct demo_book *books;
    size_t books_n;
};

/* In this order; each in transactions of its own. */
enum err demo_people(struct demo *d, struct str password) MUST_USE;
enum err demo_books(struct demo *d) MUST_USE;
enum err demo_teaching(struct demo *d) MUST_USE; /* who teaches what, adoptions */
/* The book this person's classes use in this half of the year; NULL: none. */
const struct demo_book *demo_book_taught(const struct demo *d, const struct demo_person *p);
enum err demo_library(struct demo *d) MUST_USE;
/* Joint preparations of the 备课组 of wang and lin, timetables of the first group. */
enum err demo_preps(struct demo *d) MUST_USE;
/* Until there are so many times DEMO_RESOURCES resources, sharing the files that are there. */
enum err demo_scale(struct demo *d, int64_t times) MUST_USE;

/* The caller becomes this person, at the demo's time, with an empty arena. */
enum err demo_as(struct demo *d, int64_t person) MUST_USE;
/* Bytes of a file of the kind its name's extension says, about a lesson. Into out. */
enum err demo_file(struct demo *d, const char *ext, struct str title, struct str lesson,
                   struct buf *out) MUST_USE;

#endif
