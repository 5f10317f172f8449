/* Stored updates without a document: merging, what somebody lacks of one, whom it brings how far.
 *
 * Merging takes the structs of all updates in order of clients (descending) and clocks. A heap
 * (of a few updates: an array) holds them, each at its next struct; of two at the same clock the
 * one that moved last comes first, which is how Yjs' repeated stable sorting has it. What was
 * written already is left out, what overlaps is cut, gaps become Skips. Only GCs of different
 * updates become one. */
#include "server/crdt/ydoc_int.h"

/* ---- the heap */

struct feed {
    struct update u;
    int64_t turn;
};

struct heap {
    struct feed **f;
    size_t n;
};

static bool comes_before(const struct feed *a, const struct feed *b)
{
    if (a->u.w.client != b->u.w.client)
        return a->u.w.client > b->u.w.client;
    if (a->u.w.clock != b->u.w.clock)
        return a->u.w.clock < b->u.w.clock;
    return a->turn < b->turn;
}

static void sink(struct heap *h, size_t k)
{
    for (;;) {
        size_t least = k;
        for (size_t c = 2 * k + 1; c <= 2 * k + 2 && c < h->n; c++)
            if (comes_before(h->f[c], h->f[least]))
                least = c;
        if (least == k)
            return;
        struct feed *t = h->f[k];
        h->f[k] = h->f[least];
        h->f[least] = t;
        k = least;
    }
}

/* Yjs' comparison contradicts itself where an item and a GC have the same id: each comes before the
 * other. What becomes of them is decided by how JavaScript sorts, so a few feeds are kept in an
 * array and sorted as V8 sorts fewer than 64: the run at the front (turned round if it descends),
 * then each of the rest into its place by halving. */
enum { FEW = 64 };

static int compare(const struct feed *a, const struct feed *b)
{
    if (a->u.w.client != b->u.w.client)
        return a->u.w.client > b->u.w.client ? -1 : 1;
    if (a->u.w.clock != b->u.w.clock)
        return a->u.w.clock < b->u.w.clock ? -1 : 1;
    return (a->u.w.kind == K_GC) != (b->u.w.kind == K_GC) ? -1 : 0;
}

static size_t front_run(struct feed **f, size_t n)
{
    bool descends = compare(f[1], f[0]) < 0;
    size_t run = 2;
    while (run < n && (compare(f[run], f[run - 1]) < 0) == descends)
        run++;
    for (size_t i = 0, k = run - 1; descends && i < k; i++, k--) {
        struct feed *t = f[i];
        f[i] = f[k];
        f[k] = t;
    }
    return run;
}

static void sort_few(struct feed **f, size_t n)
{
    for (size_t at = n > 1 ? front_run(f, n) : n; at < n; at++) {
        struct feed *pivot = f[at];
        size_t lo = 0, hi = at;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (compare(pivot, f[mid]) < 0)
                hi = mid;
            else
                lo = mid + 1;
        }
        memmove(f + lo + 1, f + lo, (at - lo) * sizeof(struct feed *));
        f[lo] = pivot;
    }
}

/* The first feed has moved on, or is at its end. */
static void settle(struct heap *h, bool few, bool ended)
{
    if (ended && few)
        memmove(h->f, h->f + 1, --h->n * sizeof(struct feed *));
    else if (ended)
        h->f[0] = h->f[--h->n];
    if (few)
        sort_few(h->f, h->n);
    else
        sink(h, 0);
}

/* The next struct that is no Skip. */
static bool advance(struct feed *f)
{
    do
        if (!update_next(&f->u))
            return false;
    while (f->u.w.kind == K_SKIP);
    return true;
}

/* ---- merging */

struct merge {
    struct run_out out;
    struct wire at; /* the struct to be written next; it may grow or be left behind */
    bool any;
};

static void emit(struct merge *m, const struct wire *next)
{
    if (m->any)
        run_out_put(&m->out, &m->at);
    m->at = *next;
    m->any = true;
}

static uint32_t wire_end(const struct wire *w)
{
    return w->clock + w->len;
}

/* One struct of the same client that is not wholly known; false: it only made the one before
 * longer. */
static bool merge_one(struct merge *m, struct wire w)
{
    uint32_t end = wire_end(&m->at);
    if (end < w.clock) {
        struct wire gap = {
            .kind = K_SKIP, .client = w.client, .clock = end, .len = w.clock - end
        };
        emit(m, &gap);
        emit(m, &w);
        return true;
    }
    if (end > w.clock)
        wire_cut(&w, end - w.clock);
    if (w.kind == K_GC && m->at.kind == K_GC) {
        m->at.len += w.len;
        return false;
    }
    emit(m, &w);
    return true;
}

/* Takes from the first feed what fits; false when it is at its end. */
static bool merge_feed(struct merge *m, struct feed *f)
{
    struct wire *w = &f->u.w;
    uint64_t client = w->client;
    if (m->any) {
        bool skipped = false;
        while (w->client >= m->at.client && wire_end(w) <= wire_end(&m->at)) {
            if (!advance(f))
                return false;
            skipped = true;
        }
        if (w->client != client || (skipped && w->clock > wire_end(&m->at)))
            return true;
    }
    if (m->any && m->at.client == client) {
        if (!merge_one(m, *w))
            return true; /* it is passed over next time, and its successor may do the same */
    } else {
        emit(m, w);
    }
    do
        if (!advance(f))
            return false;
    while (w->client == client && w->clock == wire_end(&m->at) && (emit(m, w), true));
    return true;
}

/* Gives how many structs were written; *runs: in how many runs. */
static size_t merge_all(const struct str *updates, size_t n, struct buf *out, size_t *runs)
{
    struct feed *feeds = mem_array(n, sizeof *feeds);
    struct heap h = { mem_array(n, sizeof *h.f), 0 };
    struct merge m = { .any = false };
    struct ranges deleted = { 0 };
    run_out_init(&m.out);
    for (size_t k = 0; k < n; k++) {
        update_open(&feeds[k].u, updates[k]);
        feeds[k].turn = (int64_t)k;
        if (feeds[k].u.any && (feeds[k].u.w.kind != K_SKIP || advance(&feeds[k])))
            h.f[h.n++] = &feeds[k];
    }
    bool few = h.n < FEW;
    for (size_t k = h.n / 2; !few && k-- > 0;)
        sink(&h, k);
    if (few)
        sort_few(h.f, h.n);
    for (int64_t turn = -1; h.n; turn--) {
        h.f[0]->turn = turn;
        settle(&h, few, !merge_feed(&m, h.f[0]));
    }
    if (m.any)
        run_out_put(&m.out, &m.at);
    size_t structs = 0;
    *runs = m.out.n;
    for (size_t k = 0; k < m.out.n; k++)
        structs += m.out.run[k].count;
    run_out_end(&m.out, out);
    for (size_t k = 0; k < n; k++)
        ranges_read(&feeds[k].u.in, &deleted);
    ranges_sort(&deleted);
    ranges_put(out, &deleted);
    ranges_fini(&deleted);
    mem_free(h.f);
    mem_free(feeds);
    return structs;
}

void merge_checked(const struct str *updates, size_t n, struct buf *out)
{
    size_t runs;
    merge_all(updates, n, out, &runs);
}

struct piece merge_pieces(const struct piece *a, const struct piece *b)
{
    struct str two[2] = { buf_str(&a->bytes), buf_str(&b->bytes) };
    struct piece both;
    buf_init(&both.bytes, SIZE_MAX / 2);
    both.structs = merge_all(two, 2, &both.bytes, &both.runs);
    return both;
}

enum err ydoc_merge(const struct str *updates, size_t n, struct buf *out, struct ydoc_fault *why)
{
    enum err e;
    for (size_t k = 0; k < n; k++) {
        struct scan s = { 0 };
        if ((e = update_scan(updates[k], &s, why)))
            return e;
    }
    if (n == 1)
        buf_add(out, updates[0]);
    else
        merge_checked(updates, n, out);
    return out->err;
}

/* ---- what somebody lacks */

static void diff_structs(struct update *u, const struct states *sv, struct run_out *o)
{
    while (u->any) {
        uint64_t client = u->w.client;
        uint32_t clock = states_get(sv, client);
        if (u->w.kind == K_SKIP || wire_end(&u->w) <= clock) {
            update_next(u);
            continue;
        }
        if (clock > u->w.clock)
            wire_cut(&u->w, clock - u->w.clock);
        do
            run_out_put(o, &u->w);
        while (update_next(u) && u->w.client == client);
    }
}

/* Reads and writes at once; only what was read to the end without a fault is given out. */
static enum err diff(struct str update, const struct states *sv, struct buf *out,
                     struct ydoc_fault *why)
{
    struct ranges deleted = { 0 };
    struct run_out o;
    struct buf whole;
    struct update u;
    run_out_init(&o);
    buf_init(&whole, SIZE_MAX / 2);
    update_open(&u, update);
    diff_structs(&u, sv, &o);
    enum err e = update_end(&u, update, &deleted, why);
    for (size_t k = 1; k < deleted.n; k++)
        if (deleted.r[k - 1].client < deleted.r[k].client) {
            ranges_sort(&deleted);
            break;
        }
    run_out_end(&o, e ? &whole : out);
    if (!e)
        ranges_put(out, &deleted);
    buf_fini(&whole);
    ranges_fini(&deleted);
    return e ? e : out->err;
}

void diff_checked(struct str update, const struct states *sv, struct buf *out)
{
    if (diff(update, sv, out, NULL))
        BUG("an update that was checked is none");
}

enum err ydoc_diff_update(struct str update, struct str state_vector, struct buf *out,
                          struct ydoc_fault *why)
{
    struct states sv = { 0 };
    struct in in = in_of(state_vector);
    enum err e;
    if (state_vector.n)
        states_read(&in, &sv);
    if (in.what || in.p != in.end)
        e = fault_tell(why, "no state vector", 0, E_SYNTAX);
    else
        e = diff(update, &sv, out, why);
    states_fini(&sv);
    return e;
}

/* ---- how far it brings whom: each client from clock 0 to its first gap */

enum err ydoc_state_vector_of(struct str update, struct buf *out, struct ydoc_fault *why)
{
    struct states sv = { 0 };
    struct update u;
    for (update_open(&u, update); u.any; update_next(&u)) {
        struct state *last = sv.n ? &sv.s[sv.n - 1] : NULL;
        if (!last || last->client != u.w.client) {
            states_add(&sv, u.w.client, 0);
            last = &sv.s[sv.n - 1];
        }
        if (u.w.kind != K_SKIP && u.w.clock == last->clock)
            last->clock += u.w.len;
    }
    enum err e = update_end(&u, update, NULL, why);
    size_t n = 0;
    for (size_t k = 0; k < sv.n; k++)
        if (sv.s[k].clock)
            sv.s[n++] = sv.s[k];
    sv.n = n;
    if (!e)
        states_put(out, &sv);
    states_fini(&sv);
    return e ? e : out->err;
}
