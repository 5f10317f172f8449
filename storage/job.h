/* Jobs: work for later, written in the transaction that needs it, run by server/app/job.h. A job
 * may run twice (a killed process, a lost answer): what it does must bear that. */
#ifndef STORAGE_JOB_H
#define STORAGE_JOB_H

#include "storage/db.h"

enum job_state { JOB_WAITS, JOB_RUNS, JOB_DONE, JOB_FAILED, JOB_STATES };

struct job {
    int64_t id;
    struct str kind; /* a row of server/app/jobs.def */
    int64_t arg_id;  /* what it is about, 0 for nothing */
    struct str arg;
    int64_t state, run_at, tries, made_at, done_at;
    struct str error; /* of the last try */
};

/* Inside a writing transaction. The same (kind, arg_id, arg) that still waits is not doubled, only
 * brought forward. run_at: ms UTC, 0 for at once. */
enum err job_add(struct db *db, const char *kind, int64_t arg_id, struct str arg,
                 int64_t run_at) MUST_USE;

/* Takes the job that is due longest, if there is one: it belongs to the process until lease.
 * E_NOT_FOUND: nothing is due. Inside a writing transaction. */
enum err job_take(struct db *db, struct arena *a, int64_t now, int64_t lease, struct str process,
                  struct job *out) MUST_USE;
enum err job_lease(struct db *db, int64_t id, struct str process, int64_t lease) MUST_USE;
/* The ends of a try; each leaves the job alone when it is no longer this process's. */
enum err job_done(struct db *db, int64_t id, struct str process, int64_t now) MUST_USE;
enum err job_again(struct db *db, int64_t id, struct str process, struct str error,
                   int64_t run_at) MUST_USE;
/* The house stops: the try does not count. */
enum err job_broken_off(struct db *db, int64_t id, struct str process, int64_t now) MUST_USE;
enum err job_gave_up(struct db *db, int64_t id, struct str process, struct str error,
                     int64_t now) MUST_USE;
/* Running jobs whose lease has passed, or that belong to no living process, wait again. */
enum err job_reclaim(struct db *db, int64_t now) MUST_USE;
/* At the start, when nobody else runs jobs: all leases have passed. */
enum err job_reclaim_all(struct db *db) MUST_USE;

/* The next time a job is due; INT64_MAX when none waits. */
enum err job_next_due(struct db *db, int64_t *at) MUST_USE;
enum err job_get(struct db *db, struct arena *a, int64_t id, struct job *out) MUST_USE;
/* Up to limit of a state (−1: any), newest first, ids below `before` (0: from the newest on). */
enum err job_list(struct db *db, struct arena *a, int64_t state, int64_t before, size_t limit,
                  struct job **out, size_t *n) MUST_USE;
/* A job that was given up waits again from the first try. E_NOT_FOUND: no such job; E_STATE: it was
 * not given up. */
enum err job_retry(struct db *db, int64_t id, int64_t now) MUST_USE;
enum err job_count(struct db *db, int64_t state, int64_t *n) MUST_USE;
/* How many of a kind were given up. */
enum err job_failed_of(struct db *db, struct str kind, int64_t *n) MUST_USE;
/* How many jobs of a kind wait or run. */
enum err job_pending(struct db *db, const char *kind, int64_t *n) MUST_USE;
/* When a job of a kind was last done or given up; 0: never. */
enum err job_last_end(struct db *db, const char *kind, int64_t *at) MUST_USE;
/* After a success: what of the same kind and thing was given up before is settled. */
enum err job_settle(struct db *db, const struct job *done) MUST_USE;
/* Of a kind that comes again and again only the last row is kept. */
enum err job_forget(struct db *db, const struct job *done) MUST_USE;
enum err job_sweep(struct db *db, int64_t before) MUST_USE; /* forgets what is done */

#endif
