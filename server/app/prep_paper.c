/* The record's fields laid out as the form of prep_paper.def. What is empty is left to be written
 * by hand; so is who came and who did not, before anybody has. */
#include "server/app/prep_paper.h"

#include "server/app/prep_record.h"
#include "server/base/clock.h"
#include "server/format/name.h"
#include "storage/dept.h"

enum { COLUMNS = 6, TITLE_BYTES = 150 };

static const struct cell {
    int row;
    const char *label, *field, *pattern;
    int span, least;
} cells[] = {
#define CELL(row, label, field, pattern, span, least) { row, label, #field, pattern, span, least },
#include "server/app/prep_paper.def"
#undef CELL
};
enum { CELLS_N = sizeof cells / sizeof *cells };

/* CSS pixels; a page's width together. */
static const int widths[COLUMNS] = { 88, 124, 78, 118, 88, 122 };

static struct str way_text(struct str way)
{
    static const char *const words[][2] = { { "onsite", "现场" },
                                            { "online", "线上" },
                                            { "mixed", "现场加线上" },
                                            { "async", "各自参加" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eqz(way, words[i][0]))
            return str_of(words[i][1]);
    return way;
}

static struct str signature(struct call *c, const struct prep_record_view *v)
{
    struct civil d = civil_local(v->signed_at);
    if (!v->signed_at)
        return STR_NONE;
    return arena_fmt(c->arena, "%.*s\n%d年%d月%d日", STR_ARG(v->signed_name), d.year, d.month,
                     d.day);
}

static struct str field_of(struct call *c, const struct prep_record_view *v, const char *name)
{
    struct str text = STR_NONE;
    bool who = str_eqz(S("came"), name) || str_eqz(S("missed"), name) || str_eqz(S("absent"), name);
    if (who && !v->came)
        return STR_NONE;
    for (size_t i = 0; i < v->fields_n; i++)
        if (str_eqz(v->fields[i].name, name))
            text = v->fields[i].text;
    if (str_eqz(S("way"), name))
        return way_text(text);
    if (str_eqz(S("missed"), name))
        return arena_fmt(c->arena, "%lld", (long long)(v->invited - v->came));
    return str_eqz(S("signed"), name) ? signature(c, v) : text;
}

static struct str filled(struct call *c, const char *pattern, struct str text)
{
    struct str p = str_of(pattern);
    size_t at = str_find(p, S("{}"), 0);
    if (!text.n)
        return text;
    return arena_fmt(c->arena, "%.*s%.*s%.*s", STR_ARG(str_sub(p, 0, at)), STR_ARG(text),
                     STR_ARG(str_sub(p, at + 2, p.n)));
}

/* ---- the table */

static void line(struct arena *a, struct paper *cell, struct str text, enum paper_align align)
{
    struct paper *p = paper_add(a, cell, PAPER_paragraph);
    p->align = align;
    if (text.n)
        paper_add(a, p, PAPER_text)->text = text;
}

static struct paper *cell_add(struct arena *a, struct paper *row, enum paper_kind kind, int at,
                              int span)
{
    struct paper *p = paper_add(a, row, kind);
    p->colspan = span;
    p->widths = &widths[at];
    return p;
}

static void text_add(struct arena *a, struct paper *cell, struct str text, int least,
                     enum paper_align align)
{
    struct str one;
    int n = 0;
    for (; text.n && str_next(&text, '\n', &one); n++)
        line(a, cell, one, align);
    for (; n < least; n++)
        line(a, cell, STR_NONE, align);
}

static struct paper *form(struct call *c, const struct prep_record_view *v)
{
    struct arena *a = c->arena;
    struct paper *doc = paper_add(a, NULL, PAPER_document);
    struct paper *table = paper_add(a, doc, PAPER_table), *row = NULL;
    for (size_t i = 0, at = 0; i < CELLS_N; i++) {
        const struct cell *x = &cells[i];
        if (!i || x->row != cells[i - 1].row) {
            row = paper_add(a, table, PAPER_table_row);
            at = 0;
        }
        struct paper *label = cell_add(a, row, PAPER_table_header, (int)at, 1);
        text_add(a, label, str_of(x->label), 1, ALIGN_center);
        struct paper *text = cell_add(a, row, PAPER_table_cell, (int)at + 1, x->span);
        text_add(a, text, filled(c, x->pattern, field_of(c, v, x->field)), x->least, ALIGN_none);
        at += 1 + (size_t)x->span;
    }
    return doc;
}

/* The school or the group whose 备课组 it is. */
static enum err place_of(struct call *c, int64_t id, struct prep_row *p, struct str *place)
{
    struct dept d;
    enum err e;
    if ((e = prep_get(c->db, c->arena, id, p)) ||
        (e = dept_get(c->db, c->arena, p->dept, c->now, &d)))
        return e;
    *place = d.school_name.n ? d.school_name : d.group_name;
    return E_OK;
}

enum err prep_paper(struct call *c, int64_t id, const struct prep_paper_query *q, struct buf *out,
                    struct doc_exported *what)
{
    struct paper_report report = { .arena = c->arena };
    struct prep_record_view v;
    struct prep_row p;
    struct paper_job job = { .title = S("集体备课记录表"),
                             .size = str_eqz(q->paper, "16k") ? PAPER_16K : PAPER_A4,
                             .now = c->now };
    enum err e;
    if ((e = prep_record_show(c, id, &v)) || (e = place_of(c, id, &p, &job.school)))
        return e;
    job.doc = form(c, &v);
    if ((e = doc_export_paper(c, q->format, &job, &report, out, what)))
        return e;
    what->name = arena_fmt(c->arena, "集体备课记录表-%.*s.%.*s",
                           STR_ARG(name_safe(c->arena, p.title, TITLE_BYTES)), STR_ARG(q->format));
    return E_OK;
}
