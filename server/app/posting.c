/* Further schools of a person: they give rights from their first to their last moment. The school
 * that receives somebody, or the county, writes them. */
#include "server/app/person.h"

#include "server/app/audit.h"
#include "server/app/may.h"

enum err posting_find(struct call *c, int64_t person, struct posting_page *out)
{
    struct person p;
    enum err e = person_get(c->db, c->arena, person, &p);
    return e ? e : posting_list(c->db, c->arena, person, &out->items, &out->items_n);
}

enum err posting_add(struct call *c, int64_t person, const struct posting_new *in,
                     struct posting *out)
{
    struct place at = { .school = in->school };
    struct txn tx = { 0 };
    struct person p;
    *out = (struct posting){
        .person = person,
        .school = in->school,
        .form = in->form,
        .from_at = in->has_from_at ? in->from_at : c->now,
        .until_at = in->has_until_at ? in->until_at : FOREVER_MS,
    };
    enum err e = may(c, CAP_person_edit, &at);
    if (e)
        return e;
    if (out->until_at <= out->from_at)
        return fail(c, E_INPUT, "until_at", "结束时间要晚于开始时间。");
    if ((e = txn_begin(&tx, c->db)) || (e = person_get(c->db, c->arena, person, &p)))
        goto done;
    if (p.school == in->school || p.disabled_at) {
        e = fail(c, E_INPUT, "school", "这位老师本来就在这所学校，或已停用，不需要登记。");
        goto done;
    }
    if ((e = posting_put(c->db, out)) || (e = viewer_anew(c, person)) ||
        (e = audit_add(c, "posting.create", "person", person, STR_NONE)))
        goto done;
    e = posting_get(c->db, c->arena, out->id, out);
done:
    if (e == E_CONFLICT)
        e = fail(c, E_INPUT, "school", "没有这所学校，请重新选择。");
    return txn_end(&tx, e);
}

enum err posting_stop(struct call *c, int64_t person, int64_t id)
{
    struct txn tx = { 0 };
    struct posting p;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = posting_get(c->db, c->arena, id, &p)))
        goto done;
    struct place at = { .school = p.school };
    if (p.person != person) {
        e = E_NOT_FOUND;
        goto done;
    }
    if ((e = may(c, CAP_person_edit, &at)) || (e = posting_end(c->db, id, c->now)) ||
        (e = viewer_anew(c, person)))
        goto done;
    e = audit_add(c, "posting.end", "person", person, STR_NONE);
done:
    return txn_end(&tx, e);
}
