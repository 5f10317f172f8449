/* Old backups: finding the newest, clearing those that are too many. */
#include "server/app/backup.h"

#include "server/app/manifest.h"
#include "server/base/log.h"
#include "server/base/map.h"
#include "storage/blob.h"
#include "storage/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { SETS_MAX = 4000 };

/* 20261124-023000-000 */
static bool is_name(const char *s)
{
    static const char form[] = "dddddddd-dddddd-ddd";
    if (strlen(s) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
            return false;
    return true;
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

/* .partial-20261124-023000-000 */
static bool is_partial(const char *s)
{
    return strncmp(s, BACKUP_PARTIAL, strlen(BACKUP_PARTIAL)) == 0 &&
           is_name(s + strlen(BACKUP_PARTIAL));
}

/* Folders whose name fits, newest first. */
static enum err sets_of(int root, bool (*fits)(const char *name), struct arena *a,
                        const char ***out, size_t *n)
{
    int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    *out = arena_array(a, SETS_MAX, sizeof **out);
    *n = 0;
    if (!d) {
        disk_close(fd);
        return E_IO;
    }
    for (struct dirent *one; *n < SETS_MAX && (one = readdir(d));)
        if (fits(one->d_name))
            (*out)[(*n)++] = arena_z(a, str_of(one->d_name));
    closedir(d);
    qsort(*out, *n, sizeof **out, newest_first);
    return E_OK;
}

enum err backup_newest(const char *folder, struct arena *a, struct str *path)
{
    const char **sets = NULL;
    size_t n = 0;
    int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return E_NOT_FOUND;
    enum err e = E_OK;
    if (faccessat(root, "manifest", F_OK, 0) == 0) {
        *path = arena_str(a, str_of(folder));
    } else if (!(e = sets_of(root, is_name, a, &sets, &n))) {
        if (n)
            *path = arena_fmt(a, "%s/%s", folder, sets[0]);
        e = n ? E_OK : E_NOT_FOUND;
    }
    disk_close(root);
    return e;
}

/* ---- clearing */

enum err backup_remove(int root, const char *name)
{
    static const char *const files[] = { "manifest", "rows.db", "rows.db-journal", "rows.dump",
                                         "secret" };
    int dir = -1;
    enum err e = disk_folder(root, name, &dir, NULL);
    for (size_t i = 0; !e && i < sizeof files / sizeof *files; i++)
        e = disk_remove(dir, files[i]);
    disk_close(dir);
    if (!e && unlinkat(root, name, AT_REMOVEDIR))
        e = E_IO;
    return e;
}

enum err backup_remove_partial(int root, struct arena *a)
{
    const char **sets = NULL;
    size_t n = 0;
    enum err e = sets_of(root, is_partial, a, &sets, &n);
    for (size_t i = 0; i < n && !e; i++)
        e = backup_remove(root, sets[i]);
    return e;
}

static enum err note_needed(int root, const char *name, struct map *needed)
{
    struct buf text;
    struct manifest m;
    struct str sha;
    uint64_t size;
    int dir = -1;
    buf_init(&text, MANIFEST_CAP);
    enum err e = disk_folder(root, name, &dir, NULL);
    if (!e && !(e = manifest_read(dir, &text, &m)))
        while (manifest_next(&m.blobs, &sha, &size))
            map_put(needed, sha, needed);
    disk_close(dir);
    buf_fini(&text);
    return e;
}

struct clearing {
    struct blobs *pool;
    struct map *needed;
    int64_t now, removed;
};

static enum err clear_one(void *arg, struct str sha256, int64_t changed)
{
    struct clearing *x = arg;
    (void)changed;
    if (map_get(x->needed, sha256))
        return E_OK;
    x->removed++;
    return blobs_drop(x->pool, sha256, INT64_MAX);
}

static enum err clear_pool(const char *path, struct map *needed)
{
    struct clearing x = { .needed = needed };
    enum err e = blobs_open(path, &x.pool);
    for (int i = 0; i < 256 && !e; i++)
        e = blobs_each(x.pool, i, clear_one, &x);
    blobs_close(x.pool);
    if (!e && x.removed)
        log_info("backup.cleared blobs=%lld", (long long)x.removed);
    return e;
}

enum err backup_prune(struct call *c, struct str folder, int64_t keep)
{
    const char **sets = NULL, *path = arena_z(c->arena, folder);
    size_t n = 0;
    int root = -1, lock = -1;
    struct map *needed = map_new();
    enum err e = disk_folder(AT_FDCWD, path, &root, NULL);
    if (!e && !(e = disk_open_write(root, ".lock", &lock)) && flock(lock, LOCK_EX | LOCK_NB) &&
        errno == EWOULDBLOCK)
        e = E_BUSY;
    if (!e)
        e = sets_of(root, is_name, c->arena, &sets, &n);
    bool any = !e && n > (size_t)keep;
    for (size_t i = (size_t)keep; any && !e && i < n; i++)
        e = backup_remove(root, sets[i]);
    for (size_t i = 0; any && !e && i < (size_t)keep; i++) /* K3: a broken manifest ends it */
        e = note_needed(root, sets[i], needed);
    if (any && !e)
        e = clear_pool(arena_fmt(c->arena, "%s/blobs", path).p, needed);
    map_free(needed);
    disk_close(lock);
    disk_close(root);
    return e;
}
