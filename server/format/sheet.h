/* Tables as rows of cells: what xlsx, xls and csv have in common, for rosters, timetables and
 * marks. */
#ifndef FORMAT_SHEET_H
#define FORMAT_SHEET_H

#include "server/format/pages.h"

enum { SHEET_COLUMNS_MAX = 512, SHEET_CELL_MAX = 32768, SHEETS_MAX = 256 };

struct sheet_row {
    int64_t sheet;   /* from 1 */
    struct str name; /* of the sheet; empty for csv */
    bool hidden;     /* the sheet is */
    int64_t row;     /* from 1, as the program counts them */
    const struct str
        *cells; /* UTF-8, trimmed of nothing; dates as 2025-09-01 or 2025-09-01 08:20 */
    size_t n;   /* up to the last cell that is not empty; never 0 */
};

struct sheet_to {
    void *arg;
    bool (*row)(void *arg, const struct sheet_row *r); /* all borrowed; false: enough */
};

/* A page for each sheet that is not hidden, a line for each row, cells apart by tabs: give
 * sheet_to_page to whoever has rows, and end with pages_next(). */
struct sheet_pages {
    struct pages *out;
    int64_t sheet; /* of the page being filled; 0 at first */
};
bool sheet_to_page(void *arg, const struct sheet_row *r); /* arg: struct sheet_pages */

/* Whether a number is shown as a date, a time or both. */
enum { SHEET_PLAIN = 0, SHEET_DATE = 1, SHEET_TIME = 2 };
/* A format code shows a date or time if y, d, h or s (m alone tells nothing) stand in it outside
 * quotes, brackets and behind no backslash. */
unsigned char sheet_style_of_code(struct str code);
unsigned char sheet_style_builtin(int64_t id);
/* With at most 15 digits, as Excel shows it; days since 1900 (or 1904) as a date or time. */
void sheet_number(struct buf *out, double v, unsigned char style, bool epoch_1904);

/* Comma, tab or semicolon separated (told by the first lines), RFC 4180 quotes, UTF-8, UTF-16 with
 * mark or GB18030; also what is pasted from Excel. E_SYNTAX: binary. E_TOO_LARGE: a cell past
 * SHEET_CELL_MAX. */
enum err csv_rows(struct str bytes, const struct sheet_to *to) MUST_USE;

/* Writing xlsx: text stays text (a 工号 keeps its zeroes, a phone its digits, "=1+1" is no
 * formula). Order: new, (sheet, width…, choice…, head, row…)…, finish, free. */
struct xlsx;
struct xlsx *xlsx_new(size_t cap); /* bytes of the whole file */
void xlsx_free(struct xlsx *x);    /* NULL is fine */
void xlsx_sheet(struct xlsx *x, struct str name, const int *widths,
                size_t n); /* widths in characters */
void xlsx_head(struct xlsx *x, const struct str *cells,
               size_t n); /* bold, filled, stays when scrolling */
void xlsx_row(struct xlsx *x, const struct str *cells, size_t n);
void xlsx_note(struct xlsx *x, struct str text); /* a row of explanation, grey */
/* A drop-down of choices for a column (from 0), rows 2 to 5,000; in all at most 255 characters
 * (Excel's limit), else none is written. */
void xlsx_choice(struct xlsx *x, size_t column, const struct str *choices, size_t n);
enum err xlsx_finish(struct xlsx *x, int64_t now, struct buf *out) MUST_USE;

#endif
