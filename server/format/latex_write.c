/* Writing a formula as LaTeX, in such a way that reading it gives the same tree: braces stand where
 * what is next to something would otherwise be taken for its operand. */
#include "server/format/latex_int.h"

#include <string.h>

static bool nothing(const struct tex *t)
{
    return !t || (t->kind == TEX_ROW && !t->first);
}

struct printing {
    struct buf *out;
    bool odd;
};

static void print(struct printing *p, const struct tex *t);

/* A blank where a command's name would otherwise go on. */
static void put(struct printing *p, struct str s)
{
    size_t n = p->out->n;
    const char *b = p->out->p;
    while (n && ((b[n - 1] | 32) >= 'a' && (b[n - 1] | 32) <= 'z'))
        n--;
    if (n && n < p->out->n && b[n - 1] == '\\' && !(n > 1 && b[n - 2] == '\\') && s.n &&
        ((*s.p | 32) >= 'a' && (*s.p | 32) <= 'z'))
        buf_char(p->out, ' ');
    buf_add(p->out, s);
}

static void put_command(struct printing *p, const char *name)
{
    put(p, S("\\"));
    buf_addz(p->out, name);
}

static void put_char(struct printing *p, struct str s)
{
    const struct latex_row *r;
    if (str_eqz(s, "−") || str_eqz(s, "∗"))
        put(p, str_eqz(s, "−") ? S("-") : S("*"));
    else if (str_eqz(s, "^") || str_eqz(s, "~"))
        put_command(p, *s.p == '^' ? "wedge" : "sim");
    else if (s.n == 1 && strchr("<>:|/.", *s.p))
        put(p, s);
    else if ((r = latex_of_text(LATEX_SYMBOL, s)) || (r = latex_of_text(LATEX_SPACE, s)) ||
             (r = latex_of_text(LATEX_NARY, s)))
        put_command(p, r->name);
    else
        put(p, s);
}

static void put_words(struct printing *p, struct str s)
{
    put_command(p, "text");
    buf_char(p->out, '{');
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("{}_%#$&", s.p[i]) && s.p[i])
            buf_char(p->out, '\\');
        if (s.p[i] == '\\' || s.p[i] == '~') {
            buf_addz(p->out, s.p[i] == '~' ? "～" : "＼");
            continue;
        }
        buf_char(p->out, s.p[i]);
    }
    buf_char(p->out, '}');
}

static void print_group(struct printing *p, const struct tex *t)
{
    buf_char(p->out, '{');
    if (t)
        print(p, t);
    buf_char(p->out, '}');
}

/* Alone where it is one thing, else in braces. */
static void print_base(struct printing *p, const struct tex *t)
{
    const struct tex *one = t->kind == TEX_ROW ? t->first : t;
    bool simple = one && !one->next && one->kind == TEX_RUN &&
                  !(one->style && one->style->text && one->text.n > 3);
    if (simple)
        print(p, t);
    else
        print_group(p, t);
}

static void print_scripts(struct printing *p, const struct tex *sub, const struct tex *sup)
{
    if (!nothing(sub)) {
        buf_char(p->out, '_');
        print_group(p, sub);
    }
    if (!nothing(sup)) {
        buf_char(p->out, '^');
        print_group(p, sup);
    }
}

/* As far as a reader of LaTeX would take what follows; else in braces. */
static void print_operand(struct printing *p, const struct tex *t)
{
    int parens = 0;
    bool first = true, ends = false;
    if (nothing(t))
        return;
    for (const struct tex *k = t->kind == TEX_ROW ? t->first : t; k; k = k->next) {
        ends = ends || (parens == 0 && tex_ends(k, first));
        parens += (k->class == OPEN) - (k->class == CLOSE);
        first = false;
    }
    if (ends || parens)
        print_group(p, t);
    else
        print(p, t);
}

static void print_delimiter(struct printing *p, const char *command, struct str s)
{
    put_command(p, command);
    if (s.n)
        put_char(p, s);
    else
        buf_char(p->out, '.');
}

static void print_cells(struct printing *p, const struct tex *grid)
{
    for (const struct tex *r = grid->first; r; r = r->next) {
        for (const struct tex *c = r->first; c; c = c->next) {
            print(p, c);
            if (c->next)
                buf_addz(p->out, " & ");
        }
        bool empty = r != grid->first && r->first && !r->first->next && nothing(r->first);
        if (r->next || empty) /* a last line that is empty is not one, unless it ends like this */
            buf_addz(p->out, " \\\\ ");
    }
}

static bool print_grid(struct printing *p, const struct tex *grid, struct str open,
                       struct str close)
{
    const struct latex_grid *g = latex_grid_like(open, close, grid->text);
    if (!g)
        return false;
    put_command(p, "begin");
    buf_fmt(p->out, "{%s} ", g->name);
    print_cells(p, grid);
    buf_addz(p->out, " ");
    put_command(p, "end");
    buf_fmt(p->out, "{%s}", g->name);
    return true;
}

static void print_fence(struct printing *p, const struct tex *t)
{
    const struct tex *k = t->first;
    const struct tex *only = k && !k->next && k->kind == TEX_ROW ? k->first : NULL;
    if (only && !only->next && only->kind == TEX_GRID && print_grid(p, only, t->text, t->close))
        return;
    if (only && !only->next && only->kind == TEX_FRAC && only->plain && str_eqz(t->text, "(") &&
        str_eqz(t->close, ")")) {
        put_command(p, "binom");
        print_group(p, only->a);
        print_group(p, only->b);
        return;
    }
    print_delimiter(p, "left", t->text);
    for (; k; k = k->next) {
        print(p, k);
        if (k->next)
            print_delimiter(p, "middle", t->a->text);
    }
    print_delimiter(p, "right", t->close);
}

static void print_nary(struct printing *p, const struct tex *t)
{
    const struct latex_row *r = latex_of_text(LATEX_NARY, t->text);
    if (r)
        put_command(p, r->name);
    else {
        p->odd = true;
        put(p, t->text);
    }
    if (r && r->limits == t->plain)
        put_command(p, t->plain ? "nolimits" : "limits");
    print_scripts(p, t->a, t->b);
    if (!nothing(t->c))
        buf_char(p->out, ' ');
    print_operand(p, t->c);
}

static struct str run_text(const struct tex *row, struct buf *b)
{
    buf_clear(b);
    for (const struct tex *k = row->kind == TEX_ROW ? row->first : row; k; k = k->next) {
        if (k->kind != TEX_RUN)
            return STR_NONE;
        buf_add(b, k->text);
        if (row->kind != TEX_ROW)
            break;
    }
    return buf_str(b);
}

/* A name alone, as \sin; false: it is none. */
static bool print_name(struct printing *p, const struct tex *t)
{
    struct buf b;
    buf_init(&b, 4096);
    struct str s = run_text(t, &b);
    const struct latex_row *r = s.n ? latex_of_text(LATEX_FUNCTION, s) : NULL;
    if (r)
        put_command(p, r->name);
    buf_fini(&b);
    return r != NULL;
}

/* A name or a brace with what stands under and over it; false: it is none. */
static bool print_stack(struct printing *p, const struct tex *t)
{
    const struct tex *sub = NULL, *sup = NULL;
    for (t = tex_only(t); t->kind == TEX_LIMIT; t = tex_only(t->a)) {
        const struct tex **to = t->plain ? &sub : &sup;
        if (*to)
            return false;
        *to = t->b;
    }
    if (!sub && !sup)
        return false;
    if (t->kind == TEX_BRACE)
        print(p, t);
    else if (print_name(p, t))
        buf_addz(p->out, "\\limits");
    else
        return false;
    print_scripts(p, sub, sup);
    return true;
}

/* What stands before an operand: a name with its scripts. */
static void print_function(struct printing *p, const struct tex *t)
{
    t = tex_only(t);
    if (print_name(p, t) || print_stack(p, t))
        return;
    print(p, t);
}

static void print_limit(struct printing *p, const struct tex *t)
{
    if (print_stack(p, t))
        return;
    put_command(p, t->plain ? "underset" : "overset");
    print_group(p, t->b);
    print_group(p, t->a);
}

static void print_unary(struct printing *p, const char *name, const struct tex *t)
{
    put_command(p, name);
    print_group(p, t);
}

static void print_accent(struct printing *p, const struct tex *t)
{
    const struct latex_row *r = latex_of_text(LATEX_ACCENT, t->text);
    bool arrow = r && t->a->first && t->a->first->next;
    if (r)
        print_unary(p,
                    arrow && !strcmp(r->name, "vec")     ? "overrightarrow"
                    : arrow && !strcmp(r->name, "hat")   ? "widehat"
                    : arrow && !strcmp(r->name, "tilde") ? "widetilde"
                                                         : r->name,
                    t->a);
    else if (str_eqz(t->text, "¯") || str_eqz(t->text, "\u0305"))
        print_unary(p, "overline", t->a);
    else {
        p->odd = true;
        print_group(p, t->a);
    }
}

static void print_root(struct printing *p, const struct tex *t)
{
    put_command(p, "sqrt");
    if (!nothing(t->b)) {
        buf_char(p->out, '[');
        print(p, t->b);
        buf_char(p->out, ']');
    }
    print_group(p, t->a);
}

/* Runs of one style within a row stand in one pair of braces. */
static const struct tex *print_runs(struct printing *p, const struct tex *t)
{
    if (!t->style) {
        put_char(p, t->text);
        return t;
    }
    if (t->style->text) {
        put_words(p, t->text);
        return t;
    }
    put_command(p, t->style->name);
    buf_char(p->out, '{');
    put_char(p, t->text);
    for (; t->next && t->next->kind == TEX_RUN && t->next->style == t->style; t = t->next)
        put_char(p, t->next->text);
    buf_char(p->out, '}');
    return t;
}

/* Would what follows be taken for its operand? */
static bool takes_next(const struct tex *t)
{
    const struct tex *operand = NULL, *k = t;
    while (k && (k->kind == TEX_NARY || k->kind == TEX_FUNC)) {
        operand = k->kind == TEX_NARY ? k->c : k->b;
        k = operand && operand->kind == TEX_ROW ? operand->last : NULL;
    }
    return t != k && t->next && !tex_ends(t->next, nothing(operand));
}

static void print_row(struct printing *p, const struct tex *t)
{
    for (const struct tex *k = t->first; k; k = k->next)
        if (k->kind == TEX_RUN)
            k = print_runs(p, k);
        else if ((k->kind == TEX_ROW && k->first) || takes_next(k))
            print_group(p, k);
        else
            print(p, k);
}

static void print(struct printing *p, const struct tex *t)
{
    switch (t->kind) {
    case TEX_ROW: print_row(p, t); break;
    case TEX_RUN: print_runs(p, t); break;
    case TEX_FRAC:
        put_command(p, "frac");
        print_group(p, t->a);
        print_group(p, t->b);
        break;
    case TEX_ROOT: print_root(p, t); break;
    case TEX_SCRIPT:
        if (!print_name(p, t->a))
            print_base(p, t->a);
        print_scripts(p, t->b, t->c);
        break;
    case TEX_NARY: print_nary(p, t); break;
    case TEX_FUNC:
        print_function(p, t->a);
        buf_char(p->out, ' ');
        print_operand(p, t->b);
        break;
    case TEX_ACCENT: print_accent(p, t); break;
    case TEX_BAR: print_unary(p, t->plain ? "underline" : "overline", t->a); break;
    case TEX_BRACE: print_unary(p, t->plain ? "underbrace" : "overbrace", t->a); break;
    case TEX_LIMIT: print_limit(p, t); break;
    case TEX_FENCE: print_fence(p, t); break;
    case TEX_GRID:
        if (!print_grid(p, t, S(""), S("")))
            print_cells(p, t);
        break;
    case TEX_BOX: print_unary(p, t->plain ? "phantom" : "boxed", t->a); break;
    }
}

bool latex_put(const struct tex *t, struct buf *out)
{
    struct printing p = { .out = out };
    print(&p, t);
    return !p.odd;
}
