/* The text of WordprocessingML (ECMA-376 part 1, 17). Paragraphs are lines, cells of a table are
 * separated by a tab, rows are lines. A page ends where Word last laid one out
 * (lastRenderedPageBreak) or where the author broke it. Headings are paragraphs whose style, or its
 * ancestor, has an outline level.
 *
 * Left out: deleted text of tracked changes (w:delText), field instructions, headers and footers
 * (they repeat), the second copy in mc:Fallback. */
#include "server/format/ooxml.h"

#include "server/base/map.h"
#include "server/format/xml.h"

#include <string.h>

/* ---- styles: which paragraph style is a heading of which level */

struct style {
    int level; /* 1–9; 0: none told */
    struct str based;
};

struct styles_walk {
    struct arena *a;
    struct map *by_id; /* id → struct style */
    struct style *now;
    size_t n;
};

/* "heading 3", "标题 3": how every language's built-in headings are stored, whatever their id. */
static int level_of_name(struct str name)
{
    static const char *const words[] = { "heading ", "Heading ", "标题 ", "标题" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str w = str_of(words[i]);
        if (str_starts(name, w) && name.n == w.n + 1 && name.p[w.n] >= '1' && name.p[w.n] <= '9')
            return name.p[w.n] - '0';
    }
    return str_ieqz(name, "title") ? 1 : 0;
}

static void styles_open(void *arg, const struct xml_tag *t)
{
    struct styles_walk *w = arg;
    if (xml_is(t, "style") && w->n < 5000) {
        struct str id = xml_attr(t, "styleId");
        w->n++;
        w->now = ARENA_NEW(w->a, struct style);
        map_put(w->by_id, id, w->now);
    }
    if (!w->now)
        return;
    if (xml_is(t, "basedOn"))
        w->now->based = arena_str(w->a, xml_attr(t, "val"));
    else if (xml_is(t, "name") && !w->now->level)
        w->now->level = level_of_name(xml_attr(t, "val"));
    else if (xml_is(t, "outlineLvl")) {
        int64_t v = xml_int(t, "val", 9);
        w->now->level = v >= 0 && v < 9 ? (int)v + 1 : 0;
    }
}

static void styles_close(void *arg, const char *name)
{
    struct styles_walk *w = arg;
    if (!strcmp(name, "style"))
        w->now = NULL;
}

static int style_level(const struct map *by_id, struct str id)
{
    for (int hops = 0; hops < 12; hops++) {
        const struct style *s = map_get(by_id, id);
        if (!s || s->level)
            return s ? s->level : 0;
        id = s->based;
    }
    return 0;
}

/* ---- the body */

struct body {
    struct pages *out;
    const struct map *styles;
    struct buf para; /* the paragraph, until its end tells whether it is a heading */
    int level;       /* of the paragraph; 0: no heading */
    int cells;       /* depth of table cells */
    int skip;        /* depth inside something left out; 0: outside */
    bool in_t, broken;
    bool full;
};

static bool left_out(const struct xml_tag *t)
{
    return xml_is(t, "Fallback") || xml_is(t, "del") || xml_is(t, "moveFrom");
}

/* A page break takes effect where the next text begins, so that two marks for one break count once.
 */
static void page_break(struct body *b)
{
    if (b->para.n || b->out->text.n)
        b->broken = true;
}

static void end_paragraph(struct body *b)
{
    struct str s = buf_str(&b->para);
    if (b->broken && str_trim(s).n) {
        pages_next(b->out);
        b->broken = false;
    }
    if (b->level && !b->cells)
        pages_head(b->out, b->level, s);
    pages_add(b->out, s);
    if (b->cells)
        pages_space(b->out);
    else
        pages_line(b->out);
    buf_clear(&b->para);
    b->level = 0;
    b->full = pages_full(b->out);
}

static void body_open(void *arg, const struct xml_tag *t)
{
    struct body *b = arg;
    if (b->skip || left_out(t)) {
        b->skip++;
        return;
    }
    if (xml_is(t, "t"))
        b->in_t = true;
    else if (xml_is(t, "tc"))
        b->cells++;
    else if (xml_is(t, "pStyle"))
        b->level = b->level ? b->level : style_level(b->styles, xml_attr(t, "val"));
    else if (xml_is(t, "outlineLvl")) {
        int64_t v = xml_int(t, "val", 9);
        b->level = v >= 0 && v < 9 ? (int)v + 1 : 0;
    } else if (xml_is(t, "tab") && !xml_attr(t, "pos").n)
        buf_char(&b->para, '\t');
    else if (xml_is(t, "noBreakHyphen"))
        buf_char(&b->para, '-');
    else if (xml_is(t, "lastRenderedPageBreak") ||
             (xml_is(t, "br") && str_eqz(xml_attr(t, "type"), "page")))
        page_break(b);
    else if (xml_is(t, "br") || xml_is(t, "cr"))
        buf_char(&b->para, b->cells ? ' ' : '\n');
}

static void body_close(void *arg, const char *name)
{
    struct body *b = arg;
    if (b->skip) {
        b->skip--;
        return;
    }
    if (!strcmp(name, "t"))
        b->in_t = false;
    else if (!strcmp(name, "p"))
        end_paragraph(b);
    else if (!strcmp(name, "tc") && b->cells) {
        b->cells--;
        while (b->out->text.n && b->out->text.p[b->out->text.n - 1] == ' ')
            b->out->text.n--;
        pages_char(b->out, '\t');
    } else if (!strcmp(name, "tr"))
        pages_line(b->out);
}

static void body_text(void *arg, struct str s)
{
    struct body *b = arg;
    if (!b->in_t || b->skip)
        return;
    buf_add(&b->para, s);
    if (b->para.n >= PAGE_BYTES) { /* a paragraph nobody wrote by hand */
        pages_add(b->out, buf_str(&b->para));
        pages_split(b->out);
        buf_clear(&b->para);
        b->full = pages_full(b->out);
    }
}

enum err docx_pages(struct zip *z, struct pages *out)
{
    struct arena *a = arena_new();
    struct map *styles = map_new();
    struct rels top, of = { 0 }; /* where the first is broken nobody reads the second */
    struct styles_walk sw = { .a = a, .by_id = styles };
    struct xml_handler hs = {
        .arg = &sw, .open = styles_open, .close = styles_close, .cap = 16u << 20
    };
    struct body b = { .out = out, .styles = styles };
    struct xml_handler hb = {
        .arg = &b, .open = body_open, .close = body_close, .text = body_text, .stop = &b.full
    };
    buf_init(&b.para, 2 * PAGE_BYTES);
    enum err e = rels_read(z, a, STR_NONE, &top), ignored;
    const struct rel *main = e ? NULL : rels_by_type(&top, "officeDocument");
    struct str part = main ? main->target : S("word/document.xml");
    if (!e && !rels_read(z, a, part, &of)) {
        const struct rel *r = rels_by_type(&of, "styles");
        ignored = xml_walk_part(z, r ? r->target : S("word/styles.xml"), &hs);
    }
    e = xml_walk_part(z, part, &hb);
    static const char *const notes[] = { "footnotes", "endnotes" };
    for (size_t i = 0; !e && i < 2 && !b.full; i++) {
        const struct rel *r = rels_by_type(&of, notes[i]);
        if (r)
            ignored = xml_walk_part(z, r->target, &hb);
    }
    (void)ignored;
    if (!e)
        pages_next(out);
    buf_fini(&b.para);
    map_free(styles);
    arena_free(a);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
