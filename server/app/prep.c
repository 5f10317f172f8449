/* Making, changing and showing a session; who may what in it. Its life is in prep_act.c, lists in
 * prep_list.c.
 *
 * W1: lead, host, recorder and participants are members of the 备课组 when they are chosen, and
 * stay what they are when they leave it; guests are anybody. W2: the first three take part. W3:
 * what a signed record says is not changed. W4: what was shown stays shown: a silent round that is
 * switched off has been opened, and it is switched on only before anybody spoke. */
#include "server/app/prep.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/prep_weeks.h"
#include "server/app/resource.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "storage/dept.h"
#include "storage/prep_record.h"
#include "storage/prep_talk.h"
#include "storage/taxon.h"
#include "storage/term.h"

struct place prep_place_of_dept(int64_t dept, int64_t school, int64_t group)
{
    return (struct place){
        .dept = dept, .school = school, .group = group, .audience = AUDIENCE(AUD_DEPT, dept)
    };
}

/* ---- who may what */

static unsigned parts_of(struct call *c, const struct prep_row *p, struct str part)
{
    struct place at = prep_place_of_dept(p->dept, p->school, p->group);
    int64_t me = c->viewer->person;
    unsigned parts = 0;
    if (me && part.n) {
        parts |= str_eqz(part, "guest") ? PART_GUEST : PART_PARTICIPANT;
        parts |= (p->lead == me ? PART_LEAD : 0u) | (p->host == me ? PART_HOST : 0u) |
                 (p->recorder == me ? PART_RECORDER : 0u);
    }
    if (may_at(c->viewer, CAP_prep_arrange, &at))
        parts |= PART_LEADER;
    if (parts || may_at(c->viewer, CAP_prep_read, &at) || may_at(c->viewer, CAP_prep_check, &at))
        parts |= PART_SEES;
    return parts;
}

enum err prep_for(struct call *c, int64_t id, struct prep_access *out)
{
    struct prep_person me = { .part = STR_NONE };
    enum err e = prep_get(c->db, c->arena, id, &out->row);
    if (e)
        return e;
    e = prep_person_get(c->db, c->arena, id, c->viewer->person, &me);
    if (e && e != E_NOT_FOUND)
        return e;
    out->insider = !e;
    out->parts = parts_of(c, &out->row, me.part);
    return out->parts ? E_OK : E_NOT_FOUND;
}

/* Called off, it can only be taken up again; what was said stays to be read. */
static bool alive(const struct prep_row *p, enum prep_act act)
{
    return (p->cancelled_at > 0) == (act == PA_resume);
}

bool prep_can(const struct prep_access *a, enum prep_act act)
{
    return prep_his(a->parts, act) && prep_legal(a->row.stage, act) && alive(&a->row, act);
}

enum err prep_may(struct call *c, const struct prep_access *a, enum prep_act act)
{
    if (!prep_his(a->parts, act))
        return fail(c, E_FORBIDDEN, NULL, "这一步由主持人、主备人等相应角色进行，您不能操作。");
    if (!alive(&a->row, act))
        return fail(c, E_STATE, NULL, "%s",
                    a->row.cancelled_at ? "这次集体备课已取消，请先恢复。"
                                        : "这次集体备课没有取消，请刷新后查看。");
    if (!prep_legal(a->row.stage, act))
        return fail(c, E_STATE, NULL, "“%.*s”阶段不能进行这项操作，请刷新后查看。",
                    STR_ARG(prep_stage_text(a->row.stage)));
    return E_OK;
}

enum err prep_to(struct call *c, int64_t id, enum prep_act act, struct prep_access *out)
{
    enum err e = prep_for(c, id, out);
    return e ? e : prep_may(c, out, act);
}

enum err prep_doc_right(struct call *c, const struct doc *d, struct doc_rights *out)
{
    struct prep_access a;
    enum err e = prep_for(c, d->owner_id, &a);
    if (e == E_NOT_FOUND)
        return E_OK; /* it stays at none */
    if (e)
        return e;
    out->right = prep_right_in(a.row.stage, a.row.cancelled_at > 0, a.parts);
    out->offer = prep_can(&a, PA_offer);
    return E_OK;
}

bool prep_hidden(const struct prep_row *p)
{
    return p->silent && !p->opened_at;
}

/* ---- what was filled in */

static enum err member_check(struct call *c, int64_t dept, int64_t person, const char *field)
{
    bool fits;
    enum err e = prep_fits(c->db, person, dept, c->now, &fits);
    if (e || fits)
        return e;
    return dept
               ? fail(c, E_INPUT, field, "只能选备课组现在的成员，请重新选择；组外的人可作为嘉宾。")
               : fail(c, E_INPUT, field, "没有这个人，或已停用，请重新选择。");
}

/* Who has this part already was a member when he was chosen (W1). */
static enum err part_check(struct call *c, const struct prep_row *p, int64_t dept, int64_t person,
                           const char *part, const char *field)
{
    struct prep_person who = { .part = STR_NONE };
    enum err e = p->id ? prep_person_get(c->db, c->arena, p->id, person, &who) : E_NOT_FOUND;
    if (e && e != E_NOT_FOUND)
        return e;
    return !e && str_eqz(who.part, part) ? E_OK : member_check(c, dept, person, field);
}

static enum err role_check(struct call *c, const struct prep_row *p, int64_t *who, int64_t person,
                           const char *field)
{
    bool same = p->id && *who == person;
    *who = person;
    return same ? E_OK : member_check(c, p->dept, person, field);
}

static enum err code_check(struct call *c, enum dict d, struct str code, const char *field)
{
    if (!code.n || dict_number(d, code))
        return E_OK;
    return fail(c, E_INPUT, field, "“%.*s”不是可选的%.*s，请从列表中选择。", STR_ARG(code),
                STR_ARG(dict_table(d).text));
}

/* When it is, and which teaching week that falls in. */
static enum err times_in(struct call *c, const struct prep_form *f, struct prep_row *p)
{
    int64_t id;
    struct term t;
    enum err e;
    if (f->has_starts_at)
        p->starts_at = f->starts_at;
    if (f->has_ends_at)
        p->ends_at = f->ends_at;
    if ((p->starts_at == 0) != (p->ends_at == 0))
        return fail(c, E_INPUT, "ends_at", "请把开始和结束时间都填上，或都不填。");
    if (p->ends_at < p->starts_at || p->ends_at - p->starts_at > 60 * DAY_MS)
        return fail(c, E_INPUT, "ends_at", "结束时间要晚于开始时间，且不超过 60 天。");
    p->at = p->starts_at ? p->starts_at : p->created_at;
    p->term = p->week = 0;
    if ((e = term_at(c->db, day_local(p->at), &id)) || (e = term_get(c->db, c->arena, id, &t)))
        return e == E_NOT_FOUND ? E_OK : e;
    p->term = id;
    p->week = p->starts_at ? week_of(&t, day_local(p->at)) : 0;
    return E_OK;
}

static enum err people_in(struct call *c, const struct prep_form *f, struct prep_row *p)
{
    enum err e = E_OK;
    if (f->has_lead)
        e = role_check(c, p, &p->lead, f->lead, "lead");
    if (!e && f->has_host)
        e = role_check(c, p, &p->host, f->host, "host");
    if (!e && f->has_recorder)
        e = role_check(c, p, &p->recorder, f->recorder, "recorder");
    for (size_t i = 0; f->has_participants && i < f->participants_n && !e; i++)
        e = part_check(c, p, p->dept, f->participants[i], "participant", "participants");
    for (size_t i = 0; f->has_guests && i < f->guests_n && !e; i++)
        e = part_check(c, p, 0, f->guests[i], "guest", "guests");
    return e;
}

static enum err twice(struct call *c, const int64_t *ids, size_t n, const char *field)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (ids[i] == ids[k])
                return fail(c, E_INPUT, field, "同一项选择了两次，请去掉一个。");
    return E_OK;
}

static enum err lists_check(struct call *c, const struct prep_form *f)
{
    struct resource_row r;
    struct taxon t;
    enum err e = twice(c, f->taxons, f->has_taxons ? f->taxons_n : 0, "taxons");
    if (!e)
        e = twice(c, f->materials, f->has_materials ? f->materials_n : 0, "materials");
    for (size_t i = 0; f->has_taxons && i < f->taxons_n && !e; i++)
        if ((e = taxon_get(c->db, c->arena, f->taxons[i], &t)) == E_NOT_FOUND)
            return fail(c, E_INPUT, "taxons", "选择的目录不存在，请重新选择。");
    for (size_t i = 0; f->has_materials && i < f->materials_n && !e; i++)
        if ((e = resource_for_reader(c, f->materials[i], &r)) == E_NOT_FOUND)
            return fail(c, E_INPUT, "materials", "选择的资源不存在或您看不到，请重新选择。");
    for (size_t i = 0; f->has_deadlines && i < f->deadlines_n && !e; i++) {
        f->deadlines[i].stage_no = prep_stage_number(f->deadlines[i].stage);
        for (size_t k = 0; k < i; k++)
            if (f->deadlines[k].stage_no == f->deadlines[i].stage_no)
                return fail(c, E_INPUT, "deadlines", "同一阶段写了两个截止时间，请去掉一个。");
    }
    return e;
}

static enum err form_in(struct call *c, const struct prep_form *f, struct prep_row *p)
{
    enum err e;
    if (f->has_title)
        p->title = str_trim(f->title);
    if (f->has_subject)
        p->subject = f->subject;
    if (f->has_grade)
        p->grade = f->grade;
    if (f->has_way)
        p->way = f->way;
    if (f->has_place)
        p->place = str_trim(f->place);
    if (f->has_agenda)
        p->agenda = str_trim(f->agenda);
    if (f->has_silent)
        p->silent = f->silent;
    if (!p->title.n)
        return fail(c, E_INPUT, "title", "请填写课题。");
    if ((e = code_check(c, DICT_subject, p->subject, "subject")) ||
        (e = code_check(c, DICT_grade, p->grade, "grade")) || (e = times_in(c, f, p)) ||
        (e = people_in(c, f, p)))
        return e;
    return lists_check(c, f);
}

/* The participants with lead, host and recorder among them (W2); all members where none are named.
 */
static enum err participants(struct call *c, const struct prep_form *f, const struct prep_row *p,
                             int64_t **out, size_t *n)
{
    struct dept_member *m = NULL;
    size_t m_n = 0;
    const int64_t key[] = { p->lead, p->host, p->recorder };
    enum err e =
        f->has_participants ? E_OK : dept_member_list(c->db, c->arena, p->dept, c->now, &m, &m_n);
    size_t given = f->has_participants ? f->participants_n : m_n;
    *out = arena_array(c->arena, given + 3, sizeof **out);
    *n = 0;
    for (size_t i = 0; i < given && !e; i++)
        (*out)[(*n)++] = f->has_participants ? f->participants[i] : m[i].person;
    for (size_t i = 0; i < 3; i++) {
        size_t k = 0;
        while (k < *n && (*out)[k] != key[i])
            k++;
        if (k == *n)
            (*out)[(*n)++] = key[i];
    }
    return e;
}

/* Who takes part already, when only lead, host or recorder change. */
static enum err present_participants(struct call *c, const struct prep_row *p, struct prep_form *f)
{
    struct prep_person *now;
    size_t n;
    enum err e = prep_people(c->db, c->arena, p->id, &now, &n);
    f->participants = arena_array(c->arena, n ? n : 1, sizeof *f->participants);
    for (size_t i = 0; i < n && !e; i++)
        if (str_eqz(now[i].part, "participant"))
            f->participants[f->participants_n++] = now[i].person;
    f->has_participants = true;
    return e;
}

/* The guests: those named, or those there are; nobody who participates. */
static enum err guests(struct call *c, const struct prep_form *f, const struct prep_row *p,
                       const int64_t *who, size_t who_n, int64_t **out, size_t *n)
{
    struct prep_person *now = NULL;
    size_t now_n = 0;
    enum err e = f->has_guests ? E_OK : prep_people(c->db, c->arena, p->id, &now, &now_n);
    size_t given = f->has_guests ? f->guests_n : now_n;
    *out = arena_array(c->arena, given ? given : 1, sizeof **out);
    *n = 0;
    for (size_t i = 0; i < given && !e; i++) {
        int64_t one = f->has_guests ? f->guests[i] : now[i].person;
        if (!f->has_guests && !str_eqz(now[i].part, "guest"))
            continue;
        size_t k = 0;
        while (k < who_n && who[k] != one)
            k++;
        if (k == who_n)
            (*out)[(*n)++] = one;
    }
    return e;
}

static enum err lists_in(struct call *c, const struct prep_form *f, const struct prep_row *p)
{
    int64_t *who, *outside;
    size_t n, outside_n;
    enum err e = participants(c, f, p, &who, &n);
    if (!e)
        e = guests(c, f, p, who, n, &outside, &outside_n);
    if (!e) /* first who goes from one list, so that the other may have him */
        e = prep_people_drop(c->db, p->id, outside, outside_n, "guest");
    if (!e)
        e = prep_people_set(c->db, p, who, n, "participant");
    if (!e)
        e = prep_people_set(c->db, p, outside, outside_n, "guest");
    if (!e && f->has_taxons)
        e = prep_places_set(c->db, p->id, f->taxons, f->taxons_n);
    if (!e && f->has_materials)
        e = prep_materials_set(c->db, p->id, f->materials, f->materials_n);
    if (!e && f->has_deadlines)
        e = prep_deadlines_set(c->db, p->id, f->deadlines, f->deadlines_n);
    return e;
}

/* ---- making and changing */

static enum err log_act(struct call *c, const struct prep_row *p, const char *act)
{
    struct prep_log l = { .at = c->now,
                          .person = c->viewer->person,
                          .act = str_of(act),
                          .was_no = p->stage,
                          .became_no = p->stage,
                          .note = S("") };
    return prep_log_put(c->db, p->id, &l);
}

enum err prep_make(struct call *c, const struct prep_form *f, struct prep_row *out)
{
    struct dept d;
    enum err e = dept_get(c->db, c->arena, f->dept, c->now, &d);
    if (e)
        return e == E_NOT_FOUND ? fail(c, E_INPUT, "dept", "没有这个备课组，请重新选择。") : e;
    if (!str_eqz(d.kind, "prep") || d.disabled_at)
        return fail(c, E_INPUT, "dept", "集体备课要选一个在用的备课组。");
    *out = (struct prep_row){ .dept = d.id,
                              .school = d.school,
                              .group = d.group,
                              .stage = PREP_plan,
                              .stage_at = c->now,
                              .lead = c->viewer->person,
                              .host = c->viewer->person,
                              .uuid = id_uuid(c->arena),
                              .subject = d.subject,
                              .grade = d.grade,
                              .title = S(""),
                              .way = S("online"),
                              .place = S(""),
                              .agenda = S(""),
                              .silent = true,
                              .created_by = c->viewer->person,
                              .created_at = c->now,
                              .changed_at = c->now };
    struct prep_form all = *f;
    all.has_lead = all.has_host = true;
    all.lead = f->has_lead ? f->lead : out->lead;
    all.host = f->has_host ? f->host : out->host;
    if (!f->has_recorder) {
        all.has_recorder = true;
        all.recorder = all.lead;
    }
    if ((e = form_in(c, &all, out)) || (e = prep_put(c->db, out)) || (e = lists_in(c, f, out)) ||
        (e = log_act(c, out, "create")) || (e = prep_tell(c, out, "prep", out->rev)))
        return e;
    return prep_notice_all(c, out, "prep.invited", STR_NONE);
}

enum err prep_create(struct call *c, const struct prep_form *f, int64_t *id)
{
    struct txn tx = { 0 };
    struct dept d;
    struct prep_row p;
    enum err e = txn_begin(&tx, c->db);
    if (e)
        goto done;
    if (!f->has_dept) {
        e = fail(c, E_INPUT, "dept", "请选择备课组。");
        goto done;
    }
    if ((e = dept_get(c->db, c->arena, f->dept, c->now, &d)))
        goto done;
    struct place at = prep_place_of_dept(d.id, d.school, d.group);
    if ((e = may(c, CAP_prep_create, &at)) || (e = prep_make(c, f, &p)))
        goto done;
    *id = p.id;
    e = audit_add(c, "prep.create", "prep", p.id, STR_NONE);
done:
    return txn_end(&tx, e);
}

/* W3 */
enum err prep_unsigned(struct call *c, int64_t id, int64_t at)
{
    struct prep_record r;
    enum err e = prep_record_get(c->db, c->arena, id, &r);
    if (e || !r.signed_at || at > r.signed_at)
        return e;
    return fail(c, E_STATE, NULL, "记录表已由组长签字，要改请先请组长撤回签字。");
}

/* W4 */
static enum err silence(struct call *c, const struct prep_form *f, struct prep_row *p)
{
    struct prep_opinion_filter any = { .session = p->id, .limit = 1 };
    struct prep_opinion *o;
    size_t n;
    if (!f->has_silent || f->silent == p->silent)
        return E_OK;
    if (!f->silent)
        return prep_open_up(c, p);
    enum err e = prep_opinion_list(c->db, c->arena, &any, &o, &n);
    if (!e && n)
        return fail(c, E_INPUT, "silent", "已有人写了意见，大家都看得到，不能再改为先各自写。");
    p->opened_at = 0;
    return e;
}

enum err prep_update(struct call *c, int64_t id, int64_t rev, const struct prep_form *f)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_form all = *f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_edit, &a)))
        goto done;
    struct prep_row *p = &a.row;
    int64_t was = p->starts_at;
    if ((e = prep_unsigned(c, id, 0)) || (e = silence(c, f, p)))
        goto done;
    p->rev = rev;
    p->changed_at = c->now;
    if ((e = form_in(c, f, p)) ||
        (!f->has_participants && (e = present_participants(c, p, &all))) ||
        (e = prep_change(c->db, p)) || (e = lists_in(c, &all, p)) || (e = log_act(c, p, "edit")) ||
        (e = prep_tell(c, p, "prep", p->rev)) || (e = prep_tell_docs(c, p)))
        goto done;
    if (p->starts_at != was && p->starts_at)
        e = prep_notice_all(c, p, "prep.moved",
                            prep_json(c->arena, "when", prep_time(c->arena, p->starts_at)));
done:
    return txn_end(&tx, e);
}

/* ---- showing */

static enum err people_of(struct call *c, const struct prep_access *a, struct prep *out)
{
    struct prep_person *p;
    size_t n;
    enum err e = prep_people(c->db, c->arena, a->row.id, &p, &n);
    out->people = arena_array(c->arena, n ? n : 1, sizeof *out->people);
    for (size_t i = 0; i < n && !e; i++)
        out->people[out->people_n++] =
            (struct prep_who){ .person = p[i].person,
                               .part = p[i].part,
                               .answer = p[i].answer,
                               .reason = p[i].reason,
                               .name = p[i].name,
                               .school_name = p[i].school_name,
                               .spoke = p[i].spoke,
                               .has_spoke = (a->parts & PART_HOST) != 0 };
    return e;
}

static void may_list(struct call *c, const struct prep_access *a, struct prep *out)
{
    out->may = arena_array(c->arena, PA_count, sizeof *out->may);
    for (int act = PA_NONE + 1; act < PA_count; act++)
        if (prep_can(a, (enum prep_act)act))
            out->may[out->may_n++] = prep_act_code((enum prep_act)act);
}

static struct prep shown(const struct prep_access *a)
{
    const struct prep_row *p = &a->row;
    return (struct prep){
        .id = p->id,
        .rev = p->rev,
        .dept = p->dept,
        .school = p->school,
        .group = p->group,
        .lead = p->lead,
        .host = p->host,
        .recorder = p->recorder,
        .starts_at = p->starts_at,
        .ends_at = p->ends_at,
        .term = p->term,
        .week = p->week,
        .stage_at = p->stage_at,
        .opened_at = p->opened_at,
        .resource = p->resource,
        .created_at = p->created_at,
        .changed_at = p->changed_at,
        .cancelled_at = p->cancelled_at,
        .title = p->title,
        .stage = prep_stage_code(p->stage),
        .subject = p->subject,
        .grade = p->grade,
        .way = p->way,
        .place = p->place,
        .agenda = p->agenda,
        .dept_name = p->dept_name,
        .lead_name = p->lead_name,
        .host_name = p->host_name,
        .recorder_name = p->recorder_name,
        .right = str_of(doc_right_words[prep_right_in(p->stage, p->cancelled_at > 0, a->parts)]),
        .silent = p->silent,
    };
}

/* Only to whom it opens: it may wait for an approval, or be for fewer than the session's people. */
static enum err resource_of(struct call *c, struct prep *out)
{
    struct resource_row r;
    out->resource_state = S("");
    if (!out->resource)
        return E_OK;
    enum err e = resource_get(c->db, c->arena, out->resource, &r);
    if (e)
        return e;
    out->resource_state = dict_code(DICT_resource_state, r.state);
    if ((e = resource_for_reader(c, out->resource, &r)) == E_NOT_FOUND)
        out->resource = 0;
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err prep_show(struct call *c, int64_t id, struct prep *out)
{
    struct prep_access a;
    struct prep_record r;
    enum err e = prep_for(c, id, &a);
    if (e || (e = prep_record_get(c->db, c->arena, id, &r)))
        return e;
    *out = shown(&a);
    out->signed_at = r.signed_at;
    may_list(c, &a, out);
    if ((e = resource_of(c, out)) || (e = people_of(c, &a, out)) ||
        (e = prep_places(c->db, c->arena, id, &out->places, &out->places_n)) ||
        (e = prep_materials(c->db, c->arena, id, &out->materials, &out->materials_n)) ||
        (e = prep_deadlines(c->db, c->arena, id, &out->deadlines, &out->deadlines_n)))
        return e;
    for (size_t i = 0; i < out->materials_n; i++)
        out->materials[i].kind = dict_code(DICT_resource_kind, out->materials[i].kind_no);
    for (size_t i = 0; i < out->deadlines_n; i++)
        out->deadlines[i].stage = prep_stage_code(out->deadlines[i].stage_no);
    return E_OK;
}
