/* Documents as JSON, as toJSON gives them: maps, arrays, texts as strings, XML as strings. */
#include "server/crdt/any.h"
#include "server/crdt/view_int.h"

static void put_json_value(struct buf *out, struct str s)
{
    if (str_eqz(s, "undefined"))
        buf_addz(out, "null");
    else
        buf_add(out, s);
}

static void put_base64(struct buf *out, struct str bytes)
{
    /* Bytes are one of the kinds of any: its printer knows them. */
    struct buf any;
    buf_init(&any, bytes.n + 16);
    buf_char(&any, (char)ANY_BYTES);
    buf_varuint(&any, bytes.n);
    buf_add(&any, bytes);
    struct in in = in_of(buf_str(&any));
    any_json(&in, out);
    buf_fini(&any);
}

/* Values one behind the other, from this one on. */
static void put_values(struct view *v, const struct item *it, uint32_t from)
{
    struct in in = in_of(content_of(v->d, it));
    for (uint32_t k = 0; k < it->len; k++) {
        struct str s = item_kind(it) == K_ANY ? any_skip(&in) : in_bytes(&in);
        struct in one = in_of(s);
        if (k < from)
            continue;
        if (k > from)
            buf_char(v->out, ',');
        if (item_kind(it) == K_ANY)
            any_json(&one, v->out);
        else
            put_json_value(v->out, s);
    }
}

static void put_item(struct view *v, uint32_t i, bool last)
{
    const struct item *it = item_at(v->d, i);
    struct str s = content_of(v->d, it);
    struct in in = in_of(s);
    switch (item_kind(it)) {
    case K_TYPE: view_json_type(v, it->at, v->d->types[it->at].ref); break;
    case K_ANY:
    case K_JSON: put_values(v, it, last ? it->len - 1 : 0); break;
    case K_STRING: buf_json(v->out, s); break;
    case K_EMBED: buf_add(v->out, in_bytes(&in)); break;
    case K_BINARY: put_base64(v->out, in_bytes(&in)); break;
    case K_DOC:
        buf_addz(v->out, "{\"guid\":");
        buf_json(v->out, in_bytes(&in));
        buf_char(v->out, '}');
        break;
    default: buf_addz(v->out, "null");
    }
}

void view_json_item(struct view *v, uint32_t i)
{
    put_item(v, i, true);
}

bool view_undefined(const struct ydoc *d, uint32_t i)
{
    const struct item *it = item_at(d, i);
    struct str s = content_of(d, it);
    return item_kind(it) == K_ANY && (unsigned char)s.p[s.n - 1] == ANY_UNDEFINED && it->len == 1 &&
           s.n == 1;
}

static void put_array(struct view *v, uint32_t type)
{
    bool any = false;
    buf_char(v->out, '[');
    for (uint32_t i = view_first(v->d, type); i != NONE; i = view_next(v->d, i)) {
        if (!item_counts(item_at(v->d, i)))
            continue;
        if (any)
            buf_char(v->out, ',');
        any = true;
        put_item(v, i, false);
    }
    buf_char(v->out, ']');
}

static void put_map(struct view *v, uint32_t type)
{
    const struct ydoc *d = v->d;
    bool any = false;
    buf_char(v->out, '{');
    for (uint32_t l = d->types[type].keys; l != NONE; l = d->lists[l].next) {
        uint32_t i = d->lists[l].last;
        if (i == NONE || item_gone(item_at(d, i)) || view_undefined(d, i))
            continue;
        if (any)
            buf_char(v->out, ',');
        any = true;
        buf_json(v->out, name_str(d, d->lists[l].key));
        buf_char(v->out, ':');
        put_item(v, i, true);
    }
    buf_char(v->out, '}');
}

/* As a string: text or XML are printed apart first. */
static void put_string(struct view *v, uint32_t type, uint8_t ref)
{
    struct buf t;
    struct view inner = *v;
    buf_init(&t, v->out->cap);
    inner.out = &t;
    if (ref == T_TEXT)
        view_text(&inner, type);
    else
        view_xml(&inner, type, ref);
    v->deep = v->deep || inner.deep;
    buf_json(v->out, buf_str(&t));
    buf_fini(&t);
}

void view_json_type(struct view *v, uint32_t type, uint8_t ref)
{
    if (v->depth >= VIEW_DEPTH || v->out->err) {
        v->deep = v->deep || v->depth >= VIEW_DEPTH;
        return;
    }
    v->depth++;
    switch (ref) {
    case T_ARRAY: put_array(v, type); break;
    case T_MAP:
    case T_HOOK: put_map(v, type); break;
    default: put_string(v, type, ref);
    }
    v->depth--;
}

uint8_t view_root_ref(const struct ydoc *d, uint32_t type)
{
    const struct type *t = &d->types[type];
    uint32_t i = t->list == NONE ? NONE : d->lists[t->list].first;
    uint8_t ref = T_count;
    for (; i != NONE; i = item_at(d, i)->right) {
        const struct item *it = item_at(d, i);
        switch (item_kind(it)) {
        case K_STRING:
        case K_FORMAT:
        case K_EMBED: return T_TEXT;
        case K_DELETED: break;
        case K_TYPE: /* elements may stand in an array, but nothing else in a fragment */
            if (d->types[it->at].ref >= T_ELEMENT) {
                ref = T_FRAGMENT;
                break;
            }
            return T_ARRAY;
        default: return T_ARRAY;
        }
    }
    return ref == T_count && t->keys != NONE ? T_MAP : ref;
}

static void put_root(struct view *v, uint32_t type)
{
    uint8_t ref = view_root_ref(v->d, type);
    if (ref == T_count)
        buf_addz(v->out, "null");
    else
        view_json_type(v, type, ref);
}

enum err ydoc_json(const struct ydoc *d, struct str name, struct buf *out)
{
    struct view v = { .d = d, .out = out };
    bool any = false;
    if (name.p) {
        uint32_t type = type_root_find(d, name);
        if (type == NONE)
            buf_addz(out, "null");
        else
            put_root(&v, type);
        return view_end(&v);
    }
    buf_char(out, '{');
    for (uint32_t t = 0; t < d->types_n; t++) {
        const struct type *ty = &d->types[t];
        if (ty->ref == T_count || ty->item != NONE || view_root_ref(d, t) == T_count)
            continue;
        if (any)
            buf_char(out, ',');
        any = true;
        buf_json(out, name_str(d, ty->name));
        buf_char(out, ':');
        put_root(&v, t);
    }
    buf_char(out, '}');
    return view_end(&v);
}
