/* Who teaches what by which book, and which editions are adopted. */
#ifndef APP_TEACHING_H
#define APP_TEACHING_H

#include "server/app/call.h"
#include "storage/teaching.h"
#include "storage/term.h"

struct teaching_query {
    int64_t term, person, school;
    bool has_term, has_person, has_school;
};
struct teaching_page {
    struct teaching *items;
    size_t items_n;
};
struct teaching_new {
    int64_t term, person, school, class_no, taxon;
    struct str grade, subject;
    bool has_taxon;
};
enum err teaching_find(struct call *c, const struct teaching_query *q,
                       struct teaching_page *out) MUST_USE;
enum err teaching_create(struct call *c, const struct teaching_new *in,
                         struct teaching *out) MUST_USE;
enum err teaching_stop(struct call *c, int64_t id) MUST_USE;

/* Fills taxon and taxon_path with the volume of the edition that the school adopted for the term's
 * year, grade and subject; leaves them where there is none. */
enum err teaching_book(struct call *c, const struct term *term, struct teaching *t) MUST_USE;
/* Of a path "subject · edition · volume". */
struct str teaching_edition(struct str path);

struct adoption_query {
    int64_t school, year;
};
struct adoption_page {
    struct adoption *items;
    size_t items_n;
};
struct adoption_new {
    int64_t school, year;
    struct str grade, subject, edition;
};
enum err adoption_find(struct call *c, const struct adoption_query *q,
                       struct adoption_page *out) MUST_USE;
enum err adoption_put(struct call *c, const struct adoption_new *in, struct adoption *out) MUST_USE;

#endif
