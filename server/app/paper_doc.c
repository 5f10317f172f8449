/* Paper into a live document. The editor deletes what its schema does not know, so the rules of
 * the schema stand here once more: an item begins with a paragraph, a cell and a quote hold at
 * least one, a list has items and a table rows, images are blocks, a code block is bare text, code
 * has no other mark. Tasks, which the schema has not, become items with a box. */
#include "server/app/paper_doc.h"

#include <string.h>

struct writer {
    struct ydoc_edit *e;
    struct paper_report *report;
    struct paper_doc_images *images;
    struct arena *arena;
    struct buf json;
    enum err err;
    int depth;
};

static bool wrote(struct writer *w, enum err e)
{
    w->err = w->err ? w->err : e;
    return !w->err;
}

static ynode element(struct writer *w, ynode in, enum paper_kind k)
{
    ynode made = 0;
    if (!w->err)
        (void)wrote(w, ylist_insert_node(w->e, in, ylength(w->e, in), YELEMENT,
                                         str_of(paper_name(k)), &made));
    return made;
}

static void set_json(struct writer *w, ynode n, const char *key, struct str json)
{
    if (!w->err)
        (void)wrote(w, ymap_set(w->e, n, str_of(key), json));
}

static void set_int(struct writer *w, ynode n, const char *key, int v)
{
    buf_clear(&w->json);
    buf_int(&w->json, v);
    set_json(w, n, key, buf_str(&w->json));
}

static void set_str(struct writer *w, ynode n, const char *key, struct str v)
{
    buf_clear(&w->json);
    buf_json(&w->json, v);
    set_json(w, n, key, buf_str(&w->json));
}

/* ---- text */

enum { FORMATS_MAX = 10 };

struct formats {
    struct yformat f[FORMATS_MAX];
    size_t n;
};

static void format(struct formats *f, const char *key, struct str value)
{
    f->f[f->n++] = (struct yformat){ str_of(key), value };
}

/* {"a":"x","b":"y"}, without those that are empty; empty: none is there. */
static struct str object(struct writer *w, const char *a, struct str x, const char *b, struct str y)
{
    if (!x.n && !y.n)
        return STR_NONE;
    buf_clear(&w->json);
    buf_char(&w->json, '{');
    if (x.n)
        buf_json_text(&w->json, a, x);
    if (y.n)
        buf_json_text(&w->json, b, y);
    buf_char(&w->json, '}');
    return arena_str(w->arena, buf_str(&w->json));
}

static void formats_of(struct writer *w, const struct paper_look *l, struct formats *f)
{
    const struct {
        const char *name;
        bool on;
    } flags[] = {
        { "bold", l->bold },     { "italic", l->italic },           { "underline", l->underline },
        { "strike", l->strike }, { "superscript", l->superscript }, { "subscript", l->subscript }
    };
    f->n = 0;
    if (l->code) {
        format(f, "code", S("{}"));
        return;
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].on)
            format(f, flags[i].name, S("{}"));
    struct str style = object(w, "color", l->color, "fontSize", l->size);
    struct str mark = object(w, "color", l->highlight, "", STR_NONE);
    struct str link = object(w, "href", l->link, "target", l->link.n ? S("_blank") : STR_NONE);
    if (style.n)
        format(f, "textStyle", style);
    if (mark.n)
        format(f, "highlight", mark);
    if (link.n)
        format(f, "link", link);
}

static void put_text(struct writer *w, ynode text, struct str s, const struct paper_look *l)
{
    struct formats f;
    formats_of(w, l, &f);
    if (!w->err)
        (void)wrote(w, ytext_insert(w->e, text, ylength(w->e, text), s, f.f, f.n));
}

static ynode text_in(struct writer *w, ynode in)
{
    ynode made = 0;
    if (!w->err)
        (void)wrote(w, ylist_insert_node(w->e, in, ylength(w->e, in), YXMLTEXT, STR_NONE, &made));
    return made;
}

static void put_inlines(struct writer *w, ynode in, const struct paper *p, bool bare)
{
    bool open = false;
    ynode text = 0;
    for (const struct paper *k = p->first; k && !w->err; k = k->next) {
        bool written = k->kind == PAPER_text || (bare && k->kind == PAPER_hard_break);
        if (written && !open)
            text = text_in(w, in);
        open = written;
        if (k->kind == PAPER_text)
            put_text(w, text, k->text, bare ? &(struct paper_look){ 0 } : &k->look);
        else if (written)
            put_text(w, text, S("\n"), &(struct paper_look){ 0 });
        else if (bare || !paper_inline(k->kind))
            paper_lost(w->report, LOSS_unknown, str_of(paper_name(k->kind)));
        else {
            ynode n = element(w, in, k->kind);
            if (k->kind == PAPER_inline_math)
                set_str(w, n, "latex", k->text);
        }
    }
}

static void put_line(struct writer *w, ynode in, const struct paper *p)
{
    ynode n = element(w, in, p->kind);
    if (p->kind == PAPER_heading)
        set_int(w, n, "level", p->level < 1 ? 1 : p->level > 6 ? 6 : p->level);
    if (p->kind == PAPER_code_block && p->text.n)
        set_str(w, n, "language", p->text);
    if (p->align && p->kind != PAPER_code_block)
        set_str(w, n, "textAlign", str_of(paper_align_name(p->align)));
    put_inlines(w, n, p, p->kind == PAPER_code_block);
}

static void put_empty(struct writer *w, ynode in, struct str words)
{
    ynode n = element(w, in, PAPER_paragraph);
    if (words.n)
        put_text(w, text_in(w, n), words, &(struct paper_look){ 0 });
}

/* ---- blocks */

static void put_blocks(struct writer *w, ynode in, const struct paper *p);

static void note_image(struct paper_doc_images *l, const struct paper *p, ynode n)
{
    if (l->n == l->room) {
        struct paper_doc_image *before = l->v;
        l->room = l->room ? 2 * l->room : 16;
        l->v = arena_array(l->arena, l->room, sizeof *l->v);
        if (l->n)
            memcpy(l->v, before, l->n * sizeof *l->v);
    }
    l->v[l->n++] = (struct paper_doc_image){ p, n };
}

static void put_image(struct writer *w, ynode in, const struct paper *p)
{
    ynode n = element(w, in, PAPER_image);
    if (w->images && !w->err)
        note_image(w->images, p, n);
    set_str(w, n, "src", p->text);
    set_str(w, n, "alt", p->alt);
    if (p->width > 0)
        set_int(w, n, "width", p->width);
    if (p->height > 0)
        set_int(w, n, "height", p->height);
}

static void put_list(struct writer *w, ynode in, const struct paper *p)
{
    if (!p->first)
        return;
    bool ordered = p->kind == PAPER_ordered_list;
    ynode n = element(w, in, ordered ? PAPER_ordered_list : PAPER_bullet_list);
    if (ordered)
        set_int(w, n, "start", p->level);
    for (const struct paper *k = p->first; k && !w->err; k = k->next) {
        struct str box = k->kind == PAPER_task_item ? k->checked ? S("☑ ") : S("☐ ") : STR_NONE;
        ynode item = element(w, n, PAPER_list_item);
        if (box.n || !k->first || k->first->kind != PAPER_paragraph)
            put_empty(w, item, box);
        put_blocks(w, item, k);
    }
}

static void put_cell(struct writer *w, ynode row, const struct paper *p)
{
    ynode n = element(w, row, p->kind);
    bool told = false;
    if (p->colspan > 1)
        set_int(w, n, "colspan", p->colspan);
    if (p->rowspan > 1)
        set_int(w, n, "rowspan", p->rowspan);
    for (int k = 0; p->widths && k < p->colspan; k++)
        told = told || p->widths[k] > 0;
    if (told) {
        buf_clear(&w->json);
        for (int k = 0; k < p->colspan; k++)
            buf_fmt(&w->json, "%c%d", k ? ',' : '[', p->widths[k]);
        buf_char(&w->json, ']');
        set_json(w, n, "colwidth", buf_str(&w->json));
    }
    if (!p->first)
        put_empty(w, n, STR_NONE);
    put_blocks(w, n, p);
}

static void put_table(struct writer *w, ynode in, const struct paper *p)
{
    if (!p->first)
        return;
    ynode table = element(w, in, PAPER_table);
    for (const struct paper *r = p->first; r && !w->err; r = r->next) {
        ynode row = element(w, table, PAPER_table_row);
        for (const struct paper *c = r->first; c && !w->err; c = c->next)
            put_cell(w, row, c);
    }
}

static void put_block(struct writer *w, ynode in, const struct paper *p)
{
    ynode n;
    switch (p->kind) {
    case PAPER_paragraph:
    case PAPER_heading:
    case PAPER_code_block: put_line(w, in, p); break;
    case PAPER_bullet_list:
    case PAPER_ordered_list:
    case PAPER_task_list: put_list(w, in, p); break;
    case PAPER_table: put_table(w, in, p); break;
    case PAPER_image: put_image(w, in, p); break;
    case PAPER_blockquote:
        n = element(w, in, p->kind);
        if (!p->first)
            put_empty(w, n, STR_NONE);
        put_blocks(w, n, p);
        break;
    case PAPER_block_math:
        n = element(w, in, p->kind);
        set_str(w, n, "latex", p->text);
        break;
    case PAPER_rule:
    case PAPER_page_break: (void)element(w, in, p->kind); break;
    default: paper_lost(w->report, LOSS_unknown, str_of(paper_name(p->kind)));
    }
}

static void put_blocks(struct writer *w, ynode in, const struct paper *p)
{
    if (++w->depth > PAPER_DEPTH)
        paper_lost(w->report, LOSS_depth, STR_NONE);
    for (const struct paper *k = p->first; k && w->depth <= PAPER_DEPTH && !w->err; k = k->next)
        put_block(w, in, k);
    w->depth--;
}

enum err paper_doc(struct ydoc_edit *e, const struct paper *p, struct paper_report *r,
                   struct paper_doc_images *images)
{
    struct writer w = { .e = e, .report = r, .images = images, .arena = arena_new() };
    buf_init(&w.json, 1 << 20);
    put_blocks(&w, yroot(e, S("body")), p);
    buf_fini(&w.json);
    arena_free(w.arena);
    return w.err;
}
