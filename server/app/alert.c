/* A counter "alert.KIND.WHAT" is the occurrence that is open (the failed job's id, the moment the
 * disk was found low), or 0; the notices of an occurrence carry that number as their noun_id. Of
 * jobs there is one alert per kind of job: a thousand broken files are one message. */
#include "server/app/alert.h"

#include "server/app/may.h"
#include "server/app/status.h"
#include "server/base/buf.h"
#include "storage/counter.h"
#include "storage/notice.h"
#include "storage/role.h"

struct alert {
    const char *kind; /* of notices.def */
    const char *noun; /* what the notice opens */
    const char *name; /* of the counter */
};

static struct alert alert_of(struct arena *a, const char *kind, struct str what, const char *noun)
{
    return (struct alert){ kind, noun, arena_fmt(a, "alert.%s.%.*s", kind, STR_ARG(what)).p };
}

/* Everybody who holds the role over the county now. */
static enum err tell_role(struct db *db, struct arena *a, enum role role, const struct alert *al,
                          int64_t occurrence, struct str params, int64_t now)
{
    struct role_filter f = {
        .scope_kind = SCOPE_COUNTY, .scope_id = 1, .now = now, .role = str_of(role_kinds[role].code)
    };
    struct role_grant *list;
    size_t n;
    enum err e = role_list(db, a, &f, &list, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (list[i].from_at <= now)
            e = notice_put(db, list[i].person, al->kind, al->noun, occurrence, params);
    return e;
}

static enum err raise(struct db *db, struct arena *a, const struct alert *al, int64_t occurrence,
                      struct str params, int64_t now)
{
    int64_t open;
    enum err e = counter_get(db, al->name, 0, &open);
    if (e || open) /* A1 */
        return e;
    for (int role = 0; role < ROLE_count && !e; role++)
        if (role_may((enum role)role, CAP_house_manage))
            e = tell_role(db, a, (enum role)role, al, occurrence, params, now);
    return e ? e : counter_set(db, al->name, occurrence);
}

/* A2 */
static enum err settle(struct db *db, const struct alert *al, int64_t occurrence, int64_t now)
{
    enum err e = notice_settle(db, al->kind, occurrence, now);
    return e ? e : counter_set(db, al->name, 0);
}

/* ---- jobs */

static struct alert alert_of_job(struct arena *a, const struct job *job)
{
    bool backup = str_eqz(job->kind, "nightly_backup");
    return alert_of(a, backup ? "backup_failed" : "job_failed", job->kind, "job");
}

enum err alert_job_failed(struct db *db, struct arena *a, const struct job *job, struct str why,
                          int64_t now)
{
    const struct job_kind *kind = job_kind_of(job->kind);
    struct alert al = alert_of_job(a, job);
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_json_open(&b, NULL, '{');
    buf_json_text(&b, "name", kind ? str_of(kind->text) : job->kind);
    buf_json_text(&b, "error", why);
    buf_char(&b, '}');
    enum err e = b.err ? b.err : raise(db, a, &al, job->id, buf_str(&b), now);
    buf_fini(&b);
    return e;
}

enum err alert_job_done(struct db *db, struct arena *a, const struct job *job, int64_t now)
{
    struct alert al = alert_of_job(a, job);
    int64_t open, failed;
    enum err e = counter_get(db, al.name, 0, &open);
    if (e || !open || (e = job_failed_of(db, job->kind, &failed)) || failed)
        return e;
    return settle(db, &al, open, now);
}

/* ---- the disk */

/* Better again only with something to spare, so that a disk at the very edge is told of once. */
static bool well(const struct disk_state *d)
{
    return d->free > d->total / 100 * (d->low_percent + 2);
}

enum err run_watch_disk(struct call *c, const struct job *job)
{
    struct alert al = alert_of(c->arena, "disk_low", STR_NONE, "house");
    struct disk_state d;
    struct txn tx = { 0 };
    int64_t open;
    enum err e = disk_state(c, &d);
    (void)job;
    if (e || (e = counter_get(c->db, al.name, 0, &open)) || !(open ? well(&d) : d.low))
        return e;
    if ((e = txn_begin(&tx, c->db)))
        return txn_end(&tx, e);
    if (open)
        e = settle(c->db, &al, open, c->now);
    else
        e = raise(c->db, c->arena, &al, c->now,
                  arena_fmt(c->arena, "{\"percent\":%lld}", (long long)d.percent), c->now);
    return txn_end(&tx, e);
}
