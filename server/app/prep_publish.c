/* 定稿; see prep_publish.h. P1: what is published is the fixed version, and
 * that is all that was written: while the file is made, what guests say waits, and the end of their
 * right to write is in the transaction that makes the version. P2: the version, the resource, its
 * state and the session's stage change together or not at all: a second press finds the stage.
 * Once more after going back, it is the same resource with a new file, again as the host chooses;
 * another one where that one is another author's or was discarded.
 * P3: what is done in the lead author's name is his resource alone, and the host's act is on
 * record.
 */
#include "server/app/prep_publish.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/doc_export.h"
#include "server/app/doc_pause.h"
#include "server/app/intake.h"
#include "server/app/resource.h"
#include "server/format/name.h"
#include "storage/prep_doc.h"

enum { PAPER_CAP = 64 * 1024 * 1024, NAME_BYTES = 150 };

/* ---- the fixed version as a file */

struct fixed {
    struct doc doc;
    int64_t seq;     /* of the log: what the file has */
    struct str name; /* of the file */
    struct blob blob;
};

static enum err doc_of(struct call *c, const struct prep_access *a, const struct prep_publish *in,
                       struct doc *d)
{
    int64_t *ids;
    size_t n;
    enum err e = prep_doc_list(c->db, c->arena, a->row.id, &ids, &n);
    for (size_t i = 0; i < n && !e; i++) {
        if (in->has_doc && ids[i] != in->doc)
            continue;
        if ((e = doc_get(c->db, c->arena, ids[i], d)) ||
            (!in->has_doc && !str_eqz(d->kind, "plan")))
            continue;
        return E_OK;
    }
    return e ? e : fail(c, E_STATE, NULL, "还没有共案，请先新建并写好再定稿。");
}

/* Outside a transaction, since the probe looks at it. */
static enum err print(struct call *c, struct fixed *out)
{
    struct doc_export_query q = { .format = S("docx") };
    struct doc_exported what;
    struct buf bytes;
    enum err e = doc_seq(c->db, out->doc.id, &out->seq);
    if (e)
        return e;
    buf_init(&bytes, PAPER_CAP);
    if (!(e = doc_export(c, out->doc.id, &q, &bytes, &what)))
        e = intake_bytes(c, buf_str(&bytes), S("共案.docx"), &out->blob);
    buf_fini(&bytes);
    return e;
}

/* P1. E_RETRY: somebody wrote who does not say it to a room. */
static enum err fix(struct call *c, const struct prep_row *p, struct fixed *out)
{
    struct doc_version v = { .doc = out->doc.id, .name = S("定稿"), .person = c->viewer->person };
    enum err e = doc_version_add(c, &out->doc, &v);
    if (!e && v.seq != out->seq)
        e = E_RETRY;
    out->name = arena_fmt(c->arena, "%.*s-共案-第%lld版.docx",
                          STR_ARG(name_safe(c->arena, p->title, NAME_BYTES)), (long long)v.number);
    return e;
}

/* ---- the resource */

static enum err form_of(struct call *c, const struct prep_row *p, const struct prep_publish *in,
                        int64_t doc, struct resource_form *f)
{
    struct prep_spot *at;
    size_t n;
    *f = (struct resource_form){
        .title = p->title,
        .kind = dict_code(DICT_resource_kind, resource_kind_lesson_plan),
        .scope = in->scope,
        .scope_ref = in->scope_ref,
        .dept = p->dept,
        .summary = in->summary,
        .origin = dict_code(DICT_origin, origin_team),
        .licence = in->has_licence ? in->licence : dict_code(DICT_licence, licence_share),
        .has_title = true,
        .has_kind = true,
        .has_scope = true,
        .has_scope_ref = in->has_scope_ref,
        .has_dept = true,
        .has_taxons = true,
        .has_authors = true,
        .has_summary = in->has_summary,
        .has_origin = true,
        .has_licence = true,
    };
    enum err e = prep_places(c->db, c->arena, p->id, &at, &n);
    f->taxons = arena_array(c->arena, n ? n : 1, sizeof *f->taxons);
    for (size_t i = 0; i < n && !e; i++)
        f->taxons[f->taxons_n++] = at[i].id;
    return e ? e : prep_authors(c->db, c->arena, p->id, doc, &f->authors, &f->authors_n);
}

/* Whether it was published before as something that is the lead author's still. */
static enum err published_before(struct call *c, const struct prep_row *p, bool *out)
{
    struct resource_row r;
    enum err e = p->resource ? resource_get(c->db, c->arena, p->resource, &r) : E_NOT_FOUND;
    *out = !e && r.owner == p->lead && r.state != RS_DISCARDED;
    return e == E_NOT_FOUND ? E_OK : e;
}

/* As the lead author, whose it is. */
static enum err resource_in(struct call *c, struct prep_row *p, const struct prep_publish *in,
                            struct fixed *paper)
{
    struct resource_form f;
    struct resource_row r;
    struct resource_acted acted;
    struct file_done done;
    bool again;
    enum err e = form_of(c, p, in, paper->doc.id, &f);
    if (e || (e = published_before(c, p, &again)))
        return e;
    e = again ? resource_alter(c, p->resource, 0, &f) : resource_make(c, &f, &p->resource);
    if (e || (e = intake_attach(c, p->resource, paper->name, S(""), &paper->blob, &done)) ||
        (e = resource_get(c->db, c->arena, p->resource, &r)))
        return e;
    if (r.state != RS_DRAFT && r.state != RS_RETURNED && r.state != RS_WITHDRAWN)
        return E_OK;
    return resource_step(c, r.id, resource_beyond(r.akey) ? RA_SUBMIT : RA_PUBLISH, S(""), &acted);
}

static enum err as_lead(struct call *c, struct prep_row *p, const struct prep_publish *in,
                        struct fixed *paper)
{
    const struct viewer *host = c->viewer;
    enum err e = viewer_of_person(c, p->lead);
    if (e == E_NOT_FOUND)
        e = fail(c, E_STATE, NULL, "主备人已停用，请先在安排里换一位主备人。");
    if (!e)
        e = resource_in(c, p, in, paper);
    c->viewer = host;
    return e;
}

/* What waits for an approval is approved at once by a host who may. */
static enum err approve(struct call *c, int64_t resource)
{
    struct resource_row r;
    struct resource_acted acted;
    enum err e = resource_get(c->db, c->arena, resource, &r);
    struct place at = resource_place_of(&r);
    if (e || r.state != RS_SUBMITTED || !may_at(c->viewer, CAP_resource_approve, &at))
        return e;
    return resource_step(c, resource, RA_APPROVE, S(""), &acted);
}

static enum err publish(struct call *c, int64_t id, const struct prep_publish *in,
                        struct fixed *paper)
{
    struct txn tx = { 0 };
    struct prep_access a;
    enum err e;
    if ((e = print(c, paper)) || (e = txn_begin(&tx, c->db)) ||
        (e = prep_to(c, id, PA_publish, &a)) || (e = fix(c, &a.row, paper)) ||
        (e = as_lead(c, &a.row, in, paper)) || (e = approve(c, a.row.resource)) ||
        (e = prep_shift(c, &a.row, PA_publish, PREP_personal, S(""))))
        goto done; /* P2 */
    e = audit_add(c, "prep.publish", "prep", id,
                  arena_fmt(c->arena, "resource:%lld", (long long)a.row.resource));
done:
    return txn_end(&tx, e);
}

enum err prep_publish(struct call *c, int64_t id, const struct prep_publish *in)
{
    struct prep_access a;
    struct fixed paper = { 0 };
    enum err e;
    if (str_eq(in->scope, dict_code(DICT_scope, AUD_PERSON)))
        return fail(c, E_INPUT, "scope", "共案是大家的，不能只给一个人看，请选择其他公开范围。");
    if ((e = prep_to(c, id, PA_publish, &a)) || (e = doc_of(c, &a, in, &paper.doc)) ||
        (e = doc_pause(c, paper.doc.id)))
        return e;
    e = publish(c, id, in, &paper);
    doc_resume(c, paper.doc.id);
    return e;
}
