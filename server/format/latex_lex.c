/* Characters and commands of LaTeX, one at a time. */
#include "server/format/latex_read_int.h"

#include "server/base/utf.h"

enum { NODES_MAX = 20000 };

void lex_fail(struct lex *p, struct str what)
{
    if (!p->failed)
        p->bad = what;
    p->failed = true;
}

bool lex_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct lex_token lex_peek(struct lex *p)
{
    struct str s = p->s;
    uint32_t rune;
    while (p->at < s.n && blank(s.p[p->at]))
        p->at++;
    if (p->failed || p->at == s.n)
        return (struct lex_token){ S(""), false, p->at };
    size_t from = p->at, to;
    if (s.p[from] == '\\' && from + 1 < s.n) {
        for (to = ++from; to < s.n && lex_letter(s.p[to]); to++)
            ;
        if (to == from)
            to += utf_get(str_sub(s, from, s.n), &rune);
        else if (to < s.n && s.p[to] == '*' && str_eqz(str_sub(s, from, to), "operatorname"))
            return (struct lex_token){ str_sub(s, from, to), true, to + 1 };
        return (struct lex_token){ str_sub(s, from, to), true, to };
    }
    to = from + utf_get(str_sub(s, from, s.n), &rune);
    return (struct lex_token){ str_sub(s, from, to), false, to };
}

bool lex_is_char(struct lex_token t, char c)
{
    return !t.command && t.text.n == 1 && *t.text.p == c;
}

bool lex_is_command(struct lex_token t, const char *name)
{
    return t.command && str_eqz(t.text, name);
}

bool lex_take(struct lex *p, char c)
{
    struct lex_token t = lex_peek(p);
    if (!lex_is_char(t, c))
        return false;
    p->at = t.end;
    return true;
}

void lex_want(struct lex *p, char c)
{
    if (!lex_take(p, c))
        lex_fail(p, str_sub(p->s, p->at, p->s.n));
}

struct tex *lex_node(struct lex *p, enum tex_kind kind)
{
    if (++p->nodes > NODES_MAX)
        lex_fail(p, p->s);
    return tex_new(p->arena, kind);
}

struct tex *lex_run(struct lex *p, struct str text, enum tex_class class)
{
    struct tex *t = lex_node(p, TEX_RUN);
    t->text = text;
    t->class = class;
    t->style = latex_style_on(p->style, text);
    return t;
}
