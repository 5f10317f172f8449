/* Reading and writing single structs. The reader is the door: whatever passes it may be believed
 * by everybody behind (W1–W4), so it looks at everything, also inside of values. */
#include "server/crdt/wire.h"

#include "server/crdt/any.h"
#include "server/crdt/text.h"

enum { INFO_ORIGIN = 0x80, INFO_RIGHT = 0x40, INFO_SUB = 0x20, INFO_KIND = 0x1f };

/* ---- reading */

static struct gid gid_read(struct in *in, const struct wire *w)
{
    struct gid id = { 0, 0 };
    id.client = in_uint(in);
    id.clock = in_clock(in);
    if (id.client == w->client && id.clock >= w->clock)
        in_fail(in, "a struct that refers to its own future"); /* W3 */
    return id;
}

static void json_skip(struct in *in)
{
    struct str s = in_text(in);
    if (!in->what && !json_valid(s))
        in_fail(in, "JSON that is none, or nests too deep");
}

/* One of the values of a K_JSON. */
static void json_value_skip(struct in *in)
{
    struct in before = *in;
    if (!str_eq(in_bytes(in), S("undefined"))) {
        *in = before;
        json_skip(in);
    }
}

static void read_type(struct in *in, struct wire *w)
{
    uint64_t ref = in_uint(in);
    if (ref >= T_count)
        in_fail(in, "a type of unknown kind");
    w->ref = (uint8_t)(ref & 7);
    if (w->ref == T_ELEMENT || w->ref == T_HOOK)
        w->name = in_text(in);
    w->len = 1;
}

static void skip_one(struct in *in, uint8_t kind)
{
    switch (kind) {
    case K_ANY: any_skip(in); break;
    case K_JSON: json_value_skip(in); break;
    case K_BINARY: in_bytes(in); break;
    case K_EMBED: json_skip(in); break;
    case K_FORMAT:
        in_text(in);
        json_skip(in);
        break;
    case K_DOC:
        in_text(in);
        any_skip(in);
        break;
    default: in_fail(in, "a struct of unknown kind");
    }
}

static void read_content(struct in *in, struct wire *w)
{
    switch (w->kind) {
    case K_DELETED: w->len = in_clock(in); return;
    case K_TYPE: read_type(in, w); return;
    case K_STRING:
        w->content = in_text(in);
        w->len = text_units(w->content);
        return;
    default: break;
    }
    w->len = w->kind == K_ANY || w->kind == K_JSON ? in_clock(in) : 1;
    const char *from = in->p;
    for (uint32_t i = 0; i < w->len && !in->what; i++)
        skip_one(in, w->kind);
    w->content = (struct str){ from, in->what ? 0 : (size_t)(in->p - from) };
}

static void read_item(struct in *in, struct wire *w, uint8_t info)
{
    w->has_origin = info & INFO_ORIGIN;
    w->has_right = info & INFO_RIGHT;
    if (w->has_origin)
        w->origin = gid_read(in, w);
    if (w->has_right)
        w->right = gid_read(in, w);
    if (!w->has_origin && !w->has_right) {
        w->has_root = in_uint(in) == 1;
        if (w->has_root)
            w->root = in_text(in);
        else
            w->parent = gid_read(in, w);
        w->has_sub = info & INFO_SUB;
        if (w->has_sub)
            w->sub = in_text(in);
    }
    read_content(in, w);
}

void wire_read(struct in *in, uint64_t client, uint32_t clock, struct wire *w)
{
    w->start = in->p;
    uint8_t info = in_byte(in);
    w->client = client;
    w->clock = clock;
    w->kind = info & INFO_KIND;
    w->has_origin = w->has_right = w->has_root = w->has_sub = false;
    w->half = w->half_end = false;
    w->content = w->name = STR_NONE;
    if (w->kind == K_GC || w->kind == K_SKIP)
        w->len = in_clock(in);
    else
        read_item(in, w, info);
    w->end = in->p;
    if (!in->what && w->len == 0)
        in_fail(in, "a struct of no length"); /* W1 */
    if (!in->what && w->len > CLOCK_MAX - clock)
        in_fail(in, "a clock or a length past 2^32"); /* W2 */
}

/* ---- cutting */

/* Where the content is to be cut: its bytes before, and whether that is inside of a pair. */
static size_t cut_at(const struct wire *w, uint32_t len, bool *half)
{
    *half = false;
    if (w->half)
        len--;
    if (w->kind == K_STRING)
        return text_seek(w->content.p, len, half);
    if (w->kind != K_ANY && w->kind != K_JSON)
        return w->content.n;
    struct in in = in_of(w->content);
    for (uint32_t i = 0; i < len; i++)
        if (w->kind == K_ANY)
            any_skip(&in);
        else
            in_bytes(&in);
    return (size_t)(in.p - w->content.p);
}

void wire_cut(struct wire *w, uint32_t offset)
{
    bool half;
    size_t at = cut_at(w, offset, &half);
    w->content = str_sub(w->content, at + (half ? 4 : 0), w->content.n);
    w->half = half;
    w->start = NULL;
    w->has_origin = w->kind != K_GC && w->kind != K_SKIP;
    w->origin = (struct gid){ w->client, w->clock + offset - 1 };
    w->clock += offset;
    w->len -= offset;
}

void wire_keep(struct wire *w, uint32_t len)
{
    w->content = str_sub(w->content, 0, cut_at(w, len, &w->half_end));
    w->len = len;
    w->start = NULL;
}

/* ---- writing */

static void put_gid(struct buf *out, struct gid id)
{
    buf_varuint(out, id.client);
    buf_varuint(out, id.clock);
}

size_t wire_text_bytes(const struct wire *w)
{
    return w->content.n + (w->half ? TEXT_CUT_LEN : 0) + (w->half_end ? TEXT_CUT_LEN : 0);
}

void wire_text(struct buf *out, const struct wire *w)
{
    if (w->half)
        buf_addz(out, TEXT_CUT);
    buf_add(out, w->content);
    if (w->half_end)
        buf_addz(out, TEXT_CUT);
}

static void put_content(struct buf *out, const struct wire *w)
{
    switch (w->kind) {
    case K_DELETED: buf_varuint(out, w->len); return;
    case K_STRING:
        buf_varuint(out, wire_text_bytes(w));
        wire_text(out, w);
        return;
    case K_ANY:
    case K_JSON: buf_varuint(out, w->len); break;
    case K_TYPE:
        buf_varuint(out, w->ref);
        if (w->ref == T_ELEMENT || w->ref == T_HOOK) {
            buf_varuint(out, w->name.n);
            buf_add(out, w->name);
        }
        return;
    default: break;
    }
    buf_add(out, w->content);
}

static void put_item(struct buf *out, const struct wire *w)
{
    bool orphan = !w->has_origin && !w->has_right;
    buf_char(out, (char)(w->kind | (w->has_origin ? INFO_ORIGIN : 0) |
                         (w->has_right ? INFO_RIGHT : 0) | (w->has_sub ? INFO_SUB : 0)));
    if (w->start && !orphan) {
        /* All but the first byte as it was read; of that, Yjs forgets a SUB it had no use for. */
        buf_put(out, w->start + 1, (size_t)(w->end - w->start) - 1);
        return;
    }
    if (w->has_origin)
        put_gid(out, w->origin);
    if (w->has_right)
        put_gid(out, w->right);
    if (orphan) {
        buf_varuint(out, w->has_root);
        if (w->has_root) {
            buf_varuint(out, w->root.n);
            buf_add(out, w->root);
        } else {
            put_gid(out, w->parent);
        }
        if (w->has_sub) {
            buf_varuint(out, w->sub.n);
            buf_add(out, w->sub);
        }
    }
    put_content(out, w);
}

void wire_put(struct buf *out, const struct wire *w, uint32_t offset)
{
    struct wire rest;
    if (offset > 0) {
        rest = *w;
        wire_cut(&rest, offset);
        w = &rest;
    }
    if (w->kind == K_GC || w->kind == K_SKIP) {
        buf_char(out, (char)w->kind);
        buf_varuint(out, w->len);
    } else {
        put_item(out, w);
    }
}
