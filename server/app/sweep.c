/* What nobody needs any more: done jobs after a week; sent events, stored replies, wrong passwords
 * and links that expired after a day. */
#include "server/app/job.h"
#include "server/base/clock.h"
#include "storage/idem.h"
#include "storage/link.h"
#include "storage/outbox.h"
#include "storage/password.h"

enum err run_sweep_rows(struct call *c, const struct job *job)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    (void)job;
    if (!e)
        e = job_sweep(c->db, c->now - 7 * DAY_MS);
    if (!e)
        e = outbox_sweep(c->db, c->now - DAY_MS);
    if (!e)
        e = idem_sweep(c->db, c->now - DAY_MS, STR_NONE);
    if (!e)
        e = login_fail_sweep(c->db, c->now - DAY_MS);
    if (!e)
        e = link_sweep(c->db, c->now - DAY_MS);
    return txn_end(&tx, e);
}
