/* A backup becomes a house again, in an empty folder (and, for PostgreSQL, in an empty schema).
 * Everything is copied with its hash compared, and DIR/jibei.db gets its name last: a restore that
 * was cut off is no house. */
#include "server/app/backup.h"
#include "server/app/command.h"
#include "server/app/house.h"
#include "server/app/manifest.h"
#include "storage/disk.h"
#include "storage/dump_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct restoring {
    const struct config *config;
    const char *from, *data;
    struct arena *a;
    int set, dir;
    struct buf text;
    struct manifest m;
    int64_t rows;
    bool begun; /* the folder was empty and is ours to fill */
};

static enum err say(enum err e, const char *what, const char *name)
{
    fprintf(stderr, "%s：%s\n", what, name);
    return e;
}

static enum err open_set(struct restoring *r)
{
    struct str path;
    if (backup_newest(r->from, r->a, &path))
        return say(E_NOT_FOUND, "这个目录里没有完整的备份", r->from);
    r->from = path.p;
    r->set = open(r->from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    buf_init(&r->text, MANIFEST_CAP);
    enum err e = r->set < 0 ? E_IO : manifest_read(r->set, &r->text, &r->m);
    return e ? say(e, "备份清单缺失或损坏，请换一个备份", r->from) : E_OK;
}

/* A mount point may hold lost+found; whatever else is there is somebody's. */
static bool is_empty(int fd)
{
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = again < 0 ? NULL : fdopendir(again);
    bool empty = d != NULL;
    for (struct dirent *e; empty && (e = readdir(d));)
        empty =
            !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, "lost+found");
    if (d)
        closedir(d);
    else
        disk_close(again);
    return empty;
}

static enum err open_empty(struct restoring *r)
{
    enum err e = disk_folder(AT_FDCWD, r->data, &r->dir, NULL);
    if (e)
        return say(e, "不能建立数据目录", r->data);
    if (!is_empty(r->dir))
        return say(E_CONFLICT, "数据目录不是空的，请恢复到一个空目录", r->data);
    return house_mine(r->dir, ".", r->data);
}

static enum err bring_blobs(struct restoring *r)
{
    struct content_folder from, to;
    struct str rest = r->m.blobs, sha;
    uint64_t size, copied = 0;
    const char *pool = arena_fmt(r->a, "%s/../blobs", r->from).p;
    const char *blobs =
        *r->config->blobs ? r->config->blobs : arena_fmt(r->a, "%s/blobs", r->data).p;
    enum err e = contents_open(pool, &from);
    if (e)
        return say(e, "备份目录里没有 blobs", pool);
    if (!(e = contents_open(blobs, &to))) {
        while (!e && manifest_next(&rest, &sha, &size))
            if ((e = content_bring_copy(&from, &to, sha, size, &copied)))
                say(e, "备份里的文件缺失或损坏", arena_z(r->a, sha));
        e = e ? e : contents_sync(&to);
    }
    contents_close(&to);
    contents_close(&from);
    return e;
}

static enum err bring(struct restoring *r, const char *name, const char *as, struct str sha)
{
    char is[SHA256_HEX + 1];
    uint64_t size;
    enum err e = file_copy(r->set, name, r->dir, as, is, &size);
    if (!e && !str_eqz(sha, is))
        e = E_CORRUPT;
    return e ? say(e, "备份里的文件缺失或损坏", name) : E_OK;
}

/* Rows that were dumped go through the house's own schema. */
static enum err load_dump(struct restoring *r)
{
    struct house *h = NULL;
    struct db *db = NULL;
    struct arena *a = arena_new();
    int fd = -1;
    enum err e = house_open(r->config, HOUSE_UPGRADE, &h);
    if (!e && !(e = disk_open_read(r->dir, ".rows.new", &fd)) && !(e = db_open(h->store, &db)))
        e = dump_fits(db, a, fd)
                ? dump_read(db, a, fd, &r->rows)
                : say(E_STATE, "备份来自另一个版本的程序，请安装版本", arena_z(r->a, r->m.version));
    db_close(db);
    disk_close(fd);
    arena_free(a);
    house_close(h);
    return e;
}

/* An older schema is brought up to date by the first start; a newer one is nothing to us. */
static enum err not_newer(struct restoring *r)
{
    struct store *s = NULL;
    enum schema is = SCHEMA_NONE;
    enum err e = store_open(arena_fmt(r->a, "sqlite:%s/.rows.new", r->data).p, &s);
    if (!e)
        e = store_schema(s, &is);
    store_close(s);
    return !e && is == SCHEMA_NEWER
               ? say(E_STATE, "备份来自较新版本的程序，请安装版本", arena_z(r->a, r->m.version))
               : e;
}

static enum err put_rows(struct restoring *r)
{
    bool dumped = str_eqz(r->m.rows_name, "rows.dump");
    if (!dumped && *r->config->db)
        return say(E_INPUT, "这是 SQLite 的备份：请先不带 --db 恢复，再用 jibei db copy 转入",
                   r->config->db);
    enum err e = bring(r, arena_z(r->a, r->m.rows_name), ".rows.new", r->m.rows_sha);
    if (e)
        return e;
    if (!dumped)
        return (e = not_newer(r)) ? e : disk_rename(r->dir, ".rows.new", r->dir, "jibei.db");
    e = load_dump(r);
    enum err gone = disk_remove(r->dir, ".rows.new");
    return e ? e : gone;
}

static enum err restore(struct restoring *r)
{
    enum err e;
    if ((e = open_set(r)) || (e = open_empty(r)))
        return e;
    r->begun = true;
    if ((e = bring_blobs(r)))
        return e;
    if (r->m.secret_sha.n && (e = bring(r, "secret", "secret", r->m.secret_sha)))
        return e;
    if ((e = put_rows(r)))
        return e;
    return disk_sync_folder(r->dir);
}

/* Only what we began to fill may be emptied: whoever named his living house by mistake must not be
 * told to. */
static void tell_failure(const struct restoring *r, enum err e)
{
    if (r->begun)
        fprintf(stderr, "恢复没有完成（%s）。数据目录 %s 里的内容不可用，请清空后重试。\n",
                err_row(e)->name, r->data);
    else
        fprintf(stderr, "没有恢复，数据目录 %s 没有动过。\n", r->data);
}

int cmd_restore(struct args *a)
{
    struct restoring r = { .config = a->config, .set = -1, .dir = -1, .data = a->config->data };
    r.from = args_word(a);
    if (!r.from || !args_end(a))
        return 2;
    r.a = arena_new();
    enum err e = restore(&r);
    if (!e)
        printf("已从 %s 恢复到 %s：%zu 个文件。%s\n", r.from, r.data, r.m.blobs_n,
               r.m.missing_n ? "备份时就有文件缺失，请运行 jibei check 查看。"
                             : "可以运行 jibei check 检查。");
    else
        tell_failure(&r, e);
    disk_close(r.set);
    disk_close(r.dir);
    buf_fini(&r.text);
    arena_free(r.a);
    return e ? 1 : 0;
}
