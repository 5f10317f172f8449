/* Paper as XML, for tests: what stands in paper.def by its name, text as it is or in <t> with its
 * look. <heading level="2">第一课 <t bold="1">荷花</t></heading> */
#ifndef TESTS_PAPERS_H
#define TESTS_PAPERS_H

#include "server/format/paper.h"
#include "server/format/xml.h"

#include <stdlib.h>
#include <string.h>

struct papers {
    struct arena *a;
    struct paper *at, *text; /* text: the <t> that is open */
};

static inline bool papers_flag(const struct xml_tag *t, const char *name)
{
    return xml_attr(t, name).n > 0;
}

static inline struct str papers_str(struct papers *p, const struct xml_tag *t, const char *name)
{
    return arena_str(p->a, xml_attr(t, name));
}

static inline void papers_open(void *arg, const struct xml_tag *t)
{
    struct papers *p = arg;
    enum paper_kind k = xml_is(t, "t") ? PAPER_text : paper_named(str_of(t->name));
    struct paper *n = k == PAPER_document ? p->at : paper_add(p->a, p->at, k);
    int64_t v;
    struct str widths = xml_attr(t, "widths"), one;
    p->at = n;
    p->text = k == PAPER_text ? n : NULL;
    n->align = paper_align_named(xml_attr(t, "align"));
    n->level = (int)xml_int(t, "level", 1);
    n->colspan = (int)xml_int(t, "colspan", 1);
    n->rowspan = (int)xml_int(t, "rowspan", 1);
    n->width = (int)xml_int(t, "width", 0);
    n->height = (int)xml_int(t, "height", 0);
    n->checked = papers_flag(t, "checked");
    n->mine = papers_flag(t, "mine");
    n->text = papers_str(p, t, "text");
    n->alt = papers_str(p, t, "alt");
    n->look = (struct paper_look){
        papers_flag(t, "bold"),        papers_flag(t, "italic"), papers_flag(t, "underline"),
        papers_flag(t, "strike"),      papers_flag(t, "code"),   papers_flag(t, "superscript"),
        papers_flag(t, "subscript"),   papers_str(p, t, "link"), papers_str(p, t, "color"),
        papers_str(p, t, "highlight"), papers_str(p, t, "size"),
    };
    if (widths.n) {
        int *w = arena_array(p->a, (size_t)n->colspan, sizeof *w);
        for (int i = 0; i < n->colspan && str_next(&widths, ' ', &one); i++)
            w[i] = str_int(one, &v) ? (int)v : 0;
        n->widths = w;
    }
}

static inline void papers_close(void *arg, const char *name)
{
    struct papers *p = arg;
    (void)name;
    p->text = NULL;
    p->at = p->at->parent ? p->at->parent : p->at;
}

static inline void papers_text(void *arg, struct str s)
{
    struct papers *p = arg;
    enum paper_holds h = paper_holds(p->at->kind);
    if (!p->text && h != INLINES)
        return; /* between blocks */
    if (!p->text && p->at->last && p->at->last->kind == PAPER_text &&
        paper_same_look(&p->at->last->look, &(struct paper_look){ 0 })) {
        p->at->last->text = arena_fmt(p->a, "%.*s%.*s", STR_ARG(p->at->last->text), STR_ARG(s));
        return;
    }
    struct paper *t = p->text ? p->text : paper_add(p->a, p->at, PAPER_text);
    t->text = arena_fmt(p->a, "%.*s%.*s", STR_ARG(t->text), STR_ARG(s));
}

/* What stands within <doc>…</doc>. */
static inline struct paper *papers_read(struct arena *a, const char *xml)
{
    struct papers p = { .a = a, .at = paper_add(a, NULL, PAPER_document) };
    struct paper *doc = p.at;
    struct xml_handler h = {
        .arg = &p, .open = papers_open, .close = papers_close, .text = papers_text
    };
    struct str s = arena_fmt(a, "<doc>%s</doc>", xml);
    if (xml_walk_str(s, &h))
        abort();
    return doc;
}

static inline void papers_attr(struct buf *b, const char *name, struct str v)
{
    if (!v.n)
        return;
    buf_fmt(b, " %s=\"", name);
    buf_xml(b, v);
    buf_char(b, '"');
}

static inline void papers_int(struct buf *b, const char *name, int v, int otherwise)
{
    if (v != otherwise)
        buf_fmt(b, " %s=\"%d\"", name, v);
}

static inline void papers_print(const struct paper *p, struct buf *b);

static inline void papers_look(struct buf *b, const struct paper_look *l)
{
    papers_int(b, "bold", l->bold, 0);
    papers_int(b, "italic", l->italic, 0);
    papers_int(b, "underline", l->underline, 0);
    papers_int(b, "strike", l->strike, 0);
    papers_int(b, "code", l->code, 0);
    papers_int(b, "superscript", l->superscript, 0);
    papers_int(b, "subscript", l->subscript, 0);
    papers_attr(b, "link", l->link);
    papers_attr(b, "color", l->color);
    papers_attr(b, "highlight", l->highlight);
    papers_attr(b, "size", l->size);
}

static inline void papers_children(const struct paper *p, struct buf *b)
{
    for (const struct paper *k = p->first; k; k = k->next)
        papers_print(k, b);
}

static inline void papers_print(const struct paper *p, struct buf *b)
{
    bool plain =
        p->kind == PAPER_text && !p->mine && paper_same_look(&p->look, &(struct paper_look){ 0 });
    const char *name = p->kind == PAPER_text ? "t" : paper_name(p->kind);
    if (plain) {
        buf_xml(b, p->text);
        return;
    }
    buf_fmt(b, "<%s", name);
    papers_attr(b, "align", str_of(paper_align_name(p->align)));
    papers_int(b, "level", p->level, 1);
    papers_int(b, "colspan", p->colspan, 1);
    papers_int(b, "rowspan", p->rowspan, 1);
    if (p->widths) {
        buf_addz(b, " widths=\"");
        for (int k = 0; k < p->colspan; k++)
            buf_fmt(b, k ? " %d" : "%d", p->widths[k]);
        buf_char(b, '"');
    }
    papers_int(b, "width", p->width, 0);
    papers_int(b, "height", p->height, 0);
    papers_int(b, "checked", p->checked, 0);
    papers_int(b, "mine", p->mine, 0);
    if (p->kind != PAPER_text)
        papers_attr(b, "text", p->text);
    papers_attr(b, "alt", p->alt);
    papers_look(b, &p->look);
    if (p->kind == PAPER_text) {
        buf_char(b, '>');
        buf_xml(b, p->text);
        buf_addz(b, "</t>");
    } else if (!p->first) {
        buf_addz(b, "/>");
    } else {
        buf_char(b, '>');
        papers_children(p, b);
        buf_fmt(b, "</%s>", name);
    }
    if (paper_holds(p->kind) == INLINES || p->kind == PAPER_image || p->kind == PAPER_block_math)
        buf_char(b, '\n');
}

#endif
