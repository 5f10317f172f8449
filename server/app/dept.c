/* 教研组 and 备课组. */
#include "server/app/dept.h"

#include "server/app/audit.h"
#include "server/app/cursor.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/app/person.h"
#include "server/base/id.h"
#include "storage/outbox.h"
#include "storage/place.h"

static struct place place_of(const struct dept *d)
{
    return (struct place){ .dept = d->id, .school = d->school, .group = d->group };
}

enum err dept_find(struct call *c, const struct dept_query *q, struct dept_page *out)
{
    struct dept_filter f = { .school = q->school,
                             .group = q->group,
                             .person = q->person,
                             .now = c->now,
                             .disabled = q->disabled };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    struct str key;
    enum err e;
    if ((e = cursor_read(c, "depts", q->cursor, &key, &f.after)) ||
        (e = dept_list(c->db, c->arena, &f, limit + 1, &out->items, &out->items_n)))
        return e;
    if (out->items_n > limit) {
        out->items_n = limit;
        out->has_next = true;
        out->next = cursor_make(c->arena, "depts", STR_NONE, out->items[limit - 1].id);
    }
    return E_OK;
}

enum err dept_show(struct call *c, int64_t id, struct dept *out)
{
    return dept_get(c->db, c->arena, id, c->now, out);
}

static enum err check(struct call *c, const struct dept *d)
{
    if (str_trim(d->name).n == 0)
        return fail(c, E_INPUT, "name", "请填写名称，如“三年级语文备课组”。");
    if (d->subject.n && !dict_number(DICT_subject, d->subject))
        return fail(c, E_INPUT, "subject", "没有这个学科，请从列表里选择。");
    if (d->grade.n && !dict_number(DICT_grade, d->grade))
        return fail(c, E_INPUT, "grade", "没有这个年级，请从列表里选择。");
    return E_OK;
}

/* Who is in, or administers the place, has other keys now. */
static enum err changed(struct call *c, const struct dept *d)
{
    enum err e = viewer_stale_dept(c->db, d->id);
    if (!e)
        e = viewer_rebuild(c->db, c->now);
    return e ? e : outbox_add(c->db, "dept", d->id, d->rev, AUDIENCE(AUD_COUNTY, 1));
}

enum err dept_create(struct call *c, const struct dept_new *in, struct dept *out)
{
    struct txn tx = { 0 };
    *out = (struct dept){
        .kind = in->kind,
        .name = str_trim(in->name),
        .subject = in->subject,
        .grade = in->grade,
        .school = in->school,
        .group = in->group,
        .uuid = id_uuid(c->arena),
        .created_at = c->now,
    };
    struct place at = place_of(out);
    enum err e;
    if ((in->school > 0) == (in->group > 0))
        return fail(c, E_INPUT, "school", "请选择属于哪所学校，或属于哪个集团。");
    if ((e = may(c, CAP_dept_edit, &at)) || (e = check(c, out)))
        return e;
    if ((e = txn_begin(&tx, c->db)))
        goto done;
    e = dept_put(c->db, out);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "name", "已有同名的组，或学校、集团不存在，请核对。");
    if (e || (e = changed(c, out)) || (e = audit_add(c, "dept.create", "dept", out->id, STR_NONE)))
        goto done;
    e = dept_get(c->db, c->arena, out->id, c->now, out);
done:
    return txn_end(&tx, e);
}

enum err dept_update(struct call *c, int64_t id, int64_t rev, const struct dept_edit *in,
                     struct dept *out)
{
    struct txn tx = { 0 };
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = dept_get(c->db, c->arena, id, c->now, out)))
        goto done;
    struct place at = place_of(out);
    if ((e = may(c, CAP_dept_edit, &at)))
        goto done;
    out->rev = rev;
    if (in->has_kind)
        out->kind = in->kind;
    if (in->has_name)
        out->name = str_trim(in->name);
    if (in->has_subject)
        out->subject = in->subject;
    if (in->has_grade)
        out->grade = in->grade;
    if (in->has_disabled)
        out->disabled_at = !in->disabled ? 0 : out->disabled_at ? out->disabled_at : c->now;
    if ((e = check(c, out)))
        goto done;
    e = dept_change(c->db, out);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "name", "已有同名的组，请换一个名称。");
    if (e || (e = changed(c, out)))
        goto done;
    e = audit_add(c, "dept.edit", "dept", id, STR_NONE);
done:
    return txn_end(&tx, e);
}

/* ---- members */

enum err dept_members(struct call *c, int64_t id, struct dept_member_page *out)
{
    struct dept d;
    enum err e = dept_show(c, id, &d);
    return e ? e : dept_member_list(c->db, c->arena, id, c->now, &out->items, &out->items_n);
}

static enum err begin(struct call *c, struct txn *tx, int64_t id, struct dept *d)
{
    enum err e;
    if ((e = txn_begin(tx, c->db)) || (e = dept_get(c->db, c->arena, id, c->now, d)))
        return e;
    struct place at = place_of(d);
    if ((e = may(c, CAP_dept_members, &at)))
        return e;
    return d->disabled_at ? fail(c, E_STATE, NULL, "这个组已停用，请先启用。") : E_OK;
}

/* People of the school or of the group's schools; elsewhere nobody's data may be given away. */
static enum err belongs(struct call *c, const struct dept *d, int64_t person)
{
    int64_t yes = 0;
    enum err e = d->school ? place_works_at(c->db, person, d->school, c->now, &yes)
                           : place_works_in(c->db, person, d->group, c->now, &yes);
    if (!e && !yes)
        return fail(c, E_INPUT, "person", "这位老师不在%s，不能加入。",
                    d->school ? "本校" : "本集团的学校");
    return e;
}

enum err dept_join(struct call *c, int64_t id, const struct dept_member_new *in,
                   struct dept_member *out)
{
    struct txn tx = { 0 };
    struct dept d;
    *out = (struct dept_member){
        .dept = id,
        .person = in->person,
        .leader = in->leader,
        .from_at = c->now,
        .until_at = FOREVER_MS,
    };
    enum err e;
    if ((e = begin(c, &tx, id, &d)) || (e = belongs(c, &d, in->person)))
        goto done;
    e = dept_member_put(c->db, out);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "person", "这位老师已经在组里了。");
    if (e || (e = changed(c, &d)) ||
        (e = audit_add(c, "dept.join", "dept", id,
                       arena_fmt(c->arena, "person:%lld", (long long)in->person))))
        goto done;
    e = dept_member_get(c->db, c->arena, out->id, out);
done:
    return txn_end(&tx, e);
}

static enum err member_of(struct call *c, int64_t id, int64_t member, struct dept_member *m)
{
    enum err e = dept_member_get(c->db, c->arena, member, m);
    return e ? e : m->dept == id ? E_OK : E_NOT_FOUND;
}

enum err dept_lead(struct call *c, int64_t id, int64_t member, bool leader)
{
    struct txn tx = { 0 };
    struct dept d;
    struct dept_member m;
    enum err e;
    if ((e = begin(c, &tx, id, &d)) || (e = member_of(c, id, member, &m)) ||
        (e = dept_member_leads(c->db, member, leader)) || (e = changed(c, &d)))
        goto done;
    e = audit_add(c, leader ? "dept.lead" : "dept.unlead", "dept", id,
                  arena_fmt(c->arena, "person:%lld", (long long)m.person));
done:
    return txn_end(&tx, e);
}

enum err dept_leave(struct call *c, int64_t id, int64_t member)
{
    struct txn tx = { 0 };
    struct dept d;
    struct dept_member m;
    enum err e;
    if ((e = begin(c, &tx, id, &d)) || (e = member_of(c, id, member, &m)) ||
        (e = dept_member_end(c->db, member, c->now)) || (e = changed(c, &d)))
        goto done;
    e = audit_add(c, "dept.leave", "dept", id,
                  arena_fmt(c->arena, "person:%lld", (long long)m.person));
done:
    return txn_end(&tx, e);
}

enum err handover_dept(struct call *c, int64_t from, int64_t to, int64_t *n)
{
    return dept_leads_over(c->db, from, to, c->now, n);
}
