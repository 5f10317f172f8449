/* Alerts: what those who keep the machine (house.manage) must know, told by the bell.
 * A1: told once per occurrence: what stays bad is told again only after it was good meanwhile.
 * A2: when it is good again, whoever has not read the notice yet need not read it any more. */
#ifndef APP_ALERT_H
#define APP_ALERT_H

#include "server/app/job.h"

/* Inside a writing transaction: a job was given up, or one ended well. The arena is the caller's.
 */
enum err alert_job_failed(struct db *db, struct arena *a, const struct job *job, struct str why,
                          int64_t now) MUST_USE;
enum err alert_job_done(struct db *db, struct arena *a, const struct job *job,
                        int64_t now) MUST_USE;

#endif
