/* Uploads as people see them: made, looked at, given up, taken. What a client says of a file is
 * read in upload_metadata.c; what comes in between stands in upload_body.c, what happens at the end
 * in upload_finish.c. Only the owner sees an upload; to others it is not there. */
#include "server/app/upload_int.h"

#include "server/app/intake.h"
#include "server/app/may.h"
#include "server/app/setting.h"
#include "server/app/status.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "storage/blob.h"
#include "storage/disk.h"
#include "storage/job.h"

#define GIB ((int64_t)1 << 30)
#define MIB ((int64_t)1 << 20)

enum { LIST_MAX = 200, DISK_SPARE_MIB = 256 };

/* ---- is there room? */

static enum err quota_left(struct call *c, int64_t akey, enum setting limit, int64_t coming)
{
    int64_t used, gib;
    enum err e = space_get(c->db, akey, &used);
    if (e || (e = setting_number(c->db, limit, &gib)))
        return e;
    return used + coming > gib * GIB
               ? fail(c, E_QUOTA, NULL,
                      "空间不够：这个文件传完将超过配额，请清理后再传或联系管理员。")
               : E_OK;
}

enum err upload_quota(struct call *c, int64_t bytes)
{
    int64_t person = c->viewer->person, school = c->viewer->school;
    enum err e = quota_left(c, AUDIENCE(AUD_PERSON, person), SET_quota_person_gib, bytes);
    if (e || !school)
        return e;
    return quota_left(c, AUDIENCE(AUD_SCHOOL, school), SET_quota_school_gib, bytes);
}

enum err upload_room(struct call *c, struct str id, int64_t length)
{
    int64_t max, open_max, open, coming;
    uint64_t room, whole;
    struct upload_ask ask = { .person = c->viewer->person, .now = c->now, .but = id };
    enum err e;
    if ((e = setting_number(c->db, SET_upload_max_mib, &max)) ||
        (e = setting_number(c->db, SET_upload_open_max, &open_max)))
        return e;
    ask.unknown = max * MIB;
    if ((e = upload_open(c->db, &ask, &open, &coming)))
        return e;
    if (length > max * MIB)
        return fail(c, E_TOO_LARGE, "Upload-Length", "文件太大，单个文件最大 %lld MB。",
                    (long long)max);
    if (!id.n && open >= open_max)
        return fail(c, E_RATE, NULL, "未完成的上传太多，请先完成或删除一些。");
    coming += length >= 0 ? length : max * MIB;
    if ((e = upload_quota(c, coming)) || (e = disk_room(c->house->data, &room, &whole)))
        return e;
    return (uint64_t)(length > 0 ? length : 0) + DISK_SPARE_MIB * 1024 * 1024ULL > room
               ? E_DISK_FULL
               : E_OK;
}

int64_t upload_max(struct call *c)
{
    int64_t mib = 0;
    return setting_number(c->db, SET_upload_max_mib, &mib) ? 0 : mib * MIB;
}

/* ---- rows */

static enum err expiry(struct call *c, int64_t *at)
{
    int64_t days;
    enum err e = setting_number(c->db, SET_upload_keep_days, &days);
    *at = c->now + days * DAY_MS;
    return e;
}

static void state_of(const struct upload *u, int64_t offset, struct upload_now *out)
{
    *out = (struct upload_now){ u->id, offset, u->length, u->expires_at, u->metadata };
}

enum err upload_of_mine(struct call *c, struct str id, struct upload *u)
{
    enum err e = id.n == 32 ? upload_get(c->db, c->arena, id, u) : E_NOT_FOUND;
    if (e)
        return e;
    int64_t key = AUDIENCE(AUD_PERSON, u->person);
    return may(c, CAP_upload, &(struct place){ .owner = u->person, .audience = key });
}

enum err upload_create(struct call *c, int64_t length, struct str metadata, struct upload_now *out)
{
    struct txn tx = { 0 };
    struct upload u = { .id = id_hex(c->arena),
                        .person = c->viewer->person,
                        .school = c->viewer->school,
                        .process = str_of(c->house->process),
                        .state = UPLOAD_RECEIVING,
                        .length = length,
                        .created_at = c->now,
                        .changed_at = c->now,
                        .metadata = arena_str(c->arena, metadata) };
    int64_t key = AUDIENCE(AUD_PERSON, u.person);
    enum err e = may(c, CAP_upload, &(struct place){ .owner = u.person, .audience = key });
    if (e || (e = upload_metadata(c, metadata, &u)) || (e = txn_begin(&tx, c->db)))
        goto done;
    if ((e = upload_room(c, STR_NONE, length)) || (e = expiry(c, &u.expires_at)))
        goto done;
    e = upload_put(c->db, &u);
done:
    if ((e = txn_end(&tx, e)))
        return e;
    state_of(&u, 0, out);
    return length == 0 ? upload_finish(c, &u) : E_OK;
}

enum err upload_still(struct call *c, const struct upload *u)
{
    switch ((enum upload_state)u->state) {
    case UPLOAD_DROPPED: return E_GONE;
    case UPLOAD_REFUSED: return fail(c, E_FILE_REFUSED, NULL, "%.*s", STR_ARG(u->reason));
    case UPLOAD_RECEIVING: return u->expires_at < c->now ? E_GONE : E_OK;
    default: return E_OK;
    }
}

enum err upload_look(struct call *c, struct str id, struct upload_now *out)
{
    struct upload u;
    uint64_t offset;
    enum err e = upload_of_mine(c, id, &u);
    if (e || (e = upload_still(c, &u)))
        return e;
    if (u.state != UPLOAD_RECEIVING) {
        state_of(&u, u.length, out);
        return E_OK;
    }
    struct spool *sp = spool_ref(c->house->spools, u.id);
    e = spool_offset(sp, &offset);
    spool_unref(sp);
    if (e)
        return e;
    state_of(&u, (int64_t)offset, out);
    /* All there, but the end was not reached (a crash, a full disk): reach it now. */
    return u.length >= 0 && (int64_t)offset == u.length ? upload_finish(c, &u) : E_OK;
}

enum err upload_drop(struct call *c, struct str id)
{
    struct txn tx = { 0 };
    struct upload u;
    enum err e = upload_of_mine(c, id, &u);
    if (e)
        return e;
    if (u.state == UPLOAD_TAKEN)
        return E_STATE;
    if (u.state == UPLOAD_DROPPED)
        return E_GONE;
    if ((e = txn_begin(&tx, c->db)))
        return e;
    e = txn_end(&tx, upload_move(c->db, u.id, (enum upload_state)u.state, UPLOAD_DROPPED, c->now));
    return e ? e : spools_drop(c->house->spools, u.id);
}

enum err upload_mine(struct call *c, struct upload_items *out)
{
    struct upload *rows;
    size_t n;
    int64_t key = AUDIENCE(AUD_PERSON, c->viewer->person);
    enum err e = may(c, CAP_upload, &(struct place){ .owner = c->viewer->person, .audience = key });
    if (e || (e = upload_list(c->db, c->arena, c->viewer->person, LIST_MAX, &rows, &n)))
        return e;
    out->items = arena_array(c->arena, n, sizeof *out->items);
    for (size_t i = 0; i < n; i++) {
        const struct upload *u = &rows[i];
        if (u->expires_at < c->now)
            continue;
        bool complete = u->state == UPLOAD_COMPLETE;
        int64_t seen = complete ? u->length : (int64_t)spools_seen(c->house->spools, u->id);
        out->items[out->items_n++] = (struct upload_item){
            u->id,         u->name,       u->path,       u->reason,      seen,       u->length,
            u->created_at, u->changed_at, u->expires_at, u->resource_id, u->file_id, complete,
        };
    }
    return E_OK;
}

/* ---- taken */

enum err upload_whole(struct call *c, struct str id, struct upload *u)
{
    enum err e = upload_of_mine(c, id, u);
    if (e || (e = upload_still(c, u)) || u->state != UPLOAD_RECEIVING)
        return e;
    return fail(c, E_OFFSET, "upload_id", "文件还没有传完，请等上传完成。");
}

enum err upload_take(struct call *c, struct str upload_id, struct taken *out)
{
    struct upload u;
    struct blob b;
    enum err e = upload_whole(c, upload_id, &u);
    if (e || (e = upload_move(c->db, u.id, UPLOAD_COMPLETE, UPLOAD_TAKEN, c->now)) ||
        (e = blob_get(c->db, c->arena, u.blob_id, &b)) ||
        (e = intake_count(c, u.person, u.school, b.size)))
        return e;
    if (b.read_state == BLOB_UNREAD && (e = job_add(c->db, "ingest", b.id, STR_NONE, 0)))
        return e;
    *out = (struct taken){ b.id,     b.size, b.crc32,
                           b.sha256, b.mime, b.kind,
                           u.name,   u.path, u.verdict == BLOB_QUARANTINED,
                           u.reason };
    return E_OK;
}
