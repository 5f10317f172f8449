/* What somebody who leaves made goes to a colleague: what others know of it. A draft, and what he
 * keeps to himself, stays his: nobody gets to read it by handing it over. The name of who made it
 * stays as its author; only who looks after it changes.
 *
 * The rows change at once; the search finds them by the new name when a job has been through, slice
 * by slice, so that nobody waits for the write gate. */
#include "server/app/job.h"
#include "server/app/person.h"
#include "server/app/search.h"
#include "server/app/viewer.h"
#include "storage/outbox.h"
#include "storage/resource.h"

enum { SLICE = 20 };

enum err handover_resource(struct call *c, int64_t from, int64_t to, int64_t *n)
{
    struct person heir;
    enum err e = resource_owner_over(c->db, from, to, n);
    if (e || *n == 0 || (e = person_get(c->db, c->arena, to, &heir)) ||
        (e = job_add(c->db, "search_owner", to, S(""), 0)))
        return e;
    return outbox_add(c->db, "resource", 0, 0, AUDIENCE(AUD_SCHOOL, heir.school));
}

static enum err index_slice(const struct call *job, int64_t owner, int64_t *after, bool *more)
{
    struct call c = *job;
    struct txn tx = { 0 };
    int64_t *ids;
    size_t n = 0;
    c.arena = arena_new();
    enum err e = txn_begin(&tx, c.db);
    if (!e)
        e = resource_owned(c.db, c.arena, owner, *after, SLICE, &ids, &n);
    for (size_t i = 0; i < n && !e; i++)
        e = search_index_resource(&c, ids[i]);
    e = txn_end(&tx, e);
    *more = n == SLICE;
    if (!e && n)
        *after = ids[n - 1];
    arena_free(c.arena);
    return e;
}

enum err run_search_owner(struct call *c, const struct job *job)
{
    int64_t after = 0;
    bool more = true;
    enum err e = E_OK;
    while (!e && more) {
        if (c->house && c->house->stopping)
            return E_STOPPING;
        e = index_slice(c, job->arg_id, &after, &more);
    }
    return e;
}
