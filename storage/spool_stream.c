/* The streams of spools: from a network thread into the file.
 *
 * A stream has two buffers: the network thread fills one while the runner drains the other. The
 * runner is a job of the pool that runs while there is enough to do and no longer; `running` says
 * that it is on its way, so there is never a second one (S2).
 *
 * A line slower than we are is written in small pieces, so that little memory waits. One that is
 * faster fills its buffer every time; then whole blocks go past the page cache, written by another
 * thread while the runner hashes them and turns to the next buffer, of which there is a third then.
 * Bytes lie in a buffer as in the file (lead), and a full one ends with a block. */
#include "storage/spool_int.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/queue.h"

#include <inttypes.h>
#include <string.h>

enum {
    PIECE = 256 * 1024,             /* one buffer */
    LARGE = 1024 * 1024,            /* … of the first streams */
    LARGE_STREAMS = 16,             /* that many */
    ENOUGH = 64 * 1024,             /* bytes a runner starts for */
    TURN = 32,                      /* buffers a runner drains before others have their turn */
    HURRY = 8 * 1024 * 1024,        /* write-out begins after so many bytes */
    SYNC_EVERY = 256 * 1024 * 1024, /* bytes a crash may take back at most, on a fast line */
    SYNC_SOON = 1024 * 1024,        /* … and, on a slow line, so many after SYNC_MS */
    SYNC_MS = 5000,
    DROP_CUT = 1024 * 1024, /* dropped bytes after which a failed stream is cut */
};

/* ---- the runner */

static bool sync_due(const struct spool *sp)
{
    uint64_t n = sp->size - sp->synced;
    return n >= SYNC_EVERY || (n >= SYNC_SOON && clock_mono() - sp->synced_at >= SYNC_MS);
}

static void add(struct spool *sp, struct stream *st, struct str bytes)
{
    hash_add(sp->hash, bytes.p, bytes.n);
    if (st->digest)
        digest_add(st->digest, bytes.p, bytes.n);
}

static struct str held(const struct buffer *b)
{
    return (struct str){ b->p + b->lead, b->n };
}

static void run_write(void *own, void *arg)
{
    struct writing *w = arg;
    struct str bytes = held(&w->buf);
    (void)own;
    w->err = disk_write_past(w->sp->fd, w->sp->past, bytes.p, bytes.n, w->at);
    sem_post(&w->done);
}

/* Waits for what is written behind us. A full disk keeps what was there before it. */
static enum err catch_up(struct spool *sp, struct stream *st)
{
    struct writing *w = &st->behind;
    if (!w->busy)
        return E_OK;
    while (sem_wait(&w->done))
        ;
    sem_destroy(&w->done);
    w->busy = false;
    w->buf.n = 0;
    if (w->err)
        spool_back(sp, w->at, w->before);
    else
        hash_free(w->before);
    return w->err;
}

/* Gives the buffer to a writer and hashes it meanwhile; the drain gets the one written last. */
static enum err put_behind(struct spool *sp, struct stream *st)
{
    struct writing *w = &st->behind;
    struct buffer spare = w->buf;
    enum err e = sp->past >= 0 ? E_OK : disk_open_past(sp->all->dir, sp->id, &sp->past);
    if (e)
        return e;
    *w = (struct writing){
        .sp = sp, .buf = st->drain, .at = sp->size, .before = hash_copy(sp->hash), .busy = true
    };
    st->drain = spare;
    sem_init(&w->done, 0, 0);
    sp->size += w->buf.n;
    if (pool_submit(sp->all->writers, run_write, w))
        run_write(NULL, w);
    add(sp, st, held(&w->buf));
    return E_OK;
}

static enum err put_now(struct spool *sp, struct stream *st)
{
    struct str bytes = held(&st->drain);
    enum err e = disk_write(sp->fd, bytes.p, bytes.n, sp->size);
    if (e) {
        spool_back(sp, sp->size, NULL);
        return e;
    }
    add(sp, st, bytes);
    sp->size += bytes.n;
    return E_OK;
}

/* One buffer to the file and into the sums. */
static enum err put(struct spool *sp, struct stream *st)
{
    enum err e = catch_up(sp, st);
    if (!e)
        e = st->drain.n < PIECE / 2 ? put_now(sp, st) : put_behind(sp, st);
    if (e)
        return e;
    if (sp->size - sp->hurried >= HURRY) {
        disk_hurry(sp->fd, sp->hurried, sp->size - sp->hurried);
        sp->hurried = sp->size;
    }
    if (st->setup.checked || !sync_due(sp))
        return E_OK;
    if ((e = catch_up(sp, st)) || (e = spool_sync(sp)))
        return e;
    return spool_mark(sp, sp->synced);
}

/* S5: does the body fit its checksum? If not, or if it is not whole, it never was. */
static enum err judge(struct spool *sp, struct stream *st, enum err failed)
{
    unsigned char got[SHA256_LEN];
    bool fits = false;
    if (!st->setup.checked || !sp->warm)
        return failed;
    if (st->whole && !failed) {
        digest_end(st->digest, got);
        fits = memcmp(got, st->setup.want, digest_len(st->setup.kind)) == 0;
    }
    if (fits)
        return E_OK;
    spool_back(sp, st->setup.offset, st->before);
    st->before = NULL;
    return failed ? failed : st->whole ? E_CHECKSUM : E_OK;
}

/* The end of a stream: S1. What completes the upload needs no mark: nobody is told before it has
 * become a blob. */
static enum err seal(struct spool *sp, struct stream *st, enum err failed)
{
    enum err e = judge(sp, st, failed), more = E_OK;
    if (!sp->warm)
        return e ? e : E_IO;
    if (!(more = spool_sync(sp)) && sp->size != st->setup.whole)
        more = spool_mark(sp, sp->synced);
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
    enum err late = catch_up(sp, st);
    enum err e = dropped ? E_GONE : seal(sp, st, st->err ? st->err : late);
    pthread_mutex_lock(&sp->lock);
    buffer_free(&st->behind.buf);
    spool_let_go(sp);
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

/* Whoever was told to wait may go on. With the lock. */
static void let_in(struct stream *st)
{
    if (st->refused && st->attached) {
        st->refused = false;
        st->setup.resume(st->setup.arg);
    }
}

/* One buffer from the stream to the file. Called and left with the lock. */
static void drain(struct spool *sp, struct stream *st)
{
    struct buffer full = st->fill;
    st->fill = st->drain;
    st->drain = full;
    let_in(st);
    pthread_mutex_unlock(&sp->lock);
    enum err e = sp->warm ? put(sp, st) : E_IO;
    pthread_mutex_lock(&sp->lock);
    st->drain.n = 0;
    if (e && !st->err) {
        st->err = e;
        log_warn("spool.failed error=%s size=%" PRIu64, err_row(e)->name, sp->size);
    }
}

/* How many bytes fit into the buffer that is filled. */
static size_t full(const struct stream *st)
{
    return st->room - st->fill.lead;
}

/* Is it worth a runner? */
static bool due(const struct stream *st)
{
    size_t n = st->fill.n;
    bool all = st->taken == (st->setup.expected ? st->setup.expected : st->setup.limit);
    return st->ending || (n && all) || n >= (st->fast || full(st) < ENOUGH ? full(st) : ENOUGH);
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
        if (st->fill.n && !st->err && due(st))
            drain(sp, st);
        else if (st->ending)
            finish(sp, st);
        else
            break;
        if (st->err) { /* the rest of the body is dropped as it comes */
            st->fill.n = 0;
            let_in(st);
        }
    }
    st->running = false;
    if (!st->ended && due(st))
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
    enum err e = spool_ready(sp, false);
    if (!e && setup->offset != sp->size)
        e = E_OFFSET;
    if (!e) {
        struct stream *st = NEW(struct stream);
        uint64_t most = atomic_load(&sp->all->streams) < LARGE_STREAMS ? LARGE : PIECE;
        uint64_t all = setup->expected ? setup->expected : most; /* and a block for the lead */
        *st = (struct stream){ .sp = sp, .setup = *setup, .attached = true, .refs = 1 };
        st->room = (size_t)(all < most - DISK_BLOCK ? (all / DISK_BLOCK + 2) * DISK_BLOCK : most);
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
    if (!b->p)
        b->p = mem_pages(st->room);
    if (b->n == 0)
        b->lead = (size_t)((st->setup.offset + st->taken) % DISK_BLOCK);
    if (n > full(st) - b->n)
        n = full(st) - b->n;
    memcpy(b->p + b->lead + b->n, p, n);
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
        if (due(st))
            start(st);
    }
    if (k < n && (!open || k == left)) {
        drop(st, n - k);
        k = n;
    }
    st->refused = k < n;
    st->fast |= st->refused;
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
