/* The runner. Its thread plans the jobs that come again and again, lets rows of dead processes wait
 * again, keeps the leases of what runs here, and, when something is due, puts a worker of the pool
 * for jobs on it; that worker takes one job after the other until nothing is due.
 * R1–R3: see job.h. R4: at most HANDS jobs run at a time. R5: a job that took its process down as
 * often as it may be tried is given up before it is begun once more. R6: a job that a stop broke
 * off was not tried: the next start runs it at once. */
#include "server/app/alert.h"
#include "server/app/background.h"
#include "server/app/job.h"
#include "server/app/probe.h"
#include "server/app/viewer.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/pulse.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { HANDS = 2, BACKOFF_MAX_S = 3600 };
#define LEASE_MS (5 * (int64_t)MINUTE_MS)
#define PLAN_MS (30 * (int64_t)SECOND_MS)

struct runner {
    struct house *house;
    struct pulse *pulse;
    pthread_mutex_t lock;
    pthread_cond_t idle; /* hands became 0 */
    bool closing;
    int hands;              /* workers on the pool that take jobs */
    int64_t running[HANDS]; /* ids, 0 for none */
    int64_t planned;        /* monotonic ms */
};

/* ---- one try */

struct taking {
    struct house *house;
    struct arena *arena;
    struct job job;
};

static enum err take(struct db *db, void *arg)
{
    struct taking *t = arg;
    int64_t now = clock_now();
    return job_take(db, t->arena, now, now + LEASE_MS, str_of(t->house->process), &t->job);
}

struct ending {
    struct house *house;
    struct arena *arena;
    const struct job *job;
    const struct job_kind *kind; /* NULL: nobody knows this kind */
    enum err e;
    struct str why;
    bool last;    /* the try was the last one that it has */
    bool stopped; /* it ended because the house stops */
};

static int64_t backoff(const struct job_kind *kind, int64_t tries)
{
    int64_t s = kind->backoff_s;
    for (int64_t i = 1; i < tries && s < BACKOFF_MAX_S; i++)
        s *= 2;
    return (s < BACKOFF_MAX_S ? s : BACKOFF_MAX_S) * SECOND_MS;
}

static enum err record(struct db *db, void *arg)
{
    const struct ending *n = arg;
    struct str process = str_of(n->house->process);
    int64_t now = clock_now();
    enum err e;
    if (n->stopped)
        return job_broken_off(db, n->job->id, process, now);
    if (n->e && n->last) {
        if ((e = job_gave_up(db, n->job->id, process, n->why, now)) ||
            (e = alert_job_failed(db, n->arena, n->job, n->why, now)))
            return e;
        return n->kind && n->kind->every_s ? job_forget(db, n->job) : E_OK;
    }
    if (n->e)
        return job_again(db, n->job->id, process, n->why, now + backoff(n->kind, n->job->tries));
    if ((e = job_done(db, n->job->id, process, now)) || (e = job_settle(db, n->job)))
        return e;
    if (n->kind->every_s && (e = job_forget(db, n->job)))
        return e;
    return alert_job_done(db, n->arena, n->job, now);
}

struct attempt {
    const struct job_kind *kind;
    const struct job *job;
};

static enum err attempt(struct call *c, void *arg)
{
    const struct attempt *t = arg;
    c->viewer = &viewer_house;
    return t->kind->run(c, t->job);
}

/* One try; why is what the administrator reads. */
static enum err run_kind(struct worker *w, const struct job_kind *kind, const struct job *job,
                         struct arena *keep, struct str *why)
{
    struct call c;
    struct attempt t = { kind, job };
    char name[32];
    snprintf(name, sizeof name, "job-%lld", (long long)job->id);
    log_request(name);
    enum err e = worker_run(w, name, &c, attempt, &t);
    if (e)
        *why = arena_str(keep, c.fault.text.n ? c.fault.text : str_of(err_row(e)->text));
    log_request(NULL);
    return e;
}

static void run_one(struct worker *w, const struct job *job, struct arena *keep)
{
    struct ending n = {
        .house = w->house, .arena = keep, .job = job, .kind = job_kind_of(job->kind)
    };
    int64_t began = clock_mono();
    if (!n.kind) {
        n.e = E_INTERNAL;
        n.last = true;
        n.why = S("程序里没有这种任务，可能是新版本留下的。");
    } else if (job->tries > n.kind->tries) {
        n.e = E_INTERNAL;
        n.last = true;
        n.why = S("任务每次运行都中断了，已停止重试。");
    } else {
        n.e = run_kind(w, n.kind, job, keep, &n.why);
        n.last = job->tries >= n.kind->tries;
        n.stopped = n.e == E_STOPPING && atomic_load(&w->house->stopping);
    }
    enum err e = txn_run(w->db, record, &n);
    if (e)
        log_error("job.not_recorded id=%lld error=%s", (long long)job->id, err_row(e)->name);
    if (n.stopped)
        log_info("job.broken_off id=%lld kind=%.*s", (long long)job->id, STR_ARG(job->kind));
    else if (n.e)
        log_warn("job.failed id=%lld kind=%.*s try=%lld error=%s last=%d", (long long)job->id,
                 STR_ARG(job->kind), (long long)job->tries, err_row(n.e)->name, n.last);
    else
        log_debug("job.done id=%lld kind=%.*s ms=%lld", (long long)job->id, STR_ARG(job->kind),
                  (long long)(clock_mono() - began));
}

/* ---- a worker's turn */

static void mark(struct runner *r, int64_t from, int64_t to)
{
    pthread_mutex_lock(&r->lock);
    for (int i = 0; i < HANDS; i++)
        if (r->running[i] == from) {
            r->running[i] = to;
            break;
        }
    pthread_mutex_unlock(&r->lock);
}

static bool goes_on(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    bool on = !r->closing && !atomic_load(&r->house->stopping);
    pthread_mutex_unlock(&r->lock);
    return on;
}

static void hand_off(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    if (--r->hands == 0)
        pthread_cond_signal(&r->idle);
    pthread_mutex_unlock(&r->lock);
}

static void run_due(void *own, void *arg)
{
    struct runner *r = arg;
    struct worker *w = own;
    struct taking t = { .house = r->house, .arena = arena_new() };
    enum err e = E_OK;
    while (!e && goes_on(r)) {
        arena_reset(t.arena);
        if ((e = txn_run(w->db, take, &t)))
            break;
        mark(r, 0, t.job.id);
        run_one(w, &t.job, t.arena);
        mark(r, t.job.id, 0);
    }
    if (e && e != E_NOT_FOUND)
        log_error("job.not_taken error=%s", err_row(e)->name);
    arena_free(t.arena);
    hand_off(r);
}

/* ---- the runner's own thread */

struct planning {
    struct runner *runner;
    int64_t now;
};

/* Jobs that come again and again: one row each waits for its time. */
static enum err plan(struct db *db, void *arg)
{
    const struct planning *p = arg;
    enum err e = E_OK;
    for (const struct job_kind *k = job_kinds; k->kind && !e; k++) {
        int64_t pending = 0, last = 0;
        if (!k->every_s || (e = job_pending(db, k->kind, &pending)) || pending)
            continue;
        if (!(e = job_last_end(db, k->kind, &last)))
            e = job_add(db, k->kind, 0, S(""), last ? last + k->every_s * SECOND_MS : p->now);
    }
    return e;
}

static enum err keep_leases(struct db *db, void *arg)
{
    const struct planning *p = arg;
    struct runner *r = p->runner;
    int64_t ids[HANDS];
    enum err e = E_OK;
    pthread_mutex_lock(&r->lock);
    memcpy(ids, r->running, sizeof ids);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < HANDS && !e; i++)
        if (ids[i])
            e = job_lease(db, ids[i], str_of(r->house->process), p->now + LEASE_MS);
    return e ? e : job_reclaim(db, p->now);
}

static void put_hand_on(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    bool free = r->hands < HANDS;
    r->hands += free;
    pthread_mutex_unlock(&r->lock);
    if (free && pool_submit(r->house->jobs, run_due, r))
        hand_off(r);
}

static void beat(void *own, void *arg)
{
    struct runner *r = arg;
    struct call c = worker_call(own, "jobs");
    struct planning p = { r, c.now };
    int64_t due = INT64_MAX, mono = clock_mono();
    enum err e = E_OK;
    probes_rest();
    if (!r->planned || mono - r->planned >= PLAN_MS) {
        if (!(e = txn_run(c.db, plan, &p)))
            e = txn_run(c.db, keep_leases, &p);
        r->planned = mono;
    }
    if (!e)
        e = job_next_due(c.db, &due);
    if (e)
        log_error("jobs.failed error=%s", err_row(e)->name);
    else if (due <= c.now)
        put_hand_on(r);
}

/* On SQLite the folder is ours alone: whatever runs belongs to a process that is gone. */
static enum err recover(struct house *h)
{
    struct db *db = NULL;
    if (store_is_pg(h->store))
        return E_OK;
    enum err e = db_open(h->store, &db);
    if (!e)
        e = job_reclaim_all(db);
    db_close(db);
    return e;
}

enum err runner_open(struct house *h, struct runner **out)
{
    enum err e = recover(h);
    if (e)
        return e;
    struct runner *r = NEW(struct runner);
    r->house = h;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->idle, NULL);
    r->pulse = pulse_open(&(struct pulse_setup){ .name = "jobs",
                                                 .every_ms = 1000,
                                                 .beat = beat,
                                                 .enter = worker_enter,
                                                 .leave = worker_leave,
                                                 .arg = r,
                                                 .enter_arg = h });
    *out = r;
    return E_OK;
}

void runner_wake(struct runner *r)
{
    pulse_wake(r->pulse);
}

void runner_close(struct runner *r)
{
    if (!r)
        return;
    pulse_close(r->pulse);
    pthread_mutex_lock(&r->lock);
    r->closing = true;
    while (r->hands)
        pthread_cond_wait(&r->idle, &r->lock);
    pthread_mutex_unlock(&r->lock);
    pthread_cond_destroy(&r->idle);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}
