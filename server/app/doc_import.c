/* A docx as a live document. It is read in the jail (probe_paper); what comes of it is written into
 * a new document before the transaction begins, which then only makes the rows. */
#include "server/app/doc_export.h"

#include "server/app/content.h"
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

/* Images that did not come leave a sentence where they stood. */
static void without_images(struct call *c, struct paper *p, struct paper_report *r)
{
    for (struct paper *k = p->first; k; k = k->next) {
        if (k->kind != PAPER_image) {
            without_images(c, k, r);
            continue;
        }
        paper_lost(r, LOSS_image_missing, k->alt.n ? k->alt : k->text);
        struct str words = arena_fmt(c->arena, "[图片：%.*s]", STR_ARG(k->alt));
        k->kind = PAPER_paragraph;
        struct paper *t = paper_add(c->arena, k, PAPER_text);
        t->text = words;
        t->look.italic = true;
    }
}

static enum err update_of(struct call *c, const struct paper *paper, struct paper_report *r,
                          struct str *update)
{
    struct ydoc *d = ydoc_new(NULL);
    struct buf out;
    buf_init(&out, UPDATE_CAP);
    struct ydoc_edit *e = ydoc_edit_open(d, 1 + id_random(UINT32_MAX));
    enum err err = paper_doc(e, paper, r), closed = ydoc_edit_close(e, &out);
    *update = arena_str(c->arena, buf_str(&out));
    buf_fini(&out);
    ydoc_free(d);
    return err ? err : closed;
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
    struct txn tx = { 0 };
    struct doc d;
    struct probe_paper got;
    struct str name, update;
    enum err e;
    if (!in->has_title)
        wanted.title = S("-"); /* the rest of what is asked for is judged before the work */
    if ((e = doc_asked(c, &wanted, &d)) || (e = read_paper(c, in, &report, &got, &name)))
        return e;
    if (!in->has_title)
        d.title = title_of(c, got.doc, name);
    without_images(c, got.doc, &report);
    if ((e = update_of(c, got.doc, &report, &update)))
        return e;
    if (!(e = txn_begin(&tx, c->db)))
        e = doc_make(c, &d, update);
    if ((e = txn_end(&tx, e)))
        return e;
    out->doc = ARENA_NEW(c->arena, struct doc_view);
    losses_out(c, &report, out);
    return doc_show(c, d.id, out->doc);
}
