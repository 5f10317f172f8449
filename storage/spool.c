/* Spools: their files, and what is known of them. */
#include "storage/spool_int.h"

#include "server/base/clock.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "server/base/queue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 256 * 1024, /* read at once */
    IDLE_MAX = 1024,    /* idle spools kept warm */
    CUT_WAIT_MS = 5000, /* for an old stream to end */
};

/* ---- the map of spools */

enum err spools_open(const char *dir, int threads, struct spools **out)
{
    struct spools *s = NEW(struct spools);
    struct pool_setup setup = { .name = "spool", .threads = threads };
    enum err e = disk_folder(AT_FDCWD, dir, &s->dir, NULL);
    if (e) {
        mem_free(s);
        return e;
    }
    pthread_mutex_init(&s->lock, NULL);
    s->map = map_new();
    s->pool = pool_open(&setup);
    setup.name = "writer";
    s->writers = pool_open(&setup);
    *out = s;
    return E_OK;
}

static void spool_shut(struct spool *sp)
{
    disk_close(sp->fd);
    disk_close(sp->past);
    sp->fd = sp->past = -1;
}

static void spool_cool(struct spool *sp)
{
    spool_shut(sp);
    hash_free(sp->hash);
    sp->hash = NULL;
    sp->warm = false;
}

static void spool_free(struct spool *sp)
{
    spool_cool(sp);
    pthread_mutex_destroy(&sp->lock);
    pthread_cond_destroy(&sp->changed);
    mem_free(sp);
}

void spools_close(struct spools *s)
{
    struct str key;
    void *sp;
    if (!s)
        return;
    pool_close(s->pool);
    pool_close(s->writers);
    for (size_t i = 0; map_each(s->map, &i, &key, &sp);)
        spool_free(sp);
    map_free(s->map);
    disk_close(s->dir);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

int spools_folder(const struct spools *s)
{
    return s->dir;
}

size_t spools_streams(struct spools *s)
{
    return (size_t)atomic_load(&s->streams);
}

/* Forgets the idle spool that was used longest ago; the next use hashes its file again. */
static void forget_oldest(struct spools *s)
{
    struct spool *oldest = NULL;
    struct str key;
    void *v;
    for (size_t i = 0; map_each(s->map, &i, &key, &v);) {
        struct spool *sp = v;
        if (sp->refs == 0 && (!oldest || sp->used < oldest->used))
            oldest = sp;
    }
    if (!oldest)
        return;
    (void)map_drop(s->map, str_of(oldest->id));
    s->idle--;
    spool_free(oldest);
}

struct spool *spool_ref(struct spools *s, struct str id)
{
    pthread_mutex_lock(&s->lock);
    struct spool *sp = map_get(s->map, id);
    if (!sp) {
        if (id.n >= SPOOL_ID)
            BUG("a spool's id is too long");
        sp = NEW(struct spool);
        sp->all = s;
        sp->fd = sp->past = -1;
        snprintf(sp->id, sizeof sp->id, "%.*s", STR_ARG(id));
        snprintf(sp->mark, sizeof sp->mark, "%.*s.at", STR_ARG(id));
        pthread_mutex_init(&sp->lock, NULL);
        pthread_cond_init(&sp->changed, NULL);
        (void)map_put(s->map, id, sp);
    } else if (sp->refs == 0) {
        s->idle--;
    }
    sp->refs++;
    pthread_mutex_unlock(&s->lock);
    return sp;
}

void spool_unref(struct spool *sp)
{
    if (!sp)
        return;
    struct spools *s = sp->all;
    struct spool *last = NULL;
    pthread_mutex_lock(&s->lock);
    if (--sp->refs == 0) {
        if (sp->dropped || !sp->warm) {
            last = map_drop(s->map, str_of(sp->id));
        } else {
            sp->used = clock_mono();
            spool_shut(sp);
            if (++s->idle > IDLE_MAX)
                forget_oldest(s);
        }
    }
    pthread_mutex_unlock(&s->lock);
    if (last)
        spool_free(last);
}

void spool_let_go(struct spool *sp)
{
    if (!sp->dropped || sp->fd < 0)
        return;
    pthread_mutex_unlock(&sp->lock);
    spool_shut(sp);
    pthread_mutex_lock(&sp->lock);
}

/* ---- the mark: eight bytes that say how much of the file counts */

static enum err mark_read(struct spool *sp, uint64_t *at)
{
    int fd;
    unsigned char b[8];
    size_t got = 0;
    enum err e = disk_open_read(sp->all->dir, sp->mark, &fd);
    *at = 0;
    if (e == E_NOT_FOUND)
        return E_OK;
    if (e)
        return e;
    e = disk_read(fd, b, sizeof b, 0, &got);
    for (int i = 7; !e && got == sizeof b && i >= 0; i--)
        *at = *at << 8 | b[i];
    disk_close(fd);
    return e;
}

enum err spool_mark(struct spool *sp, uint64_t at)
{
    int fd = -1;
    unsigned char b[8];
    enum err e;
    if (sp->marked == at)
        return E_OK;
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)(at >> (8 * i));
    if ((e = disk_open_write(sp->all->dir, sp->mark, &fd)) ||
        (e = disk_write(fd, b, sizeof b, 0)) || (e = disk_sync(fd)))
        goto done;
    if (!sp->named && (e = disk_sync_folder(sp->all->dir)))
        goto done;
    sp->named = true;
    sp->marked = at;
done:
    disk_close(fd);
    return e;
}

/* ---- loading, and the way back after a failure. By whoever has the spool for himself. */

static enum err hash_file(struct spool *sp, uint64_t upto)
{
    char *piece = mem_new(PIECE);
    size_t got = 0;
    enum err e = E_OK;
    hash_free(sp->hash);
    sp->hash = hash_new();
    while (!e && hash_bytes(sp->hash) < upto) {
        uint64_t left = upto - hash_bytes(sp->hash);
        size_t want = left < PIECE ? (size_t)left : PIECE;
        e = disk_read(sp->fd, piece, want, hash_bytes(sp->hash), &got);
        if (!e && got < want)
            e = E_IO;
        if (!e)
            hash_add(sp->hash, piece, got);
    }
    mem_free(piece);
    return e;
}

/* A spool whose file is no longer as long as it was is cold. */
static enum err open_file(struct spool *sp)
{
    uint64_t size;
    enum err e;
    if (sp->fd >= 0)
        return E_OK;
    if ((e = disk_open_write(sp->all->dir, sp->id, &sp->fd)) || !sp->warm)
        return e;
    if (!(e = disk_size(sp->fd, &size)) && size != sp->size)
        sp->warm = false;
    return e;
}

/* S3. */
static enum err load(struct spool *sp)
{
    uint64_t size, at;
    enum err e;
    if ((e = open_file(sp)) || sp->warm)
        return e;
    if ((e = mark_read(sp, &at)) || (e = disk_size(sp->fd, &size)))
        return e;
    if (size < at)
        at = size; /* somebody cut the file: what is there still counts */
    if (size > at && (e = disk_truncate(sp->fd, at)))
        return e;
    if ((e = hash_file(sp, at)))
        return e;
    sp->size = sp->synced = sp->hurried = sp->marked = at;
    sp->named = at > 0;
    sp->synced_at = clock_mono();
    sp->warm = true;
    return E_OK;
}

/* Back to an offset: the file shorter, the hash as it was there (given, or made again). When even
 * that fails the spool is cold, and loading it goes back to the mark. */
void spool_back(struct spool *sp, uint64_t at, struct hash *hash)
{
    bool again = !hash && hash_bytes(sp->hash) != at;
    if (disk_truncate(sp->fd, at) || (again && hash_file(sp, at))) {
        hash_free(hash);
        spool_cool(sp);
        return;
    }
    if (hash) {
        hash_free(sp->hash);
        sp->hash = hash;
    }
    sp->size = sp->hurried = at;
    if (sp->synced > at)
        sp->synced = at;
}

/* S1, without the mark. After a failed sync nobody knows what the disk has: S4. */
enum err spool_sync(struct spool *sp)
{
    enum err e;
    if (sp->synced == sp->size)
        return E_OK;
    if ((e = disk_sync(sp->fd))) {
        spool_back(sp, sp->synced, NULL);
        return e;
    }
    sp->synced = sp->size;
    sp->synced_at = clock_mono();
    return E_OK;
}

/* Has the spool for itself: no stream, nobody loading. Called and left with the lock. */
static enum err settle(struct spool *sp)
{
    int64_t until = clock_mono() + CUT_WAIT_MS;
    while (sp->active || sp->loading) {
        struct stream *st = sp->active;
        if (st && !st->cut && st->attached && !st->ending) {
            st->cut = true;
            st->setup.cut(st->setup.arg);
        }
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        t.tv_nsec += 100 * 1000000;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&sp->changed, &sp->lock, &t);
        if ((sp->active || sp->loading) && clock_mono() > until)
            return E_BUSY;
    }
    return sp->dropped ? E_NOT_FOUND : E_OK;
}

/* The spool ready to be written at its end. Left with the lock. */
enum err spool_ready(struct spool *sp, bool marked)
{
    enum err e = settle(sp);
    if (e)
        return e;
    sp->loading = true;
    pthread_mutex_unlock(&sp->lock);
    e = load(sp);
    if (!e && marked && !(e = spool_sync(sp)))
        e = spool_mark(sp, sp->synced);
    pthread_mutex_lock(&sp->lock);
    spool_let_go(sp);
    sp->loading = false;
    pthread_cond_broadcast(&sp->changed);
    return sp->dropped ? E_NOT_FOUND : e;
}

enum err spool_offset(struct spool *sp, uint64_t *offset)
{
    pthread_mutex_lock(&sp->lock);
    enum err e = spool_ready(sp, true);
    *offset = e ? 0 : sp->size;
    pthread_mutex_unlock(&sp->lock);
    return e;
}

enum err spool_sums(struct spool *sp, uint64_t *size, unsigned char sha256[SHA256_LEN],
                    uint32_t *crc32)
{
    enum err e = E_OK;
    pthread_mutex_lock(&sp->lock);
    if (!sp->warm || sp->active || sp->loading) {
        e = E_BUSY;
    } else {
        *size = sp->size;
        hash_sha256(sp->hash, sha256);
        *crc32 = hash_crc32(sp->hash);
    }
    pthread_mutex_unlock(&sp->lock);
    return e;
}

/* ---- files without a stream */

uint64_t spools_seen(struct spools *s, struct str id)
{
    char name[SPOOL_ID];
    uint64_t size = 0;
    snprintf(name, sizeof name, "%.*s", STR_ARG(id));
    return disk_stat(s->dir, name, &size, NULL) ? 0 : size;
}

enum err spools_drop(struct spools *s, struct str id)
{
    struct spool *sp = spool_ref(s, id);
    pthread_mutex_lock(&sp->lock);
    sp->dropped = true;
    if (sp->active && sp->active->attached && !sp->active->cut) {
        sp->active->cut = true;
        sp->active->setup.cut(sp->active->setup.arg);
    }
    bool ours = !sp->active && !sp->loading; /* otherwise whoever has it closes it */
    sp->loading |= ours;
    pthread_mutex_unlock(&sp->lock);
    enum err e = disk_remove(s->dir, sp->id), more = disk_remove(s->dir, sp->mark);
    pthread_mutex_lock(&sp->lock);
    if (ours) {
        spool_let_go(sp);
        sp->loading = false;
        pthread_cond_broadcast(&sp->changed);
    }
    pthread_mutex_unlock(&sp->lock);
    spool_unref(sp);
    return e ? e : more;
}

static bool is_id(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!strchr("0123456789abcdef", name.p[i]))
            return false;
    return name.n > 0 && name.n < SPOOL_ID;
}

enum err spools_each(struct spools *s, enum err (*each)(void *arg, struct str id, int64_t changed),
                     void *arg)
{
    int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    enum err e = E_OK;
    int64_t changed;
    if (!d) {
        e = err_errno(errno);
        disk_close(fd);
        return e;
    }
    for (struct dirent *one; !e && (one = readdir(d));) {
        struct str id = str_of(one->d_name);
        if (str_ends(id, S(".at")))
            id.n -= 3;
        if (!is_id(id))
            continue;
        e = disk_stat(s->dir, one->d_name, NULL, &changed);
        e = e == E_NOT_FOUND ? E_OK : e ? e : each(arg, id, changed);
    }
    closedir(d);
    return e;
}
