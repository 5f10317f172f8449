/* Applying an update. It is read through first (scan.c); what comes then cannot fail. Each client's
 * run is a cursor. A struct that needs another client's first puts its cursor on a stack and lets
 * the other one go ahead; one that needs what nobody has goes to the pending update with all that
 * follows it in its run, and so do those on the stack. Whenever a client that somebody waits for
 * has come on, the pending update is tried again. */
#include "server/crdt/ydoc_int.h"

#include <stdlib.h>

enum { TRIM_STRUCTS = 256 };

/* A client's run while it is being integrated. */
struct cursor {
    uint64_t client;
    const char *at, *next, *end; /* the current struct, the one behind it */
    uint32_t clock, next_clock, end_clock;
    uint32_t left; /* structs behind the current one */
    uint32_t c;    /* the client's place; NONE: unknown as yet */
    bool stacked, parked;
};

static void cursor_add(void *arg, const struct run *r)
{
    struct ydoc *d = arg;
    if (d->cursors_n == d->cursors_room)
        d->cursors = vec_room(d->cursors, &d->cursors_room, d->cursors_n + 1, sizeof *d->cursors);
    d->cursors[d->cursors_n++] = (struct cursor){ .client = r->client,
                                                  .next = r->p,
                                                  .end = r->end,
                                                  .next_clock = r->clock,
                                                  .end_clock = r->end_clock,
                                                  .left = r->count,
                                                  .c = NONE };
}

static int cursor_cmp(const void *a, const void *b)
{
    const struct cursor *x = a, *y = b;
    if (x->client != y->client)
        return x->client < y->client ? 1 : -1;
    return (x->next > y->next) - (x->next < y->next);
}

static bool cursor_next(struct cursor *k)
{
    if (k->left == 0 || k->parked)
        return false;
    k->at = k->next;
    k->clock = k->next_clock;
    k->left--;
    return true;
}

static void cursor_read(struct cursor *k, struct wire *w)
{
    struct in in = in_of((struct str){ k->at, (size_t)(k->end - k->at) });
    wire_read(&in, k->client, k->clock, w);
    k->next = in.p;
    k->next_clock = k->clock + w->len;
}

/* The first cursor of this client that has something to give and is not waiting itself. */
static struct cursor *cursor_of(struct ydoc *d, uint64_t client)
{
    size_t lo = 0, hi = d->cursors_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->cursors[mid].client > client)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < d->cursors_n && d->cursors[lo].client == client; lo++) {
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
    struct wire wire, *w = &wire;
    uint64_t client;
    cursor_read(k, w);
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
static struct piece parked_piece(const struct ydoc *d)
{
    struct piece p = { .runs = 0 };
    buf_init(&p.bytes, SIZE_MAX / 2);
    for (size_t i = 0; i < d->cursors_n; i++)
        p.runs += d->cursors[i].parked;
    buf_varuint(&p.bytes, p.runs);
    for (size_t i = 0; i < d->cursors_n; i++) {
        const struct cursor *k = &d->cursors[i];
        if (!k->parked)
            continue;
        p.structs += (size_t)k->left + 1;
        buf_varuint(&p.bytes, (uint64_t)k->left + 1);
        buf_varuint(&p.bytes, k->client);
        buf_varuint(&p.bytes, k->clock);
        buf_put(&p.bytes, k->at, (size_t)(k->end - k->at));
    }
    buf_varuint(&p.bytes, 0);
    return p;
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

static uint64_t total(const struct ranges *rs)
{
    uint64_t n = 0;
    for (size_t k = 0; k < rs->n; k++)
        n += rs->r[k].len;
    return n;
}

static void deletes_put(struct ydoc *d, const struct ranges *rest)
{
    uint64_t before = total(&d->pending_deletes);
    for (size_t k = 0; k < rest->n; k++)
        ranges_add(&d->pending_deletes, rest->r[k].client, rest->r[k].clock, rest->r[k].len);
    ranges_sort(&d->pending_deletes);
    d->waits_more = d->waits_more || total(&d->pending_deletes) != before;
}

/* The deletes of this update, then those that waited. */
static void apply_deletes(struct ydoc *d)
{
    struct ranges rest = { 0 };
    bool can = pending_deletes_can(d);
    if (d->incoming.n == 0 && !can)
        return;
    delete_ranges(d, &d->incoming, &rest);
    if (can) {
        delete_ranges(d, &d->pending_deletes, &rest);
        d->pending_deletes.n = 0;
    }
    if (rest.n)
        deletes_put(d, &rest);
    ranges_fini(&rest);
    d->incoming.n = 0;
}

/* ---- applying */

static void integrate_update(struct ydoc *d);

/* Everything that waited, together, once more. */
static void retry_pending(struct ydoc *d)
{
    struct scan s = { .run = cursor_add, .arg = d };
    size_t n;
    struct piece *waiting = pending_take(d, &n);
    for (size_t k = 0; k < n; k++)
        if (update_scan(buf_str(&waiting[k].bytes), &s, NULL))
            BUG("a pending update that is none");
    integrate_update(d);
    for (size_t k = 0; k < n; k++)
        buf_fini(&waiting[k].bytes);
    mem_free(waiting);
}

static void integrate_update(struct ydoc *d)
{
    struct states missing = { 0 };
    bool parked = run_cursors(d, &missing);
    bool again = pending_can(d);
    if (parked)
        pending_put(d, parked_piece(d), &missing);
    apply_deletes(d);
    states_fini(&missing);
    d->cursors_n = 0;
    if (again)
        retry_pending(d);
}

/* ---- limits */

static size_t new_clients(const struct ydoc *d)
{
    size_t n = 0;
    for (size_t k = 0; k < d->cursors_n; k++)
        n += client_find(d, d->cursors[k].client) == NONE;
    return n;
}

/* Is this unit there, or will it be when the update is integrated? */
static bool brought(struct ydoc *d, struct gid id)
{
    if (id.clock < client_state(d, client_find(d, id.client)))
        return true;
    const struct cursor *k = cursor_of(d, id.client);
    return k && id.clock < k->end_clock;
}

/* Does nothing of the update have to wait? The cursors are as they were opened. */
static bool needs_nothing(struct ydoc *d)
{
    if (d->cursors_n > 1)
        qsort(d->cursors, d->cursors_n, sizeof *d->cursors, cursor_cmp);
    for (size_t k = 0; k < d->cursors_n; k++) {
        struct cursor c = d->cursors[k];
        struct wire w;
        if (c.next_clock > client_state(d, client_find(d, c.client)))
            return false;
        while (cursor_next(&c)) {
            cursor_read(&c, &w);
            if (w.kind == K_SKIP || (w.has_origin && !brought(d, w.origin)) ||
                (w.has_right && !brought(d, w.right)) ||
                (w.kind != K_GC && !w.has_origin && !w.has_right && !w.has_root &&
                 !brought(d, w.parent)))
                return false;
        }
    }
    for (size_t k = 0; k < d->incoming.n; k++) {
        struct range r = d->incoming.r[k];
        if (!brought(d, (struct gid){ r.client, r.clock + r.len - 1 }))
            return false;
    }
    return true;
}

static size_t waiting(const struct ydoc *d)
{
    return d->pending_bytes + d->pending_deletes.n * sizeof(struct range);
}

/* Once too much waits, only what need not wait is taken: nobody can keep others from writing by
 * sending what depends on nothing anybody has. (Twice as much: what waits for each other.) */
static bool waits_too_much(struct ydoc *d, struct str update)
{
    size_t most = d->setup.limits.pending, waits = waiting(d);
    if (waits + update.n <= most || needs_nothing(d))
        return waits > 2 * most;
    return waits > 0;
}

static enum err within_limits(struct ydoc *d, struct str update, const struct scan *s,
                              struct ydoc_fault *why)
{
    const struct ydoc_limits *lim = &d->setup.limits;
    /* Each struct may cut two others, each range as well. */
    if (d->live + 3 * (s->structs + d->pending_structs) + 2 * (s->deletes + d->pending_deletes.n) >
        lim->structs)
        return fault_tell(why, "too many structs in one document", 0, E_TOO_LARGE);
    if (d->clients_n + d->pending_runs + s->runs > lim->clients &&
        d->clients_n + d->pending_runs + new_clients(d) > lim->clients)
        return fault_tell(why, "too many clients in one document", 0, E_TOO_LARGE);
    if (d->content + d->names.n + d->pending_bytes + update.n > lim->content)
        return fault_tell(why, "too much content in one document", 0, E_TOO_LARGE);
    if (waits_too_much(d, update))
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
    if (e)
        return e;
    if (s.deletes) {
        struct in in = in_of(s.delete_set);
        ranges_read(&in, &d->incoming);
        ranges_sort(&d->incoming); /* what is told twice is not gone through twice */
    }
    if ((e = within_limits(d, update, &s, why)))
        return e;
    d->waits_more = false;
    transaction_begin(d);
    integrate_update(d);
    d->changed = d->wrote.n || d->deleted.n || d->waits_more;
    transaction_end(d);
    if (s.structs >= TRIM_STRUCTS)
        trim(d);
    return E_OK;
}

bool ydoc_changed(const struct ydoc *d)
{
    return d->changed;
}

bool ydoc_wrote(const struct ydoc *d, size_t k, uint64_t *client)
{
    if (k >= d->wrote.n)
        return false;
    *client = d->clients[d->wrote.p[k]].id;
    return true;
}
