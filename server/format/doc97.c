/* The text of Word documents, [MS-DOC]. The FIB, at the front of the stream WordDocument, tells
 * which table stream belongs to it and how many characters the document's parts have. The piece
 * table there maps character positions to bytes of WordDocument: two bytes a character, or one
 * where all of a piece is Latin. Properties of paragraphs lie in pages of 512 bytes (FKP), found by
 * the byte where a paragraph ends: its outline level, and whether it is a cell or the end of a row.
 *
 * Of a field only the result is text. Headers, footers and comments are left out, as they are of
 * docx; so are styles: only Word's own headings 1 to 9, which have fixed numbers, and a level given
 * to the paragraph itself make a heading. */
#include "server/format/office97_int.h"

#include <string.h>

enum { FIB_IDENT = 0xa5ec, FIB_97 = 0xc0, FIB_ENCRYPTED = 0x0100, FIB_TABLE_1 = 0x0200 };
enum { FC_PAPX = 13, FC_CLX = 33 }; /* places in the FIB's table of tables */
enum { FKP = 512, FKP_PARAS_MAX = 29, BX = 13 };
enum { SPRM_IN_TABLE = 0x2416, SPRM_ROW_END = 0x2417, SPRM_LEVEL = 0x2640 };
enum { SPRM_HUGE = 0x6646, SPRM_HUGE_OLD = 0x6645 };
enum { FIELDS_MAX = 63 };

/* The parts a document has, in the order of their characters; the FIB counts each. */
static const struct part {
    size_t count; /* which of the FIB's longs */
    bool text;
} parts[] = {
    { 3, true },  /* the document itself */
    { 4, true },  /* footnotes */
    { 5, false }, /* headers and footers */
    { 6, false }, /* macros, of old */
    { 7, false }, /* comments */
    { 8, true },  /* endnotes */
    { 9, true },  /* text boxes */
};

struct doc {
    struct str main, table;
    struct str pieces, papx; /* tables of positions and what they lead to */
    size_t longs, tables;    /* where the FIB's longs and its table of tables begin */
    uint64_t budget;         /* characters that may still be looked at (B2) */
    struct pages *out;
    struct buf para;
    struct utf16 half;
    unsigned depth;    /* of fields */
    uint64_t silenced; /* bit k: the field at depth k is at its instruction */
    bool broken;       /* a page ended */
    bool cell_ended;   /* the last character was the end of a cell */
    bool full;
};

/* ---- paragraphs' properties */

struct para_props {
    int level; /* 1–9; 0: no heading */
    bool in_table, row_end, known;
};

/* Bytes of a sprm's operand; SIZE_MAX where the rest cannot be told. */
static size_t operand_size(struct str s, size_t at, uint16_t sprm)
{
    static const size_t sizes[] = { 1, 1, 2, 4, 2, 2, 0, 3 };
    if (sprm >> 13 != 6)
        return sizes[sprm >> 13];
    if (sprm == 0xd608) /* a table's columns, two bytes of length */
        return 1 + (size_t)u16_at(s, at);
    return u8_at(s, at) == 255 ? SIZE_MAX : 1 + (size_t)u8_at(s, at);
}

static void read_sprms(struct str s, struct para_props *p)
{
    for (size_t at = 0; at + 2 < s.n;) {
        uint16_t sprm = u16_at(s, at);
        unsigned char v = u8_at(s, at += 2);
        if (sprm == SPRM_IN_TABLE)
            p->in_table = v == 1;
        else if (sprm == SPRM_ROW_END)
            p->row_end = v == 1;
        else if (sprm == SPRM_LEVEL)
            p->level = v < 9 ? v + 1 : 0;
        else if (sprm == SPRM_HUGE || sprm == SPRM_HUGE_OLD)
            p->row_end = true; /* only a row's own description is too large for a page */
        size_t n = operand_size(s, at, sprm);
        if (n > s.n - at)
            return;
        at += n;
    }
}

static struct para_props papx_read(struct str page, size_t paras, size_t k)
{
    size_t at = 2 * (size_t)u8_at(page, 4 * (paras + 1) + BX * k), n = 2 * (size_t)u8_at(page, at);
    struct para_props p = { .known = true };
    if (!at)
        return p;
    if (n)
        n--;
    else
        n = 2 * (size_t)u8_at(page, ++at);
    struct str body = span_at(page, at + 1, n);
    uint16_t style = u16_at(body, 0);
    p.level = style >= 1 && style <= 9 ? style : 0;
    read_sprms(span_at(body, 2, n), &p);
    return p;
}

/* Of the paragraph to which the character at this byte of main belongs. */
static struct para_props props_at(const struct doc *d, uint64_t fc)
{
    struct para_props none = { 0 };
    size_t n = d->papx.n < 4 ? 0 : (d->papx.n - 4) / 8, lo = 0, hi = n;
    while (lo < hi) { /* the first page that begins behind fc */
        size_t mid = lo + (hi - lo) / 2;
        if (u32_at(d->papx, 4 * mid) <= fc)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (!lo)
        return none;
    uint32_t number = u32_at(d->papx, 4 * (n + 1) + 4 * (lo - 1)) & 0x3fffff;
    struct str page = span_at(d->main, (uint64_t)number * FKP, FKP);
    size_t paras = u8_at(page, FKP - 1);
    for (size_t k = 0; k < paras && paras <= FKP_PARAS_MAX; k++)
        if (fc >= u32_at(page, 4 * k) && fc < u32_at(page, 4 * (k + 1)))
            return papx_read(page, paras, k);
    return none;
}

/* ---- characters */

/* A page's end takes effect where the next text begins. */
static void turn_page(struct doc *d)
{
    if (!d->broken || !str_trim(buf_str(&d->para)).n)
        return;
    pages_next(d->out);
    d->broken = false;
}

static void para_put(struct doc *d, bool in_cell)
{
    for (size_t i = 0; in_cell && i < d->para.n; i++)
        if (d->para.p[i] == '\n')
            d->para.p[i] = ' ';
    pages_add(d->out, buf_str(&d->para));
    buf_clear(&d->para);
    d->full = pages_full(d->out);
}

static bool within_line(const struct doc *d)
{
    const struct buf *b = &d->out->text;
    return d->para.n || (b->n && b->p[b->n - 1] != '\n');
}

static void para_end(struct doc *d, uint64_t fc)
{
    if (!within_line(d))
        return;
    struct para_props p = props_at(d, fc);
    turn_page(d);
    if (p.level && !p.in_table)
        pages_head(d->out, p.level, buf_str(&d->para));
    para_put(d, p.in_table);
    if (p.in_table)
        pages_space(d->out);
    else
        pages_line(d->out);
}

/* A cell's end and a row's end are one character; without properties a row ends behind a cell. No
 * field goes from one cell to the next. */
static void cell_end(struct doc *d, uint64_t fc)
{
    struct para_props p = props_at(d, fc);
    bool row_end = p.known ? p.row_end : d->cell_ended && !d->para.n;
    turn_page(d);
    para_put(d, true);
    if (row_end)
        pages_line(d->out);
    else
        pages_char(d->out, '\t');
    d->cell_ended = !row_end;
    d->depth = 0;
    d->silenced = 0;
}

static void page_break(struct doc *d, uint64_t fc)
{
    para_end(d, fc);
    d->broken |= d->out->text.n > 0;
}

/* 0x13 begins a field, 0x14 ends its instruction, 0x15 the field; they nest. */
static void field_mark(struct doc *d, uint32_t c)
{
    uint64_t bit = UINT64_C(1) << (d->depth < FIELDS_MAX ? d->depth : FIELDS_MAX);
    if (c == 0x13) {
        d->depth++;
        bit = UINT64_C(1) << (d->depth < FIELDS_MAX ? d->depth : FIELDS_MAX);
        d->silenced |= bit;
    } else if (d->depth) {
        d->silenced &= ~bit;
        d->depth -= c == 0x15;
    }
}

/* The first of CP1252's upper half; zero is nothing. */
static const uint16_t latin[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static void put_rune(struct doc *d, uint32_t c)
{
    if (c == 0x0b || c == 0x0e) /* ends of a line and of a column */
        c = '\n';
    else if (c == 0x1e)
        c = '-';
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
        return; /* pictures, marks of notes, hyphens that may be */
    if (c >= 0xf000 && c <= 0xf0ff)
        return; /* of a font of symbols: no character of anybody else's */
    buf_utf8(&d->para, c);
    if (d->para.n < PAGE_BYTES)
        return;
    para_put(d, false); /* a paragraph nobody wrote by hand */
    pages_split(d->out);
}

/* fc: the byte where the character lies. */
static void on_rune(struct doc *d, uint32_t c, uint64_t fc)
{
    if (c >= 0x13 && c <= 0x15)
        field_mark(d, c);
    else if (c == 0x07)
        cell_end(d, fc);
    else if (d->silenced)
        return;
    else if (c == 0x0d)
        para_end(d, fc);
    else if (c == 0x0c)
        page_break(d, fc);
    else
        put_rune(d, c);
    if (c != 0x07)
        d->cell_ended = false;
}

/* ---- pieces */

/* n characters of a piece, skip characters into it. */
static void piece_put(struct doc *d, uint32_t fc, uint64_t skip, uint64_t n)
{
    bool one = fc & 0x40000000;
    uint64_t at = fc & 0x3fffffff;
    at = one ? at / 2 + skip : at + 2 * skip;
    for (; n && !d->full && d->budget; n--, d->budget--, at += one ? 1 : 2) {
        uint32_t rune = 0;
        if (at >= d->main.n)
            return;
        uint32_t unit = one ? u8_at(d->main, at) : u16_at(d->main, at);
        if (one && unit >= 0x80 && unit < 0xa0)
            unit = latin[unit - 0x80];
        if (utf16_unit(&d->half, unit, &rune))
            on_rune(d, rune, at);
    }
}

/* The characters from one position to another. */
static void range_put(struct doc *d, uint64_t from, uint64_t to)
{
    size_t n = d->pieces.n < 4 ? 0 : (d->pieces.n - 4) / 12;
    for (size_t k = 0; k < n && !d->full; k++) {
        uint64_t a = u32_at(d->pieces, 4 * k), b = u32_at(d->pieces, 4 * (k + 1));
        uint64_t first = a > from ? a : from, last = b < to ? b : to;
        if (first < last)
            piece_put(d, u32_at(d->pieces, 4 * (n + 1) + 8 * k + 2), first - a, last - first);
    }
}

static void parts_put(struct doc *d)
{
    uint64_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !d->full; i++) {
        uint64_t n = u32_at(d->main, d->longs + 4 * parts[i].count);
        if (parts[i].text) {
            range_put(d, at, at + n);
            para_end(d, UINT64_MAX);
            d->depth = 0;
            d->silenced = 0;
            d->half.high = 0;
        }
        at += n;
    }
}

/* ---- tables */

static struct str table_of(const struct doc *d, size_t k)
{
    if (k >= u16_at(d->main, d->tables - 2))
        return STR_NONE;
    return span_at(d->table, u32_at(d->main, d->tables + 8 * k),
                   u32_at(d->main, d->tables + 8 * k + 4));
}

/* The piece table stands in the CLX behind any number of property lists. */
static enum err find_pieces(struct doc *d)
{
    struct str clx = table_of(d, FC_CLX);
    size_t at = 0;
    while (u8_at(clx, at) == 1)
        at += 3 + (size_t)u16_at(clx, at + 1);
    if (u8_at(clx, at) != 2)
        return E_SYNTAX;
    d->pieces = span_at(clx, at + 5, u32_at(clx, at + 1));
    return E_OK;
}

static enum err read_fib(struct doc *d)
{
    uint16_t flags = u16_at(d->main, 10);
    if (u16_at(d->main, 0) != FIB_IDENT || u16_at(d->main, 2) < FIB_97 || flags & FIB_ENCRYPTED)
        return E_SYNTAX;
    d->longs = 36 + 2 * (size_t)u16_at(d->main, 32);
    d->tables = d->longs + 4 * (size_t)u16_at(d->main, d->longs - 2) + 2;
    return E_OK;
}

/* Both streams are taken as far as they go. */
static enum err read_doc(struct ole *o, struct doc *d, struct buf *main, struct buf *table)
{
    enum err whole = ole_stream(o, "WordDocument", main), e;
    d->main = buf_str(main);
    d->budget = main->n;
    if (whole == E_NOT_FOUND)
        return whole;
    if ((e = read_fib(d)))
        return e;
    e = ole_stream(o, u16_at(d->main, 10) & FIB_TABLE_1 ? "1Table" : "0Table", table);
    d->table = buf_str(table);
    if ((e = table->n ? find_pieces(d) : E_SYNTAX))
        return e;
    d->papx = table_of(d, FC_PAPX);
    parts_put(d);
    pages_next(d->out);
    return whole;
}

enum err doc97_pages(struct ole *o, struct pages *out)
{
    struct buf main, table;
    struct doc d = { .out = out };
    buf_init(&main, OFFICE97_STREAM);
    buf_init(&table, OFFICE97_STREAM);
    buf_init(&d.para, 2 * PAGE_BYTES);
    enum err e = read_doc(o, &d, &main, &table);
    buf_fini(&main);
    buf_fini(&table);
    buf_fini(&d.para);
    return e;
}
