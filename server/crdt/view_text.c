/* Texts: as characters, and as a delta with formats. */
#include "server/crdt/text.h"
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

/* What is being told: text of one look that was not given out yet. */
struct telling {
    struct formats fs;
    struct buf text;
    bool mine, gone; /* the text is */
    void (*tell)(void *arg, const struct stretch *s);
    void *arg;
};

static void tell_text(struct telling *t)
{
    struct stretch s = { buf_str(&t->text), NONE, t->fs.f, t->fs.n, t->mine, t->gone };
    if (t->text.n)
        t->tell(t->arg, &s);
    buf_clear(&t->text);
}

static void add_text(struct telling *t, struct str s, bool mine, bool gone)
{
    if (s.n && (mine != t->mine || gone != t->gone))
        tell_text(t);
    if (s.n) {
        t->mine = mine;
        t->gone = gone;
    }
    buf_add(&t->text, s);
}

/* The text of an item; its first units are known, the rest is mine. */
static void add_string(struct telling *t, struct str s, uint32_t len, uint32_t known, bool gone)
{
    bool half = false;
    size_t at = known >= len ? s.n : known ? text_seek(s.p, known, &half) : 0;
    add_text(t, str_sub(s, 0, at), false, gone);
    add_text(t, str_sub(s, at, s.n), true, gone);
}

uint32_t view_known(const struct ydoc *d, const struct states *since, uint32_t i)
{
    const struct item *it = item_at(d, i);
    if (!since)
        return it->len;
    uint32_t clock = states_get(since, d->clients[item_client(it)].id);
    return clock <= it->clock ? 0 : clock - it->clock < it->len ? clock - it->clock : it->len;
}

/* An item that began before a refused version is that one's. */
static bool refused(const struct ydoc *d, const struct view_scope *s, uint32_t i)
{
    const struct item *it = item_at(d, i);
    uint64_t client = d->clients[item_client(it)].id;
    for (size_t k = 0; k < s->refused_n; k++) {
        const struct yrange *r = &s->refused[k];
        if (r->client == client && r->from <= it->clock && it->clock < r->to)
            return true;
    }
    return false;
}

static bool kept(const struct ydoc *d, const struct view_scope *s, uint32_t i)
{
    uint8_t kind = item_kind(item_at(d, i));
    return s && s->gone && s->since && (kind == K_STRING || kind == K_TYPE) &&
           view_known(d, s->since, i) && !refused(d, s, i);
}

uint32_t view_seen(const struct ydoc *d, const struct view_scope *s, uint32_t i)
{
    while (i != NONE && item_gone(item_at(d, i)) && !kept(d, s, i))
        i = item_at(d, i)->right;
    return i;
}

void view_stretches(const struct ydoc *d, uint32_t type, const struct view_scope *scope,
                    void (*tell)(void *arg, const struct stretch *s), void *arg)
{
    struct telling t = { .tell = tell, .arg = arg };
    const struct states *since = scope ? scope->since : NULL;
    uint32_t l = d->types[type].list, i = l == NONE ? NONE : d->lists[l].first;
    buf_init(&t.text, SIZE_MAX / 2);
    while ((i = view_seen(d, scope, i)) != NONE) {
        const struct item *it = item_at(d, i);
        uint8_t kind = item_kind(it);
        if (kind == K_STRING) {
            add_string(&t, content_of(d, it), it->len, view_known(d, since, i), item_gone(it));
        } else if (kind == K_FORMAT) {
            tell_text(&t);
            format_set(&t.fs, content_of(d, it));
        } else if (kind == K_EMBED || kind == K_TYPE) {
            tell_text(&t);
            struct stretch s = { STR_NONE,     i, t.fs.f, t.fs.n, !view_known(d, since, i),
                                 item_gone(it) };
            tell(arg, &s);
        }
        i = it->right;
    }
    tell_text(&t);
    buf_fini(&t.text);
    mem_free(t.fs.f);
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
    view_stretches(v->d, type, NULL, delta_stretch, &dl);
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
