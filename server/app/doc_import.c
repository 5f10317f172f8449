/* A docx as a live document. It is read in the jail (probe_paper); what comes of it is written into
 * a new document before the transaction begins, which then only makes the rows. */
#include "server/app/doc_export.h"

#include "server/app/content.h"
#include "server/app/doc_image.h"
#include "server/app/intake.h"
#include "server/app/paper_doc.h"
#include "server/app/probe.h"
#include "server/app/upload.h"
#include "server/app/viewer.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "server/format/name.h"

#include <unistd.h>

enum { UPDATE_CAP = 128 << 20, TITLE_BYTES = 300 };

static enum err source(struct call *c, const struct doc_import_new *in, struct content *out)
{
    if (in->has_upload_id == in->has_file_id)
        return fail(c, E_INPUT, "upload_id", "请选择一个要导入的 docx 文件。");
    return in->has_upload_id ? upload_content(c, in->upload_id, out)
                             : content_open(c, in->file_id, 0, out);
}

/* In the words of a person who chose the file. */
static enum err judged(struct call *c, struct str code)
{
    if (str_eqz(code, "ok") || str_eqz(code, "cut"))
        return E_OK;
    if (str_eqz(code, "unsupported"))
        return fail(
            c, E_FILE_REFUSED, NULL,
            "只能导入 docx 文档。doc、wps 等文件请先在 Word 或 WPS 里另存为 docx，再导入。");
    return fail(c, E_FILE_REFUSED, NULL,
                "这个文档读不出来。请在 Word 或 WPS 里打开，去掉密码，另存为 docx 后再导入。");
}

/* The first heading, else the name of the file. */
static struct str title_of(struct call *c, const struct paper *doc, struct str name)
{
    struct str ext = name_ext(name), title = str_sub(name, 0, name.n - (ext.n ? ext.n + 1 : 0));
    struct buf b;
    buf_init(&b, 64 << 10);
    if (doc->first && doc->first->kind == PAPER_heading)
        paper_text(doc->first, &b);
    struct str head = str_trim(buf_str(&b));
    head = str_trim(str_sub(head, 0, str_chr(head, '\n', 0)));
    title = arena_str(c->arena, utf_head(head.n ? head : title, TITLE_BYTES));
    buf_fini(&b);
    return title.n ? title : S("导入的文档");
}

/* ---- images: stored before the transaction, given their places in it */

struct picture {
    struct str name; /* in the docx */
    struct blob blob;
    struct str url; /* once it belongs to the document */
};

/* The new document while it is made. */
struct making {
    struct call *c;
    struct paper_report *report;
    struct picture *pictures;
    size_t pictures_n;
    struct ydoc *ydoc;
    struct ydoc_edit *edit;
    struct paper_doc_images shown;
    struct buf update;
};

static struct picture *picture_of(struct making *m, struct str name)
{
    for (size_t i = 0; i < m->pictures_n; i++)
        if (str_eq(m->pictures[i].name, name))
            return &m->pictures[i];
    return NULL;
}

/* Those the house does not take as images are as if they had not come. */
static enum err keep_pictures(struct making *m, const struct probe_paper *got)
{
    m->pictures = arena_array(m->c->arena, got->images_n + 1, sizeof *m->pictures);
    for (size_t i = 0; i < got->images_n; i++) {
        struct picture *p = &m->pictures[m->pictures_n];
        struct str name = got->images[i].name;
        size_t slash = name.n;
        while (slash && name.p[slash - 1] != '/')
            slash--;
        p->name = name;
        enum err e =
            intake_bytes(m->c, got->images[i].bytes, str_sub(name, slash, name.n), &p->blob);
        if (e && e != E_FILE_REFUSED)
            return e;
        m->pictures_n += !e && p->blob.verdict == BLOB_ACCEPTED;
    }
    m->c->fault = (struct fault_note){ 0 };
    return E_OK;
}

/* Images that did not come leave a sentence where they stood. */
static void without_images(struct making *m, struct paper *p)
{
    for (struct paper *k = p->first; k; k = k->next) {
        if (k->kind != PAPER_image || picture_of(m, k->text)) {
            without_images(m, k);
            continue;
        }
        paper_lost(m->report, LOSS_image_missing, k->alt.n ? k->alt : k->text);
        struct str words = arena_fmt(m->c->arena, "[图片：%.*s]", STR_ARG(k->alt));
        k->kind = PAPER_paragraph;
        struct paper *t = paper_add(m->c->arena, k, PAPER_text);
        t->text = words;
        t->look.italic = true;
    }
}

/* Everything but the addresses of images, which are known when the document has its number. */
static enum err write_paper(struct making *m, const struct paper *paper)
{
    m->shown.arena = m->c->arena;
    m->ydoc = ydoc_new(NULL);
    m->edit = ydoc_edit_open(m->ydoc, 1 + id_random(UINT32_MAX));
    return paper_doc(m->edit, paper, m->report, &m->shown);
}

/* The picture becomes one of the document's, and counts for whoever brought it. */
static enum err attach(struct call *c, int64_t doc, struct picture *p)
{
    struct doc_image_view v;
    enum err e;
    if ((e = blob_put(c->db, &p->blob)) || (e = doc_image_attach(c, doc, p->blob.id, p->name, &v)))
        return e;
    p->url = v.url;
    return intake_count(c, c->viewer->person, c->viewer->school, p->blob.size);
}

static enum err place_image(struct making *m, int64_t doc, const struct paper_doc_image *at)
{
    struct picture *p = picture_of(m, at->image->text);
    if (!p)
        BUG("an image without a picture was written");
    enum err e = p->url.n ? E_OK : attach(m->c, doc, p);
    return e ? e : doc_image_show(m->edit, at->node, p->url);
}

static enum err make(struct making *m, struct doc *d)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, m->c->db);
    if (!e)
        e = doc_make(m->c, d);
    for (size_t i = 0; i < m->shown.n && !e; i++)
        e = place_image(m, d->id, &m->shown.v[i]);
    enum err closed = ydoc_edit_close(m->edit, &m->update);
    m->edit = NULL;
    e = e ? e : closed;
    return txn_end(&tx, e ? e : doc_fill(m->c, d, buf_str(&m->update)));
}

static void making_fini(struct making *m)
{
    if (m->edit)
        (void)!ydoc_edit_close(m->edit, &m->update);
    buf_fini(&m->update);
    ydoc_free(m->ydoc);
}

static void losses_out(struct call *c, const struct paper_report *r, struct doc_import_view *out)
{
    out->lost = arena_array(c->arena, LOSS_count, sizeof *out->lost);
    for (size_t l = 0; l < LOSS_count; l++)
        if (r->n[l])
            out->lost[out->lost_n++] =
                (struct doc_loss){ .name = str_of(paper_loss_name((enum paper_loss)l)),
                                   .text = str_of(paper_loss_text((enum paper_loss)l)),
                                   .example = r->example[l],
                                   .count = (int64_t)r->n[l] };
}

static enum err read_paper(struct call *c, const struct doc_import_new *in,
                           struct paper_report *report, struct probe_paper *got, struct str *name)
{
    struct probe p = { .path = c->house->probe,
                       .stop = &c->house->stopping,
                       .person = c->viewer->person,
                       .arena = c->arena };
    struct content f = { .fd = -1 };
    enum err e = source(c, in, &f);
    if (!e && !(e = probe_paper(&p, f.fd, f.name, report, got)))
        e = judged(c, got->code);
    if (!e && str_eqz(got->code, "cut"))
        paper_lost(report, LOSS_size, STR_NONE);
    if (f.fd >= 0)
        close(f.fd);
    *name = f.name;
    return e;
}

enum err doc_import(struct call *c, const struct doc_import_new *in, struct doc_import_view *out)
{
    struct paper_report report = { .arena = c->arena };
    struct doc_new wanted = { .title = in->title,
                              .kind = in->kind,
                              .scope = in->scope,
                              .scope_ref = in->scope_ref,
                              .has_scope = in->has_scope,
                              .has_scope_ref = in->has_scope_ref };
    struct making m = { .c = c, .report = &report };
    struct doc d;
    struct probe_paper got;
    struct str name;
    enum err e;
    buf_init(&m.update, UPDATE_CAP);
    if (!in->has_title)
        wanted.title = S("-"); /* the rest of what is asked for is judged before the work */
    if ((e = doc_asked(c, &wanted, &d)) || (e = read_paper(c, in, &report, &got, &name)) ||
        (e = keep_pictures(&m, &got)))
        goto done;
    if (!in->has_title)
        d.title = title_of(c, got.doc, name);
    without_images(&m, got.doc);
    if ((e = write_paper(&m, got.doc)) || (e = make(&m, &d)))
        goto done;
    out->doc = ARENA_NEW(c->arena, struct doc_view);
    losses_out(c, &report, out);
    e = doc_show(c, d.id, out->doc);
done:
    making_fini(&m);
    return e;
}
