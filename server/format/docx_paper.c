/* Reading a docx as paper: document.xml walked once, told to docx_build.c as it comes. An element
 * matters only in its place: a row only in a table, a cell only in a row, a paragraph only where
 * blocks stand; elsewhere it is passed through for what is in it.
 *
 * Taken: text with its looks, headings, alignment, lists, tables with merged cells and widths,
 * images, links, formulas, page breaks, text boxes. All else is told in the report. Of two copies
 * in mc:AlternateContent the first is read. */
#include "server/format/docx_paper_int.h"

#include "server/base/mem.h"

#include <string.h>

void docx_lost(struct docx_reader *r, enum paper_loss l, struct str example)
{
    paper_lost(r->b.report, l, example);
}

void docx_lost_once(struct docx_reader *r, enum paper_loss l)
{
    if (!r->b.report->n[l])
        docx_lost(r, l, STR_NONE);
}

/* ---- where we are */

bool docx_inside(const struct docx_reader *r, enum docx_what w)
{
    for (int k = r->depth; k > 0; k--)
        if (r->what[k] == w)
            return true;
    return false;
}

/* The nearest of body, paragraph, table, row, cell and box. */
static enum docx_what around(const struct docx_reader *r)
{
    for (int k = r->depth; k > 0; k--) {
        enum docx_what w = r->what[k];
        if (w == BODY || w == PARA || w == TABLE || w == ROW || w == CELL || w == BOX)
            return w;
    }
    return PASSED;
}

static bool blocks_here(const struct docx_reader *r)
{
    enum docx_what w = around(r);
    return w == BODY || w == CELL || w == BOX;
}

/* ---- paragraphs */

static void para_style(struct docx_reader *r, const struct xml_tag *t)
{
    docx_here(&r->b)->para.style = docx_style(r->styles, xml_attr(t, "val"));
}

static void para_property(struct docx_reader *r, const struct xml_tag *t)
{
    struct docx_para *p = &docx_here(&r->b)->para;
    if (xml_is(t, "pStyle"))
        para_style(r, t);
    else if (xml_is(t, "jc"))
        p->align = docx_align(xml_attr(t, "val"));
    else if (xml_is(t, "pageBreakBefore"))
        p->break_before = !str_eqz(xml_attr(t, "val"), "0");
    else if (xml_is(t, "outlineLvl")) {
        int64_t v = xml_int(t, "val", 9);
        p->style.level = v >= 0 && v < 9 ? (int)v + 1 : 0;
    } else if (xml_is(t, "ind")) {
        p->indent = xml_int(t, "left", xml_int(t, "start", 0));
        docx_lost_once(r, LOSS_layout);
    } else if (xml_is(t, "spacing") || xml_is(t, "shd") || xml_is(t, "framePr"))
        docx_lost_once(r, LOSS_layout);
}

static void num_property(struct docx_reader *r, const struct xml_tag *t)
{
    struct docx_para *p = &docx_here(&r->b)->para;
    if (xml_is(t, "numId"))
        p->number = xml_int(t, "val", -1);
    else if (xml_is(t, "ilvl"))
        p->ilvl = xml_int(t, "val", -1);
}

/* What its style says of numbers holds where it says nothing itself. */
static void para_close(struct docx_reader *r)
{
    struct docx_para *p = &docx_here(&r->b)->para;
    p->number = p->number >= 0 ? p->number : p->style.number;
    p->ilvl = p->ilvl >= 0 ? p->ilvl : p->style.ilvl;
    docx_para_end(&r->b);
}

/* ---- tables */

static void grid_column(struct docx_reader *r, const struct xml_tag *t)
{
    struct docx_table *table = r->b.table;
    int64_t w = xml_int(t, "w", 0);
    if (table->grid_n < COLUMNS_MAX)
        table->grid[table->grid_n++] = w < 0 || w > 100000 ? 0 : (int)w;
}

static void row_property(struct docx_reader *r, const struct xml_tag *t)
{
    if (xml_is(t, "gridBefore"))
        docx_row_skip(&r->b, xml_int(t, "val", 0));
    else if (xml_is(t, "tblHeader"))
        r->b.table->head = !str_eqz(xml_attr(t, "val"), "0");
    else if (xml_is(t, "trHeight"))
        docx_lost_once(r, LOSS_table_look);
}

static void cell_property(struct docx_reader *r, const struct xml_tag *t)
{
    struct docx_table *table = r->b.table;
    if (xml_is(t, "gridSpan")) {
        int64_t n = xml_int(t, "val", 1);
        table->span = n < 1 ? 1 : n > COLUMNS_MAX ? COLUMNS_MAX : (int)n;
    } else if (xml_is(t, "vMerge"))
        table->goes_on = !str_eqz(xml_attr(t, "val"), "restart");
    else if (xml_is(t, "shd") && str_ieqz(xml_attr(t, "fill"), "F2F2F2"))
        table->shaded = true; /* the grey that heads have, also by our own writer */
    else if (xml_is(t, "tcBorders") || xml_is(t, "shd"))
        docx_lost_once(r, LOSS_table_look);
}

/* ---- elements */

static bool left_out(struct docx_reader *r, const struct xml_tag *t)
{
    if (xml_is(t, "altChunk") || xml_is(t, "subDoc"))
        docx_lost(r, LOSS_object, STR_NONE);
    return xml_is(t, "Fallback") || xml_is(t, "sdtPr") || xml_is(t, "altChunk") ||
           xml_is(t, "pPrChange") || xml_is(t, "rPrChange") || xml_is(t, "tblPrChange") ||
           xml_is(t, "trPrChange") || xml_is(t, "tcPrChange") || xml_is(t, "sectPrChange");
}

static void section_part(struct docx_reader *r, const struct xml_tag *t)
{
    if (xml_is(t, "headerReference") || xml_is(t, "footerReference"))
        docx_lost_once(r, LOSS_header);
    else if (xml_is(t, "cols") && xml_int(t, "num", 1) > 1)
        docx_lost_once(r, LOSS_columns);
}

/* Properties, by what they are properties of; what: of the element around. */
static void property(struct docx_reader *r, enum docx_what what, const struct xml_tag *t)
{
    switch (what) {
    case PARA_PROPS: para_property(r, t); break;
    case NUM_PROPS: num_property(r, t); break;
    case BORDERS:
        if (xml_is(t, "bottom"))
            docx_here(&r->b)->para.ruled = true;
        break;
    case RUN_PROPS: docx_line_property(r, t); break;
    case GRID:
        if (xml_is(t, "gridCol"))
            grid_column(r, t);
        break;
    case ROW_PROPS: row_property(r, t); break;
    case CELL_PROPS: cell_property(r, t); break;
    case SECTION: section_part(r, t); break;
    case DRAWING: docx_drawing_part(r, t); break;
    default: break;
    }
}

static bool run_open(struct docx_reader *r)
{
    r->run = docx_run_none;
    return true;
}

static bool drawing_open(struct docx_reader *r)
{
    docx_drawing_open(r);
    return true;
}

static bool box_open(struct docx_reader *r)
{
    r->pictured = true;
    docx_lost(r, LOSS_text_box, STR_NONE);
    return docx_box_begin(&r->b);
}

static bool section_open(struct docx_reader *r)
{
    if (around(r) == PARA)
        docx_lost(r, LOSS_columns, STR_NONE);
    return true;
}

static bool table_open(struct docx_reader *r)
{
    return docx_table_begin(&r->b);
}

static bool cell_open(struct docx_reader *r)
{
    docx_cell_begin(&r->b);
    return true;
}

static bool row_open(struct docx_reader *r)
{
    docx_row_begin(&r->b);
    return true;
}

static bool para_open(struct docx_reader *r)
{
    docx_para_begin(&r->b);
    return true;
}

/* in: PASSED: anywhere; else directly in it, or (blocks, parts of tables) with nothing of their
 * kind between. open gives false: it is to be skipped. */
static const struct element {
    const char *name;
    enum docx_what is, in;
    bool (*open)(struct docx_reader *r);
} elements[] = {
    { "body", BODY, PASSED, NULL },
    { "p", PARA, BODY, para_open },
    { "pPr", PARA_PROPS, PARA, NULL },
    { "numPr", NUM_PROPS, PARA_PROPS, NULL },
    { "pBdr", BORDERS, PARA_PROPS, NULL },
    { "r", RUN, PASSED, run_open },
    { "rPr", RUN_PROPS, RUN, NULL },
    { "t", TEXT, RUN, NULL },
    { "instrText", INSTR, RUN, NULL },
    { "tbl", TABLE, BODY, table_open },
    { "tblGrid", GRID, TABLE, NULL },
    { "tr", ROW, TABLE, row_open },
    { "trPr", ROW_PROPS, ROW, NULL },
    { "tc", CELL, ROW, cell_open },
    { "tcPr", CELL_PROPS, CELL, NULL },
    { "txbxContent", BOX, DRAWING, box_open },
    { "oMathPara", MATH_BLOCK, PARA, NULL },
    { "drawing", DRAWING, PARA, drawing_open },
    { "pict", DRAWING, PARA, drawing_open },
    { "object", DRAWING, PARA, drawing_open },
    { "sectPr", SECTION, PASSED, section_open },
    { "del", DELETED, PASSED, NULL },
    { "moveFrom", DELETED, PASSED, NULL },
};

static bool fits(const struct docx_reader *r, const struct element *e)
{
    enum docx_what direct = r->what[r->depth];
    switch (e->is) {
    case PARA:
    case TABLE: return blocks_here(r);
    case ROW: return around(r) == TABLE;
    case CELL: return around(r) == ROW;
    case BOX: return docx_inside(r, DRAWING) && around(r) == PARA;
    case MATH_BLOCK:
    case DRAWING: return around(r) == PARA && !docx_inside(r, DELETED);
    case RUN: return around(r) == PARA && !docx_inside(r, DELETED);
    default: return e->in == PASSED || direct == e->in;
    }
}

static enum docx_what open_element(struct docx_reader *r, const struct xml_tag *t)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        const struct element *e = &elements[i];
        if (!xml_is(t, e->name) || !fits(r, e))
            continue;
        if (e->open && !e->open(r))
            r->skip = 1;
        return e->is;
    }
    if (xml_is(t, "hyperlink") && around(r) == PARA && !r->link.n) {
        docx_line_link(r, t);
        return LINK;
    }
    if (xml_is(t, "fldSimple") && around(r) == PARA && !r->link.n) {
        docx_line_field(r, t);
        return LINK;
    }
    return PASSED;
}

static void push(struct docx_reader *r, enum docx_what w)
{
    r->what[++r->depth] = (unsigned char)w;
}

static void on_open(void *arg, const struct xml_tag *t)
{
    struct docx_reader *r = arg;
    enum docx_what here = r->what[r->depth];
    if (r->skip || left_out(r, t)) {
        r->skip++;
        return;
    }
    if (docx_inside(r, MATH) ||
        (xml_is(t, "oMath") && around(r) == PARA && !docx_inside(r, DELETED))) {
        omml_open(r->omml, t);
        push(r, docx_inside(r, MATH) ? PASSED : MATH);
        return;
    }
    /* The content of a cell begins behind its properties. */
    if (here == CELL && !xml_is(t, "tcPr") && !docx_cell_ready(&r->b)) {
        r->skip = 1;
        return;
    }
    property(r, here == PASSED && docx_inside(r, DRAWING) && around(r) == PARA ? DRAWING : here, t);
    enum docx_what is = here == RUN && docx_line_part(r, t) ? PASSED : open_element(r, t);
    if (!r->skip)
        push(r, is);
}

static void on_close(void *arg, const char *name)
{
    struct docx_reader *r = arg;
    (void)name;
    if (r->skip) {
        r->skip--;
        return;
    }
    enum docx_what w = (enum docx_what)r->what[r->depth--];
    if (w == MATH || docx_inside(r, MATH))
        omml_close(r->omml);
    switch (w) {
    case PARA: para_close(r); break;
    case TABLE: docx_table_end(&r->b); break;
    case ROW: docx_row_end(&r->b); break;
    case CELL: docx_cell_end(&r->b); break;
    case BOX: docx_box_end(&r->b); break;
    case LINK: r->link = S(""); break;
    case DRAWING: docx_drawing_close(r); break;
    case MATH: docx_math_close(r); break;
    default: break;
    }
}

static void on_text(void *arg, struct str s)
{
    struct docx_reader *r = arg;
    enum docx_what here = (enum docx_what)r->what[r->depth];
    if (r->skip)
        return;
    if (docx_inside(r, MATH))
        omml_text(r->omml, s);
    else if (docx_inside(r, DELETED)) {
        if (str_trim(s).n)
            docx_lost(r, LOSS_deleted, s);
    } else if (here == TEXT)
        docx_line_text(r, s);
    else if (here == INSTR && r->fields)
        buf_add(&r->field[r->fields - 1].instr, s);
}

/* ---- the size of most of the text says nothing */

struct sizes {
    struct map *chars; /* size → how many bytes have it, + 1 */
    struct str most;
    size_t most_n;
};

static void count_sizes(struct sizes *s, const struct paper *p)
{
    if (p->kind == PAPER_text) {
        struct str size = p->look.size.n ? p->look.size : S("-");
        size_t n = (size_t)(uintptr_t)map_get(s->chars, size) + p->text.n;
        if (n)
            map_put(s->chars, size, (void *)(uintptr_t)n);
        if (n > s->most_n) {
            s->most = size;
            s->most_n = n;
        }
    }
    for (const struct paper *k = p->first; k; k = k->next)
        count_sizes(s, k);
}

static void drop_size(struct paper *p, struct str size)
{
    if (str_eq(p->look.size, size))
        p->look.size = S("");
    for (struct paper *k = p->first; k; k = k->next)
        drop_size(k, size);
}

static void plain_sizes(struct paper *doc)
{
    struct sizes s = { .chars = map_new() };
    count_sizes(&s, doc);
    if (!str_eqz(s.most, "-"))
        drop_size(doc, s.most);
    map_free(s.chars);
}

/* ---- the whole */

static struct str part_of(const struct rels *rels, const char *type, struct str otherwise)
{
    const struct rel *r = rels_by_type(rels, type);
    return r ? r->target : otherwise;
}

static enum err read_body(struct docx_reader *r, struct arena *a, struct str part,
                          struct paper *doc)
{
    struct xml_handler h = { .arg = r,
                             .open = on_open,
                             .close = on_close,
                             .text = on_text,
                             .stop = &r->b.full,
                             .cap = UINT64_C(256) << 20 };
    r->styles = docx_styles_read(r->z, a, part_of(&r->rels, "styles", S("word/styles.xml")));
    r->b.numbers =
        docx_numbers_read(r->z, a, part_of(&r->rels, "numbering", S("word/numbering.xml")));
    r->images = map_new();
    r->omml = omml_new();
    docx_build_begin(&r->b, doc);
    enum err e = xml_walk_part(r->z, part, &h);
    docx_build_end(&r->b);
    docx_line_fini(r);
    omml_free(r->omml);
    map_free(r->images);
    docx_numbers_free(r->b.numbers);
    docx_styles_free(r->styles);
    return e;
}

enum err docx_paper(struct zip *z, struct arena *a, struct paper_report *report, struct paper **out)
{
    struct docx_reader *r = NEW(struct docx_reader);
    struct rels top;
    *out = paper_add(a, NULL, PAPER_document);
    r->z = z;
    r->b.a = a;
    r->b.report = report;
    r->link = S("");
    enum err e = rels_read(z, a, STR_NONE, &top);
    struct str part = e ? STR_NONE : part_of(&top, "officeDocument", S("word/document.xml"));
    if (!e && !(e = rels_read(z, a, part, &r->rels)))
        e = rels_outside(z, a, part, &r->outside);
    if (!e)
        e = read_body(r, a, part, *out);
    if (!e)
        plain_sizes(*out);
    mem_free(r);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
