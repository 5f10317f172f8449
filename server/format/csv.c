/* Separated values. One pass over decoded text; quotes may hold line ends. A quote inside an
 * unquoted cell is itself, as Excel writes it. */
#include "server/format/charset.h"
#include "server/format/sheet.h"

#include "server/base/utf.h"

#include <string.h>

struct csv {
    struct str s;
    size_t at;
    char sep;
    struct buf cells; /* of one row, each with a NUL behind */
    size_t begin[SHEET_COLUMNS_MAX + 1], n;
    enum err err;
};

/* The separator that occurs most in the first lines, outside quotes; tab wins a tie. */
static char guess(struct str s)
{
    static const char seps[] = "\t,;";
    size_t count[3] = { 0 };
    bool quoted = false;
    for (size_t i = 0, lines = 0; i < s.n && lines < 5; i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (!quoted && s.p[i] == '\n')
            lines++;
        const char *hit = s.p[i] && !quoted ? strchr(seps, s.p[i]) : NULL;
        if (hit)
            count[hit - seps]++;
    }
    if (count[0] && count[0] >= count[1] && count[0] >= count[2])
        return '\t';
    return count[2] > count[1] ? ';' : ',';
}

/* "sep=;" as the first line is Excel's own hint. */
static void take_hint(struct csv *c)
{
    if (c->s.n > 4 && strncasecmp(c->s.p, "sep=", 4) == 0 && (c->s.n == 5 || c->s.p[5] == '\n')) {
        c->sep = c->s.p[4];
        c->at = c->s.n == 5 ? 5 : 6;
    }
}

static void cell_char(struct csv *c, char ch)
{
    if (c->n < SHEET_COLUMNS_MAX)
        buf_char(&c->cells, ch);
}

static void quoted_cell(struct csv *c)
{
    for (c->at++; c->at < c->s.n; c->at++) {
        char ch = c->s.p[c->at];
        if (ch == '"') {
            if (c->at + 1 >= c->s.n || c->s.p[c->at + 1] != '"') {
                c->at++;
                return;
            }
            c->at++;
        }
        cell_char(c, ch);
    }
}

/* Reads one cell; true when the row goes on behind it. */
static bool read_cell(struct csv *c)
{
    size_t begin = c->cells.n;
    if (c->n < SHEET_COLUMNS_MAX)
        c->begin[c->n] = begin;
    if (c->at < c->s.n && c->s.p[c->at] == '"')
        quoted_cell(c);
    while (c->at < c->s.n && c->s.p[c->at] != c->sep && c->s.p[c->at] != '\n')
        cell_char(c, c->s.p[c->at++]);
    if (c->cells.n - begin > SHEET_CELL_MAX || c->cells.err)
        c->err = E_TOO_LARGE;
    if (c->n < SHEET_COLUMNS_MAX) {
        buf_char(&c->cells, 0);
        c->n++;
    }
    bool more = c->at < c->s.n && c->s.p[c->at] == c->sep;
    if (c->at < c->s.n)
        c->at++;
    return more && !c->err;
}

static bool give_row(struct csv *c, int64_t number, const struct sheet_to *to)
{
    struct str cells[SHEET_COLUMNS_MAX];
    size_t filled = 0;
    c->begin[c->n] = c->cells.n;
    for (size_t i = 0; i < c->n; i++) {
        cells[i] = str_sub(buf_str(&c->cells), c->begin[i], c->begin[i + 1] - 1);
        if (cells[i].n)
            filled = i + 1;
    }
    struct sheet_row r = { .sheet = 1, .row = number, .cells = cells, .n = filled };
    return !filled || to->row(to->arg, &r);
}

enum err csv_rows(struct str bytes, const struct sheet_to *to)
{
    size_t skip;
    struct buf text;
    struct csv c = { 0 };
    if (charset_guess(bytes, false, &skip) == CHARSET_BINARY)
        return E_SYNTAX;
    buf_init(&text, bytes.n * 3 + 64);
    charset_utf8(&text, bytes);
    c.s = buf_str(&text);
    c.sep = guess(c.s);
    buf_init(&c.cells, (size_t)4 << 20);
    take_hint(&c);
    for (int64_t row = 1; c.at < c.s.n && !c.err; row++) {
        buf_clear(&c.cells);
        c.n = 0;
        while (read_cell(&c))
            ;
        if (!c.err && !give_row(&c, row, to))
            break;
    }
    buf_fini(&c.cells);
    buf_fini(&text);
    return c.err;
}
