/* The job sweep_files: uploads whose time is over, spool files without an upload, contents nobody
 * needs.
 *
 * W1: a content is removed only a day after it was last brought or needed, its row first, under the
 * write gate, after looking again; its file only if it has not become new since (storage/blob.h
 * B3). W2: each transaction is short: one upload, one blob. */
#include "server/app/backup.h"
#include "server/app/job.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "storage/blob.h"
#include "storage/counter.h"
#include "storage/spool.h"
#include "storage/upload.h"

#include <inttypes.h>

enum { SLICE = 200 };

static enum err expire(struct call *c, const struct upload *u)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = upload_move(c->db, u->id, (enum upload_state)u->state, UPLOAD_DROPPED, c->now);
    e = txn_end(&tx, e);
    if (e)
        return e == E_STATE ? E_OK : e; /* somebody was quicker */
    log_info("upload.expired upload=%.8s", u->id.p);
    return spools_drop(c->house->spools, u->id);
}

static enum err expire_all(struct call *c, enum upload_state state)
{
    struct upload *list;
    size_t n;
    enum err e;
    do {
        if ((e = upload_expired(c->db, c->arena, state, c->now, SLICE, &list, &n)))
            return e;
        for (size_t i = 0; !e && i < n; i++)
            e = expire(c, &list[i]);
    } while (!e && n == SLICE);
    return e;
}

/* A spool file whose upload no longer receives: a crash came between its row and its file. */
static enum err check_spool(void *arg, struct str id, int64_t changed)
{
    struct call *c = arg;
    struct upload u;
    enum err e = changed > c->now - HOUR_MS ? E_OK : upload_get(c->db, c->arena, id, &u);
    if (changed > c->now - HOUR_MS || (!e && u.state == UPLOAD_RECEIVING))
        return E_OK;
    return e && e != E_NOT_FOUND ? e : spools_drop(c->house->spools, id);
}

static enum err forget(struct call *c, const struct blob *b, int64_t before)
{
    struct txn tx = { 0 };
    int64_t held = 0;
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = counter_get(c->db, BACKUP_HOLD, 0, &held);
    if (!e)
        e = held > c->now ? E_CONFLICT : blob_forget(c->db, b->id, before); /* a backup needs it */
    e = txn_end(&tx, e);
    if (e)
        return e == E_CONFLICT ? E_OK : e;
    log_info("blob.swept id=%" PRId64 " size=%" PRId64, b->id, b->size);
    return blobs_drop(c->house->blobs, b->sha256, before);
}

static enum err forget_rows(struct call *c, int64_t before)
{
    struct blob *list;
    size_t n;
    int64_t after = 0;
    enum err e;
    do {
        if ((e = blob_orphans(c->db, c->arena, before, after, SLICE, &list, &n)))
            return e;
        for (size_t i = 0; !e && i < n; i++)
            e = forget(c, &list[i], before);
        after = n ? list[n - 1].id : after;
    } while (!e && n == SLICE);
    return e;
}

/* A file without a row, older than a day. */
static enum err check_file(void *arg, struct str sha256, int64_t changed)
{
    struct call *c = arg;
    struct blob b;
    int64_t before = c->now - DAY_MS;
    if (changed >= before)
        return E_OK;
    enum err e = blob_by_sha(c->db, c->arena, sha256, &b);
    return e == E_NOT_FOUND ? blobs_drop(c->house->blobs, sha256, before) : e;
}

static enum err forget_uploads(struct call *c)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = upload_sweep(c->db, c->now - 30 * DAY_MS);
    return txn_end(&tx, e);
}

enum err run_sweep_files(struct call *c, const struct job *job)
{
    int64_t before = c->now - DAY_MS;
    enum err e;
    (void)job;
    if (!c->house->blobs || !c->house->spools)
        return E_OK; /* a house without files */
    e = expire_all(c, UPLOAD_RECEIVING);
    if (!e)
        e = expire_all(c, UPLOAD_COMPLETE);
    if (!e)
        e = spools_each(c->house->spools, check_spool, c);
    if (!e)
        e = forget_rows(c, before);
    for (int i = 0; !e && i < 256; i++)
        e = blobs_each(c->house->blobs, i, check_file, c);
    return e ? e : forget_uploads(c);
}
