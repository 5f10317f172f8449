/* What the two readers of docx share: styles and numbering (ECMA-376 part 1, 17.7, 17.9). */
#ifndef FORMAT_DOCX_INT_H
#define FORMAT_DOCX_INT_H

#include "server/base/map.h"
#include "server/format/ooxml.h"
#include "server/format/paper.h"
#include "server/format/xml.h"

/* Properties of a run; -1: not told here. */
struct docx_run {
    signed char bold, italic, underline, strike, code, script, hidden; /* script: 1 up, 2 down */
    struct str color, highlight, size;                                 /* empty: not told */
};
extern const struct docx_run docx_run_none;
/* Takes one property; false: it is none that we know. */
bool docx_run_take(struct docx_run *r, struct arena *a, const struct xml_tag *t);
/* What top says, else what under says. */
struct docx_run docx_run_over(const struct docx_run *under, const struct docx_run *top);

struct docx_style {
    int level; /* 1–9 of a heading; 0: none told */
    enum paper_align align;
    int64_t number, ilvl; /* w:numId; -1: not told */
    struct docx_run run;
    struct str name, based;
    bool link, quote; /* link: it only says that something is one */
};

struct docx_styles;
/* z's styles part; what is broken costs only the styles behind it. */
struct docx_styles *docx_styles_read(struct zip *z, struct arena *a, struct str part);
void docx_styles_free(struct docx_styles *s);
/* With what it is based on. */
struct docx_style docx_style(const struct docx_styles *s, struct str id);
enum paper_align docx_align(struct str jc);

/* ---- numbering */

enum docx_count { COUNT_bullet, COUNT_list, COUNT_words };
struct docx_numbers;
struct docx_numbers *docx_numbers_read(struct zip *z, struct arena *a, struct str part);
void docx_numbers_free(struct docx_numbers *n);
/* The next paragraph of this number at this level (0–8): how it is counted, the figure, and its
 * words as they would be printed ("（一）"), in the arena. False: there is no such number. */
bool docx_number(struct docx_numbers *n, int64_t num, int64_t ilvl, enum docx_count *count,
                 int *figure, struct str *words);

#endif
