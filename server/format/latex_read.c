/* Reading LaTeX formulas: recursive descent over characters and commands, straight into the tree.
 * The operand of a sum, an integral or a function is what follows it up to the next relation,
 * comma or, unless it begins with one, plus or minus outside of parentheses. */
#include "server/format/latex_read_int.h"

#include "server/base/utf.h"

/* ---- rows */

static struct tex *parse_scripted(struct lex *p);

static bool ends_row(struct lex_token t, bool bracket)
{
    return !t.text.n || lex_is_char(t, '}') || lex_is_char(t, '&') ||
           (bracket && lex_is_char(t, ']')) || lex_is_command(t, "\\") || lex_is_command(t, "cr") ||
           lex_is_command(t, "right") || lex_is_command(t, "middle") || lex_is_command(t, "end");
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
    g->operand = lex_node(p, TEX_ROW);
    g->parens = 0;
    *(t->kind == TEX_NARY ? &t->c : &t->b) = g->operand;
}

struct tex *latex_parse_row(struct lex *p, bool bracket)
{
    struct gather g = { .row = lex_node(p, TEX_ROW) };
    if (++p->depth > LATEX_DEPTH)
        lex_fail(p, p->s);
    while (!p->failed && !ends_row(lex_peek(p), bracket))
        gather(p, &g, parse_scripted(p));
    p->depth--;
    return g.row;
}

struct tex *latex_parse_group(struct lex *p)
{
    lex_want(p, '{');
    struct tex *row = latex_parse_row(p, false);
    lex_want(p, '}');
    return row;
}

/* {…}, or what stands there alone. */
struct tex *latex_parse_argument(struct lex *p)
{
    struct lex_token t = lex_peek(p);
    if (lex_is_char(t, '{'))
        return latex_parse_group(p);
    if (ends_row(t, false))
        lex_fail(p, p->s);
    if (++p->depth > LATEX_DEPTH)
        lex_fail(p, p->s);
    struct tex *atom = p->failed ? lex_node(p, TEX_ROW) : latex_parse_atom(p);
    p->depth--;
    if (atom->kind == TEX_FUNC || atom->kind == TEX_NARY) { /* a name only */
        struct tex *row = lex_node(p, TEX_ROW);
        *(atom->kind == TEX_NARY ? &atom->c : &atom->b) = lex_node(p, TEX_ROW);
        tex_add(row, atom);
        return row;
    }
    return atom;
}

struct tex *latex_parse_bracket(struct lex *p)
{
    if (!lex_take(p, '['))
        return NULL;
    struct tex *row = latex_parse_row(p, true);
    lex_want(p, ']');
    return row;
}

/* ---- scripts */

struct tex *latex_limit(struct lex *p, struct tex *base, struct tex *what, bool under)
{
    struct tex *t = lex_node(p, TEX_LIMIT);
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
        base = sub ? latex_limit(p, base, sub, true) : base;
        return sup ? latex_limit(p, base, sup, false) : base;
    }
    struct tex *t = lex_node(p, TEX_SCRIPT);
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
    struct tex *row = lex_node(p, TEX_ROW);
    add_flat(row, *sup);
    add_flat(row, more);
    *sup = row;
}

static bool skipped(struct lex_token t)
{
    static const char *const names[] = { "displaystyle", "textstyle", "scriptstyle", "big",
                                         "Big",          "bigg",      "Bigg",        "bigl",
                                         "bigr",         "Bigl",      "Bigr",        "biggl",
                                         "biggr",        "Biggl",     "Biggr",       "nobreak",
                                         "allowbreak" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lex_is_command(t, names[i]))
            return true;
    return false;
}

static struct tex *parse_scripted(struct lex *p)
{
    struct lex_token t = lex_peek(p);
    while (skipped(t)) {
        p->at = t.end;
        t = lex_peek(p);
    }
    bool bare =
        lex_is_char(t, '^') || lex_is_char(t, '_') || lex_is_char(t, '\'') || ends_row(t, false);
    struct tex *base = bare ? lex_node(p, TEX_ROW) : latex_parse_atom(p), *sub = NULL, *sup = NULL;
    bool raised = false;
    for (t = lex_peek(p); !p->failed; t = lex_peek(p)) {
        bool under = lex_is_char(t, '_'), over = lex_is_char(t, '^'), prime = lex_is_char(t, '\'');
        bool limits = lex_is_command(t, "limits"), beside = lex_is_command(t, "nolimits");
        if (!under && !over && !prime && !limits && !beside)
            break;
        p->at = t.end;
        if (limits || beside) {
            base->plain = base->kind == TEX_NARY && beside;
            base->limits = limits;
        } else if (prime)
            join_sup(p, &sup, lex_run(p, S("′"), ORD));
        else if (over ? raised : sub != NULL)
            lex_fail(p, t.text);
        else if (over)
            join_sup(p, &sup, latex_parse_argument(p));
        else
            sub = latex_parse_argument(p);
        raised = raised || over;
    }
    return with_scripts(p, base, sub, sup);
}

struct tex *latex_parse(struct arena *a, struct str latex, struct str *at)
{
    struct lex p = { .arena = a, .s = latex };
    if (!utf_valid(latex))
        lex_fail(&p, latex);
    struct tex *t = latex_parse_row(&p, false);
    if (!p.failed && lex_peek(&p).text.n)
        lex_fail(&p, lex_peek(&p).text);
    if (at)
        *at = p.bad;
    return p.failed ? NULL : t;
}
