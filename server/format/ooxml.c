/* What all OOXML documents share: relations between parts (OPC), the properties, the thumbnail.
 * ODF's and EPUB's equivalents stand beside them, because whoever asks does not care. */
#include "server/format/ooxml.h"

#include "server/format/xml.h"

#include <string.h>

/* ---- relations */

struct rels_walk {
    struct arena *a;
    struct str base; /* folder of the part, with '/' behind, or empty */
    struct rels *out;
    size_t room;
    bool outside;
};

/* Folder plus target, "." and ".." resolved; a target with a leading '/' is absolute. */
static struct str resolve(struct arena *a, struct str base, struct str target)
{
    struct buf b;
    struct str part;
    buf_init(&b, 4096);
    if (str_starts(target, S("/")))
        target = str_sub(target, 1, target.n);
    else
        buf_add(&b, base);
    while (str_next(&target, '/', &part)) {
        if (str_eqz(part, ".") || !part.n)
            continue;
        if (str_eqz(part, "..")) {
            if (b.n)
                b.n--;
            while (b.n && b.p[b.n - 1] != '/')
                b.n--;
            continue;
        }
        buf_add(&b, part);
        if (target.p)
            buf_char(&b, '/');
    }
    struct str s = arena_str(a, b.err ? STR_NONE : buf_str(&b));
    buf_fini(&b);
    return s;
}

static void rels_open(void *arg, const struct xml_tag *t)
{
    struct rels_walk *w = arg;
    struct rels *o = w->out;
    if (!xml_is(t, "Relationship") || o->n >= RELS_MAX ||
        str_eqz(xml_attr(t, "TargetMode"), "External") != w->outside)
        return;
    if (o->n == w->room) {
        size_t room = w->room ? w->room * 2 : 16;
        struct rel *v = arena_array(w->a, room, sizeof *v);
        if (o->n)
            memcpy(v, o->v, o->n * sizeof *v);
        o->v = v;
        w->room = room;
    }
    struct str target = xml_attr(t, "Target");
    o->v[o->n++] =
        (struct rel){ arena_str(w->a, xml_attr(t, "Id")), arena_str(w->a, xml_attr(t, "Type")),
                      w->outside
                          ? arena_str(w->a, target)
                          : resolve(w->a, w->base, str_sub(target, 0, str_chr(target, '#', 0))) };
}

static enum err rels_walk(struct zip *z, struct arena *a, struct str part, bool outside,
                          struct rels *out)
{
    size_t slash = part.n;
    while (slash > 0 && part.p[slash - 1] != '/')
        slash--;
    struct str folder = str_sub(part, 0, slash), file = str_sub(part, slash, part.n);
    struct rels_walk w = { .a = a, .base = folder, .out = out, .outside = outside };
    struct str name = arena_fmt(a, "%.*s_rels/%.*s.rels", STR_ARG(folder), STR_ARG(file));
    struct xml_handler h = { .arg = &w, .open = rels_open, .cap = 8u << 20 };
    *out = (struct rels){ 0 };
    enum err e = xml_walk_part(z, name, &h);
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err rels_read(struct zip *z, struct arena *a, struct str part, struct rels *out)
{
    return rels_walk(z, a, part, false, out);
}

enum err rels_outside(struct zip *z, struct arena *a, struct str part, struct rels *out)
{
    return rels_walk(z, a, part, true, out);
}

const struct rel *rels_by_id(const struct rels *r, struct str id)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->v[i].id, id))
            return &r->v[i];
    return NULL;
}

const struct rel *rels_by_type(const struct rels *r, const char *last)
{
    for (size_t i = 0; i < r->n; i++) {
        struct str t = r->v[i].type;
        size_t n = strlen(last);
        if (str_ends(t, str_of(last)) && t.n > n && t.p[t.n - n - 1] == '/')
            return &r->v[i];
    }
    return NULL;
}

/* ---- properties */

struct props_walk {
    struct arena *a;
    struct doc_props *out;
    struct buf text;
};

static void props_open(void *arg, const struct xml_tag *t)
{
    struct props_walk *w = arg;
    buf_clear(&w->text);
    if (xml_is(t, "document-statistic")) {
        w->out->pages = xml_int(t, "page-count", -1);
        w->out->words = xml_int(t, "word-count", -1);
    }
}

static void props_text(void *arg, struct str s)
{
    struct props_walk *w = arg;
    buf_add(&w->text, s);
}

static void props_close(void *arg, const char *name)
{
    struct props_walk *w = arg;
    struct doc_props *o = w->out;
    struct str s = str_trim(buf_str(&w->text));
    const struct {
        const char *name;
        struct str *to;
    } texts[] = { { "title", &o->title },
                  { "creator", &o->author },
                  { "initial-creator", &o->author },
                  { "keywords", &o->keywords },
                  { "keyword", &o->keywords },
                  { "created", &o->created },
                  { "creation-date", &o->created },
                  { "modified", &o->modified } };
    const struct {
        const char *name;
        int64_t *to;
    } numbers[] = { { "Pages", &o->pages }, { "Slides", &o->slides }, { "Words", &o->words } };
    for (size_t i = 0; s.n && i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(name, texts[i].name) && !texts[i].to->n)
            *texts[i].to = arena_str(w->a, s);
    int64_t v;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(name, numbers[i].name) && str_int(s, &v) && v >= 0)
            *numbers[i].to = v;
    buf_clear(&w->text);
}

enum err doc_props_read(struct zip *z, struct arena *a, struct doc_props *out)
{
    static const char *const parts[] = { "docProps/core.xml", "docProps/app.xml", "meta.xml" };
    struct props_walk w = { .a = a, .out = out };
    struct xml_handler h = {
        .arg = &w, .open = props_open, .text = props_text, .close = props_close, .cap = 1u << 20
    };
    bool any = false;
    *out = (struct doc_props){ .pages = -1, .slides = -1, .words = -1 };
    buf_init(&w.text, 4096);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!xml_walk_part(z, str_of(parts[i]), &h))
            any = true;
        buf_clear(&w.text);
    }
    buf_fini(&w.text);
    return any ? E_OK : E_NOT_FOUND;
}

size_t doc_thumbnail(struct zip *z)
{
    static const char *const names[] = { "docProps/thumbnail.jpeg",
                                         "docProps/thumbnail.jpg",
                                         "docProps/thumbnail.png",
                                         "thumbnail.png",
                                         "Thumbnails/thumbnail.png",
                                         "cover.jpeg",
                                         "cover.jpg",
                                         "OEBPS/cover.jpg",
                                         "OEBPS/images/cover.jpg",
                                         "OEBPS/Images/cover.jpg" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t k = zip_find(z, str_of(names[i]));
        if (k != SIZE_MAX)
            return k;
    }
    return SIZE_MAX;
}
