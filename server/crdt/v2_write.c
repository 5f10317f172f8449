/* Writing v2: the structs of a v1 update are taken apart into columns. */
#include "server/crdt/v2.h"

#include "server/crdt/text.h"
#include "server/crdt/ydoc_int.h"

struct pack {
    struct buf out;
    int64_t value, diff;
    uint64_t count;
};

struct v2_out {
    struct pack col[COL_count];
    struct buf text, rest;
    uint64_t keys;
};

/* What has been counted so far. Of bytes the value went out before, and the last count never does.
 */
static void pack_flush(struct pack *p, enum packing how)
{
    if (p->count == 0)
        return;
    if (how == PACK_BYTES) {
        buf_varuint(&p->out, p->count - 1);
        return;
    }
    if (how == PACK_NUMBERS) {
        buf_signed(&p->out, (uint64_t)p->value, p->count > 1);
    } else {
        int64_t m = p->diff * 2 + (p->count > 1);
        buf_signed(&p->out, (uint64_t)(m < 0 ? -m : m), m < 0);
    }
    if (p->count > 1)
        buf_varuint(&p->out, p->count - 2);
}

static void column(struct v2_out *v, enum column c, uint64_t value)
{
    struct pack *p = &v->col[c];
    enum packing how = column_packing[c];
    int64_t n = (int64_t)value;
    bool same = how == PACK_DIFFS   ? n - p->value == p->diff
                : how == PACK_BYTES ? p->count && n == p->value
                                    : n == p->value;
    if (!same) {
        pack_flush(p, how);
        p->count = 0;
        p->diff = n - p->value;
        if (how == PACK_BYTES)
            buf_char(&p->out, (char)n);
    }
    p->value = n;
    p->count++;
}

static void string(struct v2_out *v, struct str s)
{
    buf_add(&v->text, s);
    column(v, COL_STRING, text_units(s));
}

/* Yjs means to write each key once, but writes it every time. */
static void key(struct v2_out *v, struct str s)
{
    column(v, COL_KEY, v->keys++);
    string(v, s);
}

static void gid_write(struct v2_out *v, struct gid id, enum column clock)
{
    column(v, COL_CLIENT, id.client);
    column(v, clock, id.clock);
}

static void add_value(struct v2_out *v, struct in *in, uint8_t kind)
{
    switch (kind) {
    case K_ANY: buf_add(&v->rest, any_skip(in)); break;
    case K_JSON: string(v, in_bytes(in)); break;
    case K_FORMAT: key(v, in_bytes(in)); __attribute__((fallthrough));
    case K_EMBED: json_any(in_bytes(in), &v->rest); break;
    case K_DOC: string(v, in_bytes(in)); __attribute__((fallthrough));
    default: buf_put(&v->rest, in->p, in_left(in)); /* K_BINARY, and K_DOC's options */
    }
}

static void write_content(struct v2_out *v, const struct wire *w)
{
    struct in in = in_of(w->content);
    switch (w->kind) {
    case K_DELETED: column(v, COL_LEN, w->len); return;
    case K_STRING: string(v, w->content); return;
    case K_TYPE:
        column(v, COL_TYPE, w->ref);
        if (w->ref == T_ELEMENT || w->ref == T_HOOK)
            key(v, w->name);
        return;
    case K_ANY:
    case K_JSON: column(v, COL_LEN, w->len); break;
    default: break;
    }
    for (uint32_t k = 0; k < w->len; k++)
        add_value(v, &in, w->kind);
}

static void write_struct(struct v2_out *v, const struct wire *w)
{
    bool orphan = !w->has_origin && !w->has_right;
    column(v, COL_INFO,
           w->kind | (w->has_origin ? 0x80u : 0) | (w->has_right ? 0x40u : 0) |
               (w->has_sub ? 0x20u : 0));
    if (w->kind == K_GC) {
        column(v, COL_LEN, w->len);
        return;
    }
    if (w->kind == K_SKIP) {
        buf_varuint(&v->rest, w->len);
        return;
    }
    if (w->has_origin)
        gid_write(v, w->origin, COL_LEFT);
    if (w->has_right)
        gid_write(v, w->right, COL_RIGHT);
    if (orphan) {
        column(v, COL_PARENT, w->has_root);
        if (w->has_root)
            string(v, w->root);
        else
            gid_write(v, w->parent, COL_LEFT);
        if (w->has_sub)
            string(v, w->sub);
    }
    write_content(v, w);
}

static void add_run(void *arg, const struct run *r)
{
    struct v2_out *v = arg;
    struct in in = in_of((struct str){ r->p, (size_t)(r->end - r->p) });
    struct wire w;
    uint32_t clock = r->clock;
    buf_varuint(&v->rest, r->count);
    column(v, COL_CLIENT, r->client);
    buf_varuint(&v->rest, r->clock);
    for (uint32_t k = 0; k < r->count; k++) {
        wire_read(&in, r->client, clock, &w);
        clock += w.len;
        write_struct(v, &w);
    }
}

static void write_deletes(struct v2_out *v, struct str delete_set)
{
    struct in in = in_of(delete_set);
    struct buf *out = &v->rest;
    uint64_t clients = in_uint(&in);
    buf_varuint(out, clients);
    for (; clients > 0; clients--) {
        uint32_t at = 0;
        buf_varuint(out, in_uint(&in));
        uint64_t n = in_uint(&in);
        buf_varuint(out, n);
        for (; n > 0; n--) {
            uint32_t clock = in_clock(&in), len = in_clock(&in);
            buf_varuint(out, clock - at);
            buf_varuint(out, len - 1);
            at = clock + len;
        }
    }
}

static void put_columns(struct v2_out *v, struct buf *out)
{
    buf_varuint(out, 0);
    for (int c = 0; c < COL_count; c++) {
        struct pack *p = &v->col[c];
        struct buf text;
        if (column_packing[c] != PACK_BYTES)
            pack_flush(p, column_packing[c]);
        buf_init(&text, SIZE_MAX / 2);
        if (c == COL_STRING) {
            buf_varuint(&text, v->text.n);
            buf_add(&text, buf_str(&v->text));
        }
        buf_varuint(out, text.n + p->out.n);
        buf_add(out, buf_str(&text));
        buf_add(out, buf_str(&p->out));
        buf_fini(&text);
    }
    buf_add(out, buf_str(&v->rest));
}

/* The delete set in ascending order: no other can be told as differences. */
static void sorted_deletes(struct str delete_set, struct buf *out)
{
    struct ranges deleted = { 0 };
    struct in in = in_of(delete_set);
    ranges_read(&in, &deleted);
    ranges_sort(&deleted);
    ranges_put(out, &deleted);
    ranges_fini(&deleted);
}

enum err ydoc_v1_to_v2(struct str update, struct buf *out, struct ydoc_fault *why)
{
    struct v2_out v = { .keys = 0 };
    struct scan s = { 0 };
    struct buf deletes;
    enum err e = update_scan(update, &s, why);
    if (e)
        return e;
    buf_init(&v.text, SIZE_MAX / 2);
    buf_init(&v.rest, SIZE_MAX / 2);
    buf_init(&deletes, SIZE_MAX / 2);
    for (int c = 0; c < COL_count; c++)
        buf_init(&v.col[c].out, SIZE_MAX / 2);
    buf_varuint(&v.rest, s.runs);
    s = (struct scan){ .run = add_run, .arg = &v };
    e = update_scan(update, &s, why);
    sorted_deletes(s.delete_set, &deletes);
    write_deletes(&v, buf_str(&deletes));
    put_columns(&v, out);
    for (int c = 0; c < COL_count; c++)
        buf_fini(&v.col[c].out);
    buf_fini(&deletes);
    buf_fini(&v.text);
    buf_fini(&v.rest);
    return e ? e : out->err;
}
