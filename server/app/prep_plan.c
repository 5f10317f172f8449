/* Term plans: showing, writing, shifting, proposing. Sessions of them are made in prep_hold.c. */
#include "server/app/prep_plan.h"

#include "server/app/audit.h"
#include "server/app/may.h"
#include "server/app/prep.h"
#include "server/app/prep_weeks.h"
#include "server/app/teaching.h"
#include "server/base/clock.h"
#include "storage/dept.h"
#include "storage/group.h"
#include "storage/outbox.h"
#include "storage/taxon.h"

enum { PLANS_MAX = 200, ROWS_MAX = 400 };

static struct place place_of(const struct prep_plan *p)
{
    return prep_place_of_dept(p->dept, p->school, p->group);
}

static enum err may_see(struct call *c, const struct place *at)
{
    return may_at(c->viewer, CAP_prep_check, at) ? E_OK : may(c, CAP_prep_read, at);
}

static enum err load(struct call *c, int64_t id, struct prep_plan *p)
{
    enum err e = prep_plan_get(c->db, c->arena, id, p);
    if (e)
        return e;
    struct place at = place_of(p);
    return may_see(c, &at);
}

enum err prep_plan_for_writing(struct call *c, int64_t id, struct prep_plan *p, struct term *t)
{
    enum err e = load(c, id, p);
    if (e || (e = prep_plan_rows(c->db, c->arena, p)))
        return e;
    struct place at = place_of(p);
    at.audience = 0; /* he sees it already */
    e = may(c, CAP_prep_arrange, &at);
    return e ? e : term_get(c->db, c->arena, p->term, t);
}

enum err prep_plan_find(struct call *c, const struct prep_plan_query *q, struct prep_plan_page *out)
{
    struct prep_plan *p;
    size_t n;
    enum err e = prep_plan_list(c->db, c->arena, q->dept, q->term, PLANS_MAX, &p, &n);
    if (e)
        return e;
    out->items = arena_array(c->arena, n ? n : 1, sizeof *out->items);
    for (size_t i = 0; i < n; i++) {
        struct place at = place_of(&p[i]);
        if (may_at(c->viewer, CAP_prep_read, &at) || may_at(c->viewer, CAP_prep_check, &at))
            out->items[out->items_n++] = (struct prep_plan_card){ .id = p[i].id,
                                                                  .rev = p[i].rev,
                                                                  .dept = p[i].dept,
                                                                  .term = p[i].term,
                                                                  .changed_at = p[i].changed_at,
                                                                  .dept_name = p[i].dept_name,
                                                                  .term_name = p[i].term_name };
    }
    return E_OK;
}

enum err prep_plan_show(struct call *c, int64_t id, struct prep_plan *out)
{
    struct term t;
    enum err e = load(c, id, out);
    if (e || (e = prep_plan_rows(c->db, c->arena, out)) ||
        (e = term_get(c->db, c->arena, out->term, &t)))
        return e;
    struct place at = place_of(out);
    out->edit = may_at(c->viewer, CAP_prep_arrange, &at);
    out->weeks = arena_array(c->arena, WEEKS_MAX, sizeof *out->weeks);
    out->weeks_n = weeks_teaching(&t, 1, WEEKS_MAX, out->weeks);
    for (size_t i = 0; i < out->rows_n; i++)
        out->rows[i].stage = prep_stage_code(out->rows[i].stage_no);
    return E_OK;
}

/* ---- writing */

static enum err line_check(struct call *c, const struct prep_plan *p, const struct term *t,
                           const struct prep_plan_line *l)
{
    struct taxon x;
    bool fits = true;
    enum err e = E_OK;
    if (!str_trim(l->title).n)
        return fail(c, E_INPUT, "rows", "每一行都要填写课题。");
    if (l->week > weeks_in(t))
        return fail(c, E_INPUT, "rows", "这个学期只有 %lld 周，请检查周次。",
                    (long long)weeks_in(t));
    if (l->taxon && (e = taxon_get(c->db, c->arena, l->taxon, &x)))
        return e == E_NOT_FOUND ? fail(c, E_INPUT, "rows", "选择的目录不存在，请重新选择。") : e;
    if (l->lead && (e = prep_fits(c->db, l->lead, p->dept, c->now, &fits)))
        return e;
    return fits ? E_OK : fail(c, E_INPUT, "rows", "主备人只能选备课组现在的成员。");
}

/* An id stands for a row that is there, and keeps its session. */
static enum err rows_in(struct call *c, const struct term *t, struct prep_plan *p,
                        const struct prep_plan_line *l, size_t n)
{
    struct prep_plan_row *rows = arena_array(c->arena, n ? n : 1, sizeof *rows);
    enum err e = E_OK;
    for (size_t i = 0; i < n && !e; i++) {
        bool known = !l[i].id;
        for (size_t k = 0; k < p->rows_n; k++)
            known |= p->rows[k].id == l[i].id;
        for (size_t k = 0; k < i; k++)
            known &= !l[i].id || l[k].id != l[i].id;
        if (!known)
            return fail(c, E_INPUT, "rows", "有一行已被别人删除，请刷新后再改。");
        e = line_check(c, p, t, &l[i]);
        rows[i] = (struct prep_plan_row){ .id = l[i].id,
                                          .week = l[i].week,
                                          .title = str_trim(l[i].title),
                                          .taxon = l[i].taxon,
                                          .lead = l[i].lead };
    }
    p->rows = rows;
    p->rows_n = n;
    return e;
}

/* The n-th teaching week there is the n-th here, the last one where there are fewer. */
static enum err copy_in(struct call *c, const struct term *t, const struct prep_plan *from,
                        struct prep_plan *p)
{
    struct term was;
    int64_t there[WEEKS_MAX], here[WEEKS_MAX];
    enum err e = term_get(c->db, c->arena, from->term, &was);
    if (e)
        return e;
    size_t there_n = weeks_teaching(&was, 1, WEEKS_MAX, there);
    size_t here_n = weeks_teaching(t, 1, WEEKS_MAX, here);
    p->rows = arena_array(c->arena, from->rows_n ? from->rows_n : 1, sizeof *p->rows);
    for (size_t i = 0; i < from->rows_n && here_n && !e; i++) {
        const struct prep_plan_row *r = &from->rows[i];
        bool fits = false;
        size_t nth = 0;
        while (nth + 1 < there_n && there[nth] < r->week)
            nth++;
        e = r->lead ? prep_fits(c->db, r->lead, p->dept, c->now, &fits) : E_OK;
        p->rows[p->rows_n++] =
            (struct prep_plan_row){ .week = here[nth < here_n ? nth : here_n - 1],
                                    .title = r->title,
                                    .taxon = r->taxon,
                                    .lead = fits ? r->lead : 0 };
    }
    return e;
}

static enum err tell(struct call *c, const struct prep_plan *p)
{
    return outbox_add(c->db, "prep_plan", p->id, p->rev, AUDIENCE(AUD_DEPT, p->dept));
}

static enum err fill(struct call *c, const struct prep_plan_new *in, const struct term *t,
                     struct prep_plan *p)
{
    struct prep_plan from;
    enum err e;
    if (in->has_rows)
        return rows_in(c, t, p, in->rows, in->rows_n);
    if (!in->has_copy)
        return E_OK;
    if ((e = load(c, in->copy, &from)) || (e = prep_plan_rows(c->db, c->arena, &from)))
        return e == E_NOT_FOUND ? fail(c, E_INPUT, "copy", "要复制的学期计划不存在。") : e;
    return copy_in(c, t, &from, p);
}

enum err prep_plan_create(struct call *c, const struct prep_plan_new *in, int64_t *id)
{
    struct txn tx = { 0 };
    struct dept d;
    struct term t;
    struct prep_plan p = {
        .dept = in->dept, .term = in->term, .created_by = c->viewer->person, .created_at = c->now
    };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = dept_get(c->db, c->arena, in->dept, c->now, &d)))
        goto done;
    struct place at = prep_place_of_dept(d.id, d.school, d.group);
    if ((e = may(c, CAP_prep_arrange, &at)))
        goto done;
    if ((e = term_get(c->db, c->arena, in->term, &t))) {
        e = e == E_NOT_FOUND ? fail(c, E_INPUT, "term", "没有这个学期，请重新选择。") : e;
        goto done;
    }
    e = prep_plan_put(c->db, &p);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "term", "这个备课组本学期已有计划，请直接修改。");
    if (e || (e = fill(c, in, &t, &p)) || (e = prep_plan_set(c->db, &p, c->now)) ||
        (e = tell(c, &p)))
        goto done;
    *id = p.id;
    e = audit_add(c, "prep_plan.create", "prep_plan", p.id, STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err prep_plan_update(struct call *c, int64_t id, int64_t rev, const struct prep_plan_edit *in)
{
    struct txn tx = { 0 };
    struct prep_plan p;
    struct term t;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_plan_for_writing(c, id, &p, &t)) ||
        (e = rows_in(c, &t, &p, in->rows, in->rows_n)))
        goto done;
    p.rev = rev;
    if (!(e = prep_plan_set(c->db, &p, c->now)))
        e = tell(c, &p);
done:
    return txn_end(&tx, e);
}

/* ---- 顺延 */

static bool moves(const struct prep_plan_row *r, int64_t week)
{
    return r->week >= week && (!r->session || r->stage_no <= PREP_draft || r->cancelled_at);
}

/* To the same weekday of that week, or what stands for it there; the deadlines as much later. */
static enum err session_later(struct call *c, const struct term *t, int64_t session, int64_t week)
{
    struct prep_row p;
    struct prep_deadline *d;
    size_t n;
    enum err e = prep_get(c->db, c->arena, session, &p);
    if (e || !p.starts_at || p.cancelled_at ||
        (e = prep_deadlines(c->db, c->arena, session, &d, &n)))
        return e;
    int64_t was = day_local(p.starts_at), day = week_day(t, week, day_weekday(was));
    int64_t later = (day - was) * DAY_MS;
    p.starts_at += later;
    p.ends_at += later;
    p.at = p.starts_at;
    p.week = week;
    p.changed_at = c->now;
    for (size_t i = 0; i < n; i++)
        d[i].at += later;
    if ((e = prep_change(c->db, &p)) || (e = prep_deadlines_set(c->db, session, d, n)) ||
        (e = prep_tell(c, &p, "prep", p.rev)))
        return e;
    return prep_notice_all(c, &p, "prep.moved",
                           prep_json(c->arena, "when", prep_time(c->arena, p.starts_at)));
}

enum err prep_plan_shift(struct call *c, int64_t id, int64_t rev, int64_t week)
{
    struct txn tx = { 0 };
    struct prep_plan p;
    struct term t;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_plan_for_writing(c, id, &p, &t)))
        goto done;
    for (size_t i = 0; i < p.rows_n && !e; i++) {
        struct prep_plan_row *r = &p.rows[i];
        if (!moves(r, week))
            continue;
        r->week = week_after(&t, r->week);
        if (!r->week)
            e = fail(c, E_STATE, "week", "顺延后“%.*s”排到了学期结束之后，请先合并或删去几课。",
                     STR_ARG(r->title));
        else if (r->session)
            e = session_later(c, &t, r->session, r->week);
    }
    p.rev = rev;
    if (!e && !(e = prep_plan_set(c->db, &p, c->now)))
        e = tell(c, &p);
done:
    return txn_end(&tx, e);
}

/* ---- a proposal */

static enum err book_of(struct call *c, const struct prep_plan_wish *in, const struct dept *d,
                        const struct term *t, struct prep_plan_proposal *out)
{
    struct teaching by = { .school = d->school, .grade = d->grade, .subject = d->subject };
    struct group g;
    struct taxon v;
    enum err e = E_OK;
    if (in->has_volume) {
        if ((e = taxon_get(c->db, c->arena, in->volume, &v)))
            return e == E_NOT_FOUND ? fail(c, E_INPUT, "volume", "选择的目录不存在，请重新选择。")
                                    : e;
        out->volume = v.id;
        out->path = v.path;
        return E_OK;
    }
    if (d->group && !(e = group_get(c->db, c->arena, d->group, c->now, &g)))
        by.school = g.lead_school;
    if (e || (e = teaching_book(c, t, &by)))
        return e;
    out->volume = by.taxon;
    out->path = by.taxon_path;
    return by.taxon
               ? E_OK
               : fail(c, E_INPUT, "volume", "还没有登记备课组所用的教材版本，请选择一册教材。");
}

enum err prep_plan_propose(struct call *c, const struct prep_plan_wish *in,
                           struct prep_plan_proposal *out)
{
    struct dept d;
    struct term t;
    struct taxon *l;
    struct dept_member *m;
    size_t n, m_n;
    int64_t weeks[WEEKS_MAX];
    enum err e = dept_get(c->db, c->arena, in->dept, c->now, &d);
    if (e)
        return e;
    struct place at = prep_place_of_dept(d.id, d.school, d.group);
    if ((e = may(c, CAP_prep_arrange, &at)) || (e = term_get(c->db, c->arena, in->term, &t)) ||
        (e = book_of(c, in, &d, &t, out)) ||
        (e = taxon_lessons(c->db, c->arena, out->volume, &l, &n)) ||
        (e = dept_member_list(c->db, c->arena, d.id, c->now, &m, &m_n)))
        return e;
    size_t weeks_n = weeks_teaching(&t, in->has_from_week ? in->from_week : 1,
                                    in->has_until_week ? in->until_week : WEEKS_MAX, weeks);
    if (!weeks_n)
        return fail(c, E_INPUT, "from_week", "这几周里没有教学周，请检查起止周次。");
    n = n > ROWS_MAX ? ROWS_MAX : n;
    out->rows = arena_array(c->arena, n ? n : 1, sizeof *out->rows);
    for (size_t i = 0, turn = 0, before = 0; i < n; i++) {
        size_t w = week_spread(i, n, weeks_n);
        turn += i > 0 && w != before; /* who leads a week, leads all of it */
        before = w;
        out->rows[out->rows_n++] = (struct prep_plan_line){ .week = weeks[w],
                                                            .taxon = l[i].id,
                                                            .lead = m_n ? m[turn % m_n].person : 0,
                                                            .title = l[i].name,
                                                            .has_taxon = true,
                                                            .has_lead = m_n > 0 };
    }
    return E_OK;
}
