/* Formulas: the tables of what is understood (latex.def), and the tree. */
#include "server/format/latex_int.h"

#include "server/base/utf.h"

static const struct latex_row symbols[] = {
#define SYMBOL(name, text, class) { name, text, class, false },
#include "server/format/latex.def"
};
static const struct latex_row functions[] = {
#define FUNCTION(name, text, limits) { name, text, ORD, limits },
#include "server/format/latex.def"
};
static const struct latex_row naries[] = {
#define NARY(name, text, limits) { name, text, ORD, limits },
#include "server/format/latex.def"
};
static const struct latex_row accents[] = {
#define ACCENT(name, text) { name, text, ORD, false },
#include "server/format/latex.def"
};
static const struct latex_row spaces[] = {
#define SPACE(name, text) { name, text, ORD, false },
#include "server/format/latex.def"
};
static const struct tex_style styles[] = {
#define STYLE(name, sty, scr, text) { name, sty, scr, text },
#include "server/format/latex.def"
};

#define TABLE(t)                                                                                   \
    {                                                                                              \
        t, sizeof t / sizeof *t                                                                    \
    }
static const struct {
    const struct latex_row *v;
    size_t n;
} tables[] = {
    [LATEX_SYMBOL] = TABLE(symbols), [LATEX_FUNCTION] = TABLE(functions),
    [LATEX_NARY] = TABLE(naries),    [LATEX_ACCENT] = TABLE(accents),
    [LATEX_SPACE] = TABLE(spaces),
};

/* The first of equal fences and columns is the one a grid of Word's is called. */
static const struct latex_grid grids[] = {
    { "matrix", "", "", "c" },    { "pmatrix", "(", ")", "c" },  { "bmatrix", "[", "]", "c" },
    { "Bmatrix", "{", "}", "c" }, { "vmatrix", "|", "|", "c" },  { "Vmatrix", "‖", "‖", "c" },
    { "cases", "{", "", "l" },    { "aligned", "", "", "rl" },   { "smallmatrix", "", "", "c" },
    { "gathered", "", "", "c" },  { "split", "", "", "rl" },     { "align", "", "", "rl" },
    { "align*", "", "", "rl" },   { "alignedat", "", "", "rl" }, { "rcases", "", "}", "l" },
};

const struct latex_row *latex_named(enum latex_table which, struct str name)
{
    for (size_t i = 0; i < tables[which].n; i++)
        if (str_eqz(name, tables[which].v[i].name))
            return &tables[which].v[i];
    return NULL;
}

const struct latex_row *latex_of_text(enum latex_table which, struct str text)
{
    for (size_t i = 0; i < tables[which].n; i++)
        if (str_eqz(text, tables[which].v[i].text))
            return &tables[which].v[i];
    return NULL;
}

const struct tex_style *latex_style(struct str name)
{
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (str_eqz(name, styles[i].name))
            return &styles[i];
    return NULL;
}

const struct tex_style *latex_style_of(struct str sty, struct str scr)
{
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (str_eqz(scr, styles[i].scr) && (scr.n || str_eqz(sty, styles[i].sty)))
            return &styles[i];
    return NULL;
}

const struct tex_style *latex_style_on(const struct tex_style *style, struct str c)
{
    uint32_t rune = 0;
    if (c.n)
        utf_get(c, &rune);
    bool letter = ((rune | 32) >= 'a' && (rune | 32) <= 'z') || (rune >= 0x391 && rune <= 0x3F5);
    bool figure = rune >= '0' && rune <= '9';
    bool upright = style && !*style->scr && str_eqz(str_of(style->sty), "p");
    return letter || (figure && !upright) ? style : NULL;
}

uint32_t latex_plain(uint32_t c)
{
    if (c == 0x210E)
        return 'h';
    if (c >= 0x1D434 && c <= 0x1D467)
        return c < 0x1D44E ? 'A' + (c - 0x1D434) : 'a' + (c - 0x1D44E);
    if (c >= 0x1D6E2 && c <= 0x1D6FA)
        return 0x391 + (c - 0x1D6E2);
    if (c >= 0x1D6FC && c <= 0x1D714)
        return 0x3B1 + (c - 0x1D6FC);
    return c;
}

const struct latex_grid *latex_grid(struct str name)
{
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++)
        if (str_eqz(name, grids[i].name))
            return &grids[i];
    return NULL;
}

const struct latex_grid *latex_grid_like(struct str open, struct str close, struct str columns)
{
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++)
        if (str_eqz(open, grids[i].open) && str_eqz(close, grids[i].close) &&
            str_eqz(columns, grids[i].columns))
            return &grids[i];
    return NULL;
}

struct tex *tex_new(struct arena *a, enum tex_kind kind)
{
    struct tex *t = ARENA_NEW(a, struct tex);
    t->kind = kind;
    t->text = t->close = S("");
    return t;
}

void tex_add(struct tex *row, struct tex *child)
{
    if (row->last)
        row->last->next = child;
    else
        row->first = child;
    row->last = child;
}

const struct tex *tex_only(const struct tex *t)
{
    while (t->kind == TEX_ROW && t->first && !t->first->next)
        t = t->first;
    return t;
}

bool tex_ends(const struct tex *t, bool empty)
{
    return t->class == REL || t->class == PUNCT || t->class == CLOSE || (t->class == BIN && !empty);
}
