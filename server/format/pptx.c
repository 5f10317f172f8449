/* The text of PresentationML (ECMA-376 part 1, 19), slide by slide in the order of the show. A
 * slide's title is the text of its title placeholder; SmartArt's text stands in parts of its own;
 * the speaker's notes follow behind the slide's own text. */
#include "server/format/ooxml.h"

#include "server/format/xml.h"

#include <string.h>

enum { SLIDES_MAX = 2000 };

/* ---- the order of slides */

struct show {
    struct arena *a;
    struct str ids[SLIDES_MAX];
    size_t n;
};

static void show_open(void *arg, const struct xml_tag *t)
{
    struct show *w = arg;
    if (xml_is(t, "sldId") && w->n < SLIDES_MAX)
        w->ids[w->n++] = arena_str(w->a, xml_attr(t, "rel:id"));
}

/* ---- one slide, its notes or its diagrams */

struct slide {
    struct pages *out;
    struct buf title;
    bool in_t, is_title, skip_shape, in_cell;
    int skip; /* depth inside mc:Fallback */
    bool full;
};

static void shape_kind(struct slide *s, struct str type)
{
    if (str_eqz(type, "title") || str_eqz(type, "ctrTitle"))
        s->is_title = true;
    else if (str_eqz(type, "sldNum") || str_eqz(type, "dt") || str_eqz(type, "ftr"))
        s->skip_shape = true; /* number, date and footer say nothing about the lesson */
}

static void slide_open(void *arg, const struct xml_tag *t)
{
    struct slide *s = arg;
    if (s->skip || xml_is(t, "Fallback")) {
        s->skip++;
        return;
    }
    if (xml_is(t, "sp"))
        s->is_title = s->skip_shape = false;
    else if (xml_is(t, "ph"))
        shape_kind(s, xml_attr(t, "type"));
    else if (xml_is(t, "t"))
        s->in_t = true;
    else if (xml_is(t, "tc"))
        s->in_cell = true;
    else if (xml_is(t, "br") && !s->skip_shape)
        pages_char(s->out, s->in_cell ? ' ' : '\n');
}

static void slide_close(void *arg, const char *name)
{
    struct slide *s = arg;
    if (s->skip) {
        s->skip--;
        return;
    }
    if (!strcmp(name, "t"))
        s->in_t = false;
    else if (!strcmp(name, "p")) {
        if (s->is_title && s->title.n)
            buf_char(&s->title, ' ');
        if (s->in_cell)
            pages_space(s->out);
        else
            pages_line(s->out);
    } else if (!strcmp(name, "tc")) {
        s->in_cell = false;
        pages_char(s->out, '\t');
    } else if (!strcmp(name, "tr"))
        pages_line(s->out);
    else if (!strcmp(name, "sp"))
        s->is_title = s->skip_shape = false;
    s->full = pages_full(s->out);
}

static void slide_text(void *arg, struct str text)
{
    struct slide *s = arg;
    if (!s->in_t || s->skip || s->skip_shape)
        return;
    if (s->is_title && s->title.n < HEAD_BYTES)
        buf_add(&s->title, str_sub(text, 0, HEAD_BYTES));
    pages_add(s->out, text);
}

static void read_slide(struct zip *z, struct arena *a, struct str part, struct slide *s)
{
    struct xml_handler h = {
        .arg = s, .open = slide_open, .close = slide_close, .text = slide_text, .stop = &s->full
    };
    struct rels rels;
    buf_clear(&s->title);
    enum err ignored = xml_walk_part(z, part, &h);
    struct str title = str_trim(buf_str(&s->title));
    pages_title(s->out, title);
    pages_head(s->out, 1, title);
    if (rels_read(z, a, part, &rels))
        rels.n = 0;
    for (int notes = 0; notes < 2; notes++) {
        for (size_t i = 0; i < rels.n && !s->full; i++) {
            if (!str_ends(rels.v[i].type, notes ? S("/notesSlide") : S("/diagramData")))
                continue;
            pages_line(s->out);
            s->in_t = s->in_cell = s->is_title = s->skip_shape = false;
            s->skip = 0;
            ignored = xml_walk_part(z, rels.v[i].target, &h);
        }
    }
    (void)ignored; /* a broken slide is an empty one, the show goes on */
}

enum err pptx_pages(struct zip *z, struct pages *out)
{
    struct arena *a = arena_new();
    struct rels top, of;
    struct show *show = ARENA_NEW(a, struct show);
    struct slide s = { .out = out };
    struct xml_handler h = { .arg = show, .open = show_open, .cap = 16u << 20 };
    show->a = a;
    buf_init(&s.title, 4 * HEAD_BYTES);
    enum err e = rels_read(z, a, STR_NONE, &top);
    const struct rel *main = e ? NULL : rels_by_type(&top, "officeDocument");
    struct str part = main ? main->target : S("ppt/presentation.xml");
    if (!e)
        e = xml_walk_part(z, part, &h);
    if (!e)
        e = rels_read(z, a, part, &of);
    for (size_t i = 0; !e && i < show->n && !s.full; i++) {
        const struct rel *r = rels_by_id(&of, show->ids[i]);
        struct arena *own = arena_new();
        s.in_t = s.in_cell = s.is_title = s.skip_shape = false;
        s.skip = 0;
        if (r)
            read_slide(z, own, r->target, &s);
        arena_free(own);
        pages_next(out);
    }
    buf_fini(&s.title);
    arena_free(a);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
