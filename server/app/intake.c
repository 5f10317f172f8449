/* From a file of this machine to a blob; see intake.h. The file is copied into DIR/incoming under a
 * name of its own, hashed on the way, looked at, kept, removed there. */
#include "server/app/intake.h"

#include "server/app/file_int.h"
#include "server/app/probe.h"
#include "server/app/viewer.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "storage/disk.h"
#include "storage/job.h"
#include "storage/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

/* A copy on its way. */
struct copy {
    int dir, fd;
    const char *name;
    struct hash *hash;
    uint64_t size;
};

static enum err copy_open(struct call *c, struct copy *to)
{
    int data = open(c->house->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    to->dir = to->fd = -1;
    to->hash = hash_new();
    to->name = arena_z(c->arena, id_hex(c->arena));
    enum err e = data < 0 ? E_IO : disk_folder(data, "incoming", &to->dir, NULL);
    disk_close(data);
    return e ? e : disk_open_write(to->dir, to->name, &to->fd);
}

static enum err copy_add(struct copy *to, struct str piece)
{
    enum err e = disk_write(to->fd, piece.p, piece.n, to->size);
    hash_add(to->hash, piece.p, piece.n);
    to->size += piece.n;
    return e;
}

static void copy_close(struct copy *to)
{
    if (to->dir >= 0 && disk_remove(to->dir, to->name))
        to->size = 0; /* stays behind in DIR/incoming; nothing points at it */
    disk_close(to->fd);
    disk_close(to->dir);
    hash_free(to->hash);
}

static enum err copy_look(struct call *c, struct copy *to, struct str name,
                          struct probe_sniff *seen)
{
    struct probe p = { .path = c->house->probe, .arena = c->arena };
    int fd;
    enum err e = disk_open_read(to->dir, to->name, &fd);
    if (e)
        return e;
    e = probe_sniff(&p, fd, name, seen);
    disk_close(fd);
    return e;
}

static enum err copy_keep(struct call *c, struct copy *to, struct str name, struct blob *b)
{
    struct probe_sniff seen;
    unsigned char sha[SHA256_LEN];
    enum err e = disk_sync(to->fd);
    if (e || (e = copy_look(c, to, name, &seen)))
        return e;
    if (seen.say == SAY_refuse)
        return fail(c, E_FILE_REFUSED, NULL, "%.*s", STR_ARG(seen.text));
    hash_sha256(to->hash, sha);
    *b = (struct blob){
        .size = (int64_t)to->size,
        .crc32 = hash_crc32(to->hash),
        .verdict = seen.say == SAY_quarantine ? BLOB_QUARANTINED : BLOB_ACCEPTED,
        .created_at = c->now,
        .seen_at = c->now,
        .sha256 = hex_str(c->arena, sha, SHA256_LEN),
        .mime = seen.kind ? str_of(seen.kind->mime) : S("application/octet-stream"),
        .kind = seen.kind ? str_of(family_name(seen.kind->family)) : S("other"),
        .reason = probe_remark(&seen),
    };
    return blobs_keep(c->house->blobs, to->dir, to->name, b->sha256, to->size);
}

enum err intake_bytes(struct call *c, struct str bytes, struct str name, struct blob *b)
{
    struct copy to = { 0 };
    enum err e = copy_open(c, &to);
    if (!e)
        e = copy_add(&to, bytes);
    if (!e)
        e = copy_keep(c, &to, name, b);
    copy_close(&to);
    return e;
}

static enum err unreadable(struct call *c)
{
    return fail(c, E_FILE_REFUSED, NULL, "文件读不出来（%s）。", err_reason(errno));
}

enum err intake_path(struct call *c, const char *path, struct str name, struct blob *b)
{
    struct copy to = { 0 };
    char *piece = mem_new(PIECE);
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    uint64_t at = 0;
    size_t got = 1;
    enum err e = from < 0 ? unreadable(c) : copy_open(c, &to);
    while (!e && got) {
        if (disk_read(from, piece, PIECE, at, &got)) {
            e = unreadable(c);
            break;
        }
        at += got;
        if (got)
            e = copy_add(&to, (struct str){ piece, got });
    }
    if (!e)
        e = copy_keep(c, &to, name, b);
    mem_free(piece);
    disk_close(from);
    if (to.hash)
        copy_close(&to);
    return e;
}

enum err intake_count(struct call *c, int64_t person, int64_t school, int64_t bytes)
{
    enum err e = space_add(c->db, AUDIENCE(AUD_PERSON, person), bytes);
    return e || !school ? e : space_add(c->db, AUDIENCE(AUD_SCHOOL, school), bytes);
}

enum err intake_attach(struct call *c, int64_t resource, struct str name, struct str folder,
                       struct blob *b, struct file_done *out)
{
    struct resource_row r;
    struct file f = { .resource_id = resource, .size = b->size, .at = c->now, .path = folder };
    enum err e = file_author_of(c, resource, &r);
    if (e || (e = file_room(c, &r)))
        return e;
    f.ord = r.files_n + 1;
    if ((e = file_name_check(c, name, &f.name)) || (e = blob_put(c->db, b)))
        return e;
    f.blob_id = b->id;
    if ((e = file_put(c->db, &f, c->viewer->person)) ||
        (e = intake_count(c, c->viewer->person, c->viewer->school, b->size)))
        return e;
    if (b->read_state == BLOB_UNREAD && (e = job_add(c->db, "ingest", b->id, STR_NONE, 0)))
        return e;
    return file_finish(c, &r, &f, out);
}
