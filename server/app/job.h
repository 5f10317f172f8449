/* The runner of jobs. It takes what is due from the table job and runs it on the house's pool for
 * jobs (at most two threads, niced). R1: a job that was committed is run to its end or to its last
 * try, over crashes too: a running row carries a lease, and rows of a dead process wait again.
 * R2: so a job may run twice. R3: what was given up stays visible with its error until somebody
 * tries it again by hand. */
#ifndef APP_JOB_H
#define APP_JOB_H

#include "server/app/call.h"
#include "storage/job.h"

/* One per kind. Transactions are its own; c->now is the begin of this try. An error means another
 * try later; the fault's text is what the administrator reads. */
typedef enum err job_fn(struct call *c, const struct job *job);

struct job_kind {
    const char *kind;
    job_fn *run;
    int tries, backoff_s, every_s;
    const char *text; /* Chinese */
};

extern const struct job_kind job_kinds[];            /* ends with a NULL kind */
const struct job_kind *job_kind_of(struct str kind); /* NULL: unknown */

#define JOB(kind, tries, backoff, every, text) job_fn run_##kind;
#include "server/app/jobs.def"
#undef JOB

#endif
