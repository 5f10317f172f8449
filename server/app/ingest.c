/* The job ingest: what is in a content that came in? The probe takes out text, headings, the
 * names in an archive and a small picture; the rows are the content's, so a second file with the
 * same content needs no second reading. A content the probe cannot read is done, with nothing. */
#include "server/app/job.h"
#include "server/app/probe.h"
#include "server/app/search.h"
#include "server/base/buf.h"
#include "server/format/name.h"
#include "storage/blob.h"
#include "storage/disk.h"
#include "storage/view.h"

#include <inttypes.h>

enum { TEXT_MAX = 8 * 1024 * 1024, LIST_MAX = 10000, JSON_CAP = 4 * 1024 * 1024 };

struct reading {
    struct call *c;
    struct probe probe;
    struct blob blob;
    struct str name; /* a name it came under: its extension counts */
    const struct kind *kind;
    struct blob_view view;
    struct blob_page *pages;
    size_t pages_n;
};

static enum err open_blob(struct reading *r, int *fd)
{
    return blobs_fd(r->c->house->blobs, r->blob.sha256, (uint64_t)r->blob.size, fd);
}

/* Pieces of one page number become one page. */
static void keep_pages(struct reading *r, const struct probe_text *t)
{
    struct arena *a = r->c->arena;
    size_t bytes = 0;
    r->pages = arena_array(a, t->pages_n ? t->pages_n : 1, sizeof *r->pages);
    for (size_t i = 0; i < t->pages_n && bytes < TEXT_MAX; i++) {
        const struct probe_page *p = &t->pages[i];
        struct blob_page *last = r->pages_n ? &r->pages[r->pages_n - 1] : NULL;
        bytes += p->text.n;
        if (last && last->page == p->number) {
            last->text = arena_fmt(a, "%.*s%.*s", STR_ARG(last->text), STR_ARG(p->text));
        } else {
            bool titled = p->title.n && str_find(p->text, p->title, 0) == SIZE_MAX;
            r->pages[r->pages_n++] = (struct blob_page){
                p->number,
                titled ? arena_fmt(a, "%.*s\n%.*s", STR_ARG(p->title), STR_ARG(p->text)) : p->text
            };
        }
    }
    if (r->pages_n)
        r->view.pages = r->pages[r->pages_n - 1].page;
}

static void keep_heads(struct reading *r, const struct probe_text *t)
{
    struct buf b;
    buf_init(&b, JSON_CAP);
    buf_char(&b, '[');
    for (size_t i = 0; i < t->heads_n && i < LIST_MAX; i++) {
        buf_json_open(&b, NULL, '{');
        buf_json_int(&b, "level", t->heads[i].level);
        buf_json_int(&b, "page", t->heads[i].page);
        buf_json_text(&b, "text", t->heads[i].text);
        buf_char(&b, '}');
    }
    buf_char(&b, ']');
    r->view.outline = b.err ? S("[]") : arena_str(r->c->arena, buf_str(&b));
    buf_fini(&b);
}

static int flags_of(const struct probe_entry *e)
{
    return (e->folder ? LIST_FOLDER : 0) | (e->encrypted ? LIST_ENCRYPTED : 0) |
           (e->dangerous || e->unsafe || e->link ? LIST_DANGEROUS : 0);
}

static void keep_list(struct reading *r, const struct probe_list *l)
{
    struct buf names, more;
    buf_init(&names, JSON_CAP);
    buf_init(&more, JSON_CAP);
    for (size_t i = 0; i < l->n && i < LIST_MAX; i++) {
        const struct probe_entry *e = &l->v[i];
        buf_char(&names, i ? ',' : '[');
        buf_json(&names, e->name);
        buf_fmt(&more, "%c[%" PRId64 ",%d]", i ? ',' : '[', e->size < 0 ? 0 : e->size, flags_of(e));
    }
    if (str_eqz(l->code, "cut"))
        buf_fmt(&more, ",[0,%d]", LIST_CUT);
    buf_char(&names, ']');
    buf_char(&more, ']');
    if (l->n && !names.err && !more.err) {
        r->view.list = arena_str(r->c->arena, buf_str(&names));
        r->view.list_more = arena_str(r->c->arena, buf_str(&more));
    }
    buf_fini(&names);
    buf_fini(&more);
}

static bool has_text(const struct kind *k)
{
    return k->family == FAMILY_document || k->family == FAMILY_slides ||
           k->family == FAMILY_sheet || k->family == FAMILY_pdf || k->family == FAMILY_text;
}

static enum err read_text(struct reading *r)
{
    struct probe_text t;
    int fd = -1;
    enum err e = open_blob(r, &fd);
    if (!e && !(e = probe_text(&r->probe, fd, r->name, &t))) {
        keep_pages(r, &t);
        keep_heads(r, &t);
    }
    disk_close(fd);
    return e;
}

static enum err read_list(struct reading *r)
{
    struct probe_list l;
    int fd = -1;
    enum err e = open_blob(r, &fd);
    if (!e && !(e = probe_list(&r->probe, fd, r->name, &l)))
        keep_list(r, &l);
    disk_close(fd);
    return e;
}

static enum err read_thumb(struct reading *r)
{
    struct probe_thumb t;
    int fd = -1;
    enum err e = open_blob(r, &fd);
    if (!e && !(e = probe_thumb(&r->probe, fd, r->name, &t)) && str_eqz(t.code, "ok")) {
        r->view.thumb_mime = t.mime;
        r->view.thumb = t.bytes;
    }
    disk_close(fd);
    return e;
}

static enum err read_all(struct reading *r)
{
    const struct kind *k = r->kind;
    enum err e = E_OK;
    if (!k)
        return E_OK;
    if (has_text(k))
        e = read_text(r);
    if (!e && k->family == FAMILY_archive)
        e = read_list(r);
    if (!e && k->family != FAMILY_archive && k->family != FAMILY_text)
        e = read_thumb(r);
    return e;
}

static enum err save(struct reading *r)
{
    struct call *c = r->c;
    struct txn tx = { 0 };
    struct blob_view *v = &r->view;
    enum err e = txn_begin(&tx, c->db);
    v->blob_id = r->blob.id;
    v->outline = v->outline.n ? v->outline : S("[]");
    v->list = v->list.n ? v->list : S("[]");
    v->list_more = v->list_more.n ? v->list_more : S("[]");
    if (!e)
        e = blob_view_put(c->db, v);
    if (!e)
        e = blob_text_put(c->db, r->blob.id, r->pages, r->pages_n);
    if (!e)
        e = blob_read_state(c->db, r->blob.id, BLOB_READ);
    if (!e)
        e = search_index_blob(c, r->blob.id);
    return txn_end(&tx, e);
}

enum err run_ingest(struct call *c, const struct job *job)
{
    struct reading r = {
        .c = c, .probe = { .path = c->house->probe, .stop = &c->house->stopping, .arena = c->arena }
    };
    enum err e = blob_get(c->db, c->arena, job->arg_id, &r.blob);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e; /* swept meanwhile */
    if (r.blob.verdict == BLOB_QUARANTINED)
        return E_OK;
    if ((e = blob_name(c->db, c->arena, r.blob.id, &r.name)))
        return e == E_NOT_FOUND ? E_OK : e;
    r.kind = kind_of_ext(name_ext(r.name));
    if ((e = read_all(&r)))
        return e;
    return save(&r);
}
