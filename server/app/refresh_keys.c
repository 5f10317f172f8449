/* What began or ended by itself (a posting, a membership, a role with an end) changes the keys of
 * people who may not have asked for anything since: of those whom events and lists of others go
 * by. Whoever asks has his own made again at once (viewer.c). In slices, so that nobody waits for
 * the write gate when a term ends for a thousand people. */
#include "server/app/job.h"
#include "storage/viewer.h"

enum { SLICE = 100 };

static enum err refresh_slice(struct call *c, int64_t *from)
{
    struct txn tx = { 0 };
    int64_t person = 0;
    enum err e = txn_begin(&tx, c->db);
    for (int i = 0; i < SLICE && !e; i++) {
        e = viewer_next_due(c->db, c->now, *from, &person);
        if (e || !person)
            break;
        *from = person + 1;
        e = viewer_stale_person(c->db, person);
    }
    if (!e)
        e = viewer_rebuild(c->db, c->now);
    if (!person)
        *from = 0; /* nobody is left */
    return txn_end(&tx, e);
}

enum err run_refresh_keys(struct call *c, const struct job *job)
{
    int64_t from = 1;
    enum err e = E_OK;
    (void)job;
    while (!e && from)
        e = refresh_slice(c, &from);
    return e;
}
