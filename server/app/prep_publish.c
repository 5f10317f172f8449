/* Documents of a session, and how one is published. P1: what is published is the fixed version, and
 * that is all that was written: while the file is made, what guests say waits, and the end of their
 * right to write is in the transaction that makes the version. P2: the version, the resource, its
 * state and the session's stage change together or not at all: a second press finds the stage.
 * Once more after going back, it is the same resource with a new file, again as the host chooses;
 * another one where that one is another author's or was discarded.
 * P3: what is done in the lead author's name is his resource alone, and the host's act is on
 * record. P4: documents of a kind differ in their titles: two presses make one common plan.
 */
#include "server/app/prep_publish.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/doc_export.h"
#include "server/app/doc_pause.h"
#include "server/app/doc_template.h"
#include "server/app/intake.h"
#include "server/app/resource.h"
#include "server/format/name.h"
#include "storage/prep_doc.h"

#include <string.h>

enum { PAPER_CAP = 64 * 1024 * 1024, NAME_BYTES = 150 };

enum err prep_docs_get(struct call *c, int64_t id, struct prep_docs *out)
{
    struct prep_access a;
    int64_t *ids;
    size_t n;
    enum err e = prep_for(c, id, &a);
    if (e || (e = prep_doc_list(c->db, c->arena, id, &ids, &n)))
        return e;
    out->items = arena_array(c->arena, n ? n : 1, sizeof *out->items);
    for (size_t i = 0; i < n && !e; i++)
        e = doc_show(c, ids[i], &out->items[out->items_n++]);
    return e;
}

/* P4 */
static enum err single(struct call *c, int64_t id, const struct doc *made)
{
    int64_t *ids;
    size_t n;
    struct doc d;
    enum err e = prep_doc_list(c->db, c->arena, id, &ids, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (!(e = doc_get(c->db, c->arena, ids[i], &d)) && str_eq(d.kind, made->kind) &&
            str_eq(d.title, made->title))
            return fail(c, E_STATE, "title", "已有一份同名的，再建一份请写上另一个标题。");
    return e;
}

enum err prep_doc_put(struct call *c, int64_t id, const struct prep_doc_new *in, struct doc *out)
{
    struct prep_access a;
    enum err e = prep_to(c, id, PA_doc_add, &a);
    if (e)
        return e;
    *out = (struct doc){ .kind = in->kind,
                         .title = in->has_title ? str_trim(in->title) : a.row.title,
                         .owner_noun = S("prep"),
                         .owner_id = id,
                         .author = a.row.lead,
                         .read_key = AUDIENCE(AUD_DEPT, a.row.dept) };
    if (!out->title.n)
        return fail(c, E_INPUT, "title", "请填写标题。");
    if ((e = single(c, id, out)))
        return e;
    e = doc_make(c, out);
    return e ? e : prep_tell(c, &a.row, "prep", a.row.rev);
}

/* Those who take part, without guests, one after the other. */
static enum err names_of(struct call *c, int64_t id, struct str *out)
{
    struct prep_person *who;
    size_t n;
    enum err e = prep_people(c->db, c->arena, id, &who, &n);
    *out = S("");
    for (size_t i = 0; !e && i < n; i++)
        if (str_eqz(who[i].part, "participant"))
            *out = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(*out), out->n ? "、" : "",
                             STR_ARG(who[i].name));
    return e;
}

/* What a session's documents begin with, so that nobody types again what was arranged. */
static enum err known_of(struct call *c, const struct prep_row *p, struct doc_facts *out)
{
    struct prep_spot *at;
    struct str names;
    size_t n;
    enum err e = prep_places(c->db, c->arena, p->id, &at, &n);
    if (e || (e = names_of(c, p->id, &names)))
        return e;
    struct str subject = dict_text(DICT_subject, dict_number(DICT_subject, p->subject));
    struct str grade = dict_text(DICT_grade, dict_number(DICT_grade, p->grade));
    const struct doc_fact all[] = {
        { S("课题"), p->title },
        { S("学科与年级"), arena_fmt(c->arena, "%.*s%.*s", STR_ARG(grade), STR_ARG(subject)) },
        { S("版本、册次与单元"), n ? at[0].path : S("") },
        { S("主备人"), p->lead_name },
        { S("参备教师"), names },
    };
    out->n = sizeof all / sizeof *all;
    memcpy(out->items, all, sizeof all);
    return E_OK;
}

enum err prep_doc_add(struct call *c, int64_t id, const struct prep_doc_new *in, int64_t *doc)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct doc_seed seed = { 0 };
    struct doc_facts known;
    struct doc d;
    enum err e = prep_to(c, id, PA_doc_add, &a);
    if (e || (e = known_of(c, &a.row, &known)) ||
        (e = doc_seed_open(c, in->kind, in->from, &known, &seed)) || (e = txn_begin(&tx, c->db)) ||
        (e = prep_doc_put(c, id, in, &d)) || (e = doc_seed_plant(c, &seed, &d)))
        goto done;
    *doc = d.id;
done:
    doc_seed_fini(&seed);
    return txn_end(&tx, e);
}

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
