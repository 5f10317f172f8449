/* What stands in a document as the first update of another one: the same elements, attributes and
 * texts with their marks, in the same order. Two texts beside each other become one, as an editor
 * shows them. */
#include "server/app/doc_template.h"

#include "server/app/doc.h"
#include "server/app/doc_log.h"
#include "server/base/id.h"
#include "server/crdt/walk.h"

enum { UPDATE_CAP = 32 << 20, DEPTH = 500 };

struct copier {
    struct ydoc_edit *e;
    struct {
        ynode at, text;
        bool in_text; /* text is the last child of at */
    } open[DEPTH + 1];
    int depth;
    enum err err;
};

static void on_open(void *arg, struct str name, const struct yformat *attrs, size_t n,
                    enum ywalk what)
{
    struct copier *k = arg;
    ynode in = k->open[k->depth].at, made = in;
    (void)what;
    k->open[k->depth].in_text = false;
    if (!k->err)
        k->err = ylist_insert_node(k->e, in, ylength(k->e, in), YELEMENT, name, &made);
    for (size_t i = 0; i < n && !k->err; i++)
        k->err = ymap_set(k->e, made, attrs[i].key, attrs[i].value);
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

static enum err copy(const struct ydoc *source, struct ydoc_edit *e)
{
    struct copier k = { .e = e };
    k.open[0].at = yroot(e, S("body"));
    enum err err = ydoc_walk(
        source, S("body"),
        &(struct ydoc_walk){
            .depth = DEPTH, .arg = &k, .open = on_open, .close = on_close, .text = on_text });
    return err ? err : k.err;
}

static enum err update_of(struct call *c, const struct ydoc *source, struct str *update)
{
    struct ydoc *d = ydoc_new(NULL);
    struct ydoc_edit *e = ydoc_edit_open(d, 1 + id_random(UINT32_MAX));
    struct buf out;
    buf_init(&out, UPDATE_CAP);
    enum err err = copy(source, e), closed = ydoc_edit_close(e, &out);
    *update = arena_str(c->arena, buf_str(&out));
    buf_fini(&out);
    ydoc_free(d);
    return err ? err : closed;
}

enum err doc_begin(struct call *c, struct str kind, int64_t from, struct str *update)
{
    struct doc d;
    struct ydoc *source;
    int64_t seq, folded;
    if (!from)
        return doc_template(c, kind, update);
    enum err e = doc_need(c, from, DOC_READ, &d);
    if (e == E_NOT_FOUND)
        return fail(c, E_INPUT, "from", "作为模板的文档不存在或您看不到，请重新选择。");
    if (e || (e = doc_open(c, from, &source, &seq, &folded)))
        return e;
    e = update_of(c, source, update);
    ydoc_free(source);
    return e;
}
