/* Making, changing and showing a resource. Its life is in resource_act.c, lists in resource_page.c,
 * files in file.c.
 *
 * W1: the author alone changes what a resource says; approvers say yes or no. W2: an author can
 * only choose an audience he belongs to. W3: what is published keeps its rows of resource_at in
 * step (R1 of storage/resource.h): they are dropped before a change and put after it. */
#include "server/app/resource.h"

#include "server/app/dict.h"
#include "server/app/may.h"
#include "storage/taxon.h"

struct place resource_place_of(const struct resource_row *r)
{
    return (struct place){
        .owner = r->owner,
        .dept = r->dept,
        .school = r->school,
        .audience = r->state == RS_PUBLISHED ? r->akey : AUDIENCE(AUD_PERSON, r->owner),
    };
}

static enum cap cap_to_read(const struct resource_row *r)
{
    switch (r->state) {
    case RS_PUBLISHED: return CAP_resource_read;
    case RS_SUBMITTED:
    case RS_REVIEWING: return CAP_resource_approve_see;
    case RS_WITHDRAWN:
        return r->akey % 8 == AUD_PERSON ? CAP_resource_edit : CAP_resource_withdrawn_see;
    default: return CAP_resource_edit;
    }
}

enum err resource_for_reader(struct call *c, int64_t id, struct resource_row *r)
{
    enum err e = resource_get(c->db, c->arena, id, r);
    if (e)
        return e;
    struct place at = resource_place_of(r);
    e = may(c, cap_to_read(r), &at);
    return e == E_FORBIDDEN ? E_NOT_FOUND : e;
}

enum err resource_may(struct call *c, const struct resource_row *r, enum cap cap)
{
    struct place at = resource_place_of(r);
    at.audience = 0; /* he sees it already */
    return may(c, cap, &at);
}

enum err resource_for_author(struct call *c, int64_t id, struct resource_row *r)
{
    enum err e = resource_for_reader(c, id, r);
    return e ? e : resource_may(c, r, CAP_resource_edit);
}

/* ---- what was filled in */

/* One dictionary code of the form; field is its name. */
static enum err code_in(struct call *c, enum dict d, bool has, struct str code, const char *field,
                        int64_t *number)
{
    if (!has)
        return E_OK;
    *number = dict_number(d, code);
    if (*number || code.n == 0)
        return E_OK;
    return fail(c, E_INPUT, field, "“%.*s”不是可选的%.*s，请从列表中选择。", STR_ARG(code),
                STR_ARG(dict_table(d).text));
}

static enum err only_key_in(struct call *c, enum audience_kind kind, int64_t *akey)
{
    *akey = viewer_only_key(c->viewer, kind);
    if (*akey > 0)
        return E_OK;
    if (*akey < 0)
        return fail(c, E_INPUT, "scope_ref", "您属于不止一个%s，请选择公开给哪一个。",
                    kind == AUD_DEPT ? "备课组" : "集团");
    return fail(c, E_INPUT, "scope", "您还没有加入%s，请选择其他公开范围。",
                kind == AUD_DEPT ? "备课组" : "教育集团");
}

static enum err scope_in(struct call *c, const struct resource_form *f, struct resource_row *r)
{
    int64_t kind = 0;
    enum err e = code_in(c, DICT_scope, f->has_scope, f->scope, "scope", &kind);
    if (e || !f->has_scope)
        return e;
    if (kind == 0)
        return fail(c, E_INPUT, "scope", "请选择公开范围。");
    if (kind == AUD_PERSON)
        r->akey = AUDIENCE(AUD_PERSON, c->viewer->person);
    else if (kind == AUD_COUNTY)
        r->akey = AUDIENCE(AUD_COUNTY, 1);
    else if (kind == AUD_SCHOOL && !f->has_scope_ref)
        r->akey = AUDIENCE(AUD_SCHOOL, r->school);
    else if (f->has_scope_ref)
        r->akey = AUDIENCE(kind, f->scope_ref);
    else if (kind == AUD_DEPT && r->dept)
        r->akey = AUDIENCE(AUD_DEPT, r->dept);
    else if ((e = only_key_in(c, (enum audience_kind)kind, &r->akey)))
        return e;
    if (!viewer_has_key(c->viewer, r->akey))
        return fail(c, E_INPUT, "scope", "只能公开给您所在的备课组、学校或集团，请重新选择。");
    if (kind == AUD_DEPT)
        r->dept = r->akey / 8;
    return E_OK;
}

static enum err places_check(struct call *c, const struct resource_form *f, struct resource_row *r)
{
    struct taxon t;
    if (!f->has_taxons)
        return E_OK;
    for (size_t i = 0; i < f->taxons_n; i++) {
        enum err e = taxon_get(c->db, c->arena, f->taxons[i], &t);
        if (e == E_NOT_FOUND)
            return fail(c, E_INPUT, "taxons", "选择的目录不存在，请重新选择。");
        if (e)
            return e;
        for (size_t k = 0; k < i; k++)
            if (f->taxons[k] == f->taxons[i])
                return fail(c, E_INPUT, "taxons", "同一目录选择了两次，请去掉一个。");
    }
    r->taxon = f->taxons_n ? f->taxons[0] : 0;
    return E_OK;
}

static enum err modes_check(struct call *c, const struct resource_form *f)
{
    for (size_t i = 0; f->has_modes && i < f->modes_n; i++)
        if (!dict_number(DICT_mode, f->modes[i]))
            return fail(c, E_INPUT, "modes", "没有这种教学模式，请从列表中选择。");
    return E_OK;
}

static enum err dept_in(struct call *c, const struct resource_form *f, struct resource_row *r)
{
    if (!f->has_dept)
        return E_OK;
    if (f->dept && !viewer_has_key(c->viewer, AUDIENCE(AUD_DEPT, f->dept)))
        return fail(c, E_INPUT, "dept", "您不在这个备课组，请重新选择。");
    r->dept = f->dept;
    return E_OK;
}

static enum err form_in(struct call *c, const struct resource_form *f, struct resource_row *r)
{
    enum err e;
    if ((e = code_in(c, DICT_resource_kind, f->has_kind, f->kind, "kind", &r->kind)) ||
        (e = code_in(c, DICT_lesson_type, f->has_lesson_type, f->lesson_type, "lesson_type",
                     &r->lesson_type)) ||
        (e = code_in(c, DICT_origin, f->has_origin, f->origin, "origin", &r->origin)) ||
        (e = code_in(c, DICT_licence, f->has_licence, f->licence, "licence", &r->licence)) ||
        (e = dept_in(c, f, r)) || (e = modes_check(c, f)) || (e = scope_in(c, f, r)) ||
        (e = places_check(c, f, r)))
        return e;
    if (f->has_title)
        r->title = str_trim(f->title);
    if (f->has_origin_note)
        r->origin_note = str_trim(f->origin_note);
    if (f->has_summary)
        r->summary = str_trim(f->summary);
    if (r->title.n == 0)
        return fail(c, E_INPUT, "title", "请填写标题。");
    if (r->kind == 0)
        return fail(c, E_INPUT, "kind", "请选择资源类型。");
    return E_OK;
}

static enum err lists_in(struct call *c, int64_t id, const struct resource_form *f)
{
    enum err e = E_OK;
    if (f->has_taxons)
        e = resource_places_set(c->db, id, f->taxons, f->taxons_n);
    if (!e && f->has_modes)
        e = resource_tags_set(c->db, id, f->modes, f->modes_n);
    if (!e && f->has_authors)
        e = resource_authors_set(c->db, id, f->authors, f->authors_n);
    return e;
}

/* ---- making and changing */

enum err resource_make(struct call *c, const struct resource_form *f, int64_t *id)
{
    struct place here = { .owner = c->viewer->person, .school = c->viewer->school };
    struct resource_row r = {
        .state = RS_DRAFT,
        .akey = AUDIENCE(AUD_PERSON, c->viewer->person),
        .owner = c->viewer->person,
        .school = c->viewer->school,
        .created_at = c->now,
        .changed_at = c->now,
    };
    enum err e = may(c, CAP_resource_create, &here);
    if (e || (e = resource_dept_of(c->db, r.owner, c->now, &r.dept)) || (e = form_in(c, f, &r)) ||
        (e = resource_put(c->db, &r)) || (e = lists_in(c, r.id, f)))
        return e;
    struct resource_log log = {
        .at = c->now, .person = r.owner, .act_no = RA_CREATE, .became_no = RS_DRAFT
    };
    if ((e = resource_log_put(c->db, r.id, &log)))
        return e;
    *id = r.id;
    return resource_touched(c, &r);
}

enum err resource_create(struct call *c, const struct resource_form *f, int64_t *id)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    return txn_end(&tx, e ? e : resource_make(c, f, id));
}

enum err resource_alter(struct call *c, int64_t id, int64_t rev, const struct resource_form *f)
{
    struct resource_row r;
    enum err e = resource_for_author(c, id, &r);
    if (e)
        return e;
    if (rev && r.rev != rev)
        return E_REV;
    if (r.state == RS_DISCARDED)
        return E_STATE;
    struct resource_row before = r;
    if ((e = form_in(c, f, &r)))
        return e;
    before.akey = r.akey; /* whether it needs an approval is asked of the new audience */
    if ((e = resource_at_drop(c->db, &r)) || (e = resource_content_changed(c, &before)))
        return e;
    r.state = before.state;
    r.rev = before.rev;
    r.changed_at = c->now;
    if ((e = resource_edit(c->db, &r)) || (e = lists_in(c, id, f)) ||
        (e = resource_at_put(c->db, &r)))
        return e;
    return resource_touched(c, &r);
}

enum err resource_change(struct call *c, int64_t id, int64_t rev, const struct resource_form *f)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = resource_alter(c, id, rev, f);
    return txn_end(&tx, e);
}

/* ---- showing */

static enum err spots(struct call *c, int64_t id, struct resource *out)
{
    int64_t *taxa;
    size_t n;
    enum err e = resource_places(c->db, c->arena, id, &taxa, &n);
    out->places = arena_array(c->arena, n ? n : 1, sizeof *out->places);
    for (size_t i = 0; i < n && !e; i++) {
        struct taxon t;
        if ((e = taxon_get(c->db, c->arena, taxa[i], &t)))
            break;
        out->places[out->places_n++] = (struct resource_spot){ t.id, t.name, t.path };
    }
    return e;
}

static enum err files_of(struct call *c, int64_t id, struct resource *out)
{
    struct file *files;
    size_t n;
    enum err e = file_list(c->db, c->arena, id, &files, &n);
    out->files = arena_array(c->arena, n ? n : 1, sizeof *out->files);
    for (size_t i = 0; i < n && !e; i++)
        out->files[out->files_n++] = (struct resource_file){
            .id = files[i].id,
            .ord = files[i].ord,
            .version = files[i].version,
            .size = files[i].size,
            .at = files[i].at,
            .name = files[i].name,
            .mime = files[i].mime,
            .kind = files[i].kind,
            .path = files[i].path,
            .state = files[i].quarantined ? S("refused") : S("ok"),
            .reason = files[i].reason,
        };
    return e;
}

/* What this viewer may do to it now, so that the client shows no button in vain. */
static void may_list(struct call *c, const struct resource_row *r, struct resource *out)
{
    struct place at = resource_place_of(r);
    bool author = may_at(c->viewer, CAP_resource_edit, &at);
    bool approver = may_at(c->viewer, CAP_resource_approve, &at);
    bool keeper = may_at(c->viewer, CAP_resource_withdraw, &at);
    out->may = arena_array(c->arena, RA_count + 1, sizeof *out->may);
    if (author && r->state != RS_DISCARDED)
        out->may[out->may_n++] = S("edit");
    for (int a = RA_SUBMIT; a <= RA_DISCARD; a++) {
        enum resource_who who = resource_act_who((enum resource_act)a);
        bool mine = who == WHO_AUTHOR ? author : who == WHO_APPROVER ? approver : keeper;
        bool wrong_way = (a == RA_SUBMIT && !resource_beyond(r->akey)) ||
                         (a == RA_PUBLISH && resource_beyond(r->akey));
        if (mine && !wrong_way &&
            resource_next((enum resource_state)r->state, (enum resource_act)a))
            out->may[out->may_n++] = dict_code(DICT_resource_act, a);
    }
}

static enum err note_of(struct call *c, const struct resource_row *r, struct resource *out)
{
    struct resource_log last;
    if (r->state != RS_RETURNED)
        return E_OK;
    enum err e = resource_log_last(c->db, c->arena, r->id, &last);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    out->has_note = last.note.n > 0;
    out->note = last.note;
    return E_OK;
}

enum err resource_show(struct call *c, int64_t id, struct resource *out)
{
    struct resource_row r;
    enum err e = resource_for_reader(c, id, &r);
    if (e)
        return e;
    *out = (struct resource){
        .id = r.id,
        .rev = r.rev,
        .title = r.title,
        .kind = dict_code(DICT_resource_kind, r.kind),
        .state = dict_code(DICT_resource_state, r.state),
        .scope = dict_code(DICT_scope, r.akey % 8),
        .scope_ref = r.akey / 8,
        .lesson_type = dict_code(DICT_lesson_type, r.lesson_type),
        .summary = r.summary,
        .origin = dict_code(DICT_origin, r.origin),
        .origin_note = r.origin_note,
        .licence = dict_code(DICT_licence, r.licence),
        .dept = r.dept,
        .owner = r.owner,
        .owner_name = r.owner_name,
        .school = r.school,
        .school_name = r.school_name,
        .bytes = r.bytes,
        .taken = r.taken_n,
        .created_at = r.created_at,
        .changed_at = r.changed_at,
        .published_at = r.published_at,
    };
    may_list(c, &r, out);
    if ((e = resource_scope_name(c->db, c->arena, r.akey, &out->scope_name)) ||
        (e = resource_person_name(c->db, c->arena, r.approved_by, &out->approved_by)) ||
        (e = resource_tags(c->db, c->arena, id, &out->modes, &out->modes_n)) ||
        (e = resource_authors(c->db, c->arena, id, &out->authors, &out->authors_n)) ||
        (e = note_of(c, &r, out)) || (e = spots(c, id, out)))
        return e;
    return files_of(c, id, out);
}
