/* The administrator's page of jobs: what waits, runs, was done or given up, and trying again by
 * hand. */
#ifndef APP_JOB_ADMIN_H
#define APP_JOB_ADMIN_H

#include "server/app/call.h"

struct job_view {
    int64_t id, arg_id, run_at, tries, made_at, done_at;
    struct str kind, name, state, error;
};
struct job_query {
    bool has_state, has_cursor, has_limit;
    struct str state, cursor;
    int64_t limit;
};
struct job_page {
    struct job_view *items;
    size_t items_n;
    struct str next;
    bool has_next;
};

/* All need house.manage. */
enum err job_page_get(struct call *c, const struct job_query *q, struct job_page *out) MUST_USE;
/* E_NOT_FOUND: no such job; E_STATE: it was not given up. Recorded. */
enum err job_try_again(struct call *c, int64_t id) MUST_USE;

#endif
