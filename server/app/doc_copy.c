/* What stands in a document as the first update of another one: the same elements, attributes and
 * texts with their marks, in the same order. Two texts beside each other become one, as an editor
 * shows them. C1: images become the new document's own, so that whoever may read it sees them; one
 * that the caller does not see himself keeps its address. */
#include "server/app/doc_template.h"

#include "server/app/doc.h"
#include "server/app/doc_image.h"
#include "server/app/doc_log.h"
#include "server/base/buf.h"
#include "server/base/id.h"
#include "server/crdt/walk.h"
#include "storage/list.h"

enum { UPDATE_CAP = 32 << 20, DEPTH = 500 };

struct copier {
    struct ydoc_edit *e;
    struct list images; /* of struct doc_seed_image */
    struct {
        ynode at, text;
        bool in_text; /* text is the last child of at */
    } open[DEPTH + 1];
    int depth;
    enum err err;
};

/* src is JSON: an address has nothing in it that JSON writes otherwise. */
static void note_image(struct copier *k, ynode node, struct str src)
{
    struct doc_seed_image i = { .node = node };
    if (src.n > 2 && doc_image_address(str_sub(src, 1, src.n - 1), &i.doc, &i.id))
        *(struct doc_seed_image *)list_add(&k->images) = i;
}

static void on_open(void *arg, struct str name, const struct yformat *attrs, size_t n,
                    enum ywalk what)
{
    struct copier *k = arg;
    ynode in = k->open[k->depth].at, made = in;
    (void)what;
    k->open[k->depth].in_text = false;
    if (!k->err)
        k->err = ylist_insert_node(k->e, in, ylength(k->e, in), YELEMENT, name, &made);
    for (size_t i = 0; i < n && !k->err; i++) {
        k->err = ymap_set(k->e, made, attrs[i].key, attrs[i].value);
        if (str_eqz(name, "image") && str_eqz(attrs[i].key, "src"))
            note_image(k, made, attrs[i].value);
    }
    k->depth++;
    k->open[k->depth].at = made;
    k->open[k->depth].in_text = false;
}

static void on_close(void *arg, struct str name)
{
    struct copier *k = arg;
    (void)name;
    k->depth--;
}

static void on_text(void *arg, struct str text, const struct yformat *marks, size_t n,
                    enum ywalk what)
{
    struct copier *k = arg;
    static const struct yformat plain;
    ynode in = k->open[k->depth].at, *to = &k->open[k->depth].text;
    (void)what;
    if (!k->err && !k->open[k->depth].in_text)
        k->err = ylist_insert_node(k->e, in, ylength(k->e, in), YXMLTEXT, STR_NONE, to);
    k->open[k->depth].in_text = true;
    if (!k->err)
        k->err = ytext_insert(k->e, *to, ylength(k->e, *to), text, n ? marks : &plain, n);
}

static enum err copy(struct call *c, const struct ydoc *source, struct doc_seed *s)
{
    struct copier k = { .images = list_of(c->arena, sizeof(struct doc_seed_image)) };
    s->copy = ydoc_new(NULL);
    k.e = s->edit = ydoc_edit_open(s->copy, 1 + id_random(UINT32_MAX));
    k.open[0].at = yroot(k.e, S("body"));
    enum err e = ydoc_walk(
        source, S("body"),
        &(struct ydoc_walk){
            .depth = DEPTH, .arg = &k, .open = on_open, .close = on_close, .text = on_text });
    s->images = k.images.p;
    s->images_n = k.images.n;
    return e ? e : k.err;
}

enum err doc_seed_open(struct call *c, struct str kind, int64_t from, const struct doc_facts *known,
                       struct doc_seed *s)
{
    struct doc d;
    struct ydoc *source;
    if (!from)
        return doc_template(c, kind, known, &s->update);
    enum err e = doc_need(c, from, DOC_READ, &d);
    if (e == E_NOT_FOUND)
        return fail(c, E_INPUT, "from", "作为模板的文档不存在或您看不到，请重新选择。");
    if (e || (e = doc_open(c, from, &source, NULL, NULL)))
        return e;
    e = copy(c, source, s);
    ydoc_free(source);
    return e;
}

/* An image that stands in several places is taken once. */
static enum err take_image(struct call *c, struct doc_seed *s, size_t at, int64_t doc)
{
    struct doc_seed_image *i = &s->images[at];
    struct doc_image was;
    struct doc_image_view v;
    for (size_t k = 0; k < at; k++)
        if (s->images[k].doc == i->doc && s->images[k].id == i->id)
            i->url = s->images[k].url;
    if (i->url.n)
        return E_OK;
    enum err e = doc_image_for(c, i->doc, i->id, &was);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e; /* C1 */
    if ((e = doc_image_attach(c, doc, was.blob, was.name, &v)))
        return e;
    i->url = v.url;
    return E_OK;
}

enum err doc_seed_plant(struct call *c, struct doc_seed *s, const struct doc *d)
{
    struct buf update;
    enum err e = E_OK;
    if (!s->edit)
        return doc_fill(c, d, s->update);
    for (size_t i = 0; i < s->images_n && !e; i++)
        if (!(e = take_image(c, s, i, d->id)) && s->images[i].url.n)
            e = doc_image_show(s->edit, s->images[i].node, s->images[i].url);
    buf_init(&update, UPDATE_CAP);
    enum err closed = ydoc_edit_close(s->edit, &update);
    s->edit = NULL;
    if (!e && !(e = closed))
        e = doc_fill(c, d, buf_str(&update));
    buf_fini(&update);
    return e;
}

void doc_seed_fini(struct doc_seed *s)
{
    struct buf rest;
    buf_init(&rest, UPDATE_CAP);
    if (s->edit)
        (void)!ydoc_edit_close(s->edit, &rest);
    buf_fini(&rest);
    ydoc_free(s->copy);
}
