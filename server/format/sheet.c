/* What xlsx and xls show alike: numbers that are dates, and a page for each sheet. */
#include "server/format/sheet.h"

#include "server/base/clock.h"

#include <math.h>

/* ---- styles: which of them show dates */

unsigned char sheet_style_of_code(struct str code)
{
    unsigned char got = SHEET_PLAIN;
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (c == '"') {
            size_t end = str_chr(code, '"', i + 1);
            i = end == SIZE_MAX ? code.n : end;
        } else if (c == '[') {
            size_t end = str_chr(code, ']', i + 1);
            i = end == SIZE_MAX ? code.n : end;
        } else if (c == '\\' || c == '_' || c == '*')
            i++;
        else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D')
            got |= SHEET_DATE;
        else if (c == 'h' || c == 'H' || c == 's' || c == 'S')
            got |= SHEET_TIME;
        else if (c == ';')
            break;
    }
    return str_starts(code, S("General")) ? SHEET_PLAIN : got;
}

/* ECMA-376 part 1, 18.8.30, with those of Chinese Excel; xls numbers them alike. */
unsigned char sheet_style_builtin(int64_t id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 54) || id == 36 ||
        id == 57 || id == 58)
        return SHEET_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 ||
        id == 56)
        return SHEET_TIME;
    return id == 22 ? SHEET_DATE | SHEET_TIME : SHEET_PLAIN;
}

static void put_date(struct buf *out, double serial, unsigned char style, bool epoch_1904)
{
    double day = floor(serial);
    int64_t seconds = (int64_t)llround((serial - day) * 86400);
    int64_t n = (int64_t)day - 25569 + (epoch_1904 ? 1462 : 0) + seconds / 86400;
    seconds %= 86400;
    struct civil c = civil_utc(n * DAY_MS);
    if (style & SHEET_DATE)
        buf_fmt(out, "%04d-%02d-%02d", c.year, c.month, c.day);
    if (!(style & SHEET_TIME) && !seconds)
        return;
    if (style & SHEET_DATE)
        buf_char(out, ' ');
    buf_fmt(out, "%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60));
    if (seconds % 60)
        buf_fmt(out, ":%02d", (int)(seconds % 60));
}

void sheet_number(struct buf *out, double v, unsigned char style, bool epoch_1904)
{
    if (style && v >= 0 && v < 2958466)
        put_date(out, v, style, epoch_1904);
    else
        buf_fmt(out, "%.15g", v);
}

/* ---- pages */

bool sheet_to_page(void *arg, const struct sheet_row *r)
{
    struct sheet_pages *w = arg;
    if (r->hidden)
        return true;
    if (r->sheet != w->sheet) {
        if (w->sheet)
            pages_next(w->out);
        w->sheet = w->out->number = r->sheet;
        pages_title(w->out, r->name);
        pages_head(w->out, 1, r->name);
    }
    for (size_t i = 0; i < r->n; i++) {
        if (i)
            pages_char(w->out, '\t');
        pages_add(w->out, r->cells[i]);
    }
    pages_line(w->out);
    return !pages_full(w->out);
}
