/* Reading v2: its columns are unpacked value by value and the structs written as v1. What a v1
 * reader would refuse is refused by reading the outcome once more as v1. */
#include "server/crdt/v2.h"

#include "server/base/arena.h"
#include "server/base/mem.h"
#include "server/crdt/text.h"
#include "server/crdt/ydoc_int.h"

const enum packing column_packing[COL_count] = {
    [COL_KEY] = PACK_DIFFS,    [COL_CLIENT] = PACK_NUMBERS, [COL_LEFT] = PACK_DIFFS,
    [COL_RIGHT] = PACK_DIFFS,  [COL_INFO] = PACK_BYTES,     [COL_STRING] = PACK_NUMBERS,
    [COL_PARENT] = PACK_BYTES, [COL_TYPE] = PACK_NUMBERS,   [COL_LEN] = PACK_NUMBERS,
};

/* A column that repeats its last value for ever makes much of little: an update may unpack to so
 * many bytes, and to so many structs and some for each byte it has. */
enum { UNPACKED_MAX = 256 << 20, STRUCTS_FREE = 1 << 20, STRUCTS_BYTE = 64 };

struct unpack {
    struct in in;
    int64_t value, diff;
    uint64_t count;
    bool forever; /* the last value of a column of bytes has no count */
};

struct v2 {
    struct unpack col[COL_count];
    struct in rest;
    struct str text; /* what is left of all strings */
    uint64_t units;  /* of it */
    bool half;       /* it begins inside of a pair */
    struct str *keys;
    size_t keys_n, keys_room;
    struct arena *arena; /* what does not stand in the update as v1 needs it */
    size_t structs, structs_max;
    const char *what;
};

static void fail(struct v2 *v, const char *what)
{
    if (!v->what)
        v->what = what;
}

static void unpack_next(struct v2 *v, struct unpack *u, enum packing how)
{
    bool negative = false;
    u->count = 1;
    if (how == PACK_BYTES) {
        u->value = in_byte(&u->in);
        u->forever = !in_left(&u->in);
        if (!u->forever)
            u->count = in_uint(&u->in) + 1;
    } else if (how == PACK_NUMBERS) {
        u->value = (int64_t)in_signed(&u->in, &negative);
        if (negative)
            u->count = in_uint(&u->in) + 2;
    } else {
        uint64_t m = in_signed(&u->in, &negative);
        bool counted = m & 1;
        u->diff = negative ? -(int64_t)((m + 1) / 2) : (int64_t)(m / 2);
        if (counted)
            u->count = in_uint(&u->in) + 2;
    }
    if (u->in.what)
        fail(v, u->in.what);
}

static uint64_t column(struct v2 *v, enum column c)
{
    struct unpack *u = &v->col[c];
    if (v->what)
        return 0;
    if (u->count == 0 && !u->forever)
        unpack_next(v, u, column_packing[c]);
    if (u->count)
        u->count--;
    if (column_packing[c] == PACK_DIFFS)
        u->value += u->diff;
    if (u->value < 0 || u->value >> 53) {
        fail(v, "a number past 2^53");
        u->value = 0;
    }
    return (uint64_t)u->value;
}

static uint32_t column_clock(struct v2 *v, enum column c)
{
    uint64_t n = column(v, c);
    if (n > CLOCK_MAX)
        fail(v, "a clock or a length past 2^32");
    return v->what ? 0 : (uint32_t)n;
}

/* The next string: so many units of the one long text. */
static struct str string(struct v2 *v)
{
    uint64_t units = column(v, COL_STRING);
    if (units > v->units)
        fail(v, "a string reaches past the end");
    if (v->what || units == 0)
        return S("");
    v->units -= units;
    bool half_front = v->half, half_back = false;
    size_t n = text_seek(v->text.p, (uint32_t)units - half_front, &half_back);
    struct str s = str_sub(v->text, 0, n);
    v->text = str_sub(v->text, n + (half_back ? 4 : 0), v->text.n);
    v->half = half_back;
    struct wire w = { .content = s, .half = half_front, .half_end = half_back };
    if (half_front || half_back) {
        struct buf whole;
        buf_init(&whole, SIZE_MAX / 2);
        wire_text(&whole, &w);
        s = arena_str(v->arena, buf_str(&whole));
        buf_fini(&whole);
    }
    return s;
}

static struct str key(struct v2 *v)
{
    uint64_t k = column(v, COL_KEY);
    if (k < v->keys_n)
        return v->keys[k];
    v->keys = vec_room(v->keys, &v->keys_room, v->keys_n + 1, sizeof *v->keys);
    return v->keys[v->keys_n++] = string(v);
}

static struct gid gid_read(struct v2 *v, enum column clock)
{
    struct gid id = { 0, 0 };
    id.client = column(v, COL_CLIENT);
    id.clock = column_clock(v, clock);
    return id;
}

/* ---- contents, put together as v1 has them */

static void add_string(struct buf *b, struct str s)
{
    buf_varuint(b, s.n);
    buf_add(b, s);
}

static void add_json(struct v2 *v, struct buf *b)
{
    struct buf json;
    struct in any = in_of(any_skip(&v->rest));
    buf_init(&json, SIZE_MAX / 2);
    if (!v->rest.what)
        any_json(&any, &json);
    add_string(b, buf_str(&json));
    buf_fini(&json);
}

static void read_content(struct v2 *v, struct wire *w)
{
    struct buf b;
    w->len = 1;
    switch (w->kind) {
    case K_DELETED: w->len = column_clock(v, COL_LEN); return;
    case K_STRING:
        w->content = string(v);
        w->len = text_units(w->content);
        return;
    case K_TYPE: {
        uint64_t ref = column(v, COL_TYPE);
        if (ref >= T_count)
            fail(v, "a type of unknown kind");
        w->ref = (uint8_t)(ref & 7);
        w->name = w->ref == T_ELEMENT || w->ref == T_HOOK ? key(v) : STR_NONE;
        return;
    }
    default: break;
    }
    buf_init(&b, UNPACKED_MAX);
    if (w->kind == K_JSON || w->kind == K_ANY)
        w->len = column_clock(v, COL_LEN);
    for (uint32_t k = 0; k < w->len && !v->what && !v->rest.what && !b.err; k++) {
        switch (w->kind) {
        case K_JSON: add_string(&b, string(v)); break;
        case K_ANY: buf_add(&b, any_skip(&v->rest)); break;
        case K_BINARY: add_string(&b, in_bytes(&v->rest)); break;
        case K_EMBED: add_json(v, &b); break;
        case K_FORMAT:
            add_string(&b, key(v));
            add_json(v, &b);
            break;
        case K_DOC:
            add_string(&b, string(v));
            buf_add(&b, any_skip(&v->rest));
            break;
        default: fail(v, "a struct of unknown kind");
        }
    }
    if (b.err)
        fail(v, "an update that unpacks to too much");
    w->content = arena_str(v->arena, buf_str(&b));
    buf_fini(&b);
}

static void read_struct(struct v2 *v, uint64_t client, uint32_t clock, struct wire *w)
{
    uint64_t info = column(v, COL_INFO);
    *w = (struct wire){ .client = client, .clock = clock, .kind = (uint8_t)(info & 31) };
    if (w->kind == K_GC) {
        w->len = column_clock(v, COL_LEN);
    } else if (w->kind == K_SKIP) {
        w->len = in_clock(&v->rest);
    } else {
        w->has_origin = info & 0x80;
        w->has_right = info & 0x40;
        if (w->has_origin)
            w->origin = gid_read(v, COL_LEFT);
        if (w->has_right)
            w->right = gid_read(v, COL_RIGHT);
        if (!w->has_origin && !w->has_right) {
            w->has_root = column(v, COL_PARENT) == 1;
            if (w->has_root)
                w->root = string(v);
            else
                w->parent = gid_read(v, COL_LEFT);
            w->has_sub = info & 0x20;
            if (w->has_sub)
                w->sub = string(v);
        }
        read_content(v, w);
    }
    if (w->len == 0)
        fail(v, "a struct of no length");
    else if (w->len > CLOCK_MAX - clock)
        fail(v, "a clock or a length past 2^32");
    if (v->rest.what)
        fail(v, v->rest.what);
}

static void read_structs(struct v2 *v, struct run_out *out)
{
    struct wire w;
    for (uint64_t runs = in_uint(&v->rest); runs > 0 && !v->what; runs--) {
        uint64_t n = in_uint(&v->rest);
        uint64_t client = column(v, COL_CLIENT);
        uint32_t clock = in_clock(&v->rest);
        for (; n > 0 && !v->what; n--) {
            read_struct(v, client, clock, &w);
            if (v->what)
                return;
            clock += w.len;
            run_out_put(out, &w);
            if (out->body.n > UNPACKED_MAX || v->structs++ > v->structs_max)
                fail(v, "an update that unpacks to too much");
        }
        if (v->rest.what)
            fail(v, v->rest.what);
    }
}

static void read_deletes(struct v2 *v, struct ranges *deleted)
{
    struct in *in = &v->rest;
    for (uint64_t clients = in_uint(in); clients > 0 && !in->what; clients--) {
        uint64_t at = 0, client = in_uint(in);
        for (uint64_t n = in_uint(in); n > 0 && !in->what; n--) {
            uint64_t clock = at + in_uint(in), len = in_uint(in) + 1;
            at = clock + len;
            if (at > CLOCK_MAX)
                in_fail(in, "a clock or a length past 2^32");
            else
                ranges_add(deleted, client, (uint32_t)clock, (uint32_t)len);
        }
    }
    if (!in->what && in->p != in->end)
        in_fail(in, "bytes behind the end");
    if (in->what)
        fail(v, in->what);
}

static void open_columns(struct v2 *v)
{
    (void)in_uint(&v->rest); /* a flag without a meaning so far */
    for (int c = 0; c < COL_count; c++)
        v->col[c].in = in_of(in_bytes(&v->rest));
    v->text = in_text(&v->col[COL_STRING].in);
    v->units = text_units(v->text);
    if (v->rest.what || v->col[COL_STRING].in.what)
        fail(v, v->rest.what ? v->rest.what : v->col[COL_STRING].in.what);
}

enum err ydoc_v2_to_v1(struct str update, struct buf *out, struct ydoc_fault *why)
{
    struct v2 v = { .rest = in_of(update), .arena = arena_new() };
    v.structs_max = STRUCTS_FREE + update.n * STRUCTS_BYTE;
    struct ranges deleted = { 0 };
    struct run_out structs;
    struct scan s = { 0 };
    size_t from = out->n;
    run_out_init(&structs);
    open_columns(&v);
    read_structs(&v, &structs);
    if (!v.what)
        read_deletes(&v, &deleted);
    run_out_end(&structs, out);
    ranges_put(out, &deleted);
    ranges_fini(&deleted);
    mem_free(v.keys);
    arena_free(v.arena);
    if (v.what)
        return fault_tell(why, v.what, (size_t)(v.rest.p - update.p), E_SYNTAX);
    if (out->err)
        return out->err;
    return update_scan(str_sub(buf_str(out), from, out->n), &s, why);
}
