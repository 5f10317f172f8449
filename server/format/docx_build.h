/* Putting a docx together as paper: paragraphs, the lists that numbered ones make, tables. For the
 * reader of document.xml alone, which tells it what it meets in order. */
#ifndef FORMAT_DOCX_BUILD_H
#define FORMAT_DOCX_BUILD_H

#include "server/format/docx_int.h"

enum { PLACES_MAX = 40, LISTS_MAX = 9, COLUMNS_MAX = 512 };

/* A paragraph while it is read. What the editor has only as blocks (images, formulas on a line of
 * their own, page breaks) cuts it into pieces. */
struct docx_para {
    struct docx_style style;
    enum paper_align align;
    int64_t number, ilvl, indent; /* number -1: none; indent: left, twips */
    bool break_before, ruled, open;
    struct paper *pieces, *line, *after; /* line: the piece text goes to; after: of text boxes */
    struct buf text;                     /* of one look, not in line yet */
    struct paper_look look;
};

/* Where blocks go: the document, a cell, a text box. */
struct docx_place {
    struct paper *into;
    struct docx_para para;
    struct {
        struct paper *list, *item;
        int64_t ilvl, number;
        int next; /* the figure that would go on with it */
    } lists[LISTS_MAX];
    int lists_n;
    bool quoted; /* the last block was a quote */
};

struct docx_table {
    struct paper *table, *row;
    int grid[COLUMNS_MAX], grid_n;    /* twips */
    struct paper *above[COLUMNS_MAX]; /* whose cell reaches down from here */
    int column, span;
    bool head, goes_on, shaded;
    enum { CELL_NOT_YET, CELL_OPEN, CELL_REFUSED } cell;
    struct docx_table *outer;
};

struct docx_build {
    struct arena *a;
    struct paper_report *report;
    struct docx_numbers *numbers;
    struct docx_place *place[PLACES_MAX];
    int places;
    struct docx_table *table;
    size_t parts, bytes;
    bool full; /* past what a document may hold: nothing more is taken */
};

void docx_build_begin(struct docx_build *b, struct paper *doc);
void docx_build_end(struct docx_build *b);

struct docx_place *docx_here(struct docx_build *b);
/* False: too deep; what is in it is to be skipped. */
bool docx_enter(struct docx_build *b, struct paper *into);
void docx_leave(struct docx_build *b);

void docx_para_begin(struct docx_build *b);
void docx_para_end(struct docx_build *b);
void docx_para_text(struct docx_build *b, struct str s, const struct paper_look *look);
/* A part that stands in the line, or (a block) cuts it. NULL: full. */
struct paper *docx_para_part(struct docx_build *b, enum paper_kind k);
/* What a text box holds comes behind the paragraph it hangs on. */
bool docx_box_begin(struct docx_build *b);
void docx_box_end(struct docx_build *b);

bool docx_table_begin(struct docx_build *b);
void docx_table_end(struct docx_build *b);
void docx_row_begin(struct docx_build *b);
void docx_row_skip(struct docx_build *b, int64_t columns); /* before the first cell */
void docx_row_end(struct docx_build *b);
/* Cells: begin, then what is told of it, then ready before its content. */
void docx_cell_begin(struct docx_build *b);
bool docx_cell_ready(struct docx_build *b); /* false: its content is to be skipped */
void docx_cell_end(struct docx_build *b);

#endif
