/* Whole updates and the small sets that come with them: walking the structs of an update, delete
 * sets, state vectors. */
#include "server/base/mem.h"
#include "server/crdt/wire.h"

#include <stdlib.h>

enum { VEC_LARGE = 64 * 1024 };

void *vec_room(void *p, size_t *room, size_t n, size_t size)
{
    if (n <= *room)
        return p;
    /* Large ones are moved by the kernel, not copied: there a quarter will do. */
    size_t want = *room + *room / (*room * size > VEC_LARGE ? 4 : 2);
    *room = want < n ? n : want;
    return mem_grow(p, *room, size);
}

/* ---- walking */

void update_open(struct update *u, struct str bytes)
{
    *u = (struct update){ .in = in_of(bytes) };
    u->runs = in_uint(&u->in);
    update_next(u);
}

bool update_next(struct update *u)
{
    u->any = false;
    while (u->left == 0) {
        if (u->runs == 0 || u->in.what)
            return false;
        u->runs--;
        u->left = in_uint(&u->in);
        u->client = in_uint(&u->in);
        u->clock = in_clock(&u->in);
    }
    wire_read(&u->in, u->client, u->clock, &u->w);
    if (u->in.what)
        return false;
    u->left--;
    u->clock += u->w.len;
    u->any = true;
    return true;
}

/* ---- runs whose lengths are known only afterwards */

void run_out_init(struct run_out *o)
{
    *o = (struct run_out){ .n = 0 };
    buf_init(&o->body, SIZE_MAX / 2);
}

void run_out_put(struct run_out *o, const struct wire *w)
{
    struct run *last = o->n ? &o->run[o->n - 1] : NULL;
    if (!last || last->client != w->client) {
        o->run = vec_room(o->run, &o->room, o->n + 1, sizeof *o->run);
        o->from = vec_room(o->from, &o->from_room, o->n + 1, sizeof *o->from);
        last = &o->run[o->n];
        o->from[o->n++] = o->body.n;
        *last = (struct run){ .client = w->client, .clock = w->clock };
    }
    last->count++;
    wire_put(&o->body, w, 0);
}

void run_out_end(struct run_out *o, struct buf *out)
{
    buf_varuint(out, o->n);
    for (size_t k = 0; k < o->n; k++) {
        size_t to = k + 1 < o->n ? o->from[k + 1] : o->body.n;
        buf_varuint(out, o->run[k].count);
        buf_varuint(out, o->run[k].client);
        buf_varuint(out, o->run[k].clock);
        buf_put(out, o->body.p + o->from[k], to - o->from[k]);
    }
    buf_fini(&o->body);
    mem_free(o->run);
    mem_free(o->from);
}

/* ---- ranges */

void ranges_add(struct ranges *s, uint64_t client, uint32_t clock, uint32_t len)
{
    if (s->n == s->room)
        s->r = vec_room(s->r, &s->room, s->n + 4, sizeof *s->r);
    s->r[s->n++] = (struct range){ client, clock, len };
}

void ranges_fini(struct ranges *s)
{
    mem_free(s->r);
    *s = (struct ranges){ 0 };
}

static int range_cmp(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    if (x->client != y->client)
        return x->client < y->client ? 1 : -1;
    return (x->clock > y->clock) - (x->clock < y->clock);
}

void ranges_sort(struct ranges *s)
{
    size_t n = 0;
    if (s->n > 1)
        qsort(s->r, s->n, sizeof *s->r, range_cmp);
    for (size_t i = 0; i < s->n; i++) {
        struct range *last = n ? &s->r[n - 1] : NULL, r = s->r[i];
        if (last && last->client == r.client && last->clock + last->len >= r.clock) {
            if (r.clock + r.len > last->clock + last->len)
                last->len = r.clock + r.len - last->clock;
        } else {
            s->r[n++] = r;
        }
    }
    s->n = n;
}

size_t ranges_skip(struct in *in, struct ranges *s)
{
    size_t seen = 0;
    for (uint64_t clients = in_uint(in); clients > 0 && !in->what; clients--) {
        uint64_t client = in_uint(in);
        for (uint64_t n = in_uint(in); n > 0 && !in->what; n--, seen++) {
            uint32_t clock = in_clock(in), len = in_clock(in);
            if (len > CLOCK_MAX - clock)
                in_fail(in, "a clock or a length past 2^32");
            else if (s && len > 0)
                ranges_add(s, client, clock, len);
        }
    }
    return seen;
}

void ranges_read(struct in *in, struct ranges *s)
{
    ranges_skip(in, s);
}

void ranges_put(struct buf *out, const struct ranges *s)
{
    uint64_t clients = 0;
    for (size_t i = 0; i < s->n; i++)
        clients += i == 0 || s->r[i].client != s->r[i - 1].client;
    buf_varuint(out, clients);
    for (size_t i = 0, k; i < s->n; i = k) {
        for (k = i; k < s->n && s->r[k].client == s->r[i].client;)
            k++;
        buf_varuint(out, s->r[i].client);
        buf_varuint(out, k - i);
        for (size_t j = i; j < k; j++) {
            buf_varuint(out, s->r[j].clock);
            buf_varuint(out, s->r[j].len);
        }
    }
}

/* The first range that does not lie before this clock. */
static size_t ranges_search(const struct ranges *s, uint64_t client, uint32_t clock)
{
    size_t lo = 0, hi = s->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct range *r = &s->r[mid];
        if (r->client > client || (r->client == client && r->clock + r->len <= clock))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct range *ranges_first(const struct ranges *s, uint64_t client)
{
    size_t k = ranges_search(s, client, 0);
    return k < s->n && s->r[k].client == client ? &s->r[k] : NULL;
}

bool ranges_has(const struct ranges *s, uint64_t client, uint32_t clock)
{
    size_t k = ranges_search(s, client, clock);
    return k < s->n && s->r[k].client == client && s->r[k].clock <= clock;
}

/* ---- states */

void states_add(struct states *v, uint64_t client, uint32_t clock)
{
    if (v->n == v->room)
        v->s = vec_room(v->s, &v->room, v->n + 4, sizeof *v->s);
    v->s[v->n++] = (struct state){ client, clock };
}

void states_fini(struct states *v)
{
    mem_free(v->s);
    *v = (struct states){ 0 };
}

/* qsort is not stable, so the place breaks ties. */
struct placed {
    struct state s;
    size_t at;
};

static int placed_cmp(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->s.client != y->s.client)
        return x->s.client < y->s.client ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

void states_sort(struct states *v)
{
    bool sorted = true;
    for (size_t i = 1; i < v->n; i++)
        sorted = sorted && v->s[i - 1].client > v->s[i].client;
    if (sorted)
        return;
    struct placed *p = mem_array(v->n, sizeof *p);
    for (size_t i = 0; i < v->n; i++)
        p[i] = (struct placed){ v->s[i], i };
    qsort(p, v->n, sizeof *p, placed_cmp);
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        if (n && v->s[n - 1].client == p[i].s.client)
            n--;
        v->s[n++] = p[i].s;
    }
    v->n = n;
    mem_free(p);
}

const struct state *states_find(const struct states *v, uint64_t client)
{
    size_t lo = 0, hi = v->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (v->s[mid].client == client)
            return &v->s[mid];
        if (v->s[mid].client > client)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

uint32_t states_get(const struct states *v, uint64_t client)
{
    const struct state *s = states_find(v, client);
    return s ? s->clock : 0;
}

void states_read(struct in *in, struct states *v)
{
    for (uint64_t n = in_uint(in); n > 0 && !in->what; n--) {
        uint64_t client = in_uint(in);
        uint32_t clock = in_clock(in);
        if (!in->what)
            states_add(v, client, clock);
    }
    states_sort(v);
}

void states_put(struct buf *out, const struct states *v)
{
    buf_varuint(out, v->n);
    for (size_t i = 0; i < v->n; i++) {
        buf_varuint(out, v->s[i].client);
        buf_varuint(out, v->s[i].clock);
    }
}
