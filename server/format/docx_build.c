/* Blocks out of paragraphs. A numbered paragraph makes, or goes on with, a list at its level; one
 * without a number that is indented just as a list's items goes on with the item; any other ends
 * all lists here. */
#include "server/format/docx_build.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <string.h>

enum { BYTES_MAX = 16 << 20, INDENT = 420 /* of our own lists, and Word's in Chinese */ };

static struct paper *part(struct docx_build *b, struct paper *in, enum paper_kind k)
{
    if (++b->parts > PAPER_PARTS_MAX && !b->full) {
        paper_lost(b->report, LOSS_size, STR_NONE);
        b->full = true;
    }
    return paper_add(b->a, in, k);
}

/* Takes a part out of nowhere into a parent. */
static void adopt(struct paper *in, struct paper *p)
{
    p->parent = in;
    p->next = NULL;
    if (in->last)
        in->last->next = p;
    else
        in->first = p;
    in->last = p;
}

static void adopt_all(struct paper *in, struct paper *from)
{
    for (struct paper *p = from->first, *next; p; p = next) {
        next = p->next;
        adopt(in, p);
    }
    from->first = from->last = NULL;
}

/* ---- places */

struct docx_place *docx_here(struct docx_build *b)
{
    return b->place[b->places - 1];
}

bool docx_enter(struct docx_build *b, struct paper *into)
{
    if (b->places == PLACES_MAX) {
        paper_lost(b->report, LOSS_depth, STR_NONE);
        return false;
    }
    struct docx_place *p = NEW(struct docx_place);
    p->into = into;
    buf_init(&p->para.text, BYTES_MAX);
    b->place[b->places++] = p;
    return true;
}

void docx_leave(struct docx_build *b)
{
    docx_para_end(b);
    struct docx_place *p = b->place[--b->places];
    buf_fini(&p->para.text);
    mem_free(p);
}

void docx_build_begin(struct docx_build *b, struct paper *doc)
{
    (void)docx_enter(b, doc);
}

/* ---- text */

static void flush_text(struct docx_build *b, struct docx_para *p)
{
    if (!p->text.n)
        return;
    struct paper *t = part(b, p->line, PAPER_text);
    t->text = arena_str(b->a, buf_str(&p->text));
    t->look = p->look;
    buf_clear(&p->text);
}

static void need_line(struct docx_build *b, struct docx_para *p)
{
    if (!p->line)
        p->line = part(b, p->pieces, PAPER_paragraph);
}

void docx_para_begin(struct docx_build *b)
{
    struct docx_para *p = &docx_here(b)->para;
    docx_para_end(b); /* paragraphs do not stand in each other */
    struct buf text = p->text;
    *p = (struct docx_para){ .number = -1, .ilvl = -1, .open = true, .text = text };
    p->style = (struct docx_style){ .number = -1, .ilvl = -1, .run = docx_run_none };
    p->pieces = paper_add(b->a, NULL, PAPER_document);
    p->after = paper_add(b->a, NULL, PAPER_document);
}

void docx_para_text(struct docx_build *b, struct str s, const struct paper_look *look)
{
    struct docx_para *p = &docx_here(b)->para;
    if (!p->open || !s.n || b->full)
        return;
    if ((b->bytes += s.n) > BYTES_MAX) {
        paper_lost(b->report, LOSS_size, STR_NONE);
        b->full = true;
        return;
    }
    need_line(b, p);
    if (p->text.n && !paper_same_look(&p->look, look))
        flush_text(b, p);
    p->look = *look;
    buf_add(&p->text, s);
}

struct paper *docx_para_part(struct docx_build *b, enum paper_kind k)
{
    struct docx_para *p = &docx_here(b)->para;
    bool inside = paper_inline(k);
    if (!p->open || b->full)
        return NULL;
    if (inside)
        need_line(b, p);
    flush_text(b, p);
    struct paper *made = part(b, inside ? p->line : p->pieces, k);
    if (!inside)
        p->line = NULL;
    return made;
}

/* ---- lists */

static void lists_end(struct docx_place *at, int keep)
{
    at->lists_n = keep < at->lists_n ? keep : at->lists_n;
}

static struct paper *new_list(struct docx_build *b, struct docx_place *at, enum paper_kind k,
                              int64_t ilvl, int64_t number, int figure)
{
    struct paper *in = at->lists_n ? at->lists[at->lists_n - 1].item : at->into;
    struct paper *list = part(b, in, k);
    list->level = k == PAPER_ordered_list ? figure : 1;
    at->lists[at->lists_n].list = list;
    at->lists[at->lists_n].ilvl = ilvl;
    at->lists[at->lists_n].number = number;
    at->lists_n++;
    return list;
}

/* The item that this paragraph begins. */
static struct paper *new_item(struct docx_build *b, struct docx_place *at, enum paper_kind k,
                              int64_t ilvl, int64_t number, int figure)
{
    int n = at->lists_n;
    while (n && at->lists[n - 1].ilvl > ilvl)
        n--;
    lists_end(at, n);
    bool same =
        n && at->lists[n - 1].ilvl == ilvl && at->lists[n - 1].list->kind == k &&
        (k == PAPER_bullet_list || at->lists[n - 1].number == number ||
         at->lists[n - 1].next == figure); /* others begin a new number and go on counting */
    if (n && !same && at->lists[n - 1].ilvl == ilvl)
        lists_end(at, --n);
    if (!same && n < LISTS_MAX) {
        new_list(b, at, k, ilvl, number, figure);
        n++;
    }
    at->lists[n - 1].next = figure + 1;
    return at->lists[n - 1].item = part(b, at->lists[n - 1].list, PAPER_list_item);
}

/* ---- the end of a paragraph */

static struct paper *first_line(struct docx_build *b, struct docx_para *p)
{
    struct paper *first = p->pieces->first;
    if (first && first->kind == PAPER_paragraph)
        return first;
    struct paper *line = part(b, NULL, PAPER_paragraph), *rest = p->pieces->first;
    line->next = rest;
    line->parent = p->pieces;
    p->pieces->first = line;
    if (!rest)
        p->pieces->last = line;
    return line;
}

static void put_before(struct docx_build *b, struct paper *line, struct str words)
{
    struct paper *t = part(b, NULL, PAPER_text);
    t->text = words;
    t->parent = line;
    t->next = line->first;
    line->first = t;
    if (!line->last)
        line->last = t;
}

/* Where a numbered paragraph goes; what is no list gets its number as words. */
static struct paper *place_numbered(struct docx_build *b, struct docx_place *at)
{
    struct docx_para *p = &at->para;
    int64_t ilvl = p->ilvl >= 0 ? p->ilvl : 0;
    enum docx_count count;
    int figure;
    struct str words;
    if (!docx_number(b->numbers, p->number, ilvl, &count, &figure, &words))
        return NULL;
    if (p->style.level || count == COUNT_words) {
        if (words.n && count != COUNT_bullet) {
            put_before(b, first_line(b, p), arena_fmt(b->a, "%.*s ", STR_ARG(words)));
            paper_lost(b->report, LOSS_numbering, words);
        }
        return NULL;
    }
    first_line(b, p);
    return new_item(b, at, count == COUNT_bullet ? PAPER_bullet_list : PAPER_ordered_list, ilvl,
                    p->number, figure);
}

static struct paper *place_plain(struct docx_build *b, struct docx_place *at)
{
    struct docx_para *p = &at->para;
    struct paper *last = at->into->last;
    if (at->lists_n && !p->style.level && p->indent == (int64_t)INDENT * at->lists_n)
        return at->lists[at->lists_n - 1].item;
    lists_end(at, 0);
    if (!p->style.quote)
        return at->into;
    return at->quoted && last && last->kind == PAPER_blockquote
               ? last
               : part(b, at->into, PAPER_blockquote);
}

/* Word's headings are bold and large by their style; runs that say so again say nothing. */
static void plain_heading(struct paper *line)
{
    for (struct paper *t = line->first; t; t = t->next) {
        t->look.bold = false;
        t->look.size = S("");
    }
}

/* A code block holds nothing but text. */
static void code_of(struct docx_build *b, struct paper *line)
{
    struct buf all;
    buf_init(&all, BYTES_MAX);
    for (struct paper *k = line->first; k; k = k->next)
        if (k->kind == PAPER_hard_break)
            buf_char(&all, '\n');
        else
            buf_add(&all, k->text);
    line->kind = PAPER_code_block;
    line->first = line->last = NULL;
    if (all.n)
        part(b, line, PAPER_text)->text = arena_str(b->a, buf_str(&all));
    buf_fini(&all);
}

static void finish_line(struct docx_build *b, const struct docx_para *p, struct paper *line)
{
    if (line->kind != PAPER_paragraph)
        return;
    line->align = p->align ? p->align : p->style.align;
    if (line->align == ALIGN_left) /* as paragraphs are anyway */
        line->align = ALIGN_none;
    if (p->style.level && p->style.level <= 6 && line->first) {
        line->kind = PAPER_heading;
        line->level = p->style.level;
        plain_heading(line);
    } else if (p->style.run.code == 1)
        code_of(b, line);
}

static bool in_table(const struct docx_place *at)
{
    return at->into->kind == PAPER_table_cell || at->into->kind == PAPER_table_header;
}

static void break_before(struct docx_build *b, struct docx_place *at)
{
    if (!at->para.break_before || in_table(at) || !at->into->last)
        return;
    lists_end(at, 0);
    part(b, at->into, PAPER_page_break);
}

/* Page breaks cannot stand in cells, items and quotes. */
static void drop_breaks(struct docx_build *b, struct paper *pieces)
{
    struct paper *all = pieces->first;
    pieces->first = pieces->last = NULL;
    for (struct paper *k = all, *next; k; k = next) {
        next = k->next;
        if (k->kind == PAPER_page_break)
            paper_lost(b->report, LOSS_layout, STR_NONE);
        else
            adopt(pieces, k);
    }
}

void docx_para_end(struct docx_build *b)
{
    struct docx_place *at = docx_here(b);
    struct docx_para *p = &at->para;
    if (!p->open)
        return;
    p->open = false;
    flush_text(b, p);
    if (!p->pieces->first)
        part(b, p->pieces, p->ruled ? PAPER_rule : PAPER_paragraph);
    break_before(b, at);
    struct paper *in = p->number > 0 ? place_numbered(b, at) : NULL;
    if (!in)
        in = place_plain(b, at);
    if (in->kind != PAPER_document)
        drop_breaks(b, p->pieces);
    for (struct paper *k = p->pieces->first; k; k = k->next)
        finish_line(b, p, k);
    adopt_all(in, p->pieces);
    at->quoted = in->kind == PAPER_blockquote;
    if (p->after->first) {
        lists_end(at, 0);
        adopt_all(at->into, p->after);
    }
}

bool docx_box_begin(struct docx_build *b)
{
    return docx_enter(b, paper_add(b->a, NULL, PAPER_document));
}

void docx_box_end(struct docx_build *b)
{
    struct paper *box = docx_here(b)->into;
    docx_leave(b);
    struct docx_place *at = docx_here(b);
    if (in_table(at))
        drop_breaks(b, box);
    adopt_all(at->para.open ? at->para.after : at->into, box);
}

/* ---- tables */

bool docx_table_begin(struct docx_build *b)
{
    struct docx_place *at = docx_here(b);
    docx_para_end(b);
    if (b->places >= PLACES_MAX - 1 || b->full) {
        paper_lost(b->report, LOSS_depth, STR_NONE);
        return false;
    }
    lists_end(at, 0);
    at->quoted = false;
    struct docx_table *t = NEW(struct docx_table);
    t->table = part(b, NULL, PAPER_table);
    t->outer = b->table;
    b->table = t;
    return true;
}

static int columns_of(const struct paper *row)
{
    return row->colspan; /* kept there while the table is read */
}

/* Rows that are shorter than the longest get a cell for the rest. */
static void fill_rows(struct docx_build *b, struct paper *table)
{
    int most = 0;
    for (struct paper *r = table->first; r; r = r->next)
        most = columns_of(r) > most ? columns_of(r) : most;
    for (struct paper *r = table->first; r; r = r->next) {
        int missing = most - columns_of(r);
        r->colspan = 1;
        if (missing > 0)
            part(b, r, PAPER_table_cell)->colspan = missing;
    }
}

void docx_table_end(struct docx_build *b)
{
    struct docx_table *t = b->table;
    b->table = t->outer;
    fill_rows(b, t->table);
    if (t->table->first)
        adopt(docx_here(b)->into, t->table);
    mem_free(t);
}

void docx_row_begin(struct docx_build *b)
{
    struct docx_table *t = b->table;
    t->row = part(b, t->table, PAPER_table_row);
    t->column = 0;
    t->head = false;
}

void docx_row_skip(struct docx_build *b, int64_t columns)
{
    struct docx_table *t = b->table;
    if (columns <= 0 || columns > COLUMNS_MAX || t->column)
        return;
    part(b, t->row, PAPER_table_cell)->colspan = (int)columns;
    for (; t->column < columns; t->column++)
        t->above[t->column] = NULL;
}

void docx_row_end(struct docx_build *b)
{
    struct docx_table *t = b->table;
    for (int k = t->column; k < COLUMNS_MAX; k++)
        t->above[k] = NULL;
    t->row->colspan = t->column;
    t->row = NULL;
}

void docx_cell_begin(struct docx_build *b)
{
    b->table->span = 1;
    b->table->cell = CELL_NOT_YET;
    b->table->goes_on = b->table->shaded = false;
}

static const int *widths_of(struct docx_build *b, const struct docx_table *t)
{
    int *w = arena_array(b->a, (size_t)t->span, sizeof *w);
    for (int k = 0; k < t->span; k++)
        w[k] = t->column + k < t->grid_n ? t->grid[t->column + k] / 15 : 0;
    return w;
}

bool docx_cell_ready(struct docx_build *b)
{
    struct docx_table *t = b->table;
    int left = COLUMNS_MAX - t->column;
    if (t->cell != CELL_NOT_YET)
        return t->cell == CELL_OPEN;
    t->cell = CELL_REFUSED;
    if (left <= 0) {
        paper_lost(b->report, LOSS_size, STR_NONE);
        return false;
    }
    t->span = t->span < 1 ? 1 : t->span > left ? left : t->span;
    struct paper *cell = t->goes_on ? t->above[t->column] : NULL;
    if (cell && cell->colspan == t->span) {
        cell->rowspan++;
    } else {
        cell = part(b, t->row, t->head || t->shaded ? PAPER_table_header : PAPER_table_cell);
        cell->colspan = t->span;
        cell->widths = widths_of(b, t);
    }
    for (int k = 0; k < t->span; k++)
        t->above[t->column + k] = k ? NULL : cell;
    t->column += t->span;
    if (docx_enter(b, cell))
        t->cell = CELL_OPEN;
    return t->cell == CELL_OPEN;
}

/* An empty paragraph of a cell that goes on is none of the one above. */
void docx_cell_end(struct docx_build *b)
{
    struct docx_table *t = b->table;
    if (!docx_cell_ready(b)) /* it may have been empty so far */
        return;
    struct paper *cell = docx_here(b)->into;
    docx_leave(b);
    if (cell->kind == PAPER_table_header)
        for (struct paper *p = cell->first; p; p = p->next)
            for (struct paper *k = p->first; k && p->kind == PAPER_paragraph; k = k->next)
                k->look.bold = false; /* it is, by being a head */
    if (!t->goes_on || cell->first == cell->last)
        return;
    struct paper *before = cell->first;
    while (before->next != cell->last)
        before = before->next;
    if (cell->last->kind == PAPER_paragraph && !cell->last->first) {
        before->next = NULL;
        cell->last = before;
    }
}

void docx_build_end(struct docx_build *b)
{
    while (b->table) {
        struct docx_table *t = b->table;
        b->table = t->outer;
        mem_free(t);
    }
    while (b->places)
        docx_leave(b);
}
