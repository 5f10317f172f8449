/* A docx as a document: its parts in order, each with how deep it stands; what was lost; then the
 * images, in pieces, as long as there is room. */
#include "server/base/id.h"
#include "server/base/map.h"
#include "server/format/ooxml.h"
#include "server/format/paper.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <string.h>

enum { IMAGE_MAX = 20 << 20, PIECE = 3 << 20 };

static void put_str(const char *key, struct str v)
{
    if (v.n)
        out_str(key, v);
}

static void put_int(const char *key, int v, int otherwise)
{
    if (v != otherwise)
        out_int(key, v);
}

static void put_look(const struct paper_look *l)
{
    out_flag("bold", l->bold);
    out_flag("italic", l->italic);
    out_flag("underline", l->underline);
    out_flag("strike", l->strike);
    out_flag("code", l->code);
    out_flag("superscript", l->superscript);
    out_flag("subscript", l->subscript);
    put_str("link", l->link);
    put_str("color", l->color);
    put_str("highlight", l->highlight);
    put_str("size", l->size);
}

static void put_part(const struct paper *p, int depth)
{
    out_open("part");
    out_int("depth", depth);
    out_str("kind", str_of(paper_name(p->kind)));
    put_str("align", str_of(paper_align_name(p->align)));
    put_int("level", p->level, 1);
    put_int("colspan", p->colspan, 1);
    put_int("rowspan", p->rowspan, 1);
    put_int("width", p->width, 0);
    put_int("height", p->height, 0);
    if (p->widths)
        out_ints("widths", p->widths, (size_t)p->colspan);
    put_str("text", p->text);
    put_str("alt", p->alt);
    put_look(&p->look);
    out_close();
}

static void put_parts(const struct paper *p, int depth)
{
    for (const struct paper *k = p->first; k && depth <= PAPER_DEPTH; k = k->next) {
        put_part(k, depth);
        put_parts(k, depth + 1);
    }
}

static void put_losses(const struct paper_report *r)
{
    for (size_t l = 0; l < LOSS_count; l++) {
        if (!r->n[l])
            continue;
        out_open("loss");
        out_str("name", str_of(paper_loss_name((enum paper_loss)l)));
        out_int("n", (int64_t)r->n[l]);
        put_str("example", r->example[l]);
        out_close();
    }
}

/* ---- images */

struct images {
    struct zip *z;
    struct map *told;
};

static void put_image(struct images *w, struct str name)
{
    size_t k = zip_find(w->z, name);
    struct arena *a = arena_new();
    struct buf bytes;
    buf_init(&bytes, IMAGE_MAX);
    enum err e = k == SIZE_MAX ? E_NOT_FOUND : zip_read(w->z, k, &bytes);
    struct str s = e ? STR_NONE : buf_str(&bytes);
    for (size_t at = 0; at < s.n && !out_full(); at += PIECE) {
        out_open("image");
        out_str("name", name);
        out_str("data", base64_encode(a, str_sub(s, at, at + PIECE)));
        out_close();
        arena_reset(a);
    }
    buf_fini(&bytes);
    arena_free(a);
}

static void put_images(struct images *w, const struct paper *p)
{
    if (p->kind == PAPER_image && !map_get(w->told, p->text)) {
        map_put(w->told, p->text, w);
        put_image(w, p->text);
    }
    for (const struct paper *k = p->first; k && !out_full(); k = k->next)
        put_images(w, k);
}

const char *verb_paper(struct file *f)
{
    struct finding got = sniff(f);
    struct paper_report r = { .arena = arena_new() };
    struct paper *doc;
    if (!got.kind || verdicts[got.verdict].say > SAY_warn)
        return got.verdict == VERDICT_broken ? "unreadable" : "unsupported";
    if (strcmp(got.kind->name, "docx") != 0)
        return "unsupported";
    if (got.encrypted || !file_zip(f))
        return "unreadable";
    enum err e = docx_paper(f->zip, r.arena, &r, &doc);
    if (!e) {
        struct images w = { f->zip, map_new() };
        put_parts(doc, 1);
        put_losses(&r);
        put_images(&w, doc);
        map_free(w.told);
    }
    return code_of(e, false);
}
