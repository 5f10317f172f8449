/* Teaching and adoptions. What somebody teaches, he may say himself; it is what his first page is
 * made from. */
#include "server/app/teaching.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "storage/outbox.h"
#include "storage/place.h"

enum err teaching_find(struct call *c, const struct teaching_query *q, struct teaching_page *out)
{
    struct teaching_filter f = { .term = q->term, .person = q->person, .school = q->school };
    if (!q->has_person && !q->has_school)
        f.person = c->viewer->person;
    return teaching_list(c->db, c->arena, &f, &out->items, &out->items_n);
}

static enum err check(struct call *c, const struct teaching *t)
{
    int64_t yes = 0;
    if (!dict_number(DICT_grade, t->grade))
        return fail(c, E_INPUT, "grade", "没有这个年级，请从列表里选择。");
    if (!dict_number(DICT_subject, t->subject))
        return fail(c, E_INPUT, "subject", "没有这个学科，请从列表里选择。");
    enum err e = place_works_at(c->db, t->person, t->school, c->now, &yes);
    if (!e && !yes)
        return fail(c, E_INPUT, "school", "这位老师不在这所学校任教，请先登记任职。");
    return e;
}

static struct place place_of(const struct teaching *t)
{
    return (struct place){ .owner = t->person, .school = t->school };
}

static enum err told(struct call *c, const struct teaching *t)
{
    return outbox_add(c->db, "teaching", t->id, 0, AUDIENCE(AUD_PERSON, t->person));
}

enum err teaching_create(struct call *c, const struct teaching_new *in, struct teaching *out)
{
    struct txn tx = { 0 };
    *out = (struct teaching){
        .term = in->term,
        .person = in->person,
        .school = in->school,
        .class_no = in->class_no,
        .taxon = in->taxon,
        .grade = in->grade,
        .subject = in->subject,
    };
    struct place at = place_of(out);
    enum err e = may(c, CAP_teaching_edit, &at);
    if (e || (e = txn_begin(&tx, c->db)) || (e = check(c, out)))
        goto done;
    e = teaching_put(c->db, out);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "class_no", "已经登记过这个班的这门课，或学期不存在，请核对。");
    if (e || (e = told(c, out)) ||
        (e = audit_add(c, "teaching.create", "person", out->person, STR_NONE)))
        goto done;
    e = teaching_get(c->db, c->arena, out->id, out);
done:
    return txn_end(&tx, e);
}

enum err teaching_stop(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    struct teaching t;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = teaching_get(c->db, c->arena, id, &t)))
        goto done;
    struct place at = place_of(&t);
    if ((e = may(c, CAP_teaching_edit, &at)) || (e = teaching_end(c->db, id, c->now)) ||
        (e = told(c, &t)))
        goto done;
    e = audit_add(c, "teaching.end", "person", t.person, STR_NONE);
done:
    return txn_end(&tx, e);
}

/* ---- adoptions */

enum err adoption_find(struct call *c, const struct adoption_query *q, struct adoption_page *out)
{
    return adoption_list(c->db, c->arena, q->school, q->year, &out->items, &out->items_n);
}

enum err adoption_put(struct call *c, const struct adoption_new *in, struct adoption *out)
{
    struct txn tx = { 0 };
    struct str name;
    enum err e = place_name(c->db, c->arena, SCOPE_SCHOOL, in->school, &name);
    if (!e)
        e = may(c, CAP_adoption_edit, &(struct place){ .school = in->school });
    if (e)
        return e;
    if (!dict_number(DICT_grade, in->grade) || !dict_number(DICT_subject, in->subject) ||
        !dict_number(DICT_edition, in->edition))
        return fail(c, E_INPUT, "edition", "年级、学科或教材版本不在列表里，请重新选择。");
    *out = (struct adoption){
        .school = in->school,
        .year = in->year,
        .grade = in->grade,
        .subject = in->subject,
        .edition = in->edition,
    };
    if ((e = txn_begin(&tx, c->db)) || (e = adoption_set(c->db, out)) ||
        (e = outbox_add(c->db, "adoption", out->id, out->rev, AUDIENCE(AUD_SCHOOL, in->school))))
        goto done;
    e = audit_add(c, "adoption.set", "school", in->school,
                  arena_fmt(c->arena, "%lld %.*s %.*s %.*s", (long long)in->year,
                            STR_ARG(in->grade), STR_ARG(in->subject), STR_ARG(in->edition)));
done:
    return txn_end(&tx, e);
}
