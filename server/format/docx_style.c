/* Styles of a docx: headings are paragraphs whose style, or its ancestor, has an outline level or
 * the name of a heading. */
#include "server/format/docx_int.h"

#include "server/base/mem.h"

#include <string.h>

enum { STYLES_MAX = 5000, HOPS = 12 };

const struct docx_run docx_run_none = { -1, -1, -1, -1, -1, -1, -1, { 0, 0 }, { 0, 0 }, { 0, 0 } };

struct docx_styles {
    struct arena *a;
    struct map *by_id;
    struct docx_style *now;
    size_t n;
};

/* ---- runs */

static signed char on(const struct xml_tag *t)
{
    struct str v = xml_attr(t, "val");
    return !(str_eqz(v, "0") || str_eqz(v, "false") || str_eqz(v, "off") || str_eqz(v, "none"));
}

/* Word's sixteen marker colours. */
static struct str marker(struct str name)
{
    static const char *const rows[][2] = {
        { "yellow", "#ffff00" },      { "green", "#00ff00" },     { "cyan", "#00ffff" },
        { "magenta", "#ff00ff" },     { "blue", "#0000ff" },      { "red", "#ff0000" },
        { "darkBlue", "#000080" },    { "darkCyan", "#008080" },  { "darkGreen", "#008000" },
        { "darkMagenta", "#800080" }, { "darkRed", "#800000" },   { "darkYellow", "#808000" },
        { "darkGray", "#808080" },    { "lightGray", "#c0c0c0" }, { "black", "#000000" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eqz(name, rows[i][0]))
            return str_of(rows[i][1]);
    return S("");
}

/* Six digits of a colour; empty: automatic, or none. */
static struct str hex_color(struct arena *a, struct str v)
{
    char t[7] = "";
    if (v.n != 6)
        return S("");
    for (size_t i = 0; i < 6; i++) {
        char c = v.p[i];
        bool digit = c >= '0' && c <= '9', upper = c >= 'A' && c <= 'F';
        if (!digit && !upper && !(c >= 'a' && c <= 'f'))
            return S("");
        t[i] = upper ? (char)(c + 32) : c;
    }
    return arena_fmt(a, "#%s", t);
}

bool docx_run_take(struct docx_run *r, struct arena *a, const struct xml_tag *t)
{
    struct str v;
    int64_t half;
    if (xml_is(t, "b"))
        r->bold = on(t);
    else if (xml_is(t, "i"))
        r->italic = on(t);
    else if (xml_is(t, "u"))
        r->underline = on(t);
    else if (xml_is(t, "strike") || xml_is(t, "dstrike"))
        r->strike = on(t);
    else if (xml_is(t, "vanish"))
        r->hidden = on(t);
    else if (xml_is(t, "vertAlign")) {
        v = xml_attr(t, "val");
        r->script = str_eqz(v, "superscript") ? 1 : str_eqz(v, "subscript") ? 2 : 0;
    } else if (xml_is(t, "color")) {
        r->color = hex_color(a, xml_attr(t, "val"));
        if (str_eqz(r->color, "#000000"))
            r->color = S("");
    } else if (xml_is(t, "highlight"))
        r->highlight = marker(xml_attr(t, "val"));
    else if (xml_is(t, "shd")) {
        v = hex_color(a, xml_attr(t, "fill"));
        r->highlight = r->highlight.n || str_eqz(v, "#ffffff") ? r->highlight : v;
    } else if (xml_is(t, "sz") && (half = xml_int(t, "val", 0)) >= 2 && half <= 400)
        r->size = arena_fmt(a, "%d%spt", (int)half / 2, half % 2 ? ".5" : "");
    else
        return false;
    return true;
}

struct docx_run docx_run_over(const struct docx_run *under, const struct docx_run *top)
{
#define OVER(field) top->field >= 0 ? top->field : under->field
#define OVER_STR(field) top->field.n ? top->field : under->field
    return (struct docx_run){ OVER(bold),          OVER(italic),  OVER(underline), OVER(strike),
                              OVER(code),          OVER(script),  OVER(hidden),    OVER_STR(color),
                              OVER_STR(highlight), OVER_STR(size) };
#undef OVER
#undef OVER_STR
}

/* ---- styles */

/* "heading 3", "标题 3": how every language's built-in headings are stored, whatever their id. */
static int level_of_name(struct str name)
{
    static const char *const words[] = { "heading ", "Heading ", "标题 ", "标题" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str w = str_of(words[i]);
        if (str_starts(name, w) && name.n == w.n + 1 && name.p[w.n] >= '1' && name.p[w.n] <= '9')
            return name.p[w.n] - '0';
    }
    return str_ieqz(name, "title") ? 1 : 0;
}

enum paper_align docx_align(struct str jc)
{
    return str_eqz(jc, "center")                                    ? ALIGN_center
           : str_eqz(jc, "right") || str_eqz(jc, "end")             ? ALIGN_right
           : str_eqz(jc, "both") || str_starts(jc, S("distribute")) ? ALIGN_justify
           : str_eqz(jc, "left") || str_eqz(jc, "start")            ? ALIGN_left
                                                                    : ALIGN_none;
}

static void named(struct docx_style *s, struct str name)
{
    if (!s->level)
        s->level = level_of_name(name);
    s->link = str_ieqz(name, "hyperlink") || str_ieqz(name, "followedhyperlink");
    s->quote = str_ieqz(name, "quote") || str_ieqz(name, "intense quote");
    if (str_eqz(name, "HTML Code") || str_eqz(name, "HTML Preformatted"))
        s->run.code = 1;
}

static void styles_open(void *arg, const struct xml_tag *t)
{
    struct docx_styles *w = arg;
    if (xml_is(t, "style") && w->n < STYLES_MAX) {
        w->n++;
        w->now = ARENA_NEW(w->a, struct docx_style);
        *w->now = (struct docx_style){ .number = -1, .ilvl = -1, .run = docx_run_none };
        map_put(w->by_id, xml_attr(t, "styleId"), w->now);
    }
    struct docx_style *s = w->now;
    if (!s)
        return;
    if (xml_is(t, "basedOn"))
        s->based = arena_str(w->a, xml_attr(t, "val"));
    else if (xml_is(t, "name"))
        named(s, s->name = arena_str(w->a, xml_attr(t, "val")));
    else if (xml_is(t, "outlineLvl")) {
        int64_t v = xml_int(t, "val", 9);
        s->level = v >= 0 && v < 9 ? (int)v + 1 : 0;
    } else if (xml_is(t, "jc"))
        s->align = docx_align(xml_attr(t, "val"));
    else if (xml_is(t, "numId"))
        s->number = xml_int(t, "val", -1);
    else if (xml_is(t, "ilvl"))
        s->ilvl = xml_int(t, "val", -1);
    else
        (void)docx_run_take(&s->run, w->a, t);
}

static void styles_close(void *arg, const char *name)
{
    if (!strcmp(name, "style"))
        ((struct docx_styles *)arg)->now = NULL;
}

struct docx_styles *docx_styles_read(struct zip *z, struct arena *a, struct str part)
{
    struct docx_styles *s = NEW(struct docx_styles);
    s->a = a;
    s->by_id = map_new();
    struct xml_handler h = {
        .arg = s, .open = styles_open, .close = styles_close, .cap = 16u << 20
    };
    (void)!xml_walk_part(z, part, &h);
    return s;
}

void docx_styles_free(struct docx_styles *s)
{
    if (!s)
        return;
    map_free(s->by_id);
    mem_free(s);
}

struct docx_style docx_style(const struct docx_styles *s, struct str id)
{
    struct docx_style all = { .number = -1, .ilvl = -1, .run = docx_run_none };
    for (int hops = 0; hops < HOPS; hops++) {
        const struct docx_style *one = map_get(s->by_id, id);
        if (!one)
            break;
        all.level = all.level ? all.level : one->level;
        all.align = all.align ? all.align : one->align;
        all.number = all.number >= 0 ? all.number : one->number;
        all.ilvl = all.ilvl >= 0 ? all.ilvl : one->ilvl;
        all.run = docx_run_over(&one->run, &all.run);
        all.link = all.link || one->link;
        all.quote = all.quote || one->quote;
        id = one->based;
    }
    return all;
}
