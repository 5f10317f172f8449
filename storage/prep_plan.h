/* Rows of the term plan of a 备课组: what is prepared in which teaching week, led by whom. */
#ifndef STORAGE_PREP_PLAN_H
#define STORAGE_PREP_PLAN_H

#include "storage/db.h"

struct prep_plan_row {
    int64_t id; /* 0: new */
    int64_t week, taxon, lead, session;
    struct str title;
    /* read only */
    struct str path, lead_name, stage; /* stage: of the session, its code by the app */
    int64_t stage_no, cancelled_at, starts_at;
};
struct prep_plan {
    int64_t id, rev, dept, term, created_by, created_at, changed_at;
    int64_t school, group; /* the 备课组's */
    struct str dept_name, term_key, term_name, subject, grade;
    struct prep_plan_row *rows; /* by week and order; filled in by prep_plan_rows */
    size_t rows_n;
    /* by the app: the numbers of the term's teaching weeks; may the viewer write it */
    int64_t *weeks;
    size_t weeks_n;
    bool edit;
};

enum err prep_plan_put(struct db *db, struct prep_plan *p) MUST_USE; /* E_CONFLICT: is there */
enum err prep_plan_get(struct db *db, struct arena *a, int64_t id, struct prep_plan *p) MUST_USE;
/* dept, term 0: any; latest terms first. Without rows. */
enum err prep_plan_list(struct db *db, struct arena *a, int64_t dept, int64_t term, size_t limit,
                        struct prep_plan **out, size_t *n) MUST_USE;
enum err prep_plan_rows(struct db *db, struct arena *a, struct prep_plan *p) MUST_USE;
/* p->rows in place of those there are, each with its order; E_REV; sets rev and ids. A row keeps
 * its session only by its id. */
enum err prep_plan_set(struct db *db, struct prep_plan *p, int64_t now) MUST_USE;
enum err prep_plan_row_session(struct db *db, int64_t row, int64_t session) MUST_USE;

#endif
