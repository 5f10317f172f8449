/* XML as Yjs prints it: elements in lower case with their attributes sorted, formats of a text as
 * elements around it, nothing escaped. It is for looking at and for comparing with Yjs, not for
 * browsers. */
#include "server/base/utf.h"
#include "server/crdt/any.h"
#include "server/crdt/text.h"
#include "server/crdt/view_int.h"

#include <stdlib.h>

static void put_lower(struct buf *out, struct str s)
{
    while (s.n) {
        uint32_t c;
        size_t k = utf_get(s, &c);
        buf_utf8(out, c >= 0xFF01 && c <= 0xFF20 ? c : utf_fold(c));
        s = str_sub(s, k, s.n);
    }
}

/* A value of JSON as JavaScript puts it into a string. */
static void put_json_text(struct buf *out, struct str json)
{
    struct buf any;
    buf_init(&any, json.n * 10 + 16);
    json_any(json, &any);
    struct in in = in_of(buf_str(&any));
    any_text(&in, out);
    buf_fini(&any);
}

/* ---- formats as elements */

struct pair {
    struct str key, value; /* value: one any */
};

static int pair_cmp(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return text_cmp16(x->key, y->key);
}

static void put_pairs(struct buf *out, struct pair *p, size_t n)
{
    if (n > 1)
        qsort(p, n, sizeof *p, pair_cmp);
    for (size_t k = 0; k < n; k++) {
        struct in in = in_of(p[k].value);
        buf_char(out, ' ');
        buf_add(out, p[k].key);
        buf_addz(out, "=\"");
        any_text(&in, out);
        buf_char(out, '"');
    }
}

/* The members of an object or an array, as for (key in value) meets them. */
static void put_members(struct buf *out, struct in *in, bool object)
{
    uint64_t n = in_uint(in);
    struct pair *p = mem_array((size_t)n, sizeof *p);
    char(*number)[24] = mem_array(object ? 1 : (size_t)n, sizeof *number);
    for (uint64_t k = 0; k < n; k++) {
        struct buf t;
        if (object) {
            p[k].key = in_bytes(in);
        } else {
            buf_init(&t, sizeof *number);
            buf_int(&t, (int64_t)k);
            memcpy(number[k], t.p, t.n);
            p[k].key = (struct str){ number[k], t.n };
            buf_fini(&t);
        }
        p[k].value = any_skip(in);
    }
    put_pairs(out, p, (size_t)n);
    mem_free(number);
    mem_free(p);
}

/* A string is taken for its UTF-16 units, each with its number. */
static void put_units(struct buf *out, struct str s)
{
    for (int k = 0; s.n; k++) {
        uint32_t c;
        size_t n = utf_get(s, &c);
        if (c > 0xFFFF)
            buf_fmt(out, " %d=\"" TEXT_CUT "\" %d=\"" TEXT_CUT "\"", k, k + 1), k++;
        else
            buf_fmt(out, " %d=\"%.*s\"", k, (int)n, s.p);
        s = str_sub(s, n, s.n);
    }
}

static void put_format(struct buf *out, const struct format *f)
{
    struct buf any;
    buf_init(&any, f->value.n * 10 + 16);
    json_any(f->value, &any);
    struct in in = in_of(buf_str(&any));
    buf_char(out, '<');
    buf_add(out, f->key);
    uint8_t tag = in_byte(&in);
    if (tag == ANY_OBJECT || tag == ANY_ARRAY)
        put_members(out, &in, tag == ANY_OBJECT);
    else if (tag == ANY_STRING)
        put_units(out, in_bytes(&in));
    buf_char(out, '>');
    buf_fini(&any);
}

static int format_cmp(const void *a, const void *b)
{
    const struct format *x = a, *y = b;
    return text_cmp16(x->key, y->key);
}

static void put_item_text(struct view *v, uint32_t i);

static void text_stretch(void *arg, const struct stretch *s)
{
    struct view *v = arg;
    struct format *f = mem_array(s->n, sizeof *f);
    if (s->n)
        memcpy(f, s->formats, s->n * sizeof *f);
    if (s->n > 1)
        qsort(f, s->n, sizeof *f, format_cmp);
    for (size_t k = 0; k < s->n; k++)
        put_format(v->out, &f[k]);
    if (s->embed == NONE)
        buf_add(v->out, s->text);
    else
        put_item_text(v, s->embed);
    for (size_t k = s->n; k-- > 0;) {
        buf_addz(v->out, "</");
        buf_add(v->out, f[k].key);
        buf_char(v->out, '>');
    }
    mem_free(f);
}

/* ---- elements */

/* Values as JavaScript puts them into a string, one behind the other; last: only the last one. */
static void put_values(struct view *v, const struct item *it, bool last)
{
    struct in in = in_of(content_of(v->d, it));
    for (uint32_t k = 0; k < it->len; k++) {
        struct str s = item_kind(it) == K_ANY ? any_skip(&in) : in_bytes(&in);
        struct in one = in_of(s);
        if (last && k + 1 < it->len)
            continue;
        if (item_kind(it) == K_ANY)
            any_text(&one, v->out);
        else if (str_eqz(s, "undefined"))
            buf_add(v->out, s);
        else
            put_json_text(v->out, s);
    }
}

static void put_item(struct view *v, uint32_t i, bool last)
{
    const struct item *it = item_at(v->d, i);
    struct str s = content_of(v->d, it);
    struct in in = in_of(s);
    switch (item_kind(it)) {
    case K_TYPE: view_xml(v, it->at, v->d->types[it->at].ref); break;
    case K_ANY:
    case K_JSON: put_values(v, it, last); break;
    case K_STRING: buf_add(v->out, s); break;
    case K_EMBED: put_json_text(v->out, in_bytes(&in)); break;
    case K_BINARY:
        s = in_bytes(&in);
        for (size_t k = 0; k < s.n; k++)
            buf_fmt(v->out, k ? ",%d" : "%d", (unsigned char)s.p[k]);
        break;
    case K_DOC: buf_addz(v->out, "[object Object]"); break;
    default: break;
    }
}

static void put_item_text(struct view *v, uint32_t i)
{
    put_item(v, i, false);
}

struct attribute {
    struct str key;
    uint32_t item;
};

static int attribute_cmp(const void *a, const void *b)
{
    const struct attribute *x = a, *y = b;
    return text_cmp16(x->key, y->key);
}

static void put_attributes(struct view *v, const struct type *t)
{
    const struct ydoc *d = v->d;
    struct attribute *a = NULL;
    size_t n = 0, room = 0;
    for (uint32_t l = t->keys; l != NONE; l = d->lists[l].next) {
        uint32_t i = d->lists[l].last;
        if (i == NONE || item_gone(item_at(d, i)))
            continue;
        a = vec_room(a, &room, n + 1, sizeof *a);
        a[n++] = (struct attribute){ name_str(d, d->lists[l].key), i };
    }
    if (n > 1)
        qsort(a, n, sizeof *a, attribute_cmp);
    for (size_t k = 0; k < n; k++) {
        buf_char(v->out, ' ');
        buf_add(v->out, a[k].key);
        buf_addz(v->out, "=\"");
        put_item(v, a[k].item, true);
        buf_char(v->out, '"');
    }
    mem_free(a);
}

static void put_children(struct view *v, uint32_t type)
{
    for (uint32_t i = view_first(v->d, type); i != NONE; i = view_next(v->d, i))
        put_item(v, i, false);
}

void view_xml(struct view *v, uint32_t type, uint8_t ref)
{
    const struct type *t = &v->d->types[type];
    if (v->depth >= VIEW_DEPTH || v->out->err) {
        v->deep = v->deep || v->depth >= VIEW_DEPTH;
        return;
    }
    v->depth++;
    switch (ref) {
    case T_FRAGMENT: put_children(v, type); break;
    case T_XMLTEXT: view_stretches(v->d, type, NULL, text_stretch, v); break;
    case T_TEXT: view_text(v, type); break;
    case T_ELEMENT:
        buf_char(v->out, '<');
        put_lower(v->out, name_str(v->d, t->name));
        put_attributes(v, t);
        buf_char(v->out, '>');
        put_children(v, type);
        buf_addz(v->out, "</");
        put_lower(v->out, name_str(v->d, t->name));
        buf_char(v->out, '>');
        break;
    default: buf_addz(v->out, "[object Object]");
    }
    v->depth--;
}

enum err ydoc_xml(const struct ydoc *d, struct str name, struct buf *out)
{
    struct view v = { .d = d, .out = out };
    uint32_t type = type_root_find(d, name);
    if (type != NONE)
        view_xml(&v, type, view_root_ref(d, type) == T_TEXT ? T_XMLTEXT : T_FRAGMENT);
    return view_end(&v);
}
