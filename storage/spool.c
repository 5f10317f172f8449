/* Spools and their streams.
 *
 * A stream has two buffers: the network thread fills one while the runner drains the other. The
 * runner is a job of the pool that runs while there is something to do and no longer; `running`
 * says that it is on its way, so there is never a second one (S2). All fields of a spool and its
 * stream are guarded by the spool's lock, except what only the runner touches while it runs: fd,
 * hash, size, synced. */
#include "storage/spool.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "server/base/queue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ID_CAP = 64,
    PIECE = 256 * 1024,            /* one buffer */
    TURN = 32,                     /* buffers a runner drains before others have their turn */
    HURRY = 8 * 1024 * 1024,       /* write-out begins after so many bytes */
    SYNC_EVERY = 64 * 1024 * 1024, /* bytes a crash may take back at most */
    SYNC_SOON = 1024 * 1024,       /* … and, on a slow line, so many after SYNC_MS */
    SYNC_MS = 5000,
    DROP_CUT = 1024 * 1024, /* dropped bytes after which a failed stream is cut */
    IDLE_MAX = 1024,        /* idle spools kept warm */
    CUT_WAIT_MS = 5000
};

struct spools {
    pthread_mutex_t lock; /* of the map, the idle count and refs */
    struct map *map;
    size_t idle;
    int dir;
    struct pool *pool;
    atomic_int streams;
};

struct buffer {
    char *p;
    size_t n, room;
};

struct stream {
    struct spool *sp;
    struct stream_setup setup;
    struct buffer fill, drain;
    struct digest *digest;
    struct hash *before; /* the spool's hash at the begin, for S5 */
    uint64_t taken, dropped;
    enum err err;
    bool running, refused, ending, whole, ended, cut;
    bool attached; /* the functions given may be called */
    int refs;      /* the opener's and the runner's */
    void (*ready)(void *arg);
    void *ready_arg;
};

struct spool {
    struct spools *all;
    int refs; /* under all->lock */
    char id[ID_CAP];
    char mark[ID_CAP + 4];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct stream *active;
    bool loading, warm, dropped;
    bool named;              /* the folder was synced since the file was made */
    int64_t used, synced_at; /* ms, monotonic */
    int fd;
    struct hash *hash;
    uint64_t size, synced, marked, hurried;
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
    *out = s;
    return E_OK;
}

static void spool_cool(struct spool *sp)
{
    disk_close(sp->fd);
    hash_free(sp->hash);
    sp->fd = -1;
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
        if (id.n >= ID_CAP)
            BUG("a spool's id is too long");
        sp = NEW(struct spool);
        sp->all = s;
        sp->fd = -1;
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
    pthread_mutex_lock(&s->lock);
    if (--sp->refs == 0) {
        if (sp->dropped || !sp->warm) {
            (void)map_drop(s->map, str_of(sp->id));
            spool_free(sp);
        } else {
            sp->used = clock_mono();
            disk_close(sp->fd);
            sp->fd = -1;
            if (++s->idle > IDLE_MAX)
                forget_oldest(s);
        }
    }
    pthread_mutex_unlock(&s->lock);
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

static enum err mark_write(struct spool *sp, uint64_t at)
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
static void fall_back(struct spool *sp, uint64_t at, struct hash *hash)
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
static enum err sync_data(struct spool *sp)
{
    enum err e;
    if (sp->synced == sp->size)
        return E_OK;
    if ((e = disk_sync(sp->fd))) {
        fall_back(sp, sp->synced, NULL);
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
static enum err ready(struct spool *sp, bool marked)
{
    enum err e = settle(sp);
    if (e)
        return e;
    sp->loading = true;
    pthread_mutex_unlock(&sp->lock);
    e = load(sp);
    if (!e && marked && !(e = sync_data(sp)))
        e = mark_write(sp, sp->synced);
    pthread_mutex_lock(&sp->lock);
    sp->loading = false;
    pthread_cond_broadcast(&sp->changed);
    return e;
}

enum err spool_offset(struct spool *sp, uint64_t *offset)
{
    pthread_mutex_lock(&sp->lock);
    enum err e = ready(sp, true);
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

/* ---- the runner */

static bool sync_due(const struct spool *sp)
{
    uint64_t n = sp->size - sp->synced;
    return n >= SYNC_EVERY || (n >= SYNC_SOON && clock_mono() - sp->synced_at >= SYNC_MS);
}

/* Writes and hashes one buffer. A full disk keeps what was there before it. */
static enum err put(struct spool *sp, struct stream *st)
{
    enum err e = disk_write(sp->fd, st->drain.p, st->drain.n, sp->size);
    if (e) {
        fall_back(sp, sp->size, NULL);
        return e;
    }
    hash_add(sp->hash, st->drain.p, st->drain.n);
    if (st->digest)
        digest_add(st->digest, st->drain.p, st->drain.n);
    sp->size += st->drain.n;
    if (sp->size - sp->hurried >= HURRY) {
        disk_hurry(sp->fd, sp->hurried, sp->size - sp->hurried);
        sp->hurried = sp->size;
    }
    return st->setup.checked || !sync_due(sp) || (e = sync_data(sp)) ? e
                                                                     : mark_write(sp, sp->synced);
}

/* S5: does the body fit its checksum? If not, or if it is not whole, it never was. */
static enum err judge(struct spool *sp, struct stream *st)
{
    unsigned char got[SHA256_LEN];
    bool fits = false;
    if (!st->setup.checked || !sp->warm)
        return st->err;
    if (st->whole && !st->err) {
        digest_end(st->digest, got);
        fits = memcmp(got, st->setup.want, digest_len(st->setup.kind)) == 0;
    }
    if (fits)
        return E_OK;
    fall_back(sp, st->setup.offset, st->before);
    st->before = NULL;
    return st->err ? st->err : st->whole ? E_CHECKSUM : E_OK;
}

/* The end of a stream: S1. What completes the upload needs no mark: nobody is told before it has
 * become a blob. */
static enum err seal(struct spool *sp, struct stream *st)
{
    enum err e = judge(sp, st), more = E_OK;
    if (!sp->warm)
        return e ? e : E_IO;
    if (!(more = sync_data(sp)) && sp->size != st->setup.whole)
        more = mark_write(sp, sp->synced);
    return e ? e : more;
}

static void stream_free(struct stream *st)
{
    struct spool *sp = st->sp;
    mem_free(st->fill.p);
    mem_free(st->drain.p);
    digest_free(st->digest);
    hash_free(st->before);
    atomic_fetch_sub(&sp->all->streams, 1);
    mem_free(st);
    spool_unref(sp);
}

static void buffer_free(struct buffer *b)
{
    mem_free(b->p);
    *b = (struct buffer){ 0 };
}

/* Called and left with the lock. */
static void finish(struct spool *sp, struct stream *st)
{
    buffer_free(&st->fill);
    buffer_free(&st->drain);
    bool dropped = sp->dropped;
    pthread_mutex_unlock(&sp->lock);
    enum err e = dropped ? E_GONE : seal(sp, st);
    pthread_mutex_lock(&sp->lock);
    st->err = e;
    st->ended = true;
    sp->active = NULL;
    pthread_cond_broadcast(&sp->changed);
    void (*tell)(void *arg) = st->ready;
    if (!tell)
        return;
    pthread_mutex_unlock(&sp->lock); /* whoever is told may let go of the stream at once */
    tell(st->ready_arg);
    pthread_mutex_lock(&sp->lock);
}

/* One buffer from the stream to the file. Called and left with the lock. */
static void drain(struct spool *sp, struct stream *st)
{
    struct buffer full = st->fill;
    st->fill = st->drain;
    st->drain = full;
    if (st->refused && st->attached) {
        st->refused = false;
        st->setup.resume(st->setup.arg);
    }
    pthread_mutex_unlock(&sp->lock);
    enum err e = sp->warm ? put(sp, st) : E_IO;
    pthread_mutex_lock(&sp->lock);
    st->drain.n = 0;
    if (e && !st->err) {
        st->err = e;
        log_warn("spool.failed error=%s size=%" PRIu64, err_row(e)->name, sp->size);
    }
}

static void start(struct stream *st);

static void run(void *own, void *arg)
{
    struct stream *st = arg;
    struct spool *sp = st->sp;
    int turn = 0;
    (void)own;
    pthread_mutex_lock(&sp->lock);
    while (turn++ < TURN && !st->ended) {
        if (st->fill.n && !st->err)
            drain(sp, st);
        else if (st->ending)
            finish(sp, st);
        else
            break;
        if (st->err)
            st->fill.n = 0;
    }
    st->running = false;
    if (!st->ended && (st->fill.n || st->ending))
        start(st);
    bool last = --st->refs == 0;
    pthread_mutex_unlock(&sp->lock);
    if (last)
        stream_free(st);
}

/* The runner is on its way. Called with the lock; when the pool is closing the work is done here,
 * at the end of a call that gave the lock back. */
static void start(struct stream *st)
{
    if (st->running)
        return;
    st->running = true;
    st->refs++;
    if (pool_submit(st->sp->all->pool, run, st) == E_OK)
        return;
    pthread_mutex_unlock(&st->sp->lock);
    run(NULL, st);
    pthread_mutex_lock(&st->sp->lock);
}

/* ---- streams */

enum err stream_open(struct spool *sp, const struct stream_setup *setup, struct stream **out)
{
    pthread_mutex_lock(&sp->lock);
    enum err e = ready(sp, false);
    if (!e && setup->offset != sp->size)
        e = E_OFFSET;
    if (!e) {
        struct stream *st = NEW(struct stream);
        uint64_t room = setup->expected && setup->expected < PIECE ? setup->expected : PIECE;
        *st = (struct stream){ .sp = sp, .setup = *setup, .attached = true, .refs = 1 };
        st->fill.room = st->drain.room = (size_t)room;
        if (setup->checked) {
            st->digest = digest_new(setup->kind);
            st->before = hash_copy(sp->hash);
        }
        sp->active = st;
        atomic_fetch_add(&sp->all->streams, 1);
        *out = st;
    }
    pthread_mutex_unlock(&sp->lock);
    if (!e)
        (void)spool_ref(sp->all, str_of(sp->id));
    return e;
}

/* Bytes nobody wants: after an error, or more than may come. A long rest is not waited for. */
static void drop(struct stream *st, size_t n)
{
    st->dropped += n;
    if (st->dropped > DROP_CUT && !st->cut && st->attached) {
        st->cut = true;
        st->setup.cut(st->setup.arg);
    }
}

static size_t fill(struct stream *st, const char *p, size_t n)
{
    struct buffer *b = &st->fill;
    if (!b->room)
        b->room = PIECE;
    if (!b->p)
        b->p = mem_new(b->room);
    if (n > b->room - b->n)
        n = b->room - b->n;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    st->taken += n;
    return n;
}

size_t stream_take(struct stream *st, const char *p, size_t n)
{
    struct spool *sp = st->sp;
    size_t k = 0;
    pthread_mutex_lock(&sp->lock);
    uint64_t left = st->setup.limit - st->taken;
    bool open = !st->err && !st->ending && !sp->dropped;
    if (open && left && n) {
        k = fill(st, p, left < n ? (size_t)left : n);
        start(st);
    }
    if (k < n && (!open || k == left)) {
        drop(st, n - k);
        k = n;
    }
    st->refused = k < n;
    pthread_mutex_unlock(&sp->lock);
    return k;
}

void stream_done(struct stream *st, bool whole, void (*ready_fn)(void *arg), void *arg)
{
    struct spool *sp = st->sp;
    pthread_mutex_lock(&sp->lock);
    if (!st->ending) {
        st->ending = true;
        st->whole = whole;
        st->ready = ready_fn;
        st->ready_arg = arg;
        start(st);
    }
    pthread_mutex_unlock(&sp->lock);
}

enum err stream_result(struct stream *st, uint64_t *offset)
{
    struct spool *sp = st->sp;
    pthread_mutex_lock(&sp->lock);
    enum err e = !st->ended ? E_BUSY : st->err;
    if (!e && st->dropped)
        e = E_TOO_LARGE;
    *offset = sp->size;
    pthread_mutex_unlock(&sp->lock);
    return e;
}

void stream_unref(struct stream *st)
{
    struct spool *sp = st->sp;
    pthread_mutex_lock(&sp->lock);
    st->attached = false;
    if (!st->ending) { /* nobody said how it ended: as a broken line */
        st->ending = true;
        start(st);
    }
    bool last = --st->refs == 0;
    pthread_mutex_unlock(&sp->lock);
    if (last)
        stream_free(st);
}

/* ---- files without a stream */

uint64_t spools_seen(struct spools *s, struct str id)
{
    char name[ID_CAP];
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
    enum err e = disk_remove(s->dir, sp->id), more = disk_remove(s->dir, sp->mark);
    pthread_mutex_unlock(&sp->lock);
    spool_unref(sp);
    return e ? e : more;
}

static bool is_id(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!strchr("0123456789abcdef", name.p[i]))
            return false;
    return name.n > 0 && name.n < ID_CAP;
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
