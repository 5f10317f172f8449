/* Reading SpreadsheetML (ECMA-376 part 1, 18) as rows of text. Shared strings are kept in memory
 * (at most 64 MiB), sheets stream. A number whose style is a date becomes one; other numbers are
 * written with at most 15 digits, as Excel shows them. Formulas give their stored value. Phonetic
 * guides (rPh) are left out. */
#include "server/format/ooxml.h"

#include "server/base/mem.h"
#include "server/format/xml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STYLES_MAX = 65536, STRINGS_MAX = 2000000, STRINGS_BYTES = 64 << 20 };

struct book {
    struct zip *z;
    struct arena *a;
    struct rels rels;
    bool epoch_1904;
    struct str names[SHEETS_MAX], ids[SHEETS_MAX];
    bool hidden[SHEETS_MAX];
    size_t sheets;
    /* shared strings: all text in one buffer, begin[k] to begin[k + 1] */
    struct buf strings;
    size_t *begin, strings_n, strings_room;
    bool in_t;
    int phonetic;
    /* styles */
    struct {
        int64_t id;
        unsigned char style;
    } formats[2000];
    size_t formats_n;
    unsigned char *style;
    size_t styles_n;
    bool in_xfs;
};

/* ---- workbook */

static void book_open(void *arg, const struct xml_tag *t)
{
    struct book *b = arg;
    if (xml_is(t, "workbookPr")) {
        struct str v = xml_attr(t, "date1904");
        b->epoch_1904 = str_eqz(v, "1") || str_eqz(v, "true");
    } else if (xml_is(t, "sheet") && b->sheets < SHEETS_MAX) {
        b->names[b->sheets] = arena_str(b->a, xml_attr(t, "name"));
        b->ids[b->sheets] = arena_str(b->a, xml_attr(t, "rel:id"));
        b->hidden[b->sheets++] = str_ends(xml_attr(t, "state"), S("idden"));
    }
}

/* ---- shared strings */

static void strings_open(void *arg, const struct xml_tag *t)
{
    struct book *b = arg;
    if (xml_is(t, "rPh"))
        b->phonetic++;
    b->in_t = xml_is(t, "t");
}

static void strings_text(void *arg, struct str s)
{
    struct book *b = arg;
    if (b->in_t && !b->phonetic)
        buf_add(&b->strings, s);
}

static void strings_close(void *arg, const char *name)
{
    struct book *b = arg;
    b->in_t = false;
    if (!strcmp(name, "rPh") && b->phonetic)
        b->phonetic--;
    if (strcmp(name, "si") != 0 || b->strings_n >= STRINGS_MAX)
        return;
    if (b->strings_n + 2 > b->strings_room) {
        b->strings_room = b->strings_room ? b->strings_room * 2 : 256;
        b->begin = mem_grow(b->begin, b->strings_room, sizeof *b->begin);
        if (!b->strings_n)
            b->begin[0] = 0;
    }
    b->begin[++b->strings_n] = b->strings.n;
}

static struct str shared(const struct book *b, int64_t k)
{
    if (k < 0 || (uint64_t)k >= b->strings_n)
        return STR_NONE;
    return str_sub(buf_str(&b->strings), b->begin[k], b->begin[k + 1]);
}

/* ---- styles: which of them show dates */

static void styles_open(void *arg, const struct xml_tag *t)
{
    struct book *b = arg;
    if (xml_is(t, "numFmt") && b->formats_n < sizeof b->formats / sizeof *b->formats) {
        b->formats[b->formats_n].id = xml_int(t, "numFmtId", -1);
        b->formats[b->formats_n++].style = sheet_style_of_code(xml_attr(t, "formatCode"));
    } else if (xml_is(t, "cellXfs"))
        b->in_xfs = true;
    else if (xml_is(t, "xf") && b->in_xfs && b->styles_n < STYLES_MAX) {
        int64_t id = xml_int(t, "numFmtId", 0);
        unsigned char s = sheet_style_builtin(id);
        for (size_t i = 0; i < b->formats_n; i++)
            if (b->formats[i].id == id)
                s = b->formats[i].style;
        if (!b->style)
            b->style = mem_new(STYLES_MAX);
        b->style[b->styles_n++] = s;
    }
}

static void styles_close(void *arg, const char *name)
{
    if (!strcmp(name, "cellXfs"))
        ((struct book *)arg)->in_xfs = false;
}

/* ---- one sheet */

struct cells {
    struct book *b;
    const struct sheet_to *to;
    struct sheet_row row;
    struct buf text;  /* of all cells of the row */
    struct buf value; /* of the cell being read */
    size_t from[SHEET_COLUMNS_MAX], len[SHEET_COLUMNS_MAX];
    size_t next; /* column the next cell has if it tells none */
    size_t column;
    char type; /* n number, s shared, i inline, o anything literal */
    unsigned char style;
    bool in_value, stop;
    int phonetic;
};

/* "BC12" is column 54 from 0; SIZE_MAX when it tells none. */
static size_t column_of(struct str ref)
{
    size_t c = 0, i = 0;
    for (; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++)
        c = c * 26 + (size_t)(ref.p[i] - 'A' + 1);
    return i ? c - 1 : SIZE_MAX;
}

static char type_of(struct str t)
{
    if (!t.n || str_eqz(t, "n"))
        return 'n';
    if (str_eqz(t, "s"))
        return 's';
    return str_eqz(t, "inlineStr") ? 'i' : 'o';
}

static void put_number(struct buf *out, struct str s, unsigned char style, bool epoch_1904)
{
    char t[64], *end;
    int64_t whole;
    if (s.n >= sizeof t || (!style && str_int(s, &whole))) {
        buf_add(out, s);
        return;
    }
    if (s.n)
        memcpy(t, s.p, s.n);
    t[s.n] = 0;
    double v = strtod(t, &end);
    if (end == t || *end || !isfinite(v))
        buf_add(out, s);
    else
        sheet_number(out, v, style, epoch_1904);
}

static void cell_end(struct cells *c)
{
    struct str v = buf_str(&c->value);
    int64_t k;
    if (c->column >= SHEET_COLUMNS_MAX)
        return;
    size_t at = c->text.n;
    if (c->type == 's')
        buf_add(&c->text,
                str_sub(str_int(str_trim(v), &k) ? shared(c->b, k) : STR_NONE, 0, SHEET_CELL_MAX));
    else if (c->type == 'n')
        put_number(&c->text, str_trim(v), c->style, c->b->epoch_1904);
    else
        buf_add(&c->text, v);
    c->from[c->column] = at;
    c->len[c->column] = c->text.n - at;
    if (c->text.n > at && c->column + 1 > c->row.n)
        c->row.n = c->column + 1;
}

static void cells_open(void *arg, const struct xml_tag *t)
{
    struct cells *c = arg;
    if (xml_is(t, "row")) {
        int64_t r = xml_int(t, "r", c->row.row + 1);
        c->row.row = r > 0 ? r : c->row.row + 1;
        c->row.n = c->next = 0;
        buf_clear(&c->text);
        memset(c->len, 0, sizeof c->len);
    } else if (xml_is(t, "c")) {
        size_t col = column_of(xml_attr(t, "r"));
        int64_t s = xml_int(t, "s", -1);
        c->column = col == SIZE_MAX ? c->next : col;
        c->next = c->column + 1;
        c->type = type_of(xml_attr(t, "t"));
        c->style = s >= 0 && (uint64_t)s < c->b->styles_n ? c->b->style[s] : 0;
        buf_clear(&c->value);
    } else if (xml_is(t, "rPh"))
        c->phonetic++;
    else if (xml_is(t, "v") || xml_is(t, "t"))
        c->in_value = !c->phonetic;
}

static void cells_text(void *arg, struct str s)
{
    struct cells *c = arg;
    if (c->in_value && c->value.n < SHEET_CELL_MAX)
        buf_add(&c->value, str_sub(s, 0, SHEET_CELL_MAX));
}

static void row_end(struct cells *c)
{
    struct str v[SHEET_COLUMNS_MAX];
    for (size_t i = 0; i < c->row.n; i++)
        v[i] = c->len[i] ? str_sub(buf_str(&c->text), c->from[i], c->from[i] + c->len[i]) : S("");
    c->row.cells = v;
    if (c->row.n && !c->to->row(c->to->arg, &c->row))
        c->stop = true;
    c->row.cells = NULL;
}

static void cells_close(void *arg, const char *name)
{
    struct cells *c = arg;
    if (!strcmp(name, "v") || !strcmp(name, "t"))
        c->in_value = false;
    else if (!strcmp(name, "rPh") && c->phonetic)
        c->phonetic--;
    else if (!strcmp(name, "c"))
        cell_end(c);
    else if (!strcmp(name, "row"))
        row_end(c);
}

static enum err read_sheet(struct book *b, size_t k, const struct sheet_to *to, bool *stop)
{
    const struct rel *r = rels_by_id(&b->rels, b->ids[k]);
    if (!r)
        return E_OK;
    struct cells *c = NEW(struct cells);
    struct xml_handler h = { .arg = c,
                             .open = cells_open,
                             .close = cells_close,
                             .text = cells_text,
                             .stop = &c->stop,
                             .cap = UINT64_C(512) << 20 };
    c->b = b;
    c->to = to;
    c->row =
        (struct sheet_row){ .sheet = (int64_t)k + 1, .name = b->names[k], .hidden = b->hidden[k] };
    buf_init(&c->text, 8u << 20);
    buf_init(&c->value, 2 * SHEET_CELL_MAX);
    enum err e = xml_walk_part(b->z, r->target, &h);
    *stop = c->stop;
    buf_fini(&c->text);
    buf_fini(&c->value);
    mem_free(c);
    return e == E_NOT_FOUND ? E_OK : e; /* chart sheets have no rows */
}

static enum err read_book(struct book *b)
{
    struct rels top;
    struct xml_handler hb = { .arg = b, .open = book_open, .cap = 4u << 20 };
    struct xml_handler ht = { .arg = b,
                              .open = strings_open,
                              .close = strings_close,
                              .text = strings_text,
                              .cap = UINT64_C(256) << 20 };
    struct xml_handler hs = {
        .arg = b, .open = styles_open, .close = styles_close, .cap = 32u << 20
    };
    enum err e = rels_read(b->z, b->a, STR_NONE, &top);
    const struct rel *main = e ? NULL : rels_by_type(&top, "officeDocument"), *r;
    struct str part = main ? main->target : S("xl/workbook.xml");
    if (!e)
        e = xml_walk_part(b->z, part, &hb);
    if (!e)
        e = rels_read(b->z, b->a, part, &b->rels);
    if (!e && (r = rels_by_type(&b->rels, "sharedStrings")) != NULL)
        e = xml_walk_part(b->z, r->target, &ht);
    if (e == E_NOT_FOUND)
        e = E_SYNTAX;
    if (!e && b->strings.err)
        e = b->strings.err;
    if (!e && (r = rels_by_type(&b->rels, "styles")) != NULL && xml_walk_part(b->z, r->target, &hs))
        b->styles_n = 0; /* without styles dates are numbers, no more */
    return e;
}

enum err xlsx_rows(struct zip *z, const struct sheet_to *to)
{
    struct book *b = NEW(struct book);
    bool stop = false;
    b->z = z;
    b->a = arena_new();
    buf_init(&b->strings, STRINGS_BYTES);
    enum err e = read_book(b);
    for (size_t k = 0; !e && !stop && k < b->sheets; k++)
        e = read_sheet(b, k, to, &stop);
    buf_fini(&b->strings);
    mem_free(b->begin);
    mem_free(b->style);
    arena_free(b->a);
    mem_free(b);
    return e;
}

/* ---- pages */

enum err xlsx_pages(struct zip *z, struct pages *out)
{
    struct sheet_pages w = { .out = out };
    enum err e = xlsx_rows(z, &(struct sheet_to){ &w, sheet_to_page });
    pages_next(out);
    return e;
}
