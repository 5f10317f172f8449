/* The term plan of a 备课组 (课题 × 主备人 × 周次). Who belongs to the 备课组 sees it, who arranges
 * its work (CAP_prep_arrange) writes it. */
#ifndef APP_PREP_PLAN_H
#define APP_PREP_PLAN_H

#include "server/app/call.h"
#include "storage/prep_plan.h"
#include "storage/term.h"

struct prep_plan_card {
    int64_t id, rev, dept, term, changed_at;
    struct str dept_name, term_name;
};
struct prep_plan_query {
    int64_t dept, term;
    bool has_dept, has_term;
};
struct prep_plan_page {
    struct prep_plan_card *items;
    size_t items_n;
};
struct prep_plan_line {
    int64_t id, week, taxon, lead; /* taxon, lead 0: none yet */
    struct str title;
    bool has_id, has_taxon, has_lead;
};
struct prep_plan_new {
    int64_t dept, term, copy; /* copy: a plan of the same 备课组, of another term */
    struct prep_plan_line *rows;
    size_t rows_n;
    bool has_copy, has_rows;
};
struct prep_plan_edit {
    struct prep_plan_line *rows; /* all of them; who has a session keeps it by its id */
    size_t rows_n;
};
struct prep_plan_shift {
    int64_t week;
};
struct prep_plan_wish {
    int64_t dept, term, volume, from_week, until_week;
    bool has_volume, has_from_week, has_until_week;
};
struct prep_plan_proposal {
    int64_t volume;
    struct str path;
    struct prep_plan_line *rows;
    size_t rows_n;
};
struct prep_plan_hold {
    int64_t *rows; /* without: all that have no session */
    size_t rows_n;
    int64_t weekday, start_min, end_min;
    struct str way, place;
    bool has_rows, has_way, has_place;
};
struct prep_plan_held {
    int64_t *sessions;
    size_t sessions_n;
};

enum err prep_plan_find(struct call *c, const struct prep_plan_query *q,
                        struct prep_plan_page *out) MUST_USE;
enum err prep_plan_show(struct call *c, int64_t id, struct prep_plan *out) MUST_USE;
/* Rows that are given, or another plan's in the same teaching weeks of this term, with those of its
 * lead authors who are members still. */
enum err prep_plan_create(struct call *c, const struct prep_plan_new *in, int64_t *id) MUST_USE;
enum err prep_plan_update(struct call *c, int64_t id, int64_t rev,
                          const struct prep_plan_edit *in) MUST_USE;
/* 顺延: all from this week on come one teaching week later; sessions that have not begun go with
 * their rows, and those who take part hear of it. What has begun stays. */
enum err prep_plan_shift(struct call *c, int64_t id, int64_t rev, int64_t week) MUST_USE;
/* The lessons of the book spread over the teaching weeks, its members in turn. Saves nothing. */
enum err prep_plan_propose(struct call *c, const struct prep_plan_wish *in,
                           struct prep_plan_proposal *out) MUST_USE;
/* Sessions of rows that have none, on a weekday of their weeks. */
enum err prep_plan_hold(struct call *c, int64_t id, const struct prep_plan_hold *in,
                        struct prep_plan_held *out) MUST_USE;

/* ---- for the noun's own files: with its rows and its term, for who may write it */
enum err prep_plan_for_writing(struct call *c, int64_t id, struct prep_plan *p,
                               struct term *t) MUST_USE;

#endif
