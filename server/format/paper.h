/* A document as a tree, between a live document and a file: what the editor of the web client can
 * show (paper.def), nothing of how either side stores it. Made in an arena, in order, and read by
 * the writers below; who makes one of a stranger's file is in ooxml.h.
 *
 * P1: a part only holds what paper.def lets it hold, save what a careless maker put there: writers
 * pass over that and say so. P2: at most PAPER_DEPTH parts stand within each other. */
#ifndef FORMAT_PAPER_H
#define FORMAT_PAPER_H

#include "server/base/arena.h"
#include "server/base/buf.h"

enum { PAPER_DEPTH = 100, PAPER_PARTS_MAX = 500000 };

enum paper_kind {
#define PAPER(kind, name, holds) PAPER_##kind,
#include "server/format/paper.def"
#undef PAPER
    PAPER_count
};
enum paper_holds { NOTHING, INLINES, BLOCKS, ITEMS, ROWS, CELLS };
enum paper_align { ALIGN_none, ALIGN_left, ALIGN_center, ALIGN_right, ALIGN_justify };

const char *paper_name(enum paper_kind k);
enum paper_kind paper_named(struct str name); /* PAPER_count: no such part */
enum paper_holds paper_holds(enum paper_kind k);
bool paper_inline(enum paper_kind k);
bool paper_fits(enum paper_kind in, enum paper_kind k); /* P1 */
const char *paper_align_name(enum paper_align a);       /* as CSS has it; "" for none */
enum paper_align paper_align_named(struct str name);

/* How a stretch of text looks. Colours and sizes are CSS, as the editor wrote them. */
struct paper_look {
    bool bold, italic, underline, strike, code, superscript, subscript;
    struct str link, color, highlight, size;
};
bool paper_same_look(const struct paper_look *a, const struct paper_look *b);

struct paper {
    enum paper_kind kind;
    enum paper_align align;
    int level;              /* of a heading, 1–6; the first number of an ordered list */
    int colspan, rowspan;   /* of a cell, at least 1 */
    int width, height;      /* of an image, CSS pixels; 0: its own */
    const int *widths;      /* of a cell's columns, CSS pixels, 0: any; colspan of them or NULL */
    bool checked;           /* a task that is done */
    bool mine;              /* not as in what the document began as (个案): added, or gone */
    bool gone;              /* deleted from that */
    struct str text;        /* text, LaTeX, an image's address, a code block's language */
    struct str alt;         /* of an image */
    struct paper_look look; /* of text, of inline formulas and breaks */
    struct paper *parent, *first, *last, *next;
};

/* A new last part of parent; parent NULL: a document. */
struct paper *paper_add(struct arena *a, struct paper *parent, enum paper_kind kind);
/* The text in it, paragraphs and cells apart by line ends. */
void paper_text(const struct paper *p, struct buf *out);

/* "#rgb", "#rrggbb", "rgb(…)" or one of the common names. False: none of them. */
bool paper_color(struct str css, uint32_t *rgb);
/* "12pt", "16px" in half points, 2 to 400; 0: not told. */
int paper_half_points(struct str css);
/* May it stand in a link: http, https, mailto, tel, with nothing odd in it. */
bool paper_link_fits(struct str href);

/* ---- what was lost */

enum paper_loss {
#define LOSS(name, text) LOSS_##name,
#include "server/format/paper_loss.def"
#undef LOSS
    LOSS_count
};
const char *paper_loss_name(enum paper_loss l); /* stable, on the wire */
const char *paper_loss_text(enum paper_loss l); /* Chinese */
enum paper_loss paper_loss_named(struct str name);

struct paper_report {
    struct arena *arena;
    size_t n[LOSS_count];
    struct str example[LOSS_count]; /* the first one's, may be empty */
};
void paper_lost(struct paper_report *r, enum paper_loss l, struct str example);

/* ---- writing it out */

enum paper_size { PAPER_A4, PAPER_16K };

struct paper_comment {
    struct str quote; /* the text it was made to; where it stands first */
    struct str author, body;
    int64_t at; /* ms UTC */
    bool resolved;
    const struct paper_comment *replies;
    size_t replies_n;
};

struct paper_job {
    const struct paper *doc;
    struct str title, school;
    enum paper_size size;
    int64_t now;
    /* The bytes of an image, which must stay until the end; false: there is none. */
    bool (*image)(void *arg, struct str src, struct str *bytes);
    void *arg;
    const struct paper_comment *comments;
    size_t comments_n;
};

/* WordprocessingML (ECMA-376, transitional), for Word, WPS and LibreOffice. */
enum err paper_docx(const struct paper_job *j, struct paper_report *r, struct buf *out) MUST_USE;
/* One file without anything outside of it; formulas as LaTeX in <span class="math">. */
enum err paper_html(const struct paper_job *j, struct paper_report *r, struct buf *out) MUST_USE;
/* CommonMark with the tables, tasks and strike of GFM; formulas between $; what Markdown has not
 * is HTML. Images are named, not carried. */
enum err paper_markdown(const struct paper_job *j, struct paper_report *r,
                        struct buf *out) MUST_USE;

#endif
