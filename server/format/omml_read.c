/* Office Math to LaTeX: the elements are kept as they come, made into the tree of latex_int.h, and
 * that is printed (latex_write.c). What has no counterpart is passed through for what is in it, and
 * noted. */
#include "server/format/latex_int.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <string.h>

enum { ELEMENTS_MAX = 20000 };

struct element {
    const char *name;
    struct str val, text;
    struct element *up, *first, *last, *next;
};

struct omml {
    struct arena *arena;
    struct element *top, *now;
    size_t n, text, over; /* over: levels inside of what was too much */
    bool odd;
};

struct omml *omml_new(void)
{
    struct omml *o = NEW(struct omml);
    o->arena = arena_new();
    omml_reset(o);
    return o;
}

void omml_free(struct omml *o)
{
    if (!o)
        return;
    arena_free(o->arena);
    mem_free(o);
}

void omml_reset(struct omml *o)
{
    struct arena *a = o->arena;
    arena_reset(a);
    *o = (struct omml){ .arena = a };
}

static bool elsewhere(const struct xml_tag *t)
{
    return !xml_attr(t, "val").p && (xml_is(t, "del") || xml_is(t, "moveFrom"));
}

void omml_open(struct omml *o, const struct xml_tag *t)
{
    if (o->over || o->n >= ELEMENTS_MAX || elsewhere(t)) {
        o->odd = true;
        o->over++;
        return;
    }
    struct element *e = ARENA_NEW(o->arena, struct element);
    e->name = arena_z(o->arena, str_of(t->name));
    e->val = arena_str(o->arena, xml_attr(t, "val"));
    e->text = S("");
    e->up = o->now;
    if (!o->now)
        o->top = e;
    else if (o->now->last)
        o->now->last->next = e;
    else
        o->now->first = e;
    if (o->now)
        o->now->last = e;
    o->now = e;
    o->n++;
}

void omml_close(struct omml *o)
{
    if (o->over)
        o->over--;
    else if (o->now)
        o->now = o->now->up;
}

void omml_text(struct omml *o, struct str s)
{
    struct element *e = o->now;
    if (o->over || !e || strcmp(e->name, "t") != 0)
        return;
    if ((o->text += s.n) > LATEX_MAX)
        o->odd = true;
    else
        e->text = arena_fmt(o->arena, "%.*s%.*s", STR_ARG(e->text), STR_ARG(s));
}

/* ---- the tree */

static bool is(const struct element *e, const char *name)
{
    return strcmp(e->name, name) == 0;
}

static const struct element *child(const struct element *e, const char *name)
{
    for (e = e ? e->first : NULL; e; e = e->next)
        if (is(e, name))
            return e;
    return NULL;
}

/* A property: m:fPr's m:type, say; otherwise when it is not there. */
static struct str property(const struct element *e, const char *name, struct str otherwise)
{
    for (const struct element *k = e->first; k; k = k->next) {
        const struct element *p = str_ends(str_of(k->name), S("Pr")) ? child(k, name) : NULL;
        if (p)
            return p->val;
    }
    return otherwise;
}

static bool property_on(const struct element *e, const char *name, bool otherwise)
{
    struct str v = property(e, name, otherwise ? S("1") : S("0"));
    return !v.n || str_eqz(v, "1") || str_eqz(v, "on") || str_eqz(v, "true");
}

struct reading {
    struct omml *o;
    int depth;
};

static struct tex *row_of(struct reading *r, const struct element *e);

static struct tex *argument(struct reading *r, const struct element *e, const char *name)
{
    const struct element *k = child(e, name);
    return k ? row_of(r, k) : tex_new(r->o->arena, TEX_ROW);
}

static void add_char(struct reading *r, struct tex *row, uint32_t c, const struct tex_style *style)
{
    char t[4];
    struct tex *k = tex_new(r->o->arena, TEX_RUN);
    struct str s = { t, utf_put(t, latex_plain(c)) };
    if (c == 0x200B)
        return;
    const struct latex_row *f = latex_of_text(LATEX_SYMBOL, s);
    k->text = arena_str(r->o->arena, s);
    k->style = latex_style_on(style, s);
    k->class = f                                     ? f->class
               : c == '=' || c == '<' || c == '>'    ? REL
               : c == '+' || c == 0x2212 || c == '-' ? BIN
               : c == ',' || c == ';'                ? PUNCT
               : c == '(' || c == '['                ? OPEN
               : c == ')' || c == ']'                ? CLOSE
                                                     : ORD;
    tex_add(row, k);
}

static void add_run(struct reading *r, struct tex *row, const struct element *e)
{
    struct str sty = property(e, "sty", S("")), scr = property(e, "scr", S(""));
    const struct tex_style *style = NULL;
    bool words = property_on(e, "nor", false) && child(child(e, "rPr"), "nor");
    if (str_eqz(scr, "roman"))
        scr = S("");
    if (words)
        style = latex_style(S("text"));
    else if ((sty.n && !str_eqz(sty, "i")) || scr.n)
        style = latex_style_of(sty, scr);
    for (const struct element *k = e->first; k; k = k->next) {
        struct str s = k->text;
        if (!s.n)
            continue;
        if (words) {
            struct tex *t = tex_new(r->o->arena, TEX_RUN);
            t->text = s;
            t->style = style;
            tex_add(row, t);
            continue;
        }
        while (s.n) {
            uint32_t c;
            size_t n = utf_get(s, &c);
            add_char(r, row, c, style);
            s = str_sub(s, n, s.n);
        }
    }
}

static struct tex *with(struct reading *r, enum tex_kind kind, const struct element *e,
                        const char *a, const char *b, const char *c)
{
    struct tex *t = tex_new(r->o->arena, kind);
    t->a = a ? argument(r, e, a) : NULL;
    t->b = b ? argument(r, e, b) : NULL;
    t->c = c ? argument(r, e, c) : NULL;
    if (kind == TEX_SCRIPT || kind == TEX_LIMIT)
        t->class = tex_only(t->a)->class;
    return t;
}

/* A line of an eqArr is one row of cells; the sign & in its text parts them. */
static void add_cells(struct reading *r, struct tex *row, const struct tex *line)
{
    struct tex *cell = tex_new(r->o->arena, TEX_ROW), *next;
    tex_add(row, cell);
    for (struct tex *k = line->first; k; k = next) {
        next = k->next;
        k->next = NULL;
        if (k->kind != TEX_RUN || !str_eqz(k->text, "&")) {
            tex_add(cell, k);
            continue;
        }
        cell = tex_new(r->o->arena, TEX_ROW);
        tex_add(row, cell);
    }
}

static struct tex *read_grid(struct reading *r, const struct element *e)
{
    struct tex *t = tex_new(r->o->arena, TEX_GRID);
    bool rows = is(e, "eqArr");
    const struct element *mcs = NULL;
    for (const struct element *k = e->first; k && !mcs; k = k->next)
        mcs = is(k, "mPr") ? child(k, "mcs") : NULL;
    const struct element *mc = mcs ? child(mcs, "mc") : NULL;
    struct str jc = mc ? property(mc, "mcJc", S("center")) : S("center");
    t->text = rows || str_eqz(jc, "right") ? S("rl") : str_eqz(jc, "left") ? S("l") : S("c");
    for (const struct element *k = e->first; k; k = k->next) {
        if (!is(k, rows ? "e" : "mr"))
            continue;
        struct tex *row = tex_new(r->o->arena, TEX_ROW);
        for (const struct element *c = rows ? NULL : k->first; c; c = c->next)
            if (is(c, "e"))
                tex_add(row, row_of(r, c));
        if (rows)
            add_cells(r, row, row_of(r, k));
        tex_add(t, row);
    }
    return t;
}

static struct tex *read_fence(struct reading *r, const struct element *e)
{
    struct tex *t = tex_new(r->o->arena, TEX_FENCE);
    t->text = property(e, "begChr", S("("));
    t->close = property(e, "endChr", S(")"));
    for (const struct element *k = e->first; k; k = k->next)
        if (is(k, "e"))
            tex_add(t, row_of(r, k));
    if (t->first && t->first->next) {
        t->a = tex_new(r->o->arena, TEX_RUN);
        t->a->text = property(e, "sepChr", S("|"));
    }
    return t;
}

static struct tex *read_nary(struct reading *r, const struct element *e)
{
    struct tex *t = with(r, TEX_NARY, e, "sub", "sup", "e");
    t->text = property(e, "chr", S("∫"));
    const struct latex_row *row = latex_of_text(LATEX_NARY, t->text);
    struct str loc = property(e, "limLoc", row && row->limits ? S("undOvr") : S("subSup"));
    t->plain = str_eqz(loc, "subSup");
    return t;
}

/* Arrows with something over them; braces. */
static struct tex *read_group(struct reading *r, const struct element *e)
{
    struct str chr = property(e, "chr", S("⏟"));
    bool brace = str_eqz(chr, "⏟") || str_eqz(chr, "⏞");
    struct tex *t = with(r, brace ? TEX_BRACE : TEX_LIMIT, e, "e", NULL, NULL);
    bool top = str_eqz(property(e, "pos", S("bot")), "top");
    t->plain = brace ? !str_eqz(chr, "⏞") : !top;
    if (brace)
        return t;
    t->b = t->a; /* the character is what it stands over */
    t->a = tex_new(r->o->arena, TEX_ROW);
    uint32_t c = 0;
    if (chr.n)
        utf_get(chr, &c);
    add_char(r, t->a, c, NULL);
    t->plain = top; /* the sign on top, the text under it */
    t->class = tex_only(t->a)->class;
    return t;
}

static struct tex *read_structure(struct reading *r, const struct element *e)
{
    struct tex *t = NULL;
    if (is(e, "f")) {
        t = with(r, TEX_FRAC, e, "num", "den", NULL);
        t->plain = str_eqz(property(e, "type", S("bar")), "noBar");
    } else if (is(e, "rad"))
        t = with(r, TEX_ROOT, e, "e", "deg", NULL);
    else if (is(e, "sSup") || is(e, "sSub") || is(e, "sSubSup") || is(e, "sPre"))
        t = with(r, TEX_SCRIPT, e, "e", "sub", "sup");
    else if (is(e, "nary"))
        t = read_nary(r, e);
    else if (is(e, "func"))
        t = with(r, TEX_FUNC, e, "fName", "e", NULL);
    else if (is(e, "acc")) {
        t = with(r, TEX_ACCENT, e, "e", NULL, NULL);
        t->text = property(e, "chr", S("\u0302"));
    } else if (is(e, "bar")) {
        t = with(r, TEX_BAR, e, "e", NULL, NULL);
        t->plain = !str_eqz(property(e, "pos", S("bot")), "top");
    } else if (is(e, "groupChr"))
        t = read_group(r, e);
    else if (is(e, "limLow") || is(e, "limUpp")) {
        t = with(r, TEX_LIMIT, e, "e", "lim", NULL);
        t->plain = is(e, "limLow");
    } else if (is(e, "d"))
        t = read_fence(r, e);
    else if (is(e, "m") || is(e, "eqArr"))
        t = read_grid(r, e);
    else if (is(e, "borderBox") || is(e, "phant")) {
        t = with(r, TEX_BOX, e, "e", NULL, NULL);
        t->plain = is(e, "phant") && !property_on(e, "show", true);
        if (is(e, "phant") && !t->plain)
            t = t->a;
    }
    if (t && is(e, "sPre")) { /* {}_a^b e */
        struct tex *row = tex_new(r->o->arena, TEX_ROW), *base = t->a;
        t->a = tex_new(r->o->arena, TEX_ROW);
        tex_add(row, t);
        tex_add(row, base);
        t = row;
    }
    return t;
}

static bool passed(const struct element *e)
{
    static const char *const names[] = { "e",     "box",        "oMath",  "ins",
                                         "fName", "num",        "den",    "sub",
                                         "sup",   "deg",        "lim",    "smartTag",
                                         "sdt",   "sdtContent", "moveTo", "hyperlink" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(e, names[i]))
            return true;
    return false;
}

static void add_children(struct reading *r, struct tex *row, const struct element *e)
{
    if (++r->depth > LATEX_DEPTH)
        r->o->odd = true;
    for (const struct element *k = e->first; k && r->depth <= LATEX_DEPTH; k = k->next) {
        struct tex *t;
        if (is(k, "r"))
            add_run(r, row, k);
        else if (str_ends(str_of(k->name), S("Pr")))
            continue;
        else if ((t = read_structure(r, k)))
            tex_add(row, t);
        else {
            r->o->odd = r->o->odd || (!passed(k) && (k->first || k->text.n));
            add_children(r, row, k);
        }
    }
    r->depth--;
}

static struct tex *row_of(struct reading *r, const struct element *e)
{
    struct tex *row = tex_new(r->o->arena, TEX_ROW);
    add_children(r, row, e);
    return row;
}

bool omml_latex(struct omml *o, struct buf *out)
{
    struct reading r = { .o = o };
    bool whole = !o->top || latex_put(row_of(&r, o->top), out);
    return whole && !o->odd;
}
