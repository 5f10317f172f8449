/* EPUB: META-INF/container.xml names the package file, whose spine gives the order of the chapters.
 * Each chapter is XHTML; its headings are the outline. A chapter that is not well-formed is left
 * out. */
#include "server/format/odf.h"

#include "server/base/arena.h"
#include "server/format/xml.h"

#include <string.h>

enum { ITEMS_MAX = 5000 };

struct opf {
    struct arena *a;
    struct str package; /* name of the package file */
    struct {
        struct str id, href;
    } item[ITEMS_MAX];
    struct str spine[ITEMS_MAX];
    size_t items, chapters;
};

static void container_open(void *arg, const struct xml_tag *t)
{
    struct opf *o = arg;
    if (xml_is(t, "rootfile") && !o->package.n)
        o->package = arena_str(o->a, xml_attr(t, "full-path"));
}

static void opf_open(void *arg, const struct xml_tag *t)
{
    struct opf *o = arg;
    if (xml_is(t, "item") && o->items < ITEMS_MAX) {
        o->item[o->items].id = arena_str(o->a, xml_attr(t, "id"));
        o->item[o->items++].href = arena_str(o->a, xml_attr(t, "href"));
    } else if (xml_is(t, "itemref") && o->chapters < ITEMS_MAX)
        o->spine[o->chapters++] = arena_str(o->a, xml_attr(t, "idref"));
}

/* ---- chapters */

struct chapter {
    struct pages *out;
    struct buf head;
    int level, skip;
    bool full;
};

static bool is_block(const char *n)
{
    static const char *const blocks[] = { "p",       "div",        "li",  "tr", "br",
                                          "section", "blockquote", "pre", "dt", "dd",
                                          "h1",      "h2",         "h3",  "h4", "h5",
                                          "h6",      "table",      "ul",  "ol" };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (!strcmp(n, blocks[i]))
            return true;
    return false;
}

static int head_level(const char *n)
{
    return n[0] == 'h' && n[1] >= '1' && n[1] <= '6' && !n[2] ? n[1] - '0' : 0;
}

static void chapter_open(void *arg, const struct xml_tag *t)
{
    struct chapter *c = arg;
    if (c->skip || xml_is(t, "head") || xml_is(t, "script") || xml_is(t, "style")) {
        c->skip++;
        return;
    }
    if (is_block(t->name))
        pages_line(c->out);
    if (head_level(t->name)) {
        c->level = head_level(t->name);
        buf_clear(&c->head);
    }
}

static void chapter_close(void *arg, const char *name)
{
    struct chapter *c = arg;
    if (c->skip) {
        c->skip--;
        return;
    }
    if (head_level(name)) {
        pages_title(c->out, buf_str(&c->head));
        pages_head(c->out, c->level, buf_str(&c->head));
        c->level = 0;
    }
    if (is_block(name))
        pages_line(c->out);
    else if (!strcmp(name, "td") || !strcmp(name, "th"))
        pages_char(c->out, '\t');
    c->full = pages_full(c->out);
}

/* White space collapses, as a browser would. */
static void chapter_text(void *arg, struct str s)
{
    struct chapter *c = arg;
    while (!c->skip && s.n) {
        size_t k = 0;
        while (k < s.n && !strchr(" \t\r\n", s.p[k] ? s.p[k] : 'x'))
            k++;
        if (k) {
            pages_add(c->out, str_sub(s, 0, k));
            if (c->level)
                buf_add(&c->head, str_sub(s, 0, k));
        }
        if (k < s.n) {
            pages_space(c->out);
            if (c->level)
                buf_char(&c->head, ' ');
            k++;
        }
        s = str_sub(s, k, s.n);
    }
}

static struct str href_of(const struct opf *o, struct str id)
{
    for (size_t i = 0; i < o->items; i++)
        if (str_eq(o->item[i].id, id))
            return o->item[i].href;
    return STR_NONE;
}

static void read_chapter(struct zip *z, struct opf *o, struct str href, struct pages *out)
{
    struct chapter c = { .out = out };
    struct xml_handler h = { .arg = &c,
                             .open = chapter_open,
                             .close = chapter_close,
                             .text = chapter_text,
                             .stop = &c.full,
                             .xhtml = true };
    size_t slash = o->package.n;
    while (slash > 0 && o->package.p[slash - 1] != '/')
        slash--;
    href = str_sub(href, 0, str_chr(href, '#', 0));
    struct str name =
        arena_fmt(o->a, "%.*s%.*s", STR_ARG(str_sub(o->package, 0, slash)), STR_ARG(href));
    buf_init(&c.head, 1u << 20);
    if (xml_walk_part(z, name, &h))
        pages_line(out); /* what was read of a broken chapter stays */
    buf_fini(&c.head);
}

enum err epub_pages(struct zip *z, struct pages *out)
{
    struct arena *a = arena_new();
    struct opf *o = ARENA_NEW(a, struct opf);
    struct xml_handler hc = { .arg = o, .open = container_open, .cap = 1u << 20 };
    struct xml_handler ho = { .arg = o, .open = opf_open, .cap = 16u << 20, .xhtml = true };
    o->a = a;
    enum err e = xml_walk_part(z, S("META-INF/container.xml"), &hc);
    if (!e)
        e = xml_walk_part(z, o->package, &ho);
    for (size_t i = 0; !e && i < o->chapters && !pages_full(out); i++) {
        struct str href = href_of(o, o->spine[i]);
        if (href.n)
            read_chapter(z, o, href, out);
        pages_next(out);
    }
    arena_free(a);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
