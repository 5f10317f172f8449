/* The body of a docx: blocks, runs, images, formulas. Elements and properties stand in the order of
 * the schema (ECMA-376 part 1, annex A), which Word insists on.
 *
 * What was added to a 个案 is red whatever its own colour, what was deleted of it red and struck.
 * Lists are numbered by numbering.xml: all with dots share one number, each with figures has its
 * own, so that it begins where it says. */
#include "server/format/paper_docx_int.h"

#include "server/base/mem.h"
#include "server/format/latex.h"
#include "server/format/media.h"

#define MINE 0xC00000u

enum { LIST_INDENT = 420, QUOTE_INDENT = 420, LEVELS = 9, IMAGE_MAX = 40 << 20 };

/* ---- relations */

struct str docx_relate(struct docx *d, const char *type, struct str target, bool outside)
{
    struct str id = arena_fmt(d->arena, "rId%d", ++d->rel_n);
    buf_fmt(&d->rels, "<Relationship Id=\"%s\" Type=\"" DOCX_REL "/%s\" Target=\"", id.p, type);
    buf_xml(&d->rels, target);
    buf_addz(&d->rels, outside ? "\" TargetMode=\"External\"/>" : "\"/>");
    return id;
}

/* ---- runs */

static void put_color(struct buf *b, const struct paper_look *l, bool mine)
{
    uint32_t rgb = MINE;
    if (mine || (l->color.n && paper_color(l->color, &rgb)))
        buf_fmt(b, "<w:color w:val=\"%06X\"/>", (unsigned)rgb);
}

static void put_look(struct docx *d, const struct paper_look *l, bool mine,
                     const struct docx_flow *f)
{
    struct buf *b = &d->body;
    int size = paper_half_points(l->size);
    uint32_t rgb;
    buf_addz(b, "<w:rPr>");
    if (l->code || l->link.n)
        buf_fmt(b, "<w:rStyle w:val=\"%s\"/>", l->code ? "CodeChar" : "Hyperlink");
    if (l->bold || f->head)
        buf_addz(b, "<w:b/><w:bCs/>");
    if (l->italic)
        buf_addz(b, "<w:i/><w:iCs/>");
    if (l->strike)
        buf_addz(b, "<w:strike/>");
    put_color(b, l, mine);
    if (size)
        buf_fmt(b, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>", size, size);
    if (l->underline)
        buf_addz(b, "<w:u w:val=\"single\"/>");
    if (l->highlight.n && paper_color(l->highlight, &rgb))
        buf_fmt(b, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"%06X\"/>", (unsigned)rgb);
    if (l->superscript || l->subscript)
        buf_fmt(b, "<w:vertAlign w:val=\"%s\"/>", l->superscript ? "superscript" : "subscript");
    buf_addz(b, "</w:rPr>");
}

/* Text with its tabs and line ends. */
static void put_characters(struct buf *b, struct str s)
{
    while (s.n) {
        size_t k = 0;
        while (k < s.n && s.p[k] != '\t' && s.p[k] != '\n')
            k++;
        if (k) {
            buf_addz(b, "<w:t xml:space=\"preserve\">");
            buf_xml(b, str_sub(s, 0, k));
            buf_addz(b, "</w:t>");
        }
        if (k < s.n)
            buf_addz(b, s.p[k++] == '\t' ? "<w:tab/>" : "<w:br/>");
        s = str_sub(s, k, s.n);
    }
}

static void put_run(struct docx *d, const struct paper_look *l, bool mine, struct str s,
                    const struct docx_flow *f)
{
    if (!s.n)
        return;
    buf_addz(&d->body, "<w:r>");
    put_look(d, l, mine, f);
    put_characters(&d->body, s);
    buf_addz(&d->body, "</w:r>");
}

/* A text, cut where comments begin and end. */
static void put_text(struct docx *d, const struct paper *p, const struct docx_flow *f)
{
    struct paper_look look = p->look;
    size_t at = 0;
    look.strike = look.strike || p->gone;
    for (;;) {
        docx_comment_marks(d, p, at);
        size_t to = docx_comment_next(d, p, at + 1);
        put_run(d, &look, p->mine, str_sub(p->text, at, to), f);
        if (to == SIZE_MAX || to > p->text.n)
            return;
        at = to;
    }
}

/* ---- formulas */

static void put_formula(struct docx *d, const struct paper *p, const struct docx_flow *f)
{
    struct buf *b = &d->body;
    size_t from = b->n;
    bool block = p->kind == PAPER_block_math;
    struct str at;
    buf_addz(b, block ? "<m:oMathPara><m:oMath>" : "<m:oMath>");
    if (p->text.n && !latex_omml(p->text, b, &at)) {
        buf_addz(b, block ? "</m:oMath></m:oMathPara>" : "</m:oMath>");
        return;
    }
    if (!b->err)
        b->n = from;
    paper_lost(d->report, LOSS_formula, p->text);
    put_run(d, &(struct paper_look){ .code = true }, p->mine,
            arena_fmt(d->arena, "$%.*s$", STR_ARG(p->text)), f);
}

/* ---- images */

static const char *image_ext(const struct media *m)
{
    static const char *const mimes[][2] = { { "image/png", "png" },
                                            { "image/jpeg", "jpeg" },
                                            { "image/gif", "gif" },
                                            { "image/bmp", "bmp" } };
    for (size_t i = 0; i < sizeof mimes / sizeof *mimes; i++)
        if (str_eqz(str_of(m->image), mimes[i][0]))
            return mimes[i][1];
    return NULL;
}

struct picture {
    struct str rel; /* empty: it cannot be shown */
    int64_t width, height;
};

static void load_picture(struct docx *d, struct str src, struct picture *pic)
{
    struct str bytes = STR_NONE;
    struct media m;
    if (!d->job->image || !d->job->image(d->job->arg, src, &bytes)) {
        paper_lost(d->report, LOSS_image_missing, src);
        return;
    }
    const char *ext = !image_read(bytes, &m) ? image_ext(&m) : NULL;
    if (!ext || bytes.n > IMAGE_MAX) {
        paper_lost(d->report, ext ? LOSS_image_large : LOSS_image_kind, src);
        return;
    }
    if (d->media_n == d->media_room) {
        d->media_room = d->media_room ? 2 * d->media_room : 16;
        d->media = mem_grow(d->media, d->media_room, sizeof *d->media);
    }
    struct docx_part *part = &d->media[d->media_n++];
    struct buf name = { .cap = sizeof part->name - 1 };
    buf_fmt(&name, "word/media/image%zu.%s", d->media_n, ext);
    *part = (struct docx_part){ .bytes = bytes };
    for (size_t i = 0; i < name.n; i++)
        part->name[i] = name.p[i];
    pic->rel = docx_relate(d, "image", str_sub(buf_str(&name), 5, name.n), false);
    pic->width = m.width;
    pic->height = m.height;
    buf_fini(&name);
}

static const struct picture *picture_of(struct docx *d, struct str src)
{
    struct picture *pic = map_get(d->images, src);
    if (!pic) {
        pic = ARENA_NEW(d->arena, struct picture);
        load_picture(d, src, pic);
        map_put(d->images, src, pic);
    }
    return pic;
}

/* As large as it was made, or as its pixels say, but no larger than the place for it. */
static void picture_size(const struct docx *d, const struct paper *p, const struct picture *pic,
                         const struct docx_flow *f, int64_t *cx, int64_t *cy)
{
    int64_t w = p->width > 0    ? p->width
                : p->height > 0 ? pic->width * p->height / pic->height
                                : pic->width;
    int64_t h = p->height > 0 ? p->height : pic->height * w / pic->width;
    int64_t max_w = (f->width - f->indent) / PX, max_h = d->height * 9 / 10 / PX;
    w = w < 1 ? 1 : w;
    h = h < 1 ? 1 : h;
    max_w = max_w < 20 ? 20 : max_w;
    if (w > max_w) {
        h = h * max_w / w;
        w = max_w;
    }
    if (h > max_h) {
        w = w * max_h / h;
        h = max_h;
    }
    *cx = (w < 1 ? 1 : w) * EMU_PX;
    *cy = (h < 1 ? 1 : h) * EMU_PX;
}

static void put_image(struct docx *d, const struct paper *p, const struct docx_flow *f)
{
    struct buf *b = &d->body;
    const struct picture *pic = picture_of(d, p->text);
    int64_t cx, cy;
    if (!pic->rel.n) {
        put_run(d, &(struct paper_look){ .italic = true }, p->mine,
                arena_fmt(d->arena, "[图片：%.*s]", STR_ARG(p->alt.n ? p->alt : p->text)), f);
        return;
    }
    picture_size(d, p, pic, f, &cx, &cy);
    int id = ++d->drawing_n;
    buf_fmt(b,
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent "
            "cx=\"%lld\" cy=\"%lld\"/><wp:docPr id=\"%d\" name=\"图片 %d\" descr=\"",
            (long long)cx, (long long)cy, id, id);
    buf_xml(b, p->alt);
    buf_fmt(b,
            "\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a=\"http://schemas."
            "openxmlformats.org/drawingml/2006/main\" noChangeAspect=\"1\"/>"
            "</wp:cNvGraphicFramePr><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/"
            "drawingml/2006/main\"><a:graphicData uri=\"http://schemas.openxmlformats.org/"
            "drawingml/2006/picture\"><pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/"
            "drawingml/2006/picture\"><pic:nvPicPr><pic:cNvPr id=\"%d\" name=\"\"/><pic:cNvPicPr/>"
            "</pic:nvPicPr><pic:blipFill><a:blip r:embed=\"%s\"/><a:stretch><a:fillRect/>"
            "</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext "
            "cx=\"%lld\" cy=\"%lld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>"
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
            id, pic->rel.p, (long long)cx, (long long)cy);
}

/* ---- what stands in a line */

/* The relation of a link that may go out; NULL: none, or one that may not. */
static const char *link_of(struct docx *d, const struct paper *p)
{
    struct str href = p->look.link;
    if (!href.n)
        return NULL;
    if (!paper_link_fits(href)) {
        paper_lost(d->report, LOSS_link, href);
        return NULL;
    }
    const char *id = map_get(d->links, href);
    if (!id) {
        id = docx_relate(d, "hyperlink", href, true).p;
        map_put(d->links, href, (void *)id);
    }
    return id;
}

static void put_inline(struct docx *d, const struct paper *p, const struct docx_flow *f)
{
    switch (p->kind) {
    case PAPER_text: put_text(d, p, f); break;
    case PAPER_hard_break: buf_addz(&d->body, "<w:r><w:br/></w:r>"); break;
    case PAPER_inline_math: put_formula(d, p, f); break;
    case PAPER_image: put_image(d, p, f); break;
    default: paper_lost(d->report, LOSS_unknown, str_of(paper_name(p->kind)));
    }
}

static void put_inlines(struct docx *d, const struct paper *p, const struct docx_flow *f)
{
    const char *link = NULL;
    docx_comments_lost(d);
    for (const struct paper *k = p->first; k; k = k->next) {
        const char *now = k->kind == PAPER_text ? link_of(d, k) : NULL;
        if (link && now != link)
            buf_addz(&d->body, "</w:hyperlink>");
        if (now && now != link)
            buf_fmt(&d->body, "<w:hyperlink r:id=\"%s\" w:history=\"1\">", now);
        link = now;
        put_inline(d, k, f);
    }
    if (link)
        buf_addz(&d->body, "</w:hyperlink>");
}

/* ---- paragraphs */

struct paragraph {
    const char *style; /* NULL: the ordinary one */
    enum paper_align align;
    bool rule;
};

static void open_paragraph(struct docx *d, struct paragraph p, struct docx_flow *f)
{
    static const char *const jc[] = { "", "left", "center", "right", "both" };
    struct buf *b = &d->body;
    buf_addz(b, "<w:p><w:pPr>");
    if (p.style || f->quote)
        buf_fmt(b, "<w:pStyle w:val=\"%s\"/>", p.style ? p.style : "Quote");
    if (f->number)
        buf_fmt(b, "<w:numPr><w:ilvl w:val=\"%d\"/><w:numId w:val=\"%d\"/></w:numPr>",
                f->list > LEVELS ? LEVELS - 1 : f->list - 1, f->number);
    if (p.rule)
        buf_addz(b, "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"1\" "
                    "w:color=\"auto\"/></w:pBdr>");
    if (f->indent && !f->number)
        buf_fmt(b, "<w:ind w:left=\"%d\"%s/>", f->indent, f->task ? " w:hanging=\"420\"" : "");
    if (p.align)
        buf_fmt(b, "<w:jc w:val=\"%s\"/>", jc[p.align]);
    buf_addz(b, "</w:pPr>");
    if (f->task)
        buf_fmt(b, "<w:r><w:t>%s</w:t></w:r><w:r><w:tab/></w:r>", f->task);
    f->number = 0;
    f->task = NULL;
}

static void close_paragraph(struct docx *d)
{
    buf_addz(&d->body, "</w:p>");
}

void docx_empty(struct docx *d)
{
    buf_addz(&d->body, "<w:p/>");
}

static void put_paragraph(struct docx *d, const struct paper *p, struct docx_flow *f)
{
    static const char *const heads[] = { "Heading1", "Heading2", "Heading3",
                                         "Heading4", "Heading5", "Heading6" };
    struct paragraph as = { .align = p->align };
    if (p->kind == PAPER_heading)
        as.style = heads[p->level < 1 ? 0 : p->level > 6 ? 5 : p->level - 1];
    else if (p->kind == PAPER_code_block)
        as.style = "Code";
    open_paragraph(d, as, f);
    put_inlines(d, p, f);
    close_paragraph(d);
}

static void put_alone(struct docx *d, const struct paper *p, struct docx_flow *f)
{
    open_paragraph(d, (struct paragraph){ .align = p->align, .rule = p->kind == PAPER_rule }, f);
    if (p->kind == PAPER_page_break)
        buf_addz(&d->body, "<w:r><w:br w:type=\"page\"/></w:r>");
    else if (p->kind == PAPER_block_math)
        put_formula(d, p, f);
    else if (p->kind == PAPER_image)
        put_image(d, p, f);
    close_paragraph(d);
}

/* ---- lists */

static int number_of(struct docx *d, const struct paper *list, const struct docx_flow *f)
{
    if (list->kind == PAPER_task_list)
        return 0;
    if (list->kind == PAPER_bullet_list)
        return 1;
    int level = f->list >= LEVELS ? LEVELS - 1 : f->list;
    buf_fmt(&d->nums,
            "<w:num w:numId=\"%d\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"%d\">"
            "<w:startOverride w:val=\"%d\"/></w:lvlOverride></w:num>",
            ++d->num_n, level, list->level);
    return d->num_n;
}

static void put_list(struct docx *d, const struct paper *list, const struct docx_flow *f)
{
    struct docx_flow in = *f;
    int number = number_of(d, list, f);
    in.list++;
    in.indent += LIST_INDENT;
    for (const struct paper *item = list->first; item; item = item->next) {
        struct docx_flow one = in;
        one.number = number;
        if (item->kind == PAPER_task_item)
            one.task = item->checked ? "☑" : "☐";
        docx_blocks(d, item, one);
    }
}

/* ---- blocks */

/* Does the next block carry what belongs to the first paragraph of an item? */
static bool carries(const struct paper *p)
{
    return p && (paper_holds(p->kind) == INLINES || p->kind == PAPER_image ||
                 p->kind == PAPER_block_math);
}

static void put_block(struct docx *d, const struct paper *p, struct docx_flow *f)
{
    switch (p->kind) {
    case PAPER_paragraph:
    case PAPER_heading:
    case PAPER_code_block: put_paragraph(d, p, f); break;
    case PAPER_rule:
    case PAPER_page_break:
    case PAPER_block_math:
    case PAPER_image: put_alone(d, p, f); break;
    case PAPER_bullet_list:
    case PAPER_ordered_list:
    case PAPER_task_list: put_list(d, p, f); break;
    case PAPER_table: docx_table(d, p, *f); break;
    case PAPER_blockquote:
        f->quote = true;
        f->indent += QUOTE_INDENT;
        docx_blocks(d, p, *f);
        f->quote = false;
        f->indent -= QUOTE_INDENT;
        break;
    default: paper_lost(d->report, LOSS_unknown, str_of(paper_name(p->kind)));
    }
}

void docx_blocks(struct docx *d, const struct paper *p, struct docx_flow f)
{
    if (++d->depth > PAPER_DEPTH) {
        paper_lost(d->report, LOSS_depth, STR_NONE);
    } else {
        if ((f.number || f.task) && !carries(p->first)) {
            open_paragraph(d, (struct paragraph){ 0 }, &f);
            close_paragraph(d);
        }
        for (const struct paper *k = p->first; k; k = k->next) {
            bool quote = f.quote;
            put_block(d, k, &f);
            f.quote = quote;
        }
    }
    d->depth--;
}

/* The title, unless the document begins with it. */
static void put_title(struct docx *d)
{
    const struct paper *first = d->job->doc->first;
    struct buf b;
    struct docx_flow f = { .width = d->width };
    buf_init(&b, 64 << 10);
    if (first && first->kind == PAPER_heading)
        paper_text(first, &b);
    if (d->job->title.n && !str_eq(str_trim(buf_str(&b)), str_trim(d->job->title))) {
        open_paragraph(d, (struct paragraph){ .style = "Title" }, &f);
        put_run(d, &(struct paper_look){ 0 }, false, d->job->title, &f);
        close_paragraph(d);
    }
    buf_fini(&b);
}

enum err paper_docx(const struct paper_job *j, struct paper_report *r, struct buf *out)
{
    struct docx d = { .job = j, .report = r, .arena = arena_new(), .num_n = 1, .rel_n = 10 };
    struct buf *bufs[] = { &d.body, &d.rels, &d.nums, &d.comments, &d.threads };
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        buf_init(bufs[i], DOCX_CAP);
    d.images = map_new();
    d.links = map_new();
    d.width = j->size == PAPER_A4 ? 11906 - 2 * 1304 : 10431 - 2 * 1020;
    d.height = j->size == PAPER_A4 ? 16838 - 2 * 1440 : 14740 - 2 * 1134;
    docx_comments_find(&d);
    put_title(&d);
    docx_blocks(&d, j->doc, (struct docx_flow){ .width = d.width });
    enum err e = docx_pack(&d, out);
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        buf_fini(bufs[i]);
    map_free(d.images);
    map_free(d.links);
    mem_free(d.media);
    mem_free(d.anchors);
    arena_free(d.arena);
    return e;
}
