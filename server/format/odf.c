/* The text of content.xml. In text documents a soft page break is a page, in presentations
 * draw:page, in spreadsheets table:table; which of them it is shows in the body's child
 * (office:text, …). */
#include "server/format/odf.h"

#include "server/format/xml.h"

#include <string.h>

enum body { NOTHING, TEXT, SLIDES, SHEETS };

struct odf {
    struct pages *out;
    enum body body;
    struct buf head;
    int level; /* of the heading being read; 0: none */
    int para;  /* depth inside text:p and text:h */
    int cells; /* depth of cells */
    int skip;  /* depth inside annotations and tracked changes */
    bool first_done, full;
};

static void next_part(struct odf *o, struct str name)
{
    if (o->first_done)
        pages_next(o->out);
    o->first_done = true;
    pages_title(o->out, name);
    pages_head(o->out, 1, name);
}

static enum body body_of(const struct xml_tag *t)
{
    return xml_is(t, "text")           ? TEXT
           : xml_is(t, "presentation") ? SLIDES
           : xml_is(t, "spreadsheet")  ? SHEETS
                                       : NOTHING;
}

static void put(struct odf *o, struct str s)
{
    pages_add(o->out, s);
    if (o->level)
        buf_add(&o->head, str_sub(s, 0, HEAD_BYTES));
    o->full = pages_full(o->out);
}

static void odf_open(void *arg, const struct xml_tag *t)
{
    struct odf *o = arg;
    if (o->skip || xml_is(t, "annotation") || xml_is(t, "tracked-changes") || xml_is(t, "forms")) {
        o->skip++;
        return;
    }
    if (!o->body)
        o->body = body_of(t);
    else if (xml_is(t, "p") || xml_is(t, "h")) {
        o->para++;
        o->level = xml_is(t, "h") ? (int)xml_int(t, "outline-level", 1) : 0;
        buf_clear(&o->head);
    } else if (xml_is(t, "page") && o->body == SLIDES)
        next_part(o, STR_NONE);
    else if (xml_is(t, "table") && o->body == SHEETS)
        next_part(o, xml_attr(t, "name"));
    else if (xml_is(t, "soft-page-break") && o->body == TEXT && o->out->text.n)
        pages_next(o->out);
    else if (xml_is(t, "table-cell"))
        o->cells++;
    else if (o->para && xml_is(t, "tab"))
        put(o, S("\t"));
    else if (o->para && xml_is(t, "s"))
        put(o, S(" "));
    else if (o->para && xml_is(t, "line-break"))
        put(o, o->cells ? S(" ") : S("\n"));
}

static void odf_close(void *arg, const char *name)
{
    struct odf *o = arg;
    if (o->skip) {
        o->skip--;
        return;
    }
    if (!strcmp(name, "p") || !strcmp(name, "h")) {
        if (o->para)
            o->para--;
        if (o->level)
            pages_head(o->out, o->level, buf_str(&o->head));
        o->level = 0;
        if (o->cells)
            pages_space(o->out);
        else
            pages_line(o->out);
    } else if (!strcmp(name, "table-cell") && o->cells) {
        o->cells--;
        pages_char(o->out, '\t');
    } else if (!strcmp(name, "table-row"))
        pages_line(o->out);
    o->full = pages_full(o->out);
}

static void odf_text(void *arg, struct str s)
{
    struct odf *o = arg;
    if (o->para && !o->skip)
        put(o, s);
}

enum err odf_pages(struct zip *z, struct pages *out)
{
    struct odf o = { .out = out };
    struct xml_handler h = { .arg = &o,
                             .open = odf_open,
                             .close = odf_close,
                             .text = odf_text,
                             .stop = &o.full,
                             .cap = UINT64_C(256) << 20 };
    buf_init(&o.head, 1u << 20);
    enum err e = xml_walk_part(z, S("content.xml"), &h);
    pages_next(out);
    buf_fini(&o.head);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
