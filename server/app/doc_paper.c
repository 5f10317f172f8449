/* The walk over a live document builds the tree as it goes. An element that is unknown or stands
 * where it may not is passed over, what is in it stands in its place; text that then stands in no
 * paragraph gets one. */
#include "server/app/doc_paper.h"

#include "server/crdt/walk.h"
#include "server/crdt/ydoc.h"
#include "storage/list.h"

#include <jansson.h>

enum { REFUSED_CAP = 1 << 20 };

struct builder {
    struct arena *arena;
    struct paper_report *report;
    struct paper *open[PAPER_DEPTH + 2]; /* the part around, for each element that is open */
    int depth;
    size_t parts;
    enum err err;
};

/* ---- values */

static json_t *value_of(struct str json)
{
    return json_loadb(json.p, json.n, JSON_DECODE_ANY, NULL);
}

static struct str text_in(struct builder *b, const json_t *v)
{
    return json_is_string(v)
               ? arena_str(b->arena, (struct str){ json_string_value(v), json_string_length(v) })
               : STR_NONE;
}

static int int_in(const json_t *v, int least, int most, int otherwise)
{
    if (!json_is_number(v))
        return otherwise;
    double d = json_number_value(v);
    return d < least ? least : d > most ? most : (int)d;
}

static void widths_in(struct builder *b, struct paper *p, const json_t *v)
{
    size_t n = json_array_size(v);
    if (!n || n > 1000)
        return;
    int *w = arena_array(b->arena, n > 1000 ? n : 1000, sizeof *w);
    for (size_t i = 0; i < n; i++)
        w[i] = int_in(json_array_get(v, i), 0, 10000, 0);
    p->widths = w;
}

static void attribute(struct builder *b, struct paper *p, struct str key, const json_t *v)
{
    if (str_eqz(key, "textAlign"))
        p->align = paper_align_named(text_in(b, v));
    else if (str_eqz(key, "level") || str_eqz(key, "start"))
        p->level = int_in(v, 0, 30000, 1);
    else if (str_eqz(key, "colspan"))
        p->colspan = int_in(v, 1, 1000, 1);
    else if (str_eqz(key, "rowspan"))
        p->rowspan = int_in(v, 1, 100000, 1);
    else if (str_eqz(key, "colwidth"))
        widths_in(b, p, v);
    else if (str_eqz(key, "width"))
        p->width = int_in(v, 0, 10000, 0);
    else if (str_eqz(key, "height"))
        p->height = int_in(v, 0, 10000, 0);
    else if (str_eqz(key, "checked"))
        p->checked = json_is_true(v);
    else if (str_eqz(key, "src") || str_eqz(key, "latex") || str_eqz(key, "language"))
        p->text = text_in(b, v);
    else if (str_eqz(key, "alt"))
        p->alt = text_in(b, v);
}

static void attributes(struct builder *b, struct paper *p, const struct yformat *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_t *v = value_of(a[i].value);
        attribute(b, p, a[i].key, v);
        json_decref(v);
    }
}

/* ---- marks */

static void mark(struct builder *b, struct paper_look *l, struct str key, const json_t *v)
{
    static const struct {
        const char *name;
        size_t at;
    } flags[] = {
#define FLAG(mark, field) { mark, offsetof(struct paper_look, field) }
        FLAG("bold", bold),           FLAG("italic", italic), FLAG("underline", underline),
        FLAG("strike", strike),       FLAG("code", code),     FLAG("superscript", superscript),
        FLAG("subscript", subscript),
#undef FLAG
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (str_eqz(key, flags[i].name))
            *(bool *)((char *)l + flags[i].at) = true;
    if (str_eqz(key, "link"))
        l->link = text_in(b, json_object_get(v, "href"));
    else if (str_eqz(key, "highlight")) {
        l->highlight = text_in(b, json_object_get(v, "color"));
        l->highlight = l->highlight.n ? l->highlight : S("#ffff00");
    } else if (str_eqz(key, "textStyle")) {
        l->color = text_in(b, json_object_get(v, "color"));
        l->size = text_in(b, json_object_get(v, "fontSize"));
    }
}

/* Marks that may stand twice on a text have "--" and a number behind their name. */
static struct paper_look look_of(struct builder *b, const struct yformat *marks, size_t n)
{
    struct paper_look l = { 0 };
    for (size_t i = 0; i < n; i++) {
        json_t *v = value_of(marks[i].value);
        if (!json_is_false(v))
            mark(b, &l, str_sub(marks[i].key, 0, str_find(marks[i].key, S("--"), 0)), v);
        json_decref(v);
    }
    return l;
}

/* ---- parts */

static struct paper *part(struct builder *b, struct paper *in, enum paper_kind k)
{
    if (++b->parts > PAPER_PARTS_MAX)
        b->err = E_TOO_LARGE;
    return b->err ? NULL : paper_add(b->arena, in, k);
}

/* The part that takes something inline here; NULL: none can. */
static struct paper *line_for(struct builder *b, struct paper *in)
{
    enum paper_holds holds = paper_holds(in->kind);
    if (holds == INLINES || holds != BLOCKS)
        return holds == INLINES ? in : NULL;
    bool goes_on = in->last && in->last->kind == PAPER_paragraph && in->last->first;
    return goes_on ? in->last : part(b, in, PAPER_paragraph);
}

static void on_open(void *arg, struct str name, const struct yformat *attrs, size_t n,
                    enum ywalk what)
{
    struct builder *b = arg;
    struct paper *in = b->open[b->depth < PAPER_DEPTH ? b->depth : PAPER_DEPTH], *p = NULL;
    enum paper_kind k = paper_named(name);
    if (b->depth >= PAPER_DEPTH || b->err) {
        if (b->depth++ == PAPER_DEPTH)
            paper_lost(b->report, LOSS_depth, STR_NONE);
        return;
    }
    if (k == PAPER_count || k == PAPER_document) {
        paper_lost(b->report, LOSS_unknown, name);
    } else if (paper_fits(in->kind, k)) {
        p = part(b, in, k);
    } else if (paper_inline(k) && line_for(b, in)) {
        p = part(b, line_for(b, in), k);
    } else
        paper_lost(b->report, LOSS_unknown, name);
    b->open[++b->depth] = p ? p : in;
    if (!p)
        return;
    p->mine = what != YWALK_KNOWN;
    p->gone = what == YWALK_GONE;
    attributes(b, p, attrs, n);
}

/* What was deleted and holds nothing any more needs no place. */
static void drop_empty(struct paper *in, struct paper *p)
{
    struct paper *before = in->first == p ? NULL : in->first;
    while (before && before->next != p)
        before = before->next;
    *(before ? &before->next : &in->first) = NULL;
    in->last = before;
}

static void on_close(void *arg, struct str name)
{
    struct builder *b = arg;
    (void)name;
    struct paper *p = b->depth <= PAPER_DEPTH && !b->err ? b->open[b->depth] : NULL;
    b->depth--;
    if (p && p->gone && !p->first && p->parent && p->parent->last == p &&
        paper_holds(p->kind) != NOTHING)
        drop_empty(p->parent, p);
}

static void on_text(void *arg, struct str text, const struct yformat *marks, size_t n,
                    enum ywalk what)
{
    struct builder *b = arg;
    if (b->err || b->depth > PAPER_DEPTH)
        return;
    struct paper *in = line_for(b, b->open[b->depth]), *p = in ? part(b, in, PAPER_text) : NULL;
    if (!p) {
        paper_lost(b->report, LOSS_unknown, text);
        return;
    }
    p->text = arena_str(b->arena, text);
    p->look = look_of(b, marks, n);
    p->mine = what != YWALK_KNOWN;
    p->gone = what == YWALK_GONE;
}

static void on_other(void *arg)
{
    paper_lost(((struct builder *)arg)->report, LOSS_unknown, STR_NONE);
}

/* What of his common plan the owner of a branch merged and took back, as his client wrote it down:
 * {"VERSION":[[CLIENT,FROM,TO],…],…}. What is not that tells nothing. */
static struct list refused_of(struct arena *a, const struct ydoc *d)
{
    struct list l = list_of(a, sizeof(struct yrange));
    struct buf json;
    buf_init(&json, REFUSED_CAP);
    json_t *all = ydoc_json(d, S("refused"), &json) ? NULL : json_loadb(json.p, json.n, 0, NULL);
    const char *version;
    json_t *ranges, *one;
    size_t i;
    json_object_foreach(all, version, ranges)
    {
        json_array_foreach(ranges, i, one)
        {
            *(struct yrange *)list_add(&l) = (struct yrange){
                .client = (uint64_t)json_integer_value(json_array_get(one, 0)),
                .from = (uint32_t)json_integer_value(json_array_get(one, 1)),
                .to = (uint32_t)json_integer_value(json_array_get(one, 2)),
            };
        }
    }
    json_decref(all);
    buf_fini(&json);
    return l;
}

enum err doc_paper(struct arena *a, const struct ydoc *d, struct str since, struct paper_report *r,
                   struct paper **out)
{
    struct builder b = { .arena = a, .report = r };
    struct list refused = since.n ? refused_of(a, d) : list_of(a, sizeof(struct yrange));
    b.open[0] = *out = paper_add(a, NULL, PAPER_document);
    enum err e = ydoc_walk(d, S("body"),
                           &(struct ydoc_walk){ .since = since,
                                                .gone = true,
                                                .refused = refused.p,
                                                .refused_n = refused.n,
                                                .arg = &b,
                                                .open = on_open,
                                                .close = on_close,
                                                .text = on_text,
                                                .other = on_other });
    if (e == E_TOO_LARGE) { /* deeper than anybody shows; what came before is there */
        paper_lost(r, LOSS_depth, STR_NONE);
        e = E_OK;
    }
    return e ? e : b.err;
}
