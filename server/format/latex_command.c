/* What a command or a character of LaTeX stands for, with its arguments; see latex_read.c. */
#include "server/format/latex_read_int.h"

#include "server/base/utf.h"

#include <string.h>

enum { CELLS_MAX = 1000 };

static bool one_of(char c, const char *all)
{
    return c && strchr(all, c);
}

/* ---- commands */

static struct tex *unary(struct lex *p, enum tex_kind kind, struct str text, bool plain)
{
    struct tex *t = lex_node(p, kind);
    t->text = text;
    t->plain = plain;
    t->a = latex_parse_argument(p);
    return t;
}

static struct tex *fraction(struct lex *p, bool plain)
{
    struct tex *t = lex_node(p, TEX_FRAC);
    t->a = latex_parse_argument(p);
    t->b = latex_parse_argument(p);
    t->plain = plain;
    return t;
}

static struct tex *fence(struct lex *p, struct str open, struct str close, struct tex *child)
{
    struct tex *t = lex_node(p, TEX_FENCE);
    t->text = open;
    t->close = close;
    if (child)
        tex_add(t, child);
    return t;
}

static struct tex *root(struct lex *p)
{
    struct tex *t = lex_node(p, TEX_ROOT);
    t->b = latex_parse_bracket(p);
    t->a = latex_parse_argument(p);
    return t;
}

/* What \left, \right and \middle are given: a character, a symbol, or a dot for nothing. */
static struct str delimiter(struct lex *p)
{
    struct lex_token t = lex_peek(p);
    p->at = t.end;
    if (lex_is_char(t, '.'))
        return S("");
    if (lex_is_char(t, '<') || lex_is_char(t, '>'))
        return lex_is_char(t, '<') ? S("⟨") : S("⟩");
    if (!t.command && t.text.n == 1 && one_of(*t.text.p, "()[]|/"))
        return t.text;
    const struct latex_row *r = t.command ? latex_named(LATEX_SYMBOL, t.text) : NULL;
    if (!r)
        lex_fail(p, t.text);
    return r ? str_of(r->text) : S("");
}

static struct tex *parse_fence(struct lex *p)
{
    struct tex *t = fence(p, delimiter(p), S(""), NULL);
    for (;;) {
        tex_add(t, latex_parse_row(p, false));
        struct lex_token end = lex_peek(p);
        p->at = end.end;
        if (lex_is_command(end, "right")) {
            t->close = delimiter(p);
            return t;
        }
        struct str with = lex_is_command(end, "middle") ? delimiter(p) : S("");
        if (!with.n || (t->a && !str_eq(t->a->text, with)))
            lex_fail(p, S("\\left"));
        if (p->failed)
            return t;
        t->a = lex_run(p, with, ORD);
    }
}

/* The text between braces as it stands. */
static struct str raw_group(struct lex *p)
{
    lex_want(p, '{');
    size_t from = p->at, to = p->failed ? SIZE_MAX : str_chr(p->s, '}', from);
    if (to == SIZE_MAX) {
        lex_fail(p, S("{"));
        return S("");
    }
    p->at = to + 1;
    return str_sub(p->s, from, to);
}

static struct tex *parse_grid(struct lex *p)
{
    struct str name = raw_group(p), columns = S("");
    const struct latex_grid *g = latex_grid(name);
    if (str_eqz(name, "array") || str_eqz(name, "alignedat"))
        columns = raw_group(p);
    for (size_t i = 0; str_eqz(name, "array") && i < columns.n; i++)
        if (!one_of(columns.p[i], "lcr"))
            lex_fail(p, columns);
    if (!g && !str_eqz(name, "array"))
        lex_fail(p, name);
    struct tex *grid = lex_node(p, TEX_GRID), *row = NULL;
    grid->text = g ? str_of(g->columns) : columns;
    for (int cells = 0; !p->failed; cells++) {
        if (!row)
            tex_add(grid, row = lex_node(p, TEX_ROW));
        tex_add(row, latex_parse_row(p, false));
        struct lex_token t = lex_peek(p);
        p->at = t.end;
        if (cells > CELLS_MAX)
            lex_fail(p, name);
        if (lex_is_char(t, '&'))
            continue;
        if (lex_is_command(t, "end"))
            break;
        if (!lex_is_command(t, "\\") && !lex_is_command(t, "cr"))
            lex_fail(p, t.text);
        row = NULL;
        (void)latex_parse_bracket(p); /* how far the next row is below */
        if (lex_is_command(lex_peek(p), "end")) {
            p->at = lex_peek(p).end;
            break;
        }
    }
    if (!str_eq(raw_group(p), name))
        lex_fail(p, name);
    return g && (*g->open || *g->close) ? fence(p, str_of(g->open), str_of(g->close), grid) : grid;
}

static struct tex *parse_text(struct lex *p, const struct tex_style *style)
{
    struct buf b;
    lex_want(p, '{');
    buf_init(&b, p->s.n + 1);
    for (;;) {
        struct str s = str_sub(p->s, p->at, p->s.n);
        if (p->failed || !s.n || *s.p == '{' || *s.p == '$') {
            lex_fail(p, S("\\text"));
            break;
        }
        p->at++;
        if (*s.p == '}')
            break;
        if (*s.p == '\\') {
            if (s.n < 2 || !one_of(s.p[1], "{}_%#$& "))
                lex_fail(p, S("\\text"));
            s = str_sub(s, 1, s.n);
            p->at++;
        }
        if (s.n)
            buf_char(&b, *s.p == '~' ? ' ' : *s.p);
    }
    struct tex *t = lex_run(p, arena_str(p->arena, buf_str(&b)), ORD);
    t->style = style;
    buf_fini(&b);
    return t;
}

static struct tex *styled(struct lex *p, const struct tex_style *style)
{
    if (style->text)
        return parse_text(p, style);
    const struct tex_style *before = p->style;
    p->style = style;
    struct tex *t = latex_parse_argument(p);
    p->style = before;
    return t;
}

static struct tex *over(struct lex *p, bool under)
{
    struct tex *what = latex_parse_argument(p), *base = latex_parse_argument(p);
    return latex_limit(p, base, what, under);
}

static struct tex *arrow(struct lex *p, struct str text)
{
    struct tex *below = latex_parse_bracket(p), *above = latex_parse_argument(p);
    struct tex *t = latex_limit(p, lex_run(p, text, REL), above, false);
    return below ? latex_limit(p, t, below, true) : t;
}

static struct tex *negated(struct lex *p)
{
    static const char *const pairs[][2] = { { "=", "≠" }, { "∈", "∉" }, { "⊂", "⊄" }, { "⊃", "⊅" },
                                            { "⊆", "⊈" }, { "≡", "≢" }, { "∼", "≁" }, { "≅", "≇" },
                                            { "∥", "∦" }, { "∣", "∤" }, { "<", "≮" }, { ">", "≯" },
                                            { "≤", "≰" }, { "≥", "≱" }, { "∃", "∄" } };
    struct tex *t = latex_parse_argument(p);
    for (size_t i = 0; t->kind == TEX_RUN && i < sizeof pairs / sizeof *pairs; i++)
        if (str_eqz(t->text, pairs[i][0]))
            return lex_run(p, str_of(pairs[i][1]), REL);
    lex_fail(p, S("\\not"));
    return t;
}

static struct tex *words(struct lex *p, struct str text)
{
    struct tex *t = lex_run(p, text, ORD);
    t->style = latex_style(S("text"));
    return t;
}

static struct tex *modulo(struct lex *p)
{
    struct tex *row = lex_node(p, TEX_ROW);
    tex_add(row, words(p, S("mod ")));
    tex_add(row, latex_parse_argument(p));
    return fence(p, S("("), S(")"), row);
}

static struct tex *named(struct lex *p, struct str name)
{
    const struct latex_row *r;
    if ((r = latex_named(LATEX_SYMBOL, name)))
        return lex_run(p, str_of(r->text), r->class);
    if ((r = latex_named(LATEX_SPACE, name)))
        return *r->text ? lex_run(p, str_of(r->text), ORD) : lex_node(p, TEX_ROW);
    if ((r = latex_named(LATEX_ACCENT, name)))
        return unary(p, TEX_ACCENT, str_of(r->text), false);
    if ((r = latex_named(LATEX_NARY, name))) {
        struct tex *t = lex_node(p, TEX_NARY);
        t->text = str_of(r->text);
        t->plain = !r->limits;
        return t;
    }
    if ((r = latex_named(LATEX_FUNCTION, name))) {
        struct tex *t = lex_node(p, TEX_FUNC);
        t->a = lex_run(p, str_of(r->text), ORD);
        t->a->style = latex_style(S("mathrm"));
        t->limits = r->limits;
        return t;
    }
    return NULL;
}

static struct tex *parse_command(struct lex *p, struct str name)
{
    const struct tex_style *style = latex_style(name);
    struct tex *t = style ? styled(p, style) : named(p, name);
    if (t)
        return t;
    if (str_ends(name, S("frac")) && name.n <= 5)
        return fraction(p, false);
    if (str_ends(name, S("binom")) && name.n <= 6)
        return fence(p, S("("), S(")"), fraction(p, true));
    if (str_eqz(name, "sqrt"))
        return root(p);
    if (str_eqz(name, "left"))
        return parse_fence(p);
    if (str_eqz(name, "begin"))
        return parse_grid(p);
    if (str_eqz(name, "overline") || str_eqz(name, "underline"))
        return unary(p, TEX_BAR, S(""), *name.p == 'u');
    if (str_eqz(name, "overbrace") || str_eqz(name, "underbrace"))
        return unary(p, TEX_BRACE, S(""), *name.p == 'u');
    if (str_eqz(name, "overset") || str_eqz(name, "stackrel") || str_eqz(name, "underset"))
        return over(p, *name.p == 'u');
    if (str_eqz(name, "xrightarrow") || str_eqz(name, "xleftarrow"))
        return arrow(p, name.p[1] == 'r' ? S("→") : S("←"));
    if (str_eqz(name, "xlongequal"))
        return arrow(p, S("="));
    if (str_eqz(name, "boxed") || str_eqz(name, "phantom"))
        return unary(p, TEX_BOX, S(""), *name.p == 'p');
    if (str_eqz(name, "not"))
        return negated(p);
    if (str_eqz(name, "bmod"))
        return words(p, S(" mod "));
    if (str_eqz(name, "pmod"))
        return modulo(p);
    lex_fail(p, name);
    return lex_node(p, TEX_ROW);
}

/* A character past ASCII: what it has a command for means the same. */
static struct tex *parse_rune(struct lex *p, struct str c)
{
    const struct latex_row *r = latex_of_text(LATEX_NARY, c);
    char plain[4];
    uint32_t rune;
    if (r)
        return named(p, str_of(r->name));
    utf_get(c, &rune);
    if (rune == 0x200B) /* no width: what an empty operand is written as */
        return lex_node(p, TEX_ROW);
    if (rune >= 0xFFF0 && rune <= 0xFFFF)
        lex_fail(p, c);
    r = latex_of_text(LATEX_SYMBOL, c);
    c = (struct str){ plain, utf_put(plain, latex_plain(rune)) };
    struct tex *t = lex_run(p, arena_str(p->arena, c), r ? r->class : ORD);
    if (utf_is_cjk(rune) && !t->style)
        t->style = latex_style(S("text"));
    return t;
}

static struct tex *parse_char(struct lex *p, struct str c)
{
    static const char *const classes[] = { [ORD] = "/|.!?@\"", [BIN] = "",     [REL] = "=<>",
                                           [OPEN] = "([",      [CLOSE] = ")]", [PUNCT] = ",;:" };
    if (*c.p == '-' || *c.p == '+' || *c.p == '*')
        return lex_run(p, *c.p == '-' ? S("−") : *c.p == '*' ? S("∗") : c, BIN);
    if (*c.p == '~')
        return lex_run(p, S(" "), ORD);
    for (size_t k = 0; c.n == 1 && k < sizeof classes / sizeof *classes; k++)
        if (one_of(*c.p, classes[k]))
            return lex_run(p, c, (enum tex_class)k);
    if (c.n == 1 && !lex_letter(*c.p) && !(*c.p >= '0' && *c.p <= '9'))
        lex_fail(p, c);
    return c.n > 1 ? parse_rune(p, c) : lex_run(p, c, ORD);
}

struct tex *latex_parse_atom(struct lex *p)
{
    struct lex_token t = lex_peek(p);
    if (lex_is_char(t, '{'))
        return latex_parse_group(p);
    p->at = t.end;
    return t.command ? parse_command(p, t.text) : parse_char(p, t.text);
}
