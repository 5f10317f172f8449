/* Applying an update. It is read through first (scan.c); what comes then cannot fail. Each client's
 * run is a cursor. A struct that needs another client's first puts its cursor on a stack and lets
 * the other one go ahead; one that needs what nobody has goes to the pending update with all that
 * follows it in its run, and so do those on the stack. Whenever a client that somebody waits for
 * has come on, the pending update is tried again. */
#include "server/crdt/ydoc_int.h"

#include <stdlib.h>

enum { PENDING_SMALL = 64 * 1024, TRIM_STRUCTS = 256 };

/* A client's run while it is being integrated. */
struct cursor {
    struct run run;
    struct in in;
    uint32_t c;     /* the client's place; NONE: unknown as yet */
    uint32_t left;  /* structs behind the current one */
    uint32_t clock; /* behind the current one */
    struct wire w;  /* the current one */
    bool stacked, parked;
};

static void cursor_add(void *arg, const struct run *r)
{
    struct ydoc *d = arg;
    if (d->cursors_n == d->cursors_room)
        d->cursors = vec_room(d->cursors, &d->cursors_room, d->cursors_n + 1, sizeof *d->cursors);
    struct cursor *k = &d->cursors[d->cursors_n++];
    k->run = *r;
    k->in = in_of((struct str){ r->p, (size_t)(r->end - r->p) });
    k->c = NONE;
    k->left = r->count;
    k->clock = r->clock;
    k->stacked = k->parked = false;
}

static int cursor_cmp(const void *a, const void *b)
{
    const struct cursor *x = a, *y = b;
    if (x->run.client != y->run.client)
        return x->run.client < y->run.client ? 1 : -1;
    return (x->run.p > y->run.p) - (x->run.p < y->run.p);
}

static bool cursor_next(struct cursor *k)
{
    if (k->left == 0 || k->parked)
        return false;
    wire_read(&k->in, k->run.client, k->clock, &k->w);
    k->clock += k->w.len;
    k->left--;
    return true;
}

/* The first cursor of this client that has something to give and is not waiting itself. */
static struct cursor *cursor_of(struct ydoc *d, uint64_t client)
{
    size_t lo = 0, hi = d->cursors_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->cursors[mid].run.client > client)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < d->cursors_n && d->cursors[lo].run.client == client; lo++) {
        struct cursor *k = &d->cursors[lo];
        if (k->stacked)
            return NULL; /* it waits for itself: nobody can help */
        if (k->left && !k->parked)
            return k;
    }
    return NULL;
}

/* Nothing goes on for those on the stack. */
static void park(struct ydoc *d)
{
    for (size_t k = 0; k < d->stack.n; k++) {
        d->cursors[d->stack.p[k]].parked = true;
        d->cursors[d->stack.p[k]].stacked = false;
    }
    d->stack.n = 0;
}

static void push(struct ydoc *d, struct cursor *k)
{
    k->stacked = true;
    places_add(&d->stack, (uint32_t)(k - d->cursors));
}

/* Puts the cursor's struct where it belongs, or the cursor on the stack; gives the one that has to
 * go ahead, or NULL. */
static struct cursor *step(struct ydoc *d, struct cursor *k, struct states *missing)
{
    const struct wire *w = &k->w;
    uint64_t client;
    if (w->kind == K_SKIP)
        return NULL;
    if (k->c == NONE)
        k->c = client_find(d, w->client);
    uint32_t state = client_state(d, k->c);
    if (state < w->clock) {
        push(d, k);
        states_add(missing, w->client, w->clock - 1);
        park(d);
        return NULL;
    }
    if (!integrate_lacks(d, w, &client)) {
        if (k->c == NONE)
            k->c = client_get(d, w->client);
        integrate(d, w, k->c);
        return NULL;
    }
    if (state >= w->clock + w->len)
        return NULL; /* known: it waits for nobody */
    push(d, k);
    struct cursor *other = cursor_of(d, client);
    if (other && cursor_next(other))
        return other;
    states_add(missing, client, client_state(d, client_find(d, client)));
    park(d);
    return NULL;
}

/* Integrates all runs as far as they go; the rest stays in the cursors that are parked. */
static bool run_cursors(struct ydoc *d, struct states *missing)
{
    bool parked = false;
    if (d->cursors_n > 1)
        qsort(d->cursors, d->cursors_n, sizeof *d->cursors, cursor_cmp);
    for (size_t i = 0; i < d->cursors_n; i++) {
        while (cursor_next(&d->cursors[i])) {
            struct cursor *k = &d->cursors[i];
            while (k) {
                k = step(d, k, missing);
                if (!k && d->stack.n) {
                    k = &d->cursors[d->stack.p[--d->stack.n]];
                    k->stacked = false;
                }
            }
        }
        parked = parked || d->cursors[i].parked;
    }
    for (size_t i = 0; i < d->cursors_n; i++)
        parked = parked || d->cursors[i].parked;
    return parked;
}

/* What is parked, as an update without deletes: the bytes as they came. */
static void write_rest(const struct ydoc *d, struct buf *out)
{
    uint64_t n = 0;
    for (size_t i = 0; i < d->cursors_n; i++)
        n += d->cursors[i].parked;
    buf_varuint(out, n);
    for (size_t i = 0; i < d->cursors_n; i++) {
        const struct cursor *k = &d->cursors[i];
        if (!k->parked)
            continue;
        buf_varuint(out, (uint64_t)k->left + 1);
        buf_varuint(out, k->run.client);
        buf_varuint(out, k->w.clock);
        buf_put(out, k->w.start, (size_t)(k->run.end - k->w.start));
    }
    buf_varuint(out, 0);
}

/* ---- the pending updates */

static int missing_cmp(const void *a, const void *b)
{
    const struct state *x = a, *y = b;
    if (x->client != y->client)
        return x->client < y->client ? 1 : -1;
    return (x->clock > y->clock) - (x->clock < y->clock);
}

/* Of each client the first clock that somebody waits for. */
static void missing_add(struct ydoc *d, const struct states *more)
{
    struct states *m = &d->missing;
    size_t n = 0;
    for (size_t k = 0; k < more->n; k++)
        states_add(m, more->s[k].client, more->s[k].clock);
    if (m->n > 1)
        qsort(m->s, m->n, sizeof *m->s, missing_cmp);
    for (size_t k = 0; k < m->n; k++)
        if (n == 0 || m->s[n - 1].client != m->s[k].client)
            m->s[n++] = m->s[k];
    m->n = n;
}

/* Did somebody write whom the pending updates wait for? */
static bool came_on(const struct ydoc *d)
{
    for (size_t k = 0; k < d->wrote.n; k++) {
        const struct client *cl = &d->clients[d->wrote.p[k]];
        const struct state *m = states_find(&d->missing, cl->id);
        if (m && m->clock < cl->state)
            return true;
    }
    return false;
}

/* Joins the last two; the first stays in front, as the older one. */
static void pending_join(struct ydoc *d)
{
    struct buf *a = &d->pending[d->pending_n - 2], *b = a + 1, both;
    struct str two[2] = { buf_str(a), buf_str(b) };
    buf_init(&both, SIZE_MAX / 2);
    merge_checked(two, 2, &both);
    d->pending_bytes -= a->n + b->n;
    d->pending_bytes += both.n;
    buf_fini(a);
    buf_fini(b);
    *a = both;
    d->pending_n--;
}

static void set_aside(struct ydoc *d, const struct states *missing)
{
    d->pending = vec_room(d->pending, &d->pending_room, d->pending_n + 1, sizeof *d->pending);
    struct buf *rest = &d->pending[d->pending_n++];
    buf_init(rest, SIZE_MAX / 2);
    write_rest(d, rest);
    d->pending_bytes += rest->n;
    while (d->pending_n > 1) {
        size_t last = d->pending[d->pending_n - 1].n, before = d->pending[d->pending_n - 2].n;
        if (before > PENDING_SMALL && before > last * 2)
            break;
        pending_join(d);
    }
    missing_add(d, missing);
}

/* Gives all of them back as cursors; their bytes are the caller's. */
static struct buf *take_pending(struct ydoc *d, size_t *n)
{
    struct buf *waiting = d->pending;
    struct scan s = { .run = cursor_add, .arg = d };
    *n = d->pending_n;
    d->pending = NULL;
    d->pending_n = d->pending_room = d->pending_bytes = 0;
    d->missing.n = 0;
    for (size_t k = 0; k < *n; k++)
        if (update_scan(buf_str(&waiting[k]), &s, NULL))
            BUG("a pending update that is none");
    return waiting;
}

/* ---- deletes */

/* What of the ranges is there is deleted; the others go to rest. */
static void delete_ranges(struct ydoc *d, const struct ranges *from, struct ranges *rest)
{
    for (size_t k = 0; k < from->n; k++) {
        struct range r = from->r[k];
        uint32_t c = client_find(d, r.client), state = client_state(d, c), end = r.clock + r.len;
        if (r.clock < state)
            delete_range(d, c, r.clock, end < state ? end : state);
        if (end > state) {
            uint32_t clock = r.clock < state ? state : r.clock;
            ranges_add(rest, r.client, clock, end - clock);
        }
    }
}

/* Is there now what a waiting delete waits for? */
static bool deletes_can(const struct ydoc *d)
{
    for (size_t k = 0; d->pending_deletes.n && k < d->wrote.n; k++) {
        const struct client *cl = &d->clients[d->wrote.p[k]];
        const struct range *r = ranges_first(&d->pending_deletes, cl->id);
        if (r && r->clock < cl->state)
            return true;
    }
    return false;
}

/* The deletes of this update, then those that waited. */
static void apply_deletes(struct ydoc *d)
{
    struct ranges rest = { 0 };
    bool can = deletes_can(d);
    if (d->incoming.n == 0 && !can)
        return;
    delete_ranges(d, &d->incoming, &rest);
    if (can) {
        delete_ranges(d, &d->pending_deletes, &rest);
        d->pending_deletes.n = 0;
    }
    for (size_t k = 0; k < rest.n; k++)
        ranges_add(&d->pending_deletes, rest.r[k].client, rest.r[k].clock, rest.r[k].len);
    if (rest.n)
        ranges_sort(&d->pending_deletes);
    ranges_fini(&rest);
    d->incoming.n = 0;
}

/* ---- applying */

static void integrate_update(struct ydoc *d)
{
    struct states missing = { 0 };
    bool parked = run_cursors(d, &missing);
    bool again = d->pending_n && came_on(d);
    if (parked)
        set_aside(d, &missing);
    apply_deletes(d);
    states_fini(&missing);
    d->cursors_n = 0;
    if (again) {
        size_t n;
        struct buf *waiting = take_pending(d, &n);
        integrate_update(d);
        for (size_t k = 0; k < n; k++)
            buf_fini(&waiting[k]);
        mem_free(waiting);
    }
}

static enum err within_limits(const struct ydoc *d, struct str update, const struct scan *s,
                              struct ydoc_fault *why)
{
    const struct ydoc_limits *lim = &d->setup.limits;
    /* Each struct may cut two others, each range as well. */
    if (d->live + 3 * s->structs + 2 * s->deletes > lim->structs)
        return fault_tell(why, "too many structs in one document", 0, E_TOO_LARGE);
    if (d->clients_n + d->cursors_n > lim->clients)
        return fault_tell(why, "too many clients in one document", 0, E_TOO_LARGE);
    if (d->content + d->names.n + update.n > lim->content)
        return fault_tell(why, "too much content in one document", 0, E_TOO_LARGE);
    size_t waits = d->pending_bytes + d->pending_deletes.n * sizeof(struct range);
    if (waits && waits + update.n > lim->pending)
        return fault_tell(why, "too much waits for what is not there", 0, E_TOO_LARGE);
    return E_OK;
}

/* After a document was loaded it is as small as it can be. */
static void trim(struct ydoc *d)
{
    ranges_fini(&d->deleted);
    ranges_fini(&d->joints);
    ranges_fini(&d->incoming);
    mem_free(d->cursors);
    d->cursors = NULL;
    d->cursors_room = 0;
    for (size_t k = 0; k < d->wrote.n; k++)
        client_trim(d, d->wrote.p[k]);
    if (d->items_room > d->items_n) {
        d->items_room = d->items_n;
        d->items = mem_grow(d->items, d->items_n, sizeof *d->items);
    }
}

enum err ydoc_apply(struct ydoc *d, struct str update, struct ydoc_fault *why)
{
    struct scan s = { .run = cursor_add, .arg = d };
    d->cursors_n = 0;
    d->incoming.n = 0;
    if (update.n > d->setup.limits.update)
        return fault_tell(why, "an update past the limit", 0, E_TOO_LARGE);
    enum err e = update_scan(update, &s, why);
    if (e || (e = within_limits(d, update, &s, why)))
        return e;
    if (s.deletes) {
        struct in in = in_of(s.delete_set);
        ranges_read(&in, &d->incoming);
    }
    transaction_begin(d);
    integrate_update(d);
    transaction_end(d);
    if (s.structs >= TRIM_STRUCTS)
        trim(d);
    return E_OK;
}
