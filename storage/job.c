/* Rows of the table job. J1: of one (kind, arg_id, arg) at most one row waits (index job_waiting);
 * a row that already runs does not count, because it may have read what was there before.
 * J2: only the process that took a job ends it. */
#include "storage/job.h"

#include "server/base/clock.h"

enum err job_add(struct db *db, const char *kind, int64_t arg_id, struct str arg, int64_t run_at)
{
    db_tell(db);
    return db_run(db,
                  "INSERT INTO job(kind, arg_id, arg, state, run_at, tries, lease, process, error,"
                  " made_at, done_at) VALUES(?1, ?2, ?3, 0, ?4, 0, 0, '', '', ?5, 0)"
                  " ON CONFLICT(kind, arg_id, arg) WHERE state = 0 DO UPDATE SET run_at ="
                  " CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at"
                  " ELSE job.run_at END",
                  T(str_of(kind)), I(arg_id), T(arg), I(run_at), I(clock_now()));
}

#define JOB_COLUMNS "id, kind, arg_id, arg, state, run_at, tries, made_at, done_at, error"

static void row(struct rows *r, struct arena *a, struct job *out)
{
    *out = (struct job){
        .id = rows_int(r, 0),
        .kind = rows_text(r, 1, a),
        .arg_id = rows_int(r, 2),
        .arg = rows_text(r, 3, a),
        .state = rows_int(r, 4),
        .run_at = rows_int(r, 5),
        .tries = rows_int(r, 6),
        .made_at = rows_int(r, 7),
        .done_at = rows_int(r, 8),
        .error = rows_text(r, 9, a),
    };
}

static enum err one(struct rows *r, struct arena *a, struct job *out)
{
    bool found = rows_next(r);
    if (found)
        row(r, a, out);
    while (rows_next(r))
        ;
    enum err e = rows_end(r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err job_take(struct db *db, struct arena *a, int64_t now, int64_t lease, struct str process,
                  struct job *out)
{
    struct rows r;
    int64_t id = 0;
    enum err e = db_int(db, &id,
                        "SELECT id FROM job WHERE state = 0 AND run_at <= ?1"
                        " ORDER BY run_at, id LIMIT 1",
                        I(now));
    if (e)
        return e;
    db_rows(db, &r,
            "UPDATE job SET state = 1, lease = ?1, process = ?2, tries = tries + 1"
            " WHERE id = ?3 AND state = 0 RETURNING " JOB_COLUMNS,
            I(lease), T(process), I(id));
    return one(&r, a, out);
}

enum err job_lease(struct db *db, int64_t id, struct str process, int64_t lease)
{
    return db_run(db, "UPDATE job SET lease = ?1 WHERE id = ?2 AND process = ?3 AND state = 1",
                  I(lease), I(id), T(process));
}

enum err job_done(struct db *db, int64_t id, struct str process, int64_t now)
{
    return db_run(db,
                  "UPDATE job SET state = 2, done_at = ?1, error = ''"
                  " WHERE id = ?2 AND process = ?3 AND state = 1",
                  I(now), I(id), T(process));
}

/* Waits again, or, when the same thing was asked for meanwhile, leaves it to that row. */
static enum err wait_again(struct db *db, void *arg)
{
    const int64_t *v = arg;
    return db_run(db, "UPDATE job SET state = 0, run_at = ?1 WHERE id = ?2 AND state <> 0", I(v[1]),
                  I(v[0]));
}

static enum err waits(struct db *db, int64_t id, int64_t run_at)
{
    int64_t v[2] = { id, run_at };
    enum err e = txn_try(db, wait_again, v);
    if (e != E_CONFLICT)
        return e;
    return db_run(db, "UPDATE job SET state = 2, done_at = ?1 WHERE id = ?2", I(clock_now()),
                  I(id));
}

enum err job_again(struct db *db, int64_t id, struct str process, struct str error, int64_t run_at)
{
    enum err e =
        db_run(db, "UPDATE job SET error = ?1 WHERE id = ?2 AND process = ?3 AND state = 1",
               T(error), I(id), T(process));
    if (!e && db_changed(db) == 1)
        e = waits(db, id, run_at);
    return e;
}

enum err job_broken_off(struct db *db, int64_t id, struct str process, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE job SET tries = tries - 1"
                        " WHERE id = ?1 AND process = ?2 AND state = 1",
                        I(id), T(process));
    if (!e && db_changed(db) == 1)
        e = waits(db, id, now);
    return e;
}

enum err job_gave_up(struct db *db, int64_t id, struct str process, struct str error, int64_t now)
{
    return db_run(db,
                  "UPDATE job SET state = 3, error = ?1, done_at = ?2"
                  " WHERE id = ?3 AND process = ?4 AND state = 1",
                  T(error), I(now), I(id), T(process));
}

enum { RECLAIM_SLICE = 100 };

enum err job_reclaim(struct db *db, int64_t now)
{
    int64_t ids[RECLAIM_SLICE];
    size_t n = 0;
    struct rows r;
    db_rows(db, &r, "SELECT id FROM job WHERE state = 1 AND lease < ?1 ORDER BY id LIMIT 100",
            I(now));
    while (n < RECLAIM_SLICE && rows_next(&r))
        ids[n++] = rows_int(&r, 0);
    enum err e = rows_end(&r);
    for (size_t i = 0; i < n && !e; i++)
        e = waits(db, ids[i], now);
    return e;
}

enum err job_reclaim_all(struct db *db)
{
    return db_run(db, "UPDATE job SET lease = 0 WHERE state = 1");
}

enum err job_next_due(struct db *db, int64_t *at)
{
    enum err e =
        db_int(db, at, "SELECT run_at FROM job WHERE state = 0 ORDER BY run_at, id LIMIT 1");
    if (e == E_NOT_FOUND)
        *at = INT64_MAX;
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err job_get(struct db *db, struct arena *a, int64_t id, struct job *out)
{
    struct rows r;
    db_rows(db, &r, "SELECT " JOB_COLUMNS " FROM job WHERE id = ?1", I(id));
    return one(&r, a, out);
}

enum err job_list(struct db *db, struct arena *a, int64_t state, int64_t before, size_t limit,
                  struct job **out, size_t *n)
{
    struct job *list = arena_array(a, limit, sizeof *list);
    struct rows r;
    size_t k = 0;
    int64_t top = before ? before : INT64_MAX;
    if (state < 0)
        db_rows(db, &r, "SELECT " JOB_COLUMNS " FROM job WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                I(top), I((int64_t)limit));
    else
        db_rows(db, &r,
                "SELECT " JOB_COLUMNS " FROM job WHERE state = ?1 AND id < ?2"
                " ORDER BY id DESC LIMIT ?3",
                I(state), I(top), I((int64_t)limit));
    for (; k < limit && rows_next(&r); k++)
        row(&r, a, &list[k]);
    *out = list;
    *n = k;
    return rows_end(&r);
}

enum err job_retry(struct db *db, int64_t id, int64_t now)
{
    int64_t state = 0;
    enum err e = db_int(db, &state, "SELECT state FROM job WHERE id = ?1", I(id));
    if (e)
        return e;
    if (state != JOB_FAILED)
        return E_STATE;
    db_tell(db);
    e = db_run(db, "UPDATE job SET tries = 0 WHERE id = ?1", I(id));
    return e ? e : waits(db, id, now);
}

enum err job_count(struct db *db, int64_t state, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM job WHERE state = ?1", I(state));
}

enum err job_failed_of(struct db *db, struct str kind, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM job WHERE kind = ?1 AND state = 3", T(kind));
}

enum err job_pending(struct db *db, const char *kind, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM job WHERE kind = ?1 AND state IN (0, 1)",
                  T(str_of(kind)));
}

enum err job_last_end(struct db *db, const char *kind, int64_t *at)
{
    return db_int(db, at,
                  "SELECT coalesce(max(done_at), 0) FROM job WHERE kind = ?1 AND state IN (2, 3)",
                  T(str_of(kind)));
}

enum err job_settle(struct db *db, const struct job *done)
{
    return db_run(db,
                  "UPDATE job SET state = 2 WHERE kind = ?1 AND arg_id = ?2 AND arg = ?3"
                  " AND state = 3 AND id < ?4",
                  T(done->kind), I(done->arg_id), T(done->arg), I(done->id));
}

enum err job_forget(struct db *db, const struct job *done)
{
    return db_run(db, "DELETE FROM job WHERE kind = ?1 AND state IN (2, 3) AND id < ?2",
                  T(done->kind), I(done->id));
}

enum err job_sweep(struct db *db, int64_t before)
{
    return db_run(db, "DELETE FROM job WHERE state = 2 AND done_at < ?1", I(before));
}
