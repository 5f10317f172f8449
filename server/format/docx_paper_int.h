/* What the reader of document.xml (docx_paper.c) and that of what stands in its paragraphs
 * (docx_line.c) share. */
#ifndef FORMAT_DOCX_PAPER_INT_H
#define FORMAT_DOCX_PAPER_INT_H

#include "server/format/docx_build.h"
#include "server/format/latex.h"

enum { FIELDS_MAX = 20 };

enum docx_what {
    PASSED,
    BODY,
    PARA,
    PARA_PROPS,
    NUM_PROPS,
    RUN,
    RUN_PROPS,
    TEXT,
    INSTR,
    TABLE,
    GRID,
    ROW,
    ROW_PROPS,
    CELL,
    CELL_PROPS,
    BORDERS,
    LINK,
    BOX,
    MATH,
    MATH_BLOCK,
    DRAWING,
    SECTION,
    DELETED
};

struct field {
    bool result; /* behind "separate" */
    struct str link;
    struct buf instr;
};

struct docx_reader {
    struct docx_build b;
    struct zip *z;
    struct rels rels, outside;
    struct docx_styles *styles;
    struct map *images; /* member → "" known, or the loss */
    struct omml *omml;
    unsigned char what[XML_DEPTH_MAX + 2];
    int depth, skip; /* skip: levels inside of what is left out; 0: outside */
    struct docx_run run;
    struct str link;
    struct field field[FIELDS_MAX];
    int fields, lost_fields; /* lost: begun past FIELDS_MAX */
    int64_t cx, cy;
    struct str alt;
    bool pictured;
};

void docx_lost(struct docx_reader *r, enum paper_loss l, struct str example);
void docx_lost_once(struct docx_reader *r, enum paper_loss l); /* told once, however often */
/* Does such an element stand around? */
bool docx_inside(const struct docx_reader *r, enum docx_what w);

/* ---- of a paragraph */
void docx_line_text(struct docx_reader *r, struct str s);
/* A property of a run. */
void docx_line_property(struct docx_reader *r, const struct xml_tag *t);
/* An element in a run; false: something else. */
bool docx_line_part(struct docx_reader *r, const struct xml_tag *t);
void docx_line_link(struct docx_reader *r, const struct xml_tag *t);
void docx_line_field(struct docx_reader *r, const struct xml_tag *t); /* w:fldSimple */
void docx_line_fini(struct docx_reader *r);                           /* fields left open */
void docx_drawing_open(struct docx_reader *r);
void docx_drawing_part(struct docx_reader *r, const struct xml_tag *t);
void docx_drawing_close(struct docx_reader *r);
void docx_math_close(struct docx_reader *r);

#endif
