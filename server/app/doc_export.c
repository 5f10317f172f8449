/* Writing live documents out: what is stored, as paper (doc_paper.c), in the form asked for. A
 * branch (个案) shows in red what its base did not have. */
#include "server/app/doc_export.h"

#include "server/app/doc_image.h"
#include "server/app/doc_paper.h"
#include "server/app/office.h"
#include "server/app/prep_remarks.h"
#include "server/crdt/ydoc.h"
#include "server/format/name.h"

#include <errno.h>
#include <unistd.h>

static const struct {
    const char *name, *mime;
    enum err (*write)(const struct paper_job *j, struct paper_report *r, struct buf *out);
    bool office; /* has LibreOffice make it of that */
} forms[] = {
    { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx,
      false },
    { "pdf", "application/pdf", paper_docx, true },
    { "md", "text/markdown; charset=utf-8", paper_markdown, false },
    { "html", "text/html; charset=utf-8", paper_html, false },
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

enum { IMAGE_MAX = 20 << 20, IMAGES_MAX = 200 << 20 };

/* ---- images */

struct images {
    struct call *c;
    size_t left; /* bytes */
};

static bool read_all(int fd, char *to, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t k = pread(fd, to + at, n - at, (off_t)at);
        if (k <= 0 && (k == 0 || errno != EINTR))
            return false;
        at += k > 0 ? (size_t)k : 0;
    }
    return true;
}

/* Only what the caller may see, whatever address a document names. */
static bool image_of(void *arg, struct str src, struct str *bytes)
{
    struct images *w = arg;
    struct content f = { .fd = -1 };
    int64_t doc, image;
    if (!doc_image_address(src, &doc, &image) || doc_image_open(w->c, doc, image, &f))
        return false;
    bool fits = f.size <= IMAGE_MAX && f.size <= w->left;
    char *p = arena_alloc(w->c->arena, fits ? (size_t)f.size + 1 : 1);
    bool read = fits && read_all(f.fd, p, (size_t)f.size);
    close(f.fd);
    *bytes = (struct str){ p, read ? (size_t)f.size : 0 };
    w->left -= bytes->n;
    return read;
}

/* ---- the document */

/* The document now, or as a version has it, as one update. */
static enum err state_of(struct call *c, const struct doc *d, const struct doc_export_query *q,
                         struct buf *out)
{
    struct str state;
    enum err e;
    if (!q->has_version)
        return doc_state(c, d->id, out);
    if ((e = doc_version_state(c, d->id, q->version, &state)))
        return e;
    buf_add(out, state);
    return out->err;
}

/* A branch is put on what it began with, so that what was deleted of that is still there. */
static enum err apply_base(struct call *c, const struct doc *d, struct ydoc *y, struct buf *since)
{
    struct doc_version v;
    struct str state;
    enum err e;
    if (!d->parent)
        return E_OK;
    if ((e = doc_version_get(c->db, c->arena, d->parent, d->base, &v, &state)))
        return e;
    if (ydoc_apply(y, state, NULL) || ydoc_state_vector_of(state, since, NULL))
        return E_CORRUPT;
    return E_OK;
}

static enum err load(struct call *c, const struct doc *d, const struct doc_export_query *q,
                     struct paper_report *report, struct paper **out)
{
    struct ydoc_setup setup = { .keep_deleted = d->parent };
    struct ydoc *y = ydoc_new(&setup);
    struct buf state, since;
    buf_init(&state, DOC_STATE_CAP);
    buf_init(&since, DOC_STATE_CAP);
    enum err e = state_of(c, d, q, &state);
    if (!e && !(e = apply_base(c, d, y, &since)))
        e = ydoc_apply(y, buf_str(&state), NULL) ? E_CORRUPT : E_OK;
    if (!e)
        e = doc_paper(c->arena, y, buf_str(&since), report, out);
    buf_fini(&state);
    buf_fini(&since);
    ydoc_free(y);
    return e;
}

/* What colleagues said of it stands as comments beside the text. */
static enum err remarks_of(struct call *c, const struct doc *d, struct paper_job *job)
{
    struct paper_comment *list;
    enum err e = prep_remarks(c, d, &list, &job->comments_n);
    job->comments = list;
    return e;
}

enum err doc_export_paper(struct call *c, struct str format, const struct paper_job *job,
                          struct paper_report *report, struct buf *out, struct doc_exported *what)
{
    size_t form = 0;
    while (form < sizeof forms / sizeof *forms && !str_eqz(format, forms[form].name))
        form++;
    if (form == sizeof forms / sizeof *forms)
        return E_INPUT;
    enum err e = forms[form].write(job, report, out);
    if (!e && forms[form].office)
        e = office_pdf(c, out);
    if (e)
        return e;
    what->mime = str_of(forms[form].mime);
    what->name = arena_fmt(c->arena, "%.*s.%s", STR_ARG(name_safe(c->arena, job->title, 200)),
                           forms[form].name);
    what->lost = losses_of(c->arena, report);
    return E_OK;
}

enum err doc_export(struct call *c, int64_t id, const struct doc_export_query *q, struct buf *out,
                    struct doc_exported *what)
{
    struct paper_report report = { .arena = c->arena };
    struct doc d;
    struct paper *paper;
    enum err e = doc_need(c, id, DOC_READ, &d);
    if (e || (e = load(c, &d, q, &report, &paper)))
        return e;
    struct paper_job job = { .doc = paper,
                             .title = d.title,
                             .school = d.school_name,
                             .size = str_eqz(q->paper, "16k") ? PAPER_16K : PAPER_A4,
                             .now = c->now,
                             .image = image_of,
                             .arg = &(struct images){ c, IMAGES_MAX } };
    if (q->comments && str_eqz(d.owner_noun, "prep") && (e = remarks_of(c, &d, &job)))
        return e;
    return doc_export_paper(c, q->format, &job, &report, out, what);
}
