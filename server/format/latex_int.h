/* The tree of a formula, between its two writings. */
#ifndef FORMAT_LATEX_INT_H
#define FORMAT_LATEX_INT_H

#include "server/format/latex.h"

enum tex_kind {
    TEX_ROW,    /* children */
    TEX_RUN,    /* text, in a style */
    TEX_FRAC,   /* a over b; plain: without a line */
    TEX_ROOT,   /* of a; b: which, or none */
    TEX_SCRIPT, /* a with b below and c above, either may be none */
    TEX_NARY,   /* text with a below, b above, before c; plain: beside it instead */
    TEX_FUNC,   /* a (a name with its scripts) before b */
    TEX_ACCENT, /* text over a */
    TEX_BAR,    /* a line over a; plain: under it */
    TEX_BRACE,  /* a brace over a; plain: under it */
    TEX_LIMIT,  /* b over a; plain: under it */
    TEX_FENCE,  /* children between text and close */
    TEX_GRID,   /* children are rows, their children cells; text: the environment */
    TEX_BOX,    /* a in a frame; plain: a's room, empty */
};

enum tex_class { ORD, BIN, REL, OPEN, CLOSE, PUNCT };

/* STYLE of latex.def; the first three have no row there. */
struct tex_style {
    const char *name, *sty, *scr;
    bool text;
};

struct tex {
    enum tex_kind kind;
    enum tex_class class;
    bool plain, limits;
    struct str text, close;
    const struct tex_style *style; /* NULL: as formulas are */
    struct tex *a, *b, *c, *first, *last, *next;
};

struct tex *tex_new(struct arena *a, enum tex_kind kind);
void tex_add(struct tex *row, struct tex *child);
/* Out of rows that hold nothing else. */
const struct tex *tex_only(const struct tex *t);
/* Does it end the operand before it? empty: that one has nothing yet. */
bool tex_ends(const struct tex *t, bool empty);

/* NULL: not understood; *at is the piece that was not. */
struct tex *latex_parse(struct arena *a, struct str latex, struct str *at);
void omml_put(const struct tex *t, struct buf *out);
/* False: a sign had no counterpart. */
bool latex_put(const struct tex *t, struct buf *out);

struct latex_row {
    const char *name, *text;
    enum tex_class class;
    bool limits;
};
enum latex_table { LATEX_SYMBOL, LATEX_FUNCTION, LATEX_NARY, LATEX_ACCENT, LATEX_SPACE };
const struct latex_row *latex_named(enum latex_table which, struct str name);
/* The first with this text; NULL: none. */
const struct latex_row *latex_of_text(enum latex_table which, struct str text);
const struct tex_style *latex_style(struct str name);
const struct tex_style *latex_style_of(struct str sty, struct str scr);
/* The style as far as it changes this character: letters, and figures where they are not upright
 * anyway; signs look the same in all. NULL: not at all. */
const struct tex_style *latex_style_on(const struct tex_style *style, struct str c);
/* A letter of the mathematical italics as the letter it is; others as they are. */
uint32_t latex_plain(uint32_t c);

/* Environments: between which fences, columns set how (one letter each, the last for the rest). */
struct latex_grid {
    const char *name, *open, *close, *columns;
};
const struct latex_grid *latex_grid(struct str name);
const struct latex_grid *latex_grid_like(struct str open, struct str close, struct str columns);

#endif
