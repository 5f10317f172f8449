/* Reading LaTeX formulas: recursive descent over characters and commands, straight into the tree.
 * The operand of a sum, an integral or a function is what follows it up to the next relation,
 * comma or, unless it begins with one, plus or minus outside of parentheses. */
#include "server/format/latex_int.h"

#include "server/base/utf.h"

#include <string.h>

enum { CELLS_MAX = 1000, NODES_MAX = 20000 };

/* ---- characters and commands */

struct lex {
    struct arena *arena;
    struct str s, bad; /* bad: what was not understood */
    size_t at, nodes;
    int depth;
    bool failed;
    const struct tex_style *style;
};

struct token {
    struct str text; /* a command's name, or one character; empty: the end */
    bool command;
    size_t end;
};

static void fail(struct lex *p, struct str what)
{
    if (!p->failed)
        p->bad = what;
    p->failed = true;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool one_of(char c, const char *all)
{
    return c && strchr(all, c);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct token peek(struct lex *p)
{
    struct str s = p->s;
    uint32_t rune;
    while (p->at < s.n && blank(s.p[p->at]))
        p->at++;
    if (p->failed || p->at == s.n)
        return (struct token){ S(""), false, p->at };
    size_t from = p->at, to;
    if (s.p[from] == '\\' && from + 1 < s.n) {
        for (to = ++from; to < s.n && letter(s.p[to]); to++)
            ;
        if (to == from)
            to += utf_get(str_sub(s, from, s.n), &rune);
        else if (to < s.n && s.p[to] == '*' && str_eqz(str_sub(s, from, to), "operatorname"))
            return (struct token){ str_sub(s, from, to), true, to + 1 };
        return (struct token){ str_sub(s, from, to), true, to };
    }
    to = from + utf_get(str_sub(s, from, s.n), &rune);
    return (struct token){ str_sub(s, from, to), false, to };
}

static bool is_char(struct token t, char c)
{
    return !t.command && t.text.n == 1 && *t.text.p == c;
}

static bool is_command(struct token t, const char *name)
{
    return t.command && str_eqz(t.text, name);
}

static bool take_char(struct lex *p, char c)
{
    struct token t = peek(p);
    if (!is_char(t, c))
        return false;
    p->at = t.end;
    return true;
}

static void want_char(struct lex *p, char c)
{
    if (!take_char(p, c))
        fail(p, str_sub(p->s, p->at, p->s.n));
}

static struct tex *node(struct lex *p, enum tex_kind kind)
{
    if (++p->nodes > NODES_MAX)
        fail(p, p->s);
    return tex_new(p->arena, kind);
}

static struct tex *run(struct lex *p, struct str text, enum tex_class class)
{
    struct tex *t = node(p, TEX_RUN);
    t->text = text;
    t->class = class;
    t->style = latex_style_on(p->style, text);
    return t;
}

/* ---- rows */

static struct tex *parse_scripted(struct lex *p);
static struct tex *parse_atom(struct lex *p);

static bool ends_row(struct token t, bool bracket)
{
    return !t.text.n || is_char(t, '}') || is_char(t, '&') || (bracket && is_char(t, ']')) ||
           is_command(t, "\\") || is_command(t, "cr") || is_command(t, "right") ||
           is_command(t, "middle") || is_command(t, "end");
}

struct gather {
    struct tex *row, *operand;
    int parens;
};

/* What stands in braces of its own stands in the row. */
static void add_flat(struct tex *row, struct tex *t)
{
    if (t->kind != TEX_ROW) {
        tex_add(row, t);
        return;
    }
    for (struct tex *k = t->first, *next; k; k = next) {
        next = k->next;
        k->next = NULL;
        tex_add(row, k);
    }
}

static void gather(struct lex *p, struct gather *g, struct tex *t)
{
    if (g->operand && g->parens <= 0 && tex_ends(t, !g->operand->first))
        g->operand = NULL;
    add_flat(g->operand ? g->operand : g->row, t);
    g->parens += (t->class == OPEN) - (t->class == CLOSE);
    if (t->kind != TEX_NARY && t->kind != TEX_FUNC)
        return;
    g->operand = node(p, TEX_ROW);
    g->parens = 0;
    *(t->kind == TEX_NARY ? &t->c : &t->b) = g->operand;
}

static struct tex *parse_row(struct lex *p, bool bracket)
{
    struct gather g = { .row = node(p, TEX_ROW) };
    if (++p->depth > LATEX_DEPTH)
        fail(p, p->s);
    while (!p->failed && !ends_row(peek(p), bracket))
        gather(p, &g, parse_scripted(p));
    p->depth--;
    return g.row;
}

static struct tex *parse_group(struct lex *p)
{
    want_char(p, '{');
    struct tex *row = parse_row(p, false);
    want_char(p, '}');
    return row;
}

/* {…}, or what stands there alone. */
static struct tex *parse_argument(struct lex *p)
{
    struct token t = peek(p);
    if (is_char(t, '{'))
        return parse_group(p);
    if (ends_row(t, false))
        fail(p, p->s);
    if (++p->depth > LATEX_DEPTH)
        fail(p, p->s);
    struct tex *atom = p->failed ? node(p, TEX_ROW) : parse_atom(p);
    p->depth--;
    if (atom->kind == TEX_FUNC || atom->kind == TEX_NARY) { /* a name only */
        struct tex *row = node(p, TEX_ROW);
        *(atom->kind == TEX_NARY ? &atom->c : &atom->b) = node(p, TEX_ROW);
        tex_add(row, atom);
        return row;
    }
    return atom;
}

static struct tex *parse_bracket(struct lex *p)
{
    if (!take_char(p, '['))
        return NULL;
    struct tex *row = parse_row(p, true);
    want_char(p, ']');
    return row;
}

/* ---- scripts */

static struct tex *limit(struct lex *p, struct tex *base, struct tex *what, bool under)
{
    struct tex *t = node(p, TEX_LIMIT);
    t->a = base;
    t->b = what;
    t->plain = under;
    t->class = tex_only(base)->class;
    return t;
}

static struct tex *script(struct lex *p, struct tex *base, struct tex *sub, struct tex *sup)
{
    if (!sub && !sup)
        return base;
    if (base->kind == TEX_BRACE || base->limits) { /* under and over it, not beside it */
        base = sub ? limit(p, base, sub, true) : base;
        return sup ? limit(p, base, sup, false) : base;
    }
    struct tex *t = node(p, TEX_SCRIPT);
    t->class = tex_only(base)->class;
    t->a = base;
    t->b = sub;
    t->c = sup;
    return t;
}

static struct tex *with_scripts(struct lex *p, struct tex *base, struct tex *sub, struct tex *sup)
{
    sub = sub && sub->kind == TEX_ROW && !sub->first ? NULL : sub;
    sup = sup && sup->kind == TEX_ROW && !sup->first ? NULL : sup;
    if (base->kind == TEX_NARY) {
        base->a = sub;
        base->b = sup;
        return base;
    }
    if (base->kind == TEX_FUNC) {
        base->a->limits = base->limits;
        base->a = script(p, base->a, sub, sup);
        return base;
    }
    return script(p, base, sub, sup);
}

static void join_sup(struct lex *p, struct tex **sup, struct tex *more)
{
    if (!*sup) {
        *sup = more;
        return;
    }
    struct tex *row = node(p, TEX_ROW);
    add_flat(row, *sup);
    add_flat(row, more);
    *sup = row;
}

static bool skipped(struct token t)
{
    static const char *const names[] = { "displaystyle", "textstyle", "scriptstyle", "big",
                                         "Big",          "bigg",      "Bigg",        "bigl",
                                         "bigr",         "Bigl",      "Bigr",        "biggl",
                                         "biggr",        "Biggl",     "Biggr",       "nobreak",
                                         "allowbreak" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_command(t, names[i]))
            return true;
    return false;
}

static struct tex *parse_scripted(struct lex *p)
{
    struct token t = peek(p);
    while (skipped(t)) {
        p->at = t.end;
        t = peek(p);
    }
    bool bare = is_char(t, '^') || is_char(t, '_') || is_char(t, '\'') || ends_row(t, false);
    struct tex *base = bare ? node(p, TEX_ROW) : parse_atom(p), *sub = NULL, *sup = NULL;
    bool raised = false;
    for (t = peek(p); !p->failed; t = peek(p)) {
        bool under = is_char(t, '_'), over = is_char(t, '^'), prime = is_char(t, '\'');
        bool limits = is_command(t, "limits"), beside = is_command(t, "nolimits");
        if (!under && !over && !prime && !limits && !beside)
            break;
        p->at = t.end;
        if (limits || beside) {
            base->plain = base->kind == TEX_NARY && beside;
            base->limits = limits;
        } else if (prime)
            join_sup(p, &sup, run(p, S("′"), ORD));
        else if (over ? raised : sub != NULL)
            fail(p, t.text);
        else if (over)
            join_sup(p, &sup, parse_argument(p));
        else
            sub = parse_argument(p);
        raised = raised || over;
    }
    return with_scripts(p, base, sub, sup);
}

/* ---- commands */

static struct tex *unary(struct lex *p, enum tex_kind kind, struct str text, bool plain)
{
    struct tex *t = node(p, kind);
    t->text = text;
    t->plain = plain;
    t->a = parse_argument(p);
    return t;
}

static struct tex *fraction(struct lex *p, bool plain)
{
    struct tex *t = node(p, TEX_FRAC);
    t->a = parse_argument(p);
    t->b = parse_argument(p);
    t->plain = plain;
    return t;
}

static struct tex *fence(struct lex *p, struct str open, struct str close, struct tex *child)
{
    struct tex *t = node(p, TEX_FENCE);
    t->text = open;
    t->close = close;
    if (child)
        tex_add(t, child);
    return t;
}

static struct tex *root(struct lex *p)
{
    struct tex *t = node(p, TEX_ROOT);
    t->b = parse_bracket(p);
    t->a = parse_argument(p);
    return t;
}

/* What \left, \right and \middle are given: a character, a symbol, or a dot for nothing. */
static struct str delimiter(struct lex *p)
{
    struct token t = peek(p);
    p->at = t.end;
    if (is_char(t, '.'))
        return S("");
    if (is_char(t, '<') || is_char(t, '>'))
        return is_char(t, '<') ? S("⟨") : S("⟩");
    if (!t.command && t.text.n == 1 && one_of(*t.text.p, "()[]|/"))
        return t.text;
    const struct latex_row *r = t.command ? latex_named(LATEX_SYMBOL, t.text) : NULL;
    if (!r)
        fail(p, t.text);
    return r ? str_of(r->text) : S("");
}

static struct tex *parse_fence(struct lex *p)
{
    struct tex *t = fence(p, delimiter(p), S(""), NULL);
    for (;;) {
        tex_add(t, parse_row(p, false));
        struct token end = peek(p);
        p->at = end.end;
        if (is_command(end, "right")) {
            t->close = delimiter(p);
            return t;
        }
        struct str with = is_command(end, "middle") ? delimiter(p) : S("");
        if (!with.n || (t->a && !str_eq(t->a->text, with)))
            fail(p, S("\\left"));
        if (p->failed)
            return t;
        t->a = run(p, with, ORD);
    }
}

/* The text between braces as it stands. */
static struct str raw_group(struct lex *p)
{
    want_char(p, '{');
    size_t from = p->at, to = p->failed ? SIZE_MAX : str_chr(p->s, '}', from);
    if (to == SIZE_MAX) {
        fail(p, S("{"));
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
            fail(p, columns);
    if (!g && !str_eqz(name, "array"))
        fail(p, name);
    struct tex *grid = node(p, TEX_GRID), *row = NULL;
    grid->text = g ? str_of(g->columns) : columns;
    for (int cells = 0; !p->failed; cells++) {
        if (!row)
            tex_add(grid, row = node(p, TEX_ROW));
        tex_add(row, parse_row(p, false));
        struct token t = peek(p);
        p->at = t.end;
        if (cells > CELLS_MAX)
            fail(p, name);
        if (is_char(t, '&'))
            continue;
        if (is_command(t, "end"))
            break;
        if (!is_command(t, "\\") && !is_command(t, "cr"))
            fail(p, t.text);
        row = NULL;
        (void)parse_bracket(p); /* how far the next row is below */
        if (is_command(peek(p), "end")) {
            p->at = peek(p).end;
            break;
        }
    }
    if (!str_eq(raw_group(p), name))
        fail(p, name);
    return g && (*g->open || *g->close) ? fence(p, str_of(g->open), str_of(g->close), grid) : grid;
}

static struct tex *parse_text(struct lex *p, const struct tex_style *style)
{
    struct buf b;
    want_char(p, '{');
    buf_init(&b, p->s.n + 1);
    for (;;) {
        struct str s = str_sub(p->s, p->at, p->s.n);
        if (p->failed || !s.n || *s.p == '{' || *s.p == '$') {
            fail(p, S("\\text"));
            break;
        }
        p->at++;
        if (*s.p == '}')
            break;
        if (*s.p == '\\') {
            if (s.n < 2 || !one_of(s.p[1], "{}_%#$& "))
                fail(p, S("\\text"));
            s = str_sub(s, 1, s.n);
            p->at++;
        }
        if (s.n)
            buf_char(&b, *s.p == '~' ? ' ' : *s.p);
    }
    struct tex *t = run(p, arena_str(p->arena, buf_str(&b)), ORD);
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
    struct tex *t = parse_argument(p);
    p->style = before;
    return t;
}

static struct tex *over(struct lex *p, bool under)
{
    struct tex *what = parse_argument(p), *base = parse_argument(p);
    return limit(p, base, what, under);
}

static struct tex *arrow(struct lex *p, struct str text)
{
    struct tex *below = parse_bracket(p), *above = parse_argument(p);
    struct tex *t = limit(p, run(p, text, REL), above, false);
    return below ? limit(p, t, below, true) : t;
}

static struct tex *negated(struct lex *p)
{
    static const char *const pairs[][2] = { { "=", "≠" }, { "∈", "∉" }, { "⊂", "⊄" }, { "⊃", "⊅" },
                                            { "⊆", "⊈" }, { "≡", "≢" }, { "∼", "≁" }, { "≅", "≇" },
                                            { "∥", "∦" }, { "∣", "∤" }, { "<", "≮" }, { ">", "≯" },
                                            { "≤", "≰" }, { "≥", "≱" }, { "∃", "∄" } };
    struct tex *t = parse_argument(p);
    for (size_t i = 0; t->kind == TEX_RUN && i < sizeof pairs / sizeof *pairs; i++)
        if (str_eqz(t->text, pairs[i][0]))
            return run(p, str_of(pairs[i][1]), REL);
    fail(p, S("\\not"));
    return t;
}

static struct tex *words(struct lex *p, struct str text)
{
    struct tex *t = run(p, text, ORD);
    t->style = latex_style(S("text"));
    return t;
}

static struct tex *modulo(struct lex *p)
{
    struct tex *row = node(p, TEX_ROW);
    tex_add(row, words(p, S("mod ")));
    tex_add(row, parse_argument(p));
    return fence(p, S("("), S(")"), row);
}

static struct tex *named(struct lex *p, struct str name)
{
    const struct latex_row *r;
    if ((r = latex_named(LATEX_SYMBOL, name)))
        return run(p, str_of(r->text), r->class);
    if ((r = latex_named(LATEX_SPACE, name)))
        return *r->text ? run(p, str_of(r->text), ORD) : node(p, TEX_ROW);
    if ((r = latex_named(LATEX_ACCENT, name)))
        return unary(p, TEX_ACCENT, str_of(r->text), false);
    if ((r = latex_named(LATEX_NARY, name))) {
        struct tex *t = node(p, TEX_NARY);
        t->text = str_of(r->text);
        t->plain = !r->limits;
        return t;
    }
    if ((r = latex_named(LATEX_FUNCTION, name))) {
        struct tex *t = node(p, TEX_FUNC);
        t->a = run(p, str_of(r->text), ORD);
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
    fail(p, name);
    return node(p, TEX_ROW);
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
        return node(p, TEX_ROW);
    if (rune >= 0xFFF0 && rune <= 0xFFFF)
        fail(p, c);
    r = latex_of_text(LATEX_SYMBOL, c);
    c = (struct str){ plain, utf_put(plain, latex_plain(rune)) };
    struct tex *t = run(p, arena_str(p->arena, c), r ? r->class : ORD);
    if (utf_is_cjk(rune) && !t->style)
        t->style = latex_style(S("text"));
    return t;
}

static struct tex *parse_char(struct lex *p, struct str c)
{
    static const char *const classes[] = { [ORD] = "/|.!?@\"", [BIN] = "",     [REL] = "=<>",
                                           [OPEN] = "([",      [CLOSE] = ")]", [PUNCT] = ",;:" };
    if (*c.p == '-' || *c.p == '+' || *c.p == '*')
        return run(p, *c.p == '-' ? S("−") : *c.p == '*' ? S("∗") : c, BIN);
    if (*c.p == '~')
        return run(p, S(" "), ORD);
    for (size_t k = 0; c.n == 1 && k < sizeof classes / sizeof *classes; k++)
        if (one_of(*c.p, classes[k]))
            return run(p, c, (enum tex_class)k);
    if (c.n == 1 && !letter(*c.p) && !(*c.p >= '0' && *c.p <= '9'))
        fail(p, c);
    return c.n > 1 ? parse_rune(p, c) : run(p, c, ORD);
}

static struct tex *parse_atom(struct lex *p)
{
    struct token t = peek(p);
    if (is_char(t, '{'))
        return parse_group(p);
    p->at = t.end;
    return t.command ? parse_command(p, t.text) : parse_char(p, t.text);
}

struct tex *latex_parse(struct arena *a, struct str latex, struct str *at)
{
    struct lex p = { .arena = a, .s = latex };
    if (!utf_valid(latex))
        fail(&p, latex);
    struct tex *t = parse_row(&p, false);
    if (!p.failed && peek(&p).text.n)
        fail(&p, peek(&p).text);
    if (at)
        *at = p.bad;
    return p.failed ? NULL : t;
}
