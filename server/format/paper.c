/* The tree of a document: its parts and what they are called, colours and sizes. */
#include "server/format/paper.h"

#include "server/base/utf.h"

#include <string.h>

static const struct {
    const char *name;
    enum paper_holds holds;
} kinds[] = {
#define PAPER(kind, name, holds) { name, holds },
#include "server/format/paper.def"
#undef PAPER
};

static const char *const aligns[] = { "", "left", "center", "right", "justify" };

const char *paper_name(enum paper_kind k)
{
    return kinds[k].name;
}

enum paper_kind paper_named(struct str name)
{
    size_t k = 0;
    while (k < PAPER_count && !str_eqz(name, kinds[k].name))
        k++;
    return (enum paper_kind)k;
}

enum paper_holds paper_holds(enum paper_kind k)
{
    return kinds[k].holds;
}

bool paper_inline(enum paper_kind k)
{
    return k >= PAPER_inline_math;
}

bool paper_fits(enum paper_kind in, enum paper_kind k)
{
    bool item = k == PAPER_list_item || k == PAPER_task_item;
    bool cell = k == PAPER_table_cell || k == PAPER_table_header;
    switch (paper_holds(in)) {
    case INLINES: return paper_inline(k) || (k == PAPER_image && in != PAPER_code_block);
    case ITEMS: return item && (k == PAPER_task_item) == (in == PAPER_task_list);
    case ROWS: return k == PAPER_table_row;
    case CELLS: return cell;
    case BLOCKS:
        return !item && !cell && !paper_inline(k) && k != PAPER_table_row && k != PAPER_document;
    default: return false;
    }
}

const char *paper_align_name(enum paper_align a)
{
    return aligns[a];
}

enum paper_align paper_align_named(struct str name)
{
    for (size_t i = 1; i < sizeof aligns / sizeof *aligns; i++)
        if (str_eqz(name, aligns[i]))
            return (enum paper_align)i;
    return ALIGN_none;
}

bool paper_same_look(const struct paper_look *a, const struct paper_look *b)
{
    return a->bold == b->bold && a->italic == b->italic && a->underline == b->underline &&
           a->strike == b->strike && a->code == b->code && a->superscript == b->superscript &&
           a->subscript == b->subscript && str_eq(a->link, b->link) && str_eq(a->color, b->color) &&
           str_eq(a->highlight, b->highlight) && str_eq(a->size, b->size);
}

struct paper *paper_add(struct arena *a, struct paper *parent, enum paper_kind kind)
{
    struct paper *p = ARENA_NEW(a, struct paper);
    p->kind = kind;
    p->level = p->colspan = p->rowspan = 1;
    p->parent = parent;
    if (!parent)
        return p;
    if (parent->last)
        parent->last->next = p;
    else
        parent->first = p;
    parent->last = p;
    return p;
}

void paper_text(const struct paper *p, struct buf *out)
{
    if (p->kind == PAPER_text || p->kind == PAPER_inline_math || p->kind == PAPER_block_math)
        buf_add(out, p->text);
    else if (p->kind == PAPER_hard_break)
        buf_char(out, '\n');
    for (const struct paper *k = p->first; k; k = k->next)
        paper_text(k, out);
    bool line = paper_holds(p->kind) == INLINES || p->kind == PAPER_block_math;
    if (line && out->n && out->p[out->n - 1] != '\n')
        buf_char(out, '\n');
}

/* ---- colours, sizes, links */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

static bool hex_color(struct str s, uint32_t *rgb)
{
    *rgb = 0;
    for (size_t i = 0; i < s.n; i++) {
        int d = hex_digit(s.p[i]);
        if (d < 0)
            return false;
        *rgb = s.n == 3 ? *rgb << 8 | (uint32_t)(d * 17) : *rgb << 4 | (uint32_t)d;
    }
    return s.n == 3 || s.n == 6;
}

/* "1, 2, 3)" or "1 2 3 / 0.5)". */
static bool rgb_color(struct str s, uint32_t *rgb)
{
    uint32_t v = 0;
    size_t i = 0;
    for (int k = 0; k < 3; k++) {
        uint32_t one = 0;
        while (i < s.n && (s.p[i] == ' ' || s.p[i] == ','))
            i++;
        size_t from = i;
        for (; i < s.n && i < from + 3 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
            one = one * 10 + (uint32_t)(s.p[i] - '0');
        if (i == from || one > 255)
            return false;
        v = v << 8 | one;
    }
    *rgb = v;
    return true;
}

bool paper_color(struct str css, uint32_t *rgb)
{
    static const struct {
        const char *name;
        uint32_t rgb;
    } names[] = { { "black", 0 },         { "white", 0xffffff },   { "red", 0xff0000 },
                  { "green", 0x008000 },  { "blue", 0x0000ff },    { "yellow", 0xffff00 },
                  { "orange", 0xffa500 }, { "purple", 0x800080 },  { "gray", 0x808080 },
                  { "grey", 0x808080 },   { "pink", 0xffc0cb },    { "brown", 0xa52a2a },
                  { "cyan", 0x00ffff },   { "magenta", 0xff00ff }, { "lime", 0x00ff00 },
                  { "navy", 0x000080 },   { "teal", 0x008080 },    { "maroon", 0x800000 },
                  { "olive", 0x808000 },  { "silver", 0xc0c0c0 } };
    css = str_trim(css);
    if (str_starts(css, S("#")))
        return hex_color(str_sub(css, 1, css.n), rgb);
    if (str_starts(css, S("rgb(")) || str_starts(css, S("rgba(")))
        return rgb_color(str_sub(css, str_chr(css, '(', 0) + 1, css.n), rgb);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieqz(css, names[i].name)) {
            *rgb = names[i].rgb;
            return true;
        }
    return false;
}

int paper_half_points(struct str css)
{
    css = str_trim(css);
    bool px = str_iends(css, "px");
    if (!px && !str_iends(css, "pt"))
        return 0;
    int tenths = 0, digits = 0, after = -1;
    for (size_t i = 0; i + 2 < css.n; i++) {
        char c = css.p[i];
        if (c == '.' && after < 0)
            after = 0;
        else if (c < '0' || c > '9' || digits > 4)
            return 0;
        else if (after < 1) {
            tenths = tenths * 10 + (c - '0');
            digits++;
            after += after == 0;
        }
    }
    if (after < 1)
        tenths *= 10;
    int half = px ? tenths * 3 / 20 : tenths / 5;
    return half < 2 || half > 400 ? 0 : half;
}

bool paper_link_fits(struct str href)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };
    bool known = false;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        known = known || str_ieqz(str_sub(href, 0, strlen(schemes[i])), schemes[i]);
    for (size_t i = 0; i < href.n; i++)
        if ((unsigned char)href.p[i] <= ' ' || strchr("<>\"\\^`{|}", href.p[i]))
            return false;
    return known && href.n < 2000;
}

/* ---- what was lost */

static const struct {
    const char *name, *text;
} losses[] = {
#define LOSS(name, text) { #name, text },
#include "server/format/paper_loss.def"
#undef LOSS
};

const char *paper_loss_name(enum paper_loss l)
{
    return losses[l].name;
}

const char *paper_loss_text(enum paper_loss l)
{
    return losses[l].text;
}

enum paper_loss paper_loss_named(struct str name)
{
    size_t k = 0;
    while (k < LOSS_count && !str_eqz(name, losses[k].name))
        k++;
    return (enum paper_loss)k;
}

void paper_lost(struct paper_report *r, enum paper_loss l, struct str example)
{
    if (r->n[l]++ == 0)
        r->example[l] = arena_str(r->arena, utf_head(example, 200));
}
