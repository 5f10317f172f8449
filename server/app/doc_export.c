/* Writing live documents out: what is stored, as paper (doc_paper.c), in the form asked for. A
 * branch (个案) shows in red what its base did not have. */
#include "server/app/doc_export.h"

#include "server/app/doc_log.h"
#include "server/app/doc_paper.h"
#include "server/format/name.h"

static const struct {
    const char *name, *mime;
    enum err (*write)(const struct paper_job *j, struct paper_report *r, struct buf *out);
} forms[] = {
    { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      paper_docx },
    { "md", "text/markdown; charset=utf-8", paper_markdown },
    { "html", "text/html; charset=utf-8", paper_html },
};

static struct str losses_of(struct arena *a, const struct paper_report *r)
{
    struct buf b;
    buf_init(&b, 4096);
    for (size_t l = 0; l < LOSS_count; l++)
        if (r->n[l])
            buf_fmt(&b, "%s%s=%zu", b.n ? ", " : "", paper_loss_name((enum paper_loss)l), r->n[l]);
    struct str s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* The document now, or as a version has it. */
static enum err load(struct call *c, const struct doc *d, const struct doc_export_query *q,
                     struct ydoc **out)
{
    struct str state;
    int64_t seq, folded;
    if (!q->has_version)
        return doc_open(c, d->id, out, &seq, &folded);
    enum err e = doc_version_state(c, d->id, q->version, &state);
    if (e)
        return e;
    *out = ydoc_new(NULL);
    return ydoc_apply(*out, state, NULL) ? E_CORRUPT : E_OK;
}

/* What a branch began with, as a state vector; nothing where it is none. */
static enum err base_of(struct call *c, const struct doc *d, struct str *since)
{
    struct doc_version v;
    struct str state;
    struct buf sv;
    *since = STR_NONE;
    if (!d->parent || !d->base)
        return E_OK;
    enum err e = doc_version_get(c->db, c->arena, d->parent, d->base, &v, &state);
    if (e)
        return e;
    buf_init(&sv, state.n + 64);
    e = ydoc_state_vector_of(state, &sv, NULL) ? E_CORRUPT : E_OK;
    *since = arena_str(c->arena, buf_str(&sv));
    buf_fini(&sv);
    return e;
}

enum err doc_export(struct call *c, int64_t id, const struct doc_export_query *q, struct buf *out,
                    struct doc_exported *what)
{
    struct paper_report report = { .arena = c->arena };
    struct doc d;
    struct ydoc *y = NULL;
    struct paper *paper;
    struct str since;
    size_t form = 0;
    enum err e = doc_need(c, id, DOC_READ, &d);
    while (form < sizeof forms / sizeof *forms && !str_eqz(q->format, forms[form].name))
        form++;
    if (e || form == sizeof forms / sizeof *forms)
        return e ? e : E_INPUT;
    if ((e = load(c, &d, q, &y)) || (e = base_of(c, &d, &since)) ||
        (e = doc_paper(c->arena, y, since, &report, &paper)))
        goto done;
    struct paper_job job = { .doc = paper,
                             .title = d.title,
                             .school = d.school_name,
                             .size = str_eqz(q->paper, "16k") ? PAPER_16K : PAPER_A4,
                             .now = c->now };
    if ((e = forms[form].write(&job, &report, out)))
        goto done;
    what->mime = str_of(forms[form].mime);
    what->name = arena_fmt(c->arena, "%.*s.%s", STR_ARG(name_safe(c->arena, d.title, 200)),
                           forms[form].name);
    what->lost = losses_of(c->arena, &report);
done:
    ydoc_free(y);
    return e;
}
