/* A document from the probe: a line for each part, with how deep it stands, in order; what was
 * lost; the images, in pieces. Each part is put only where it may stand (paper.h, P1), whatever the
 * child says. */
#include "server/app/probe_int.h"

#include "server/base/id.h"
#include "server/format/paper.h"

#include <string.h>

enum { IMAGES_MAX = 2000, IMAGE_BYTES = 20 << 20 };

struct image {
    struct buf bytes;
    struct str name;
};

struct taking {
    struct paper *at[PAPER_DEPTH + 1]; /* the part at each depth; NULL: it was not taken */
    size_t parts;
    struct paper_report *report;
    struct image *images;
    size_t images_n;
};

static int within(int64_t v, int least, int most)
{
    return v < least ? least : v > most ? most : (int)v;
}

static const int *widths_of(struct arena *a, json_t *o, int n)
{
    json_t *list = json_object_get(o, "widths");
    if (json_array_size(list) != (size_t)n)
        return NULL;
    int *w = arena_array(a, (size_t)n, sizeof *w);
    for (int k = 0; k < n; k++)
        w[k] = within(json_integer_value(json_array_get(list, (size_t)k)), 0, 10000);
    return w;
}

static struct paper_look look_of(struct arena *a, json_t *o)
{
    return (struct paper_look){ probe_flag(o, "bold"),      probe_flag(o, "italic"),
                                probe_flag(o, "underline"), probe_flag(o, "strike"),
                                probe_flag(o, "code"),      probe_flag(o, "superscript"),
                                probe_flag(o, "subscript"), probe_str(a, o, "link"),
                                probe_str(a, o, "color"),   probe_str(a, o, "highlight"),
                                probe_str(a, o, "size") };
}

static void take_part(struct taking *t, struct arena *a, json_t *o)
{
    int64_t depth = probe_num(o, "depth", 0);
    enum paper_kind k = paper_named(probe_str(a, o, "kind"));
    struct paper *in = depth > 0 && depth <= PAPER_DEPTH ? t->at[depth - 1] : NULL;
    if (depth > 0 && depth <= PAPER_DEPTH)
        for (int64_t d = depth; d <= PAPER_DEPTH && t->at[d]; d++)
            t->at[d] = NULL;
    if (!in || k == PAPER_count || !paper_fits(in->kind, k) || ++t->parts > PAPER_PARTS_MAX)
        return;
    struct paper *p = t->at[depth] = paper_add(a, in, k);
    p->align = paper_align_named(probe_str(a, o, "align"));
    p->level = within(probe_num(o, "level", 1), 0, 30000);
    p->colspan = within(probe_num(o, "colspan", 1), 1, 1000);
    p->rowspan = within(probe_num(o, "rowspan", 1), 1, 100000);
    p->width = within(probe_num(o, "width", 0), 0, 10000);
    p->height = within(probe_num(o, "height", 0), 0, 10000);
    p->widths = widths_of(a, o, p->colspan);
    p->text = probe_str(a, o, "text");
    p->alt = probe_str(a, o, "alt");
    if (paper_inline(k))
        p->look = look_of(a, o);
    if (p->look.link.n && !paper_link_fits(p->look.link))
        p->look.link = S("");
}

static void take_loss(struct taking *t, struct arena *a, json_t *o)
{
    enum paper_loss l = paper_loss_named(probe_str(a, o, "name"));
    if (l == LOSS_count)
        return;
    t->report->n[l] += (size_t)within(probe_num(o, "n", 1), 1, 1000000);
    t->report->example[l] = probe_str(a, o, "example");
}

static void take_image(struct taking *t, struct arena *a, json_t *o)
{
    struct str name = probe_str(a, o, "name"), piece;
    struct image *i = t->images_n ? &t->images[t->images_n - 1] : NULL;
    if (!base64_decode(a, probe_str(a, o, "data"), &piece))
        return;
    if (!i || !str_eq(i->name, name)) {
        if (t->images_n == IMAGES_MAX)
            return;
        i = &t->images[t->images_n++];
        i->name = name;
        buf_init(&i->bytes, IMAGE_BYTES);
    }
    buf_add(&i->bytes, piece);
}

static void take(void *arg, struct arena *a, const char *name, json_t *o)
{
    if (!strcmp(name, "part"))
        take_part(arg, a, o);
    else if (!strcmp(name, "loss"))
        take_loss(arg, a, o);
    else if (!strcmp(name, "image"))
        take_image(arg, a, o);
}

enum err probe_paper(const struct probe *p, int fd, struct str name, struct paper_report *report,
                     struct probe_paper *out)
{
    struct taking *t = ARENA_NEW(p->arena, struct taking);
    *out = (struct probe_paper){ .doc = paper_add(p->arena, NULL, PAPER_document) };
    t->at[0] = out->doc;
    t->report = report;
    t->images = arena_array(p->arena, IMAGES_MAX, sizeof *t->images);
    enum err e = probe_ask(p, "paper", fd, name, take, t, &out->code);
    struct probe_image *images = arena_array(p->arena, t->images_n + 1, sizeof *images);
    for (size_t i = 0; i < t->images_n; i++) {
        if (!t->images[i].bytes.err)
            images[out->images_n++] =
                (struct probe_image){ t->images[i].name,
                                      arena_str(p->arena, buf_str(&t->images[i].bytes)) };
        buf_fini(&t->images[i].bytes);
    }
    out->images = images;
    return e;
}
