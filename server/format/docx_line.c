/* What stands in a paragraph of a docx: text and its looks, links and fields, images, formulas. */
#include "server/format/docx_paper_int.h"

#include "server/base/mem.h"
#include "server/base/utf.h"
#include "server/format/media.h"

#include <string.h>

enum { IMAGE_HEAD = 256 << 10, INSTR_MAX = 4096, EMU_PX = 9525 };

/* ---- looks */

static struct paper_look look_of(const struct docx_reader *r)
{
    const struct docx_para *p = &docx_here((struct docx_build *)&r->b)->para;
    struct docx_run run = docx_run_over(&p->style.run, &r->run);
    if (p->style.level) /* of a heading only what is said of the run */
        run = r->run;
    struct paper_look l = { .bold = run.bold > 0,
                            .italic = run.italic > 0,
                            .underline = run.underline > 0,
                            .strike = run.strike > 0,
                            .superscript = run.script == 1,
                            .subscript = run.script == 2,
                            .color = run.color,
                            .highlight = run.highlight,
                            .size = run.size,
                            .link = r->link };
    if (r->run.code > 0) /* the editor lets it stand with no other */
        l = (struct paper_look){ .code = true };
    if (r->link.n) {
        l.underline = false;
        l.color = S("");
    }
    return l;
}

void docx_line_text(struct docx_reader *r, struct str s)
{
    struct paper_look l = look_of(r);
    if (r->run.hidden > 0)
        docx_lost(r, LOSS_hidden, s);
    else if (!r->fields || r->field[r->fields - 1].result)
        docx_para_text(&r->b, s, &l);
}

static void put_rune(struct docx_reader *r, uint32_t rune)
{
    char t[4];
    docx_line_text(r, (struct str){ t, utf_put(t, rune) });
}

/* Wingdings and Symbol, as far as lesson plans use them. */
static void put_symbol(struct docx_reader *r, const struct xml_tag *t)
{
    static const struct {
        const char *code;
        uint32_t rune;
    } rows[] = { { "F0FE", 0x2611 }, { "F0A8", 0x25A1 }, { "F06F", 0x25A1 }, { "F0FC", 0x2713 },
                 { "F0FB", 0x2717 }, { "F06C", 0x25CF }, { "F06E", 0x25A0 }, { "F075", 0x25C6 },
                 { "F0D8", 0x27A2 }, { "F0B2", 0x2606 }, { "F0AB", 0x2605 }, { "F0E0", 0x2192 },
                 { "F0B4", 0x00D7 }, { "F0B8", 0x00F7 }, { "F0B0", 0x00B0 }, { "F0D0", 0x2220 },
                 { "F044", 0x25B3 }, { "F05E", 0x22A5 } };
    struct str code = xml_attr(t, "char");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_ieqz(code, rows[i].code)) {
            put_rune(r, rows[i].rune);
            return;
        }
    docx_lost(r, LOSS_unknown, code);
    put_rune(r, 0x25A1);
}

/* ---- runs */

void docx_line_property(struct docx_reader *r, const struct xml_tag *t)
{
    if (xml_is(t, "rStyle")) {
        struct docx_style s = docx_style(r->styles, xml_attr(t, "val"));
        if (!s.link)
            r->run = docx_run_over(&s.run, &r->run);
    } else if (xml_is(t, "rFonts"))
        docx_lost_once(r, LOSS_layout);
    else
        (void)docx_run_take(&r->run, r->b.a, t);
}

static void put_break(struct docx_reader *r, const struct xml_tag *t)
{
    struct str type = xml_attr(t, "type");
    if (r->fields && !r->field[r->fields - 1].result)
        return;
    if (str_eqz(type, "page"))
        docx_para_part(&r->b, PAPER_page_break);
    else if (str_eqz(type, "column"))
        docx_lost(r, LOSS_columns, STR_NONE);
    else
        docx_para_part(&r->b, PAPER_hard_break);
}

static void field_char(struct docx_reader *r, const struct xml_tag *t);

/* What stands in a run; false: something else. */
bool docx_line_part(struct docx_reader *r, const struct xml_tag *t)
{
    if (xml_is(t, "tab") || xml_is(t, "ptab"))
        docx_line_text(r, S("\t"));
    else if (xml_is(t, "br") || xml_is(t, "cr"))
        put_break(r, t);
    else if (xml_is(t, "noBreakHyphen"))
        docx_line_text(r, S("-"));
    else if (xml_is(t, "sym"))
        put_symbol(r, t);
    else if (xml_is(t, "fldChar"))
        field_char(r, t);
    else if (xml_is(t, "footnoteReference") || xml_is(t, "endnoteReference"))
        docx_lost(r, LOSS_note, STR_NONE);
    else if (xml_is(t, "commentReference"))
        docx_lost(r, LOSS_comment, STR_NONE);
    else
        return false;
    return true;
}

/* ---- links and fields */

static struct str link_checked(struct docx_reader *r, struct str href)
{
    if (href.n && paper_link_fits(href))
        return arena_str(r->b.a, href);
    docx_lost(r, LOSS_link, href);
    return S("");
}

void docx_line_link(struct docx_reader *r, const struct xml_tag *t)
{
    const struct rel *rel = rels_by_id(&r->outside, xml_attr(t, "rel:id"));
    r->link = rel ? link_checked(r, rel->target) : S("");
    if (!rel && xml_attr(t, "anchor").n)
        docx_lost(r, LOSS_link, xml_attr(t, "anchor"));
}

/* HYPERLINK "https://…" is a link, all else keeps what it shows at the moment. */
static struct str field_link(struct docx_reader *r, struct str instr)
{
    struct str s = str_trim(instr);
    if (!str_starts(s, S("HYPERLINK"))) {
        if (s.n)
            docx_lost(r, LOSS_field, s);
        return S("");
    }
    size_t from = str_chr(s, '"', 0), to = from == SIZE_MAX ? SIZE_MAX : str_chr(s, '"', from + 1);
    return to == SIZE_MAX ? S("") : link_checked(r, str_sub(s, from + 1, to));
}

void docx_line_field(struct docx_reader *r, const struct xml_tag *t)
{
    r->link = field_link(r, xml_attr(t, "instr"));
}

void docx_line_fini(struct docx_reader *r)
{
    while (r->fields)
        buf_fini(&r->field[--r->fields].instr);
}

static void field_char(struct docx_reader *r, const struct xml_tag *t)
{
    struct str type = xml_attr(t, "fldCharType");
    struct field *f = r->fields ? &r->field[r->fields - 1] : NULL;
    if (str_eqz(type, "begin")) {
        if (r->fields == FIELDS_MAX) {
            r->lost_fields++;
            return;
        }
        r->field[r->fields] = (struct field){ .link = r->link };
        buf_init(&r->field[r->fields++].instr, INSTR_MAX);
    } else if (!f || r->lost_fields) {
        r->lost_fields -= r->lost_fields && str_eqz(type, "end");
    } else if (str_eqz(type, "separate")) {
        f->result = true;
        struct str link = field_link(r, buf_str(&f->instr));
        r->link = link.n ? link : f->link;
    } else if (str_eqz(type, "end")) {
        if (!f->result)
            (void)field_link(r, buf_str(&f->instr));
        r->link = f->link;
        buf_fini(&f->instr);
        r->fields--;
    }
}

/* ---- images */

/* What is wrong with a member as an image; LOSS_count: nothing. */
static enum paper_loss image_fault(struct docx_reader *r, struct str member)
{
    size_t k = zip_find(r->z, member), got = 1, n = 0;
    struct zip_stream *s;
    struct media m;
    if (k == SIZE_MAX || zip_stream_open(r->z, k, &s))
        return LOSS_image_missing;
    char *head = mem_new(IMAGE_HEAD);
    while (got && n < IMAGE_HEAD && !zip_stream_read(s, head + n, IMAGE_HEAD - n, &got))
        n += got;
    enum err e = image_read((struct str){ head, n }, &m);
    mem_free(head);
    zip_stream_close(s);
    return e == E_TOO_LARGE ? LOSS_image_large : e ? LOSS_image_kind : LOSS_count;
}

static bool image_known(struct docx_reader *r, struct str member)
{
    void *v = map_get(r->images, member);
    enum paper_loss l = v ? (enum paper_loss)((uintptr_t)v - 1) : image_fault(r, member);
    if (!v)
        map_put(r->images, member, (void *)((uintptr_t)l + 1));
    if (l != LOSS_count)
        docx_lost(r, l, member);
    return l == LOSS_count;
}

static int pixels(int64_t emu)
{
    int64_t px = (emu + EMU_PX / 2) / EMU_PX;
    return px < 0 ? 0 : px > 10000 ? 10000 : (int)px;
}

static void put_image(struct docx_reader *r, struct str id)
{
    const struct rel *rel = rels_by_id(&r->rels, id);
    r->pictured = true;
    if (!rel) {
        docx_lost(r, LOSS_image_missing, r->alt);
        return;
    }
    struct paper *p = image_known(r, rel->target) ? docx_para_part(&r->b, PAPER_image) : NULL;
    if (!p)
        return;
    p->text = rel->target;
    p->alt = r->alt;
    p->width = pixels(r->cx);
    p->height = pixels(r->cy);
    r->cx = r->cy = 0; /* others of a group are as large as they are */
}

/* "width:120.5pt;height:80pt" of VML, in EMU. */
static int64_t vml_length(struct str style, const char *name)
{
    struct str one;
    while (style.n && str_next(&style, ';', &one)) {
        size_t colon = str_chr(one, ':', 0);
        struct str v = str_trim(str_sub(one, colon == SIZE_MAX ? one.n : colon + 1, one.n));
        int64_t points;
        if (!str_eqz(str_trim(str_sub(one, 0, colon)), name) || !str_iends(v, "pt"))
            continue;
        v = str_sub(v, 0, v.n - 2);
        if (str_int(str_sub(v, 0, str_chr(v, '.', 0)), &points) && points > 0 && points < 5000)
            return points * 12700;
    }
    return 0;
}

void docx_drawing_part(struct docx_reader *r, const struct xml_tag *t)
{
    struct str style = xml_attr(t, "style");
    if (xml_is(t, "extent")) {
        r->cx = xml_int(t, "cx", 0);
        r->cy = xml_int(t, "cy", 0);
    } else if (xml_is(t, "docPr")) {
        struct str alt = xml_attr(t, "descr");
        r->alt = arena_str(r->b.a, utf_head(alt, 500));
    } else if (xml_is(t, "blip") && xml_attr(t, "rel:embed").n) {
        put_image(r, xml_attr(t, "rel:embed"));
    } else if (xml_is(t, "blip") || (xml_is(t, "imagedata") && !xml_attr(t, "rel:id").n)) {
        r->pictured = true;
        docx_lost(r, LOSS_image_missing, r->alt);
    } else if (xml_is(t, "imagedata")) {
        put_image(r, xml_attr(t, "rel:id"));
    } else if (xml_is(t, "chart")) {
        r->pictured = true;
        docx_lost(r, LOSS_chart, r->alt);
    } else if (xml_is(t, "OLEObject")) {
        r->pictured = true;
        docx_lost(r, LOSS_object, xml_attr(t, "ProgID"));
    } else if (xml_is(t, "shape") && style.n) {
        r->cx = vml_length(style, "width");
        r->cy = vml_length(style, "height");
    }
}

void docx_drawing_open(struct docx_reader *r)
{
    r->cx = r->cy = 0;
    r->alt = S("");
    r->pictured = false;
}

void docx_drawing_close(struct docx_reader *r)
{
    if (!r->pictured)
        docx_lost(r, LOSS_shape, r->alt);
}

/* ---- formulas */

void docx_math_close(struct docx_reader *r)
{
    struct buf latex;
    bool block = docx_inside(r, MATH_BLOCK);
    buf_init(&latex, LATEX_MAX);
    bool whole = omml_latex(r->omml, &latex);
    struct str s = str_trim(buf_str(&latex));
    struct paper *p =
        s.n ? docx_para_part(&r->b, block ? PAPER_block_math : PAPER_inline_math) : NULL;
    if (p)
        p->text = arena_str(r->b.a, s);
    if (!whole)
        docx_lost(r, LOSS_formula_part, s);
    buf_fini(&latex);
    omml_reset(r->omml);
}
