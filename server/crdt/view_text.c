/* Texts: as characters, and as a delta with formats. */
#include "server/crdt/view_int.h"

uint32_t view_first(const struct ydoc *d, uint32_t type)
{
    uint32_t l = d->types[type].list, i = l == NONE ? NONE : d->lists[l].first;
    return i == NONE || !item_gone(item_at(d, i)) ? i : view_next(d, i);
}

uint32_t view_next(const struct ydoc *d, uint32_t i)
{
    do
        i = item_at(d, i)->right;
    while (i != NONE && item_gone(item_at(d, i)));
    return i;
}

enum err view_end(const struct view *v)
{
    return v->deep ? E_TOO_LARGE : v->out->err;
}

void view_text(struct view *v, uint32_t type)
{
    for (uint32_t i = view_first(v->d, type); i != NONE; i = view_next(v->d, i))
        if (item_kind(item_at(v->d, i)) == K_STRING)
            buf_add(v->out, content_of(v->d, item_at(v->d, i)));
}

/* ---- formats: what was set last counts, null ends it */

struct formats {
    struct format *f;
    size_t n, room;
};

static void format_set(struct formats *fs, struct str content)
{
    struct in in = in_of(content);
    struct format f = { in_bytes(&in), STR_NONE };
    f.value = in_bytes(&in);
    size_t k = 0;
    while (k < fs->n && !str_eq(fs->f[k].key, f.key))
        k++;
    if (str_eqz(f.value, "null")) {
        if (k < fs->n) {
            fs->n--;
            memmove(fs->f + k, fs->f + k + 1, (fs->n - k) * sizeof *fs->f);
        }
        return;
    }
    if (k == fs->n) {
        fs->f = vec_room(fs->f, &fs->room, fs->n + 1, sizeof *fs->f);
        fs->n++;
    }
    fs->f[k] = f;
}

static void tell_text(struct buf *text, const struct formats *fs,
                      void (*tell)(void *arg, const struct stretch *s), void *arg)
{
    struct stretch s = { buf_str(text), NONE, fs->f, fs->n };
    if (text->n)
        tell(arg, &s);
    buf_clear(text);
}

void view_stretches(const struct ydoc *d, uint32_t type,
                    void (*tell)(void *arg, const struct stretch *s), void *arg)
{
    struct formats fs = { 0 };
    struct buf text;
    buf_init(&text, SIZE_MAX / 2);
    for (uint32_t i = view_first(d, type); i != NONE; i = view_next(d, i)) {
        const struct item *it = item_at(d, i);
        uint8_t kind = item_kind(it);
        if (kind == K_STRING) {
            buf_add(&text, content_of(d, it));
        } else if (kind == K_FORMAT) {
            tell_text(&text, &fs, tell, arg);
            format_set(&fs, content_of(d, it));
        } else if (kind == K_EMBED || kind == K_TYPE) {
            tell_text(&text, &fs, tell, arg);
            struct stretch s = { STR_NONE, i, fs.f, fs.n };
            tell(arg, &s);
        }
    }
    tell_text(&text, &fs, tell, arg);
    buf_fini(&text);
    mem_free(fs.f);
}

/* ---- delta */

struct delta {
    struct view *v;
    bool any;
};

static void delta_stretch(void *arg, const struct stretch *s)
{
    struct delta *dl = arg;
    struct buf *out = dl->v->out;
    buf_addz(out, dl->any ? ",{\"insert\":" : "{\"insert\":");
    dl->any = true;
    if (s->embed == NONE)
        buf_json(out, s->text);
    else
        view_json_item(dl->v, s->embed);
    for (size_t k = 0; k < s->n; k++) {
        buf_addz(out, k ? "," : ",\"attributes\":{");
        buf_json(out, s->formats[k].key);
        buf_char(out, ':');
        buf_add(out, s->formats[k].value);
    }
    buf_addz(out, s->n ? "}}" : "}");
}

void view_delta(struct view *v, uint32_t type)
{
    struct delta dl = { v, false };
    buf_char(v->out, '[');
    view_stretches(v->d, type, delta_stretch, &dl);
    buf_char(v->out, ']');
}

enum err ydoc_text(const struct ydoc *d, struct str name, struct buf *out)
{
    struct view v = { .d = d, .out = out };
    uint32_t type = type_root_find(d, name);
    if (type != NONE)
        view_text(&v, type);
    return view_end(&v);
}

enum err ydoc_delta(const struct ydoc *d, struct str name, struct buf *out)
{
    struct view v = { .d = d, .out = out };
    uint32_t type = type_root_find(d, name);
    if (type != NONE)
        view_delta(&v, type);
    else
        buf_addz(out, "[]");
    return view_end(&v);
}
