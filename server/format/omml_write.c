/* Formulas as Office Math. Elements stand in the order of the schema; an operand that is empty gets
 * a character of no width, since Word shows a dotted box for nothing. */
#include "server/format/latex_int.h"

#define FONT "<w:rPr><w:rFonts w:ascii=\"Cambria Math\" w:hAnsi=\"Cambria Math\"/></w:rPr>"
#define NO_WIDTH "\u200B"

static void put_children(const struct tex *t, struct buf *out);

static void put_in(const char *name, const struct tex *t, struct buf *out)
{
    buf_fmt(out, "<m:%s>", name);
    if (t)
        omml_put(t, out);
    buf_fmt(out, "</m:%s>", name);
}

static void put_value(const char *name, struct str v, struct buf *out)
{
    buf_fmt(out, "<m:%s m:val=\"", name);
    buf_xml(out, v);
    buf_addz(out, "\"/>");
}

static bool joins(const struct tex *t)
{
    return t->next && t->next->kind == TEX_RUN && t->next->style == t->style;
}

/* Runs of one style that stand together are one. */
static const struct tex *put_runs(const struct tex *t, struct buf *out)
{
    const struct tex_style *s = t->style;
    buf_addz(out, "<m:r>");
    if (s && s->text) {
        buf_addz(out, "<m:rPr><m:nor/></m:rPr><w:rPr><w:rFonts w:ascii=\"Times New Roman\" "
                      "w:hAnsi=\"Times New Roman\" w:eastAsia=\"宋体\"/></w:rPr>");
    } else {
        if (s) {
            buf_addz(out, "<m:rPr>");
            if (*s->scr)
                put_value("scr", str_of(s->scr), out);
            put_value("sty", str_of(s->sty), out);
            buf_addz(out, "</m:rPr>");
        }
        buf_addz(out, FONT);
    }
    buf_addz(out, "<m:t xml:space=\"preserve\">");
    buf_xml(out, t->text);
    for (; joins(t); t = t->next)
        buf_xml(out, t->next->text);
    buf_addz(out, "</m:t></m:r>");
    return t;
}

static void put_operand(const struct tex *t, struct buf *out)
{
    if (t && (t->kind != TEX_ROW || t->first))
        put_in("e", t, out);
    else
        buf_addz(out, "<m:e><m:r>" FONT "<m:t>" NO_WIDTH "</m:t></m:r></m:e>");
}

static void put_script(const struct tex *t, struct buf *out)
{
    const char *name = t->b && t->c ? "sSubSup" : t->b ? "sSub" : "sSup";
    buf_fmt(out, "<m:%s>", name);
    put_operand(t->a, out);
    if (t->b)
        put_in("sub", t->b, out);
    if (t->c)
        put_in("sup", t->c, out);
    buf_fmt(out, "</m:%s>", name);
}

static void put_nary(const struct tex *t, struct buf *out)
{
    buf_addz(out, "<m:nary><m:naryPr>");
    put_value("chr", t->text, out);
    put_value("limLoc", t->plain ? S("subSup") : S("undOvr"), out);
    if (!t->a)
        put_value("subHide", S("1"), out);
    if (!t->b)
        put_value("supHide", S("1"), out);
    buf_addz(out, "</m:naryPr>");
    put_in("sub", t->a, out);
    put_in("sup", t->b, out);
    put_operand(t->c, out);
    buf_addz(out, "</m:nary>");
}

static void put_func(const struct tex *t, struct buf *out)
{
    buf_addz(out, "<m:func>");
    put_in("fName", t->a, out);
    put_operand(t->b, out);
    buf_addz(out, "</m:func>");
}

static void put_fence(const struct tex *t, struct buf *out)
{
    buf_addz(out, "<m:d><m:dPr>");
    put_value("begChr", t->text, out);
    if (t->a)
        put_value("sepChr", t->a->text, out);
    put_value("endChr", t->close, out);
    buf_addz(out, "</m:dPr>");
    for (const struct tex *k = t->first; k; k = k->next)
        put_in("e", k, out);
    buf_addz(out, "</m:d>");
}

static const char *column_of(struct str columns, size_t k)
{
    char c = !columns.n ? 'c' : columns.p[k < columns.n ? k : k % columns.n];
    return c == 'l' ? "left" : c == 'r' ? "right" : "center";
}

static void put_grid(const struct tex *t, struct buf *out)
{
    size_t columns = 0;
    for (const struct tex *r = t->first; r; r = r->next) {
        size_t n = 0;
        for (const struct tex *c = r->first; c; c = c->next)
            n++;
        columns = n > columns ? n : columns;
    }
    buf_addz(out, "<m:m><m:mPr>");
    if (t->text.n > 1 && *t->text.p == 'r') /* both halves of an equation belong together */
        buf_addz(out, "<m:cGpRule m:val=\"3\"/><m:cGp m:val=\"0\"/>");
    buf_addz(out, "<m:mcs>");
    for (size_t k = 0; k < columns; k++)
        buf_fmt(out, "<m:mc><m:mcPr><m:count m:val=\"1\"/><m:mcJc m:val=\"%s\"/></m:mcPr></m:mc>",
                column_of(t->text, k));
    buf_addz(out, "</m:mcs></m:mPr>");
    for (const struct tex *r = t->first; r; r = r->next) {
        const struct tex *c = r->first;
        buf_addz(out, "<m:mr>");
        for (size_t k = 0; k < columns; k++, c = c ? c->next : NULL)
            put_in("e", c, out);
        buf_addz(out, "</m:mr>");
    }
    buf_addz(out, "</m:m>");
}

/* <m:name>properties<m:e>a</m:e></m:name> */
static void put_around(const char *name, const char *properties, const struct tex *t,
                       struct buf *out)
{
    buf_fmt(out, "<m:%s>%s", name, properties);
    put_operand(t->a, out);
    buf_fmt(out, "</m:%s>", name);
}

static void put_over(const struct tex *t, struct buf *out)
{
    const char *name = t->plain ? "limLow" : "limUpp";
    buf_fmt(out, "<m:%s>", name);
    put_operand(t->a, out);
    put_in("lim", t->b, out);
    buf_fmt(out, "</m:%s>", name);
}

static void put_accent(const struct tex *t, struct buf *out)
{
    buf_addz(out, "<m:acc><m:accPr>");
    put_value("chr", t->text, out);
    buf_addz(out, "</m:accPr>");
    put_operand(t->a, out);
    buf_addz(out, "</m:acc>");
}

static void put_fraction(const struct tex *t, struct buf *out)
{
    buf_addz(out, t->plain ? "<m:f><m:fPr><m:type m:val=\"noBar\"/></m:fPr>" : "<m:f>");
    put_in("num", t->a, out);
    put_in("den", t->b, out);
    buf_addz(out, "</m:f>");
}

static void put_root(const struct tex *t, struct buf *out)
{
    buf_addz(out, t->b ? "<m:rad>" : "<m:rad><m:radPr><m:degHide m:val=\"1\"/></m:radPr>");
    put_in("deg", t->b, out);
    put_operand(t->a, out);
    buf_addz(out, "</m:rad>");
}

void omml_put(const struct tex *t, struct buf *out)
{
    switch (t->kind) {
    case TEX_ROW: put_children(t, out); break;
    case TEX_RUN: put_runs(t, out); break;
    case TEX_FRAC: put_fraction(t, out); break;
    case TEX_ROOT: put_root(t, out); break;
    case TEX_SCRIPT: put_script(t, out); break;
    case TEX_NARY: put_nary(t, out); break;
    case TEX_FUNC: put_func(t, out); break;
    case TEX_ACCENT: put_accent(t, out); break;
    case TEX_LIMIT: put_over(t, out); break;
    case TEX_FENCE: put_fence(t, out); break;
    case TEX_GRID: put_grid(t, out); break;
    case TEX_BAR:
        put_around("bar",
                   t->plain ? "<m:barPr><m:pos m:val=\"bot\"/></m:barPr>"
                            : "<m:barPr><m:pos m:val=\"top\"/></m:barPr>",
                   t, out);
        break;
    case TEX_BRACE:
        put_around("groupChr",
                   t->plain ? "<m:groupChrPr><m:chr m:val=\"⏟\"/></m:groupChrPr>"
                            : "<m:groupChrPr><m:chr m:val=\"⏞\"/><m:pos m:val=\"top\"/>"
                              "<m:vertJc m:val=\"bot\"/></m:groupChrPr>",
                   t, out);
        break;
    case TEX_BOX:
        put_around(t->plain ? "phant" : "borderBox",
                   t->plain ? "<m:phantPr><m:show m:val=\"0\"/></m:phantPr>" : "", t, out);
    }
}

static void put_children(const struct tex *t, struct buf *out)
{
    for (const struct tex *k = t->first; k; k = k->next)
        if (k->kind == TEX_RUN)
            k = put_runs(k, out);
        else
            omml_put(k, out);
}

enum err latex_omml(struct str latex, struct buf *out, struct str *at)
{
    if (at)
        *at = S("");
    if (latex.n > LATEX_MAX)
        return E_TOO_LARGE;
    struct arena *a = arena_new();
    struct str bad;
    const struct tex *t = latex_parse(a, latex, &bad);
    if (t)
        omml_put(t, out);
    else if (at && bad.n && bad.p >= latex.p && bad.p < latex.p + latex.n)
        *at = bad; /* borrowed from what was given */
    arena_free(a);
    return t ? out->err : E_SYNTAX;
}
