/* HTML: one file that shows the document anywhere, with nothing fetched and nothing run. All text
 * is escaped; colours and sizes are printed from what was understood of them, never as they came.
 */
#include "server/format/paper_html_int.h"

#include "server/base/id.h"
#include "server/format/media.h"

enum { DATA_MAX = 20 << 20 };

static const char style[] =
    "body{font:16px/1.7 'Times New Roman',SimSun,'Noto Serif CJK SC',serif;max-width:210mm;margin:"
    "24px auto;padding:0 16px;color:#1f2733}"
    "h1,h2,h3,h4,h5,h6,.title{font-family:Arial,SimHei,'Noto Sans CJK SC',sans-serif;line-height:"
    "1.4}.title{text-align:center}"
    "header{text-align:center;color:#5b6675}table{border-collapse:collapse;width:100%;margin:8px 0}"
    "td,th{border:1px solid #8a95a3;padding:4px 8px;vertical-align:middle}th{background:#f2f2f2}"
    "td>p,th>p{margin:0}img{max-width:100%}pre{background:#f5f5f5;padding:8px;white-space:pre-wrap}"
    "blockquote{border-left:3px solid #bfbfbf;margin-left:0;padding-left:12px}"
    ".task{list-style:none}.mine{color:#c00000}.page{break-after:page}div.math{text-align:center}"
    ".comments{border-top:1px solid #8a95a3;margin-top:32px}.comments q{color:#5b6675}";

static void put_attr(struct buf *b, const char *name, struct str v)
{
    buf_fmt(b, " %s=\"", name);
    buf_xml(b, v);
    buf_char(b, '"');
}

/* ---- looks */

static const struct {
    const char *tag;
    size_t at;
} tags[] = {
#define TAG(tag, field)                                                                            \
    {                                                                                              \
        tag, offsetof(struct paper_look, field)                                                    \
    }
    TAG("strong", bold), TAG("em", italic),       TAG("u", underline),   TAG("s", strike),
    TAG("code", code),   TAG("sup", superscript), TAG("sub", subscript),
#undef TAG
};
enum { TAGS = sizeof tags / sizeof *tags };

static bool has(const struct paper *t, size_t k)
{
    bool struck = t->gone && tags[k].at == offsetof(struct paper_look, strike);
    return struck || *(const bool *)((const char *)&t->look + tags[k].at);
}

static bool styled(const struct paper *t)
{
    uint32_t rgb;
    return t->mine || paper_half_points(t->look.size) ||
           (t->look.color.n && paper_color(t->look.color, &rgb)) ||
           (t->look.highlight.n && paper_color(t->look.highlight, &rgb));
}

/* Colours and size; what is mine is red, by the stylesheet where there is one. */
static void put_style(struct html *h, const struct paper *t)
{
    const struct paper_look *l = &t->look;
    uint32_t color = 0xC00000, mark;
    int size = paper_half_points(l->size);
    bool colored = t->mine ? !h->inside : l->color.n && paper_color(l->color, &color);
    bool marked = l->highlight.n && paper_color(l->highlight, &mark);
    buf_addz(h->out, t->mine && h->inside ? "<span class=\"mine\"" : "<span");
    if (colored || marked || size)
        buf_addz(h->out, " style=\"");
    if (colored)
        buf_fmt(h->out, "color:#%06x;", (unsigned)color);
    if (marked)
        buf_fmt(h->out, "background:#%06x;", (unsigned)mark);
    if (size)
        buf_fmt(h->out, "font-size:%d%spt;", size / 2, size % 2 ? ".5" : "");
    buf_addz(h->out, colored || marked || size ? "\">" : ">");
}

void html_open(struct html *h, const struct paper *t)
{
    if (styled(t))
        put_style(h, t);
    for (size_t k = 0; k < TAGS; k++)
        if (has(t, k))
            buf_fmt(h->out, "<%s>", tags[k].tag);
}

void html_close(struct html *h, const struct paper *t)
{
    for (size_t k = TAGS; k-- > 0;)
        if (has(t, k))
            buf_fmt(h->out, "</%s>", tags[k].tag);
    if (styled(t))
        buf_addz(h->out, "</span>");
}

/* ---- what stands in a line */

static void put_text(struct html *h, const struct paper *t)
{
    struct str href = t->look.link;
    bool link = href.n && paper_link_fits(href);
    if (href.n && !link)
        paper_lost(h->report, LOSS_link, href);
    if (link) {
        buf_addz(h->out, "<a");
        put_attr(h->out, "href", href);
        buf_addz(h->out, " rel=\"noopener noreferrer\">");
    }
    html_open(h, t);
    buf_xml(h->out, t->text);
    html_close(h, t);
    if (link)
        buf_addz(h->out, "</a>");
}

static bool put_data(struct html *h, struct str src)
{
    struct str bytes = STR_NONE;
    struct media m;
    if (!h->job->image || !h->job->image(h->job->arg, src, &bytes))
        paper_lost(h->report, LOSS_image_missing, src);
    else if (image_read(bytes, &m))
        paper_lost(h->report, LOSS_image_kind, src);
    else if (bytes.n > DATA_MAX)
        paper_lost(h->report, LOSS_image_large, src);
    else {
        buf_fmt(h->out, " src=\"data:%s;base64,", m.image);
        buf_add(h->out, base64_encode(h->arena, bytes));
        buf_char(h->out, '"');
        return true;
    }
    return false;
}

static void put_image(struct html *h, const struct paper *p)
{
    buf_addz(h->out, "<img");
    if (h->inside)
        (void)put_data(h, p->text);
    else
        put_attr(h->out, "src", p->text);
    put_attr(h->out, "alt", p->alt);
    if (p->width > 0)
        buf_fmt(h->out, " width=\"%d\"", p->width);
    if (p->height > 0)
        buf_fmt(h->out, " height=\"%d\"", p->height);
    buf_char(h->out, '>');
}

static void put_math(struct html *h, const struct paper *p)
{
    const char *tag = p->kind == PAPER_block_math ? "div" : "span";
    buf_fmt(h->out, "<%s class=\"math\">", tag);
    buf_xml(h->out, p->text);
    buf_fmt(h->out, "</%s>", tag);
}

void html_inlines(struct html *h, const struct paper *p)
{
    for (const struct paper *k = p->first; k; k = k->next)
        switch (k->kind) {
        case PAPER_text: put_text(h, k); break;
        case PAPER_hard_break: buf_addz(h->out, "<br>"); break;
        case PAPER_inline_math: put_math(h, k); break;
        case PAPER_image: put_image(h, k); break;
        default: paper_lost(h->report, LOSS_unknown, str_of(paper_name(k->kind)));
        }
}

/* ---- blocks */

static void put_children(struct html *h, const struct paper *p)
{
    if (++h->depth > PAPER_DEPTH)
        paper_lost(h->report, LOSS_depth, STR_NONE);
    for (const struct paper *k = p->first; k && h->depth <= PAPER_DEPTH; k = k->next)
        html_block(h, k);
    h->depth--;
}

static void put_around(struct html *h, const struct paper *p, const char *tag)
{
    buf_fmt(h->out, "<%s>", tag);
    put_children(h, p);
    buf_fmt(h->out, "</%s>\n", tag);
}

static void put_line(struct html *h, const struct paper *p, const char *tag)
{
    buf_fmt(h->out, "<%s", tag);
    if (p->align)
        buf_fmt(h->out, " style=\"text-align:%s\"", paper_align_name(p->align));
    buf_char(h->out, '>');
    html_inlines(h, p);
    buf_fmt(h->out, p->first || *tag != 'p' ? "</%s>\n" : "<br></%s>\n", tag);
}

static void put_cell(struct html *h, const struct paper *p)
{
    const char *tag = p->kind == PAPER_table_header ? "th" : "td";
    int width = 0;
    for (int k = 0; p->widths && k < p->colspan; k++)
        width += p->widths[k];
    buf_fmt(h->out, "<%s", tag);
    if (p->colspan > 1)
        buf_fmt(h->out, " colspan=\"%d\"", p->colspan);
    if (p->rowspan > 1)
        buf_fmt(h->out, " rowspan=\"%d\"", p->rowspan);
    if (width > 0)
        buf_fmt(h->out, " style=\"width:%dpx\"", width);
    buf_char(h->out, '>');
    put_children(h, p);
    buf_fmt(h->out, "</%s>", tag);
}

static void put_item(struct html *h, const struct paper *p)
{
    buf_addz(h->out, p->kind == PAPER_task_item ? "<li class=\"task\">" : "<li>");
    if (p->kind == PAPER_task_item)
        buf_addz(h->out, p->checked ? "☑ " : "☐ ");
    put_children(h, p);
    buf_addz(h->out, "</li>\n");
}

static void put_code(struct html *h, const struct paper *p)
{
    buf_addz(h->out, "<pre><code>");
    html_inlines(h, p);
    buf_addz(h->out, "</code></pre>\n");
}

static void put_ordered(struct html *h, const struct paper *p)
{
    if (p->level != 1)
        buf_fmt(h->out, "<ol start=\"%d\">", p->level);
    else
        buf_addz(h->out, "<ol>");
    put_children(h, p);
    buf_addz(h->out, "</ol>\n");
}

void html_block(struct html *h, const struct paper *p)
{
    static const char *const heads[] = { "h1", "h2", "h3", "h4", "h5", "h6" };
    switch (p->kind) {
    case PAPER_paragraph: put_line(h, p, "p"); break;
    case PAPER_heading:
        put_line(h, p, heads[p->level < 1 ? 0 : p->level > 6 ? 5 : p->level - 1]);
        break;
    case PAPER_bullet_list:
    case PAPER_task_list: put_around(h, p, "ul"); break;
    case PAPER_ordered_list: put_ordered(h, p); break;
    case PAPER_list_item:
    case PAPER_task_item: put_item(h, p); break;
    case PAPER_table: put_around(h, p, "table"); break;
    case PAPER_table_row: put_around(h, p, "tr"); break;
    case PAPER_table_cell:
    case PAPER_table_header: put_cell(h, p); break;
    case PAPER_blockquote: put_around(h, p, "blockquote"); break;
    case PAPER_code_block: put_code(h, p); break;
    case PAPER_rule: buf_addz(h->out, "<hr>\n"); break;
    case PAPER_page_break: buf_addz(h->out, "<div class=\"page\"></div>\n"); break;
    case PAPER_block_math: put_math(h, p); break;
    case PAPER_image: put_image(h, p); break;
    default: paper_lost(h->report, LOSS_unknown, str_of(paper_name(p->kind)));
    }
}

static void put_comments(struct html *h)
{
    const struct paper_job *j = h->job;
    if (!j->comments_n)
        return;
    buf_addz(h->out, "<section class=\"comments\"><h2>批注</h2>\n<ol>");
    for (size_t i = 0; i < j->comments_n; i++) {
        const struct paper_comment *c = &j->comments[i];
        buf_addz(h->out, "<li><q>");
        buf_xml(h->out, c->quote);
        buf_addz(h->out, "</q>");
        for (size_t k = 0; k <= c->replies_n; k++) {
            const struct paper_comment *one = k ? &c->replies[k - 1] : c;
            buf_addz(h->out, "<p><strong>");
            buf_xml(h->out, one->author);
            buf_addz(h->out, "</strong> ");
            buf_xml(h->out, one->body);
            buf_addz(h->out, "</p>");
        }
        buf_addz(h->out, "</li>\n");
    }
    buf_addz(h->out, "</ol></section>\n");
}

enum err paper_html(const struct paper_job *j, struct paper_report *r, struct buf *out)
{
    struct html h = { .job = j, .report = r, .arena = arena_new(), .out = out, .inside = true };
    buf_addz(out, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta "
                  "name=\"viewport\" content=\"width=device-width\"><title>");
    buf_xml(out, j->title);
    buf_fmt(out, "</title><style>%s@page{size:%s;margin:20mm}</style></head>\n<body>\n", style,
            j->size == PAPER_A4 ? "A4" : "184mm 260mm");
    if (j->school.n) {
        buf_addz(out, "<header>");
        buf_xml(out, j->school);
        buf_addz(out, "</header>\n");
    }
    buf_addz(out, "<div class=\"title\"><h1>");
    buf_xml(out, j->title);
    buf_addz(out, "</h1></div>\n");
    put_children(&h, j->doc);
    put_comments(&h);
    buf_addz(out, "</body></html>\n");
    arena_free(h.arena);
    return out->err;
}
