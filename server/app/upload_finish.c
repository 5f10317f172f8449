/* The end of an upload: sums, the probe's look, the blob, one transaction. Everything before the
 * transaction may happen twice: a blob that is kept again stays the same. */
#include "server/app/upload_int.h"

#include "server/app/content.h"
#include "server/app/probe.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "storage/blob.h"

#include <fcntl.h>
#include <unistd.h>

static enum err look(struct call *c, const struct upload *u, struct probe_sniff *seen)
{
    struct probe p = { .path = c->house->probe, .person = u->person, .arena = c->arena };
    int fd =
        openat(spools_folder(c->house->spools), arena_z(c->arena, u->id), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return E_IO;
    enum err e = probe_sniff(&p, fd, u->name, seen);
    close(fd);
    return e;
}

static void blob_of(struct call *c, const struct upload *u, const struct probe_sniff *seen,
                    const unsigned char sha[SHA256_LEN], uint32_t crc, struct blob *b)
{
    *b = (struct blob){
        .size = u->length,
        .crc32 = crc,
        .verdict = seen->say == SAY_quarantine ? BLOB_QUARANTINED : BLOB_ACCEPTED,
        .created_at = c->now,
        .seen_at = c->now,
        .sha256 = hex_str(c->arena, sha, SHA256_LEN),
        .mime = seen->kind ? str_of(seen->kind->mime) : S("application/octet-stream"),
        .kind = seen->kind ? str_of(family_name(seen->kind->family)) : S("other"),
        .reason = probe_remark(seen),
    };
}

/* One transaction: the blob's row and the upload's end. */
static enum err settle(struct call *c, struct upload *u, struct blob *b)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    u->changed_at = c->now;
    if (!e && u->state == UPLOAD_COMPLETE && !(e = blob_put(c->db, b)))
        u->blob_id = b->id;
    if (!e)
        e = upload_done(c->db, u);
    return txn_end(&tx, e);
}

static enum err end_with(struct call *c, struct upload *u, struct probe_sniff *seen,
                         const unsigned char sha[SHA256_LEN], uint32_t crc)
{
    struct blob b;
    enum err e = E_OK;
    bool refused = seen->say == SAY_refuse;
    blob_of(c, u, seen, sha, crc, &b);
    u->state = refused ? UPLOAD_REFUSED : UPLOAD_COMPLETE;
    u->verdict = refused ? 0 : b.verdict;
    u->reason = seen->say == SAY_accept ? STR_NONE : seen->text;
    if (!refused)
        e = blobs_keep(c->house->blobs, spools_folder(c->house->spools), arena_z(c->arena, u->id),
                       b.sha256, (uint64_t)u->length);
    if (e || (e = settle(c, u, &b)))
        return e;
    if (spools_drop(c->house->spools, u->id))
        log_warn("upload.spool_stays"); /* the sweeper takes it */
    log_info("upload.done verdict=%.*s bytes=%lld", STR_ARG(seen->code), (long long)u->length);
    return refused ? fail(c, E_FILE_REFUSED, NULL, "%.*s", STR_ARG(u->reason)) : E_OK;
}

/* Two requests may end the same upload at once; who comes second finds the first one's result. */
static enum err as_it_is(struct call *c, struct upload *u, enum err e)
{
    struct upload now;
    if (upload_get(c->db, c->arena, u->id, &now))
        return e;
    if (now.state == UPLOAD_REFUSED)
        return fail(c, E_FILE_REFUSED, NULL, "%.*s", STR_ARG(now.reason));
    if (now.state != UPLOAD_COMPLETE && now.state != UPLOAD_TAKEN)
        return e;
    *u = now;
    return E_OK;
}

static enum err finish(struct call *c, struct upload *u)
{
    struct probe_sniff seen;
    unsigned char sha[SHA256_LEN];
    uint64_t offset;
    uint32_t crc;
    struct spool *sp = spool_ref(c->house->spools, u->id);
    enum err e = spool_sums(sp, &offset, sha, &crc);
    if (e == E_BUSY && !(e = spool_offset(sp, &offset)))
        e = spool_sums(sp, &offset, sha, &crc);
    spool_unref(sp);
    if (!e && (int64_t)offset != u->length)
        e = E_OFFSET;
    if (e || (e = look(c, u, &seen)))
        return e;
    return end_with(c, u, &seen, sha, crc);
}

enum err upload_finish(struct call *c, struct upload *u)
{
    enum err e = finish(c, u);
    return e == E_STATE || e == E_OFFSET || e == E_NOT_FOUND || e == E_IO ? as_it_is(c, u, e) : e;
}

enum err upload_content(struct call *c, struct str upload_id, struct content *out)
{
    struct upload u;
    struct blob b;
    enum err e = upload_whole(c, upload_id, &u);
    if (e || (e = blob_get(c->db, c->arena, u.blob_id, &b)))
        return e;
    if (b.verdict != BLOB_ACCEPTED)
        return fail(c, E_FILE_REFUSED, NULL, "%.*s", STR_ARG(b.reason));
    *out = (struct content){
        .fd = -1, .size = (uint64_t)b.size, .sha256 = b.sha256, .mime = b.mime, .name = u.name
    };
    return blobs_fd(c->house->blobs, b.sha256, out->size, &out->fd);
}
