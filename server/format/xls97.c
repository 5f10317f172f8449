/* Reading workbooks of Excel 97 to 2003, [MS-XLS] (BIFF8), as rows of text. The stream is a
 * sequence of records, at most 8 KiB each; what is longer goes on in CONTINUE records. First come
 * the workbook's own: where the sheets begin, shared strings, formats. Then each sheet's cells, row
 * by row.
 *
 * Numbers and dates look as those of xlsx do (sheet.h). Formulas give their stored value. Phonetic
 * guides, which follow a string, are left out, and so are errors. */
#include "server/format/office97_int.h"

#include "server/base/arena.h"
#include "server/base/mem.h"
#include "server/base/utf.h"

#include <math.h>
#include <string.h>

enum { STYLES_MAX = 65536, FORMATS_MAX = 2000, STRINGS_MAX = 2000000, STRINGS_BYTES = 64 << 20 };
enum { ROW_BYTES = 8 << 20, BIFF8 = 0x0600, CELL_BYTES = 6 };

enum record_type {
    R_FORMULA = 0x0006,
    R_EOF = 0x000a,
    R_DATE_1904 = 0x0022,
    R_FILEPASS = 0x002f,
    R_CONTINUE = 0x003c,
    R_SHEET = 0x0085,
    R_MULRK = 0x00bd,
    R_RSTRING = 0x00d6,
    R_XF = 0x00e0,
    R_SST = 0x00fc,
    R_LABELSST = 0x00fd,
    R_NUMBER = 0x0203,
    R_LABEL = 0x0204,
    R_BOOLERR = 0x0205,
    R_STRING = 0x0207,
    R_RK = 0x027e,
    R_FORMAT = 0x041e,
    R_BOF = 0x0809,
};

struct record {
    uint16_t type;
    struct str data;
    uint64_t next; /* where the record behind it begins */
};

struct book {
    struct str in;
    const struct sheet_to *to;
    struct arena *a;
    uint64_t budget; /* records that may still be visited (B2) */
    bool epoch_1904, stop;
    struct {
        uint32_t at;
        struct str name;
        bool hidden;
    } sheets[SHEETS_MAX];
    size_t sheets_n;
    /* shared strings: all text in one buffer, begin[k] to begin[k + 1] */
    struct buf strings;
    size_t *begin, strings_n, strings_room;
    struct {
        uint16_t id;
        unsigned char style;
    } formats[FORMATS_MAX];
    size_t formats_n;
    unsigned char *style;
    size_t styles_n;
    /* the row being filled */
    struct sheet_row row;
    struct buf text; /* of its cells that are no shared strings */
    struct {
        bool shared;
        size_t from, n;
    } cells[SHEET_COLUMNS_MAX];
    size_t pending; /* column of a formula whose text follows; SIZE_MAX */
};

static bool record_at(struct book *b, uint64_t at, struct record *r)
{
    if (at + 4 > b->in.n || !b->budget)
        return false;
    b->budget--;
    uint64_t n = u16_at(b->in, at + 2);
    *r = (struct record){ u16_at(b->in, at), span_at(b->in, at + 4, n), at + 4 + n };
    return true;
}

/* ---- strings */

/* Bytes of a record and of those that continue it. */
struct run {
    struct book *b;
    struct str data; /* what is left of the record at hand */
    uint64_t next;
    bool ended;
};

static bool run_more(struct run *r)
{
    struct record more;
    while (!r->data.n && !r->ended) {
        r->ended = !record_at(r->b, r->next, &more) || more.type != R_CONTINUE;
        if (r->ended)
            break;
        r->data = more.data;
        r->next = more.next;
    }
    return !r->ended;
}

static uint32_t run_le(struct run *r, size_t n)
{
    uint32_t v = 0;
    for (size_t i = 0; i < n && run_more(r); i++) {
        v |= (uint32_t)u8_at(r->data, 0) << 8 * i;
        r->data = str_sub(r->data, 1, r->data.n);
    }
    return v;
}

static void run_skip(struct run *r, uint64_t n)
{
    while (n && run_more(r)) {
        size_t part = n < r->data.n ? (size_t)n : r->data.n;
        r->data = str_sub(r->data, part, r->data.n);
        n -= part;
    }
}

/* Characters; where they go on in another record, it begins by telling their size anew. */
static void run_chars(struct run *r, size_t n, bool wide, struct buf *out)
{
    struct utf16 half = { 0 };
    while (n) {
        if (!r->data.n) {
            if (!run_more(r))
                return;
            wide = run_le(r, 1) & 1;
        }
        size_t size = wide ? 2 : 1, part = r->data.n / size < n ? r->data.n / size : n;
        for (size_t i = 0; i < part; i++) {
            uint32_t c, unit = wide ? u16_at(r->data, 2 * i) : u8_at(r->data, i);
            if (utf16_unit(&half, unit, &c) && (c >= 0x20 || c == '\n' || c == '\t'))
                buf_utf8(out, c);
        }
        r->data = part ? str_sub(r->data, part * size, r->data.n) : STR_NONE; /* half a character */
        n -= part;
    }
}

/* A string whose length was read: flags, counts of what follows the characters, characters. */
static void run_string(struct run *r, size_t chars, struct buf *out)
{
    uint32_t flags = run_le(r, 1), runs = flags & 8 ? run_le(r, 2) : 0;
    uint32_t extra = flags & 4 ? run_le(r, 4) : 0;
    run_chars(r, chars, flags & 1, out);
    run_skip(r, 4 * (uint64_t)runs + extra);
}

static struct run run_of(struct book *b, const struct record *r, size_t from)
{
    return (struct run){ b, str_sub(r->data, from, r->data.n), r->next, false };
}

static void read_strings(struct book *b, const struct record *rec)
{
    struct run r = run_of(b, rec, 8);
    while (b->strings_n < STRINGS_MAX && !b->strings.err && run_more(&r)) {
        if (b->strings_n + 2 > b->strings_room) {
            b->strings_room = b->strings_room ? b->strings_room * 2 : 256;
            b->begin = mem_grow(b->begin, b->strings_room, sizeof *b->begin);
            b->begin[0] = 0;
        }
        run_string(&r, run_le(&r, 2), &b->strings);
        b->begin[++b->strings_n] = b->strings.n;
    }
}

/* ---- the workbook */

static void read_sheet_name(struct book *b, const struct record *rec)
{
    struct buf name;
    struct run r = run_of(b, rec, 6);
    if (b->sheets_n == SHEETS_MAX)
        return;
    buf_init(&name, 4 * 256);
    run_string(&r, run_le(&r, 1), &name);
    b->sheets[b->sheets_n].at = u32_at(rec->data, 0);
    b->sheets[b->sheets_n].hidden = u8_at(rec->data, 4) & 3;
    b->sheets[b->sheets_n++].name = arena_str(b->a, buf_str(&name));
    buf_fini(&name);
}

static void read_format(struct book *b, const struct record *rec)
{
    struct buf code;
    struct run r = run_of(b, rec, 2);
    if (b->formats_n == FORMATS_MAX)
        return;
    buf_init(&code, 4 * 65536);
    run_string(&r, run_le(&r, 2), &code);
    b->formats[b->formats_n].id = u16_at(rec->data, 0);
    b->formats[b->formats_n++].style = sheet_style_of_code(buf_str(&code));
    buf_fini(&code);
}

static void read_style(struct book *b, const struct record *rec)
{
    uint16_t id = u16_at(rec->data, 2);
    unsigned char s = sheet_style_builtin(id);
    if (b->styles_n == STYLES_MAX)
        return;
    for (size_t i = 0; i < b->formats_n; i++)
        if (b->formats[i].id == id)
            s = b->formats[i].style;
    b->style[b->styles_n++] = s;
}

static enum err read_book(struct book *b)
{
    struct record r;
    if (!record_at(b, 0, &r) || r.type != R_BOF || u16_at(r.data, 0) != BIFF8)
        return E_SYNTAX;
    while (record_at(b, r.next, &r) && r.type != R_EOF) {
        switch (r.type) {
        case R_FILEPASS: return E_SYNTAX; /* encrypted */
        case R_DATE_1904: b->epoch_1904 = u16_at(r.data, 0) == 1; break;
        case R_SHEET: read_sheet_name(b, &r); break;
        case R_FORMAT: read_format(b, &r); break;
        case R_XF: read_style(b, &r); break;
        case R_SST: read_strings(b, &r); break;
        default: break;
        }
    }
    return b->strings.err;
}

/* ---- rows */

static void row_end(struct book *b)
{
    struct str v[SHEET_COLUMNS_MAX], own = buf_str(&b->text), shared = buf_str(&b->strings);
    while (b->row.n && !b->cells[b->row.n - 1].n)
        b->row.n--;
    for (size_t i = 0; i < b->row.n; i++) {
        size_t from = b->cells[i].from;
        v[i] = str_sub(b->cells[i].shared ? shared : own, from, from + b->cells[i].n);
    }
    b->row.cells = v;
    if (b->row.n && !b->to->row(b->to->arg, &b->row))
        b->stop = true;
    b->row.cells = NULL;
    b->row.n = 0;
    b->pending = SIZE_MAX;
    buf_clear(&b->text);
}

/* Goes to a cell; false: it is past the columns we look at. */
static bool cell_at(struct book *b, const struct record *r, size_t column)
{
    int64_t row = (int64_t)u16_at(r->data, 0) + 1;
    if (row != b->row.row)
        row_end(b);
    b->row.row = row;
    b->pending = SIZE_MAX;
    if (column >= SHEET_COLUMNS_MAX)
        return false;
    for (; b->row.n <= column; b->row.n++)
        b->cells[b->row.n].n = 0;
    b->cells[column].shared = false;
    b->cells[column].from = b->text.n;
    b->cells[column].n = 0;
    return true;
}

/* What was appended to text since cell_at is the cell's. */
static void cell_end(struct book *b, size_t column)
{
    size_t from = b->cells[column].from;
    b->cells[column].n = utf_head(str_sub(buf_str(&b->text), from, b->text.n), SHEET_CELL_MAX).n;
}

static void put_shared(struct book *b, size_t column, uint32_t k)
{
    if (k >= b->strings_n)
        return;
    struct str s = str_sub(buf_str(&b->strings), b->begin[k], b->begin[k + 1]);
    b->cells[column].shared = true;
    b->cells[column].from = b->begin[k];
    b->cells[column].n = utf_head(s, SHEET_CELL_MAX).n;
}

static double double_of(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static void put_double(struct book *b, size_t column, double v, uint16_t xf)
{
    if (isfinite(v))
        sheet_number(&b->text, v, xf < b->styles_n ? b->style[xf] : 0, b->epoch_1904);
    cell_end(b, column);
}

static uint64_t u64_at(struct str s, uint64_t at)
{
    return u32_at(s, at) | (uint64_t)u32_at(s, at + 4) << 32;
}

/* RkNumber, 2.5.122: an integer of 30 bits or the upper 30 of a double; maybe hundredths. */
static double rk_of(uint32_t rk)
{
    double v = rk & 2 ? (double)((int32_t)rk >> 2) : double_of((uint64_t)(rk & ~3u) << 32);
    return rk & 1 ? v / 100 : v;
}

static void put_many(struct book *b, const struct record *r)
{
    size_t column = u16_at(r->data, 2);
    for (size_t at = 4; at + 8 <= r->data.n; at += 6, column++)
        if (cell_at(b, r, column))
            put_double(b, column, rk_of(u32_at(r->data, at + 2)), u16_at(r->data, at));
}

/* A number, or a mark that it is none: then text follows in a record of its own, or a truth. */
static void put_formula(struct book *b, const struct record *r, size_t column, uint16_t xf)
{
    if (u16_at(r->data, 12) != 0xffff) {
        put_double(b, column, double_of(u64_at(r->data, 6)), xf);
        return;
    }
    unsigned char what = u8_at(r->data, 6);
    if (what == 0)
        b->pending = column;
    else if (what == 1) {
        buf_int(&b->text, u8_at(r->data, 8));
        cell_end(b, column);
    }
}

static void put_text(struct book *b, size_t column, struct run r)
{
    run_string(&r, run_le(&r, 2), &b->text);
    cell_end(b, column);
}

static void put_cell(struct book *b, const struct record *r)
{
    size_t column = u16_at(r->data, 2);
    uint16_t xf = u16_at(r->data, 4);
    if (r->data.n < CELL_BYTES || !cell_at(b, r, column))
        return;
    switch (r->type) {
    case R_LABELSST: put_shared(b, column, u32_at(r->data, 6)); break;
    case R_NUMBER: put_double(b, column, double_of(u64_at(r->data, 6)), xf); break;
    case R_RK: put_double(b, column, rk_of(u32_at(r->data, 6)), xf); break;
    case R_FORMULA: put_formula(b, r, column, xf); break;
    case R_BOOLERR:
        if (!u8_at(r->data, 7))
            buf_int(&b->text, u8_at(r->data, 6));
        cell_end(b, column);
        break;
    default: put_text(b, column, run_of(b, r, 6)); break;
    }
}

static void on_record(struct book *b, const struct record *r)
{
    switch (r->type) {
    case R_LABELSST:
    case R_NUMBER:
    case R_RK:
    case R_FORMULA:
    case R_BOOLERR:
    case R_LABEL:
    case R_RSTRING: put_cell(b, r); break;
    case R_MULRK: put_many(b, r); break;
    case R_STRING:
        if (b->pending != SIZE_MAX)
            put_text(b, b->pending, run_of(b, r, 0));
        b->pending = SIZE_MAX;
        break;
    default: break;
    }
}

/* A chart within a sheet is a sequence of its own, from BOF to EOF, and so is a whole sheet. */
static void read_sheet(struct book *b, size_t k)
{
    struct record r;
    size_t depth = 1;
    if (!record_at(b, b->sheets[k].at, &r) || r.type != R_BOF)
        return;
    b->row = (struct sheet_row){ .sheet = (int64_t)k + 1,
                                 .name = b->sheets[k].name,
                                 .hidden = b->sheets[k].hidden };
    while (!b->stop && depth && record_at(b, r.next, &r)) {
        if (r.type == R_BOF)
            depth++;
        else if (r.type == R_EOF)
            depth--;
        else if (depth == 1)
            on_record(b, &r);
    }
    if (!b->stop)
        row_end(b);
}

enum err xls97_rows(struct ole *o, const struct sheet_to *to)
{
    struct buf in;
    buf_init(&in, OFFICE97_STREAM);
    enum err whole = ole_stream(o, "Workbook", &in), e;
    if (whole == E_NOT_FOUND)
        whole = ole_stream(o, "Book", &in);
    struct book *b = NEW(struct book);
    b->in = buf_str(&in);
    b->budget = in.n / 4; /* the smallest record */
    b->to = to;
    b->a = arena_new();
    b->style = mem_new(STYLES_MAX);
    b->pending = SIZE_MAX;
    buf_init(&b->strings, STRINGS_BYTES);
    buf_init(&b->text, ROW_BYTES);
    e = whole == E_NOT_FOUND ? whole : read_book(b);
    for (size_t k = 0; !e && !b->stop && k < b->sheets_n; k++)
        read_sheet(b, k);
    buf_fini(&in);
    buf_fini(&b->strings);
    buf_fini(&b->text);
    mem_free(b->begin);
    mem_free(b->style);
    arena_free(b->a);
    mem_free(b);
    return e ? e : whole;
}
