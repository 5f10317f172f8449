/* Making backups, and clearing old ones. */
#include "server/app/backup.h"

#include "server/app/config.h"
#include "server/app/job.h"
#include "server/app/manifest.h"
#include "server/app/setting.h"
#include "server/app/version.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "storage/blob.h"
#include "storage/counter.h"
#include "storage/disk.h"
#include "storage/dump_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define HOLD_MS (12 * (int64_t)HOUR_MS)
enum { SLICE = 500 };

enum err backup_folder(struct call *c, struct str *out)
{
    enum err e = setting_words(c->db, c->arena, SET_backup_dir, out);
    if (!e && out->n == 0)
        *out = arena_fmt(c->arena, "%s/backups", c->house->data);
    return e;
}

/* The stored contents of this house as a path. */
static struct str blobs_folder(const struct house *h, struct arena *a)
{
    if (h->config && *h->config->blobs)
        return str_of(h->config->blobs);
    return arena_fmt(a, "%s/blobs", h->data);
}

/* ---- one backup in the making */

struct making {
    struct call *c;
    struct str folder;
    char partial[sizeof BACKUP_PARTIAL + BACKUP_NAME];
    int root, dir, lock, house_lock;
    struct content_folder from, to;
    struct buf manifest;
    struct backup *out;
};

static enum err no_folder(struct call *c, enum err e, struct str folder)
{
    return fail(c, e, NULL,
                "不能写备份目录 %.*s（%s），请检查目录是否存在、有写入权限、网络存储已连接。",
                STR_ARG(folder), err_reason(errno));
}

/* One backup at a time of a house, because there is one hold on its files, and one in a folder.
 * Network storage that knows no locks is trusted. */
static enum err lock_in(struct making *m, int dir, const char *name, int *lock)
{
    enum err e = disk_open_write(dir, name, lock);
    if (!e && flock(*lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
        return fail(m->c, E_BUSY, NULL, "正在做另一个备份，请等它完成。");
    return e;
}

static enum err lock_house(struct making *m)
{
    int data = -1;
    enum err e = disk_folder(AT_FDCWD, m->c->house->data, &data, NULL);
    if (!e)
        e = lock_in(m, data, "backup.lock", &m->house_lock);
    disk_close(data);
    return e;
}

static enum err open_folder(struct making *m)
{
    const char *path = arena_z(m->c->arena, m->folder);
    struct civil t = civil_local(m->c->now);
    enum err e;
    errno = 0;
    if ((e = disk_folder(AT_FDCWD, path, &m->root, NULL)))
        return no_folder(m->c, e, m->folder);
    if ((e = lock_in(m, m->root, ".lock", &m->lock)) ||
        (e = backup_remove_partial(m->root, m->c->arena)))
        return e;
    snprintf(m->out->name, BACKUP_NAME, "%04d%02d%02d-%02d%02d%02d-%03d", t.year % 10000,
             t.month % 100, t.day % 100, t.hour % 100, t.minute % 100, t.second % 100, t.ms % 1000);
    snprintf(m->partial, sizeof m->partial, BACKUP_PARTIAL "%s", m->out->name);
    struct str pool = arena_fmt(m->c->arena, "%s/blobs", path);
    struct str store = blobs_folder(m->c->house, m->c->arena);
    if ((e = disk_folder(m->root, m->partial, &m->dir, NULL)) ||
        (e = contents_open(pool.p, &m->to)) ||
        (e = contents_open(arena_z(m->c->arena, store), &m->from)))
        return no_folder(m->c, e, m->folder);
    return E_OK;
}

static enum err hold_until(struct call *c, int64_t until)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = counter_set(c->db, BACKUP_HOLD, until);
    return txn_end(&tx, e);
}

/* ---- rows */

static enum err rows_pg(struct making *m, const char *name)
{
    struct arena *a = arena_new(); /* must outlive the handle: see db_dump.h */
    struct db *db = NULL;
    int fd = -1;
    enum err e = disk_open_write(m->dir, name, &fd);
    if (!e && !(e = db_open(m->c->house->store, &db)))
        e = dump_write(db, a, fd);
    db_close(db);
    disk_close(fd);
    arena_free(a);
    return e;
}

static enum err sync_file(int dir, const char *name)
{
    int fd = -1;
    enum err e = disk_open_read(dir, name, &fd);
    if (!e)
        e = disk_sync(fd);
    disk_close(fd);
    return e;
}

static enum err save_rows(struct making *m)
{
    bool pg = store_is_pg(m->c->house->store);
    const char *name = pg ? "rows.dump" : "rows.db";
    char sha[SHA256_HEX + 1];
    uint64_t size = 0;
    enum err e;
    if (pg)
        e = rows_pg(m, name);
    else
        e = db_snapshot(
            m->c->db, arena_fmt(m->c->arena, "%.*s/%s/%s", STR_ARG(m->folder), m->partial, name).p);
    if (e || (e = sync_file(m->dir, name)) || (e = file_hash(m->dir, name, sha, &size)))
        return e;
    buf_fmt(&m->manifest, "rows %s %llu %s\n", name, (unsigned long long)size, sha);
    m->out->bytes += size;
    m->out->copied += size;
    return E_OK;
}

/* The key of links and sessions belongs to the house, and so to its backup. */
static enum err save_secret(struct making *m)
{
    char sha[SHA256_HEX + 1];
    uint64_t size;
    int data = -1;
    enum err e = disk_folder(AT_FDCWD, m->c->house->data, &data, NULL);
    if (!e)
        e = file_copy(data, "secret", m->dir, "secret", sha, &size);
    disk_close(data);
    if (!e)
        buf_fmt(&m->manifest, "secret %s\n", sha);
    return e == E_NOT_FOUND ? E_OK : e;
}

/* ---- files */

static enum err save_blob(struct making *m, const struct blob *b)
{
    enum err e = content_bring(&m->from, &m->to, b->sha256, (uint64_t)b->size, &m->out->copied);
    const char *word = "blob";
    if (e == E_NOT_FOUND || e == E_CORRUPT) { /* the rest is worth keeping all the more */
        log_error("backup.blob id=%lld error=%s", (long long)b->id, err_row(e)->name);
        m->out->missing++;
        word = "missing";
        e = E_OK;
    } else {
        m->out->blobs++;
        m->out->bytes += (uint64_t)b->size;
    }
    buf_fmt(&m->manifest, "%s %.*s %lld\n", word, STR_ARG(b->sha256), (long long)b->size);
    return e;
}

static enum err save_blobs(struct making *m)
{
    struct arena *a = arena_new();
    int64_t after = 0;
    size_t n = 0;
    enum err e = E_OK;
    do {
        struct blob *list;
        arena_reset(a);
        e = blob_list_bare(m->c->db, a, after, SLICE, &list, &n);
        for (size_t i = 0; i < n && !e; i++) {
            after = list[i].id;
            e = atomic_load(&m->c->house->stopping) ? E_STOPPING : save_blob(m, &list[i]);
        }
    } while (!e && n == SLICE);
    arena_free(a);
    return e ? e : contents_sync(&m->to);
}

/* K1 */
static enum err finish(struct making *m)
{
    enum err e = m->manifest.err;
    manifest_end(&m->manifest);
    if (e || (e = file_write(m->dir, "manifest", buf_str(&m->manifest))) ||
        (e = disk_sync_folder(m->dir)) ||
        (e = disk_rename(m->root, m->partial, m->root, m->out->name)))
        return e;
    return disk_sync_folder(m->root);
}

static enum err make(struct making *m)
{
    enum err e;
    if ((e = lock_house(m)) || (e = open_folder(m)) || (e = hold_until(m->c, m->c->now + HOLD_MS)))
        return e;
    buf_fmt(&m->manifest, "jibei-backup 1\nmade %lld\nversion %s\n", (long long)m->c->now,
            JIBEI_VERSION);
    if ((e = save_rows(m)) || (e = save_secret(m)) || (e = save_blobs(m)))
        return e;
    return finish(m);
}

static void making_fini(struct making *m)
{
    contents_close(&m->from);
    contents_close(&m->to);
    disk_close(m->dir);
    disk_close(m->lock);
    disk_close(m->root);
    disk_close(m->house_lock);
    buf_fini(&m->manifest);
}

static enum err note_made(struct call *c, bool good)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = counter_set(c->db, BACKUP_MADE, c->now);
    if (!e && good)
        e = counter_set(c->db, BACKUP_GOOD, c->now);
    return txn_end(&tx, e);
}

enum err backup_make(struct call *c, struct str folder, struct backup *out)
{
    struct making m = {
        .c = c, .folder = folder, .root = -1, .dir = -1, .lock = -1, .house_lock = -1, .out = out
    };
    *out = (struct backup){ 0 };
    memset(&m.from, -1, sizeof m.from);
    memset(&m.to, -1, sizeof m.to);
    buf_init(&m.manifest, MANIFEST_CAP);
    enum err e = make(&m);
    if (e && m.dir >= 0 && backup_remove(m.root, m.partial))
        log_warn("backup.partial_stays name=%s", m.partial); /* the next one removes it */
    enum err held = m.dir >= 0 ? hold_until(c, 0) : E_OK;
    making_fini(&m);
    e = e ? e : held;
    if (e == E_DISK_FULL)
        return fail(c, e, NULL, "备份目录 %.*s 空间不足，请清理或换一个目录。", STR_ARG(folder));
    if (e)
        return c->fault.text.n
                   ? e
                   : fail(c, e, NULL, "备份到 %.*s 时读写出错（%s），请检查磁盘或网络存储。",
                          STR_ARG(folder), err_row(e)->name);
    out->made = true;
    if ((e = note_made(c, out->missing == 0)))
        return e;
    if (out->missing)
        return fail(c, E_CORRUPT, NULL,
                    "备份已做，但有 %lld 个文件缺失或损坏，请运行 jibei check 查看。",
                    (long long)out->missing);
    log_info("backup.made name=%s blobs=%lld bytes=%llu copied=%llu", out->name,
             (long long)out->blobs, (unsigned long long)out->bytes,
             (unsigned long long)out->copied);
    return E_OK;
}
