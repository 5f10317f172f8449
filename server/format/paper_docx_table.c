/* Tables of a docx. HTML says of a cell how far it reaches down, Word wants a cell in every row it
 * passes through (vMerge), so the rows are walked twice with the same rules: first for the number
 * and widths of the columns, then for writing. */
#include "server/format/paper_docx_int.h"

enum { CELL_MARGIN = 216, COLUMN_MIN = 400 };

struct column {
    int left; /* rows that the cell which began here still reaches into */
    int span; /* of that cell */
    int px;   /* its width, 0: not told */
    int width;
};

enum slot { BEGINS, GOES_ON, EMPTY };

struct grid {
    struct docx *d;
    struct docx_flow flow;
    struct column column[DOCX_COLUMNS];
    int columns; /* 0: not known yet */
    int reach;   /* how far the widest row goes */
    int rows;    /* from this one on */
    bool cut;
};

typedef void put_slot(struct grid *g, const struct paper *cell, int at, int span, enum slot what);

/* So far a cell that begins here may reach: to the end, or to one from above. */
static int free_span(const struct grid *g, int at, int wanted)
{
    int end = g->columns ? g->columns : DOCX_COLUMNS, n = 1;
    while (n < wanted && at + n < end && !g->column[at + n].left)
        n++;
    return n;
}

static void walk_row(struct grid *g, const struct paper *row, put_slot *put)
{
    const struct paper *cell = row->first;
    int end = g->columns ? g->columns : DOCX_COLUMNS;
    for (int at = 0, span; at < end; at += span) {
        struct column *c = &g->column[at];
        span = c->left ? c->span : 1;
        if (c->left)
            put(g, NULL, at, span, GOES_ON);
        else if (cell) {
            span = free_span(g, at, cell->colspan);
            c->left = cell->rowspan < g->rows ? cell->rowspan : g->rows;
            c->span = span;
            put(g, cell, at, span, BEGINS);
            cell = cell->next;
        } else if (g->columns)
            put(g, NULL, at, 1, EMPTY);
        if (c->left)
            c->left--;
    }
    g->cut = g->cut || cell;
    g->rows--;
}

/* ---- columns */

static void measure(struct grid *g, const struct paper *cell, int at, int span, enum slot what)
{
    (void)what;
    if (at + span > g->reach)
        g->reach = at + span;
    for (int k = 0; cell && cell->widths && k < span && k < cell->colspan; k++)
        if (!g->column[at + k].px && cell->widths[k] > 0)
            g->column[at + k].px = cell->widths[k] < 5000 ? cell->widths[k] : 5000;
}

/* Columns that were not told share what the others leave. A table that is nearly as wide as its
 * place, or wider, is made just as wide. */
static void set_widths(struct grid *g)
{
    int room = g->flow.width - g->flow.indent, told = 0, untold = 0, all = 0;
    if (room < COLUMN_MIN)
        room = COLUMN_MIN;
    for (int k = 0; k < g->columns; k++) {
        told += g->column[k].px * PX;
        untold += !g->column[k].px;
    }
    int share = untold ? (room - told) / untold : 0, least = room / g->columns / 3;
    for (int k = 0; k < g->columns; k++) {
        struct column *c = &g->column[k];
        c->width = c->px ? c->px * PX : share > least ? share : least;
        all += c->width;
    }
    for (int k = 0; k < g->columns && all && (all > room || all > room * 17 / 20); k++)
        g->column[k].width = (int)((int64_t)g->column[k].width * room / all);
}

/* ---- cells */

static int width_of(const struct grid *g, int at, int span)
{
    int all = 0;
    for (int k = at; k < at + span; k++)
        all += g->column[k].width;
    return all;
}

/* A cell ends with a paragraph, also behind a table in it. */
static void put_content(struct grid *g, const struct paper *cell, int width)
{
    struct docx_flow f = { .width = width - CELL_MARGIN, .head = cell->kind == PAPER_table_header };
    docx_blocks(g->d, cell, f);
    if (!cell->last || cell->last->kind == PAPER_table)
        docx_empty(g->d);
}

static void put_cell(struct grid *g, const struct paper *cell, int at, int span, enum slot what)
{
    struct buf *b = &g->d->body;
    int width = width_of(g, at, span);
    bool tall = what == GOES_ON || (cell && g->column[at].left > 1);
    buf_fmt(b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", width);
    if (span > 1)
        buf_fmt(b, "<w:gridSpan w:val=\"%d\"/>", span);
    if (tall)
        buf_addz(b, what == BEGINS ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>");
    if (cell && cell->kind == PAPER_table_header)
        buf_addz(b, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F2F2\"/>");
    buf_addz(b, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    if (cell)
        put_content(g, cell, width);
    else
        docx_empty(g->d);
    buf_addz(b, "</w:tc>");
}

/* A row of heads comes again on every page. */
static bool is_head(const struct paper *row)
{
    const struct paper *k = row->first;
    while (k && k->kind == PAPER_table_header && k->rowspan == 1)
        k = k->next;
    return row->first && !k;
}

/* How many rows there are; what else stands in a table is told once. */
static int rows_of(struct docx *d, const struct paper *table, bool tell)
{
    int n = 0;
    for (const struct paper *r = table->first; r; r = r->next)
        if (r->kind == PAPER_table_row)
            n++;
        else if (tell)
            paper_lost(d->report, LOSS_unknown, str_of(paper_name(r->kind)));
    return n;
}

static void walk(struct grid *g, const struct paper *table, put_slot *put)
{
    bool heads = true;
    struct buf *b = &g->d->body;
    g->rows = rows_of(g->d, table, put == put_cell);
    for (const struct paper *r = table->first; r; r = r->next) {
        if (r->kind != PAPER_table_row)
            continue;
        heads = heads && is_head(r);
        if (put == put_cell)
            buf_addz(b, heads ? "<w:tr><w:trPr><w:tblHeader/></w:trPr>" : "<w:tr>");
        walk_row(g, r, put);
        if (put == put_cell)
            buf_addz(b, "</w:tr>");
    }
}

static void put_head(struct grid *g)
{
    struct buf *b = &g->d->body;
    buf_fmt(b,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"%d\" "
            "w:type=\"dxa\"/>",
            width_of(g, 0, g->columns));
    if (g->flow.indent)
        buf_fmt(b, "<w:tblInd w:w=\"%d\" w:type=\"dxa\"/>", g->flow.indent);
    buf_addz(b, "<w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"04A0\"/></w:tblPr><w:tblGrid>");
    for (int k = 0; k < g->columns; k++)
        buf_fmt(b, "<w:gridCol w:w=\"%d\"/>", g->column[k].width);
    buf_addz(b, "</w:tblGrid>");
}

void docx_table(struct docx *d, const struct paper *p, struct docx_flow f)
{
    struct grid *g = ARENA_NEW(d->arena, struct grid);
    g->d = d;
    g->flow = f;
    walk(g, p, measure);
    if (!g->reach) /* no cell at all */
        return;
    if (g->cut)
        paper_lost(d->report, LOSS_size, STR_NONE);
    g->columns = g->reach;
    for (int k = 0; k < g->columns; k++)
        g->column[k].left = 0;
    set_widths(g);
    put_head(g);
    walk(g, p, put_cell);
    buf_addz(&d->body, "</w:tbl>");
    /* Tables that touch would become one, and nothing can be written behind the last. */
    if (p->parent && p->parent->kind != PAPER_table_cell && p->parent->kind != PAPER_table_header
            ? !p->next || p->next->kind == PAPER_table
            : p->next && p->next->kind == PAPER_table)
        docx_empty(d);
}
