/* The text of WordprocessingML (ECMA-376 part 1, 17). Paragraphs are lines, cells of a table are
 * separated by a tab, rows are lines. A page ends where Word last laid one out
 * (lastRenderedPageBreak) or where the author broke it. Headings are paragraphs whose style, or its
 * ancestor, has an outline level.
 *
 * Left out: deleted text of tracked changes (w:delText), field instructions, headers and footers
 * (they repeat), the second copy in mc:Fallback. */
#include "server/format/docx_int.h"

#include <string.h>

/* ---- the body */

struct body {
    struct pages *out;
    const struct docx_styles *styles;
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
        b->level = b->level ? b->level : docx_style(b->styles, xml_attr(t, "val")).level;
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
    struct rels top, of = { 0 }; /* where the first is broken nobody reads the second */
    struct body b = { .out = out };
    struct xml_handler hb = {
        .arg = &b, .open = body_open, .close = body_close, .text = body_text, .stop = &b.full
    };
    buf_init(&b.para, 2 * PAGE_BYTES);
    enum err e = rels_read(z, a, STR_NONE, &top), ignored;
    const struct rel *main = e ? NULL : rels_by_type(&top, "officeDocument");
    struct str part = main ? main->target : S("word/document.xml");
    const struct rel *r = NULL;
    if (!e && !rels_read(z, a, part, &of))
        r = rels_by_type(&of, "styles");
    struct docx_styles *styles = docx_styles_read(z, a, r ? r->target : S("word/styles.xml"));
    b.styles = styles;
    e = xml_walk_part(z, part, &hb);
    static const char *const notes[] = { "footnotes", "endnotes" };
    for (size_t i = 0; !e && i < 2 && !b.full; i++) {
        r = rels_by_type(&of, notes[i]);
        if (r)
            ignored = xml_walk_part(z, r->target, &hb);
    }
    (void)ignored;
    if (!e)
        pages_next(out);
    buf_fini(&b.para);
    docx_styles_free(styles);
    arena_free(a);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
