/* Sessions from the rows of a term plan. */
#include "server/app/prep.h"
#include "server/app/prep_plan.h"
#include "server/app/prep_weeks.h"
#include "server/base/clock.h"

static bool wanted(const struct prep_plan_hold *in, const struct prep_plan_row *r)
{
    if (r->session || !r->lead)
        return false;
    for (size_t i = 0; i < in->rows_n; i++)
        if (in->rows[i] == r->id)
            return true;
    return !in->has_rows;
}

static int64_t moment(int64_t day, int64_t minute)
{
    return day_start(day) + minute * MINUTE_MS;
}

static enum err hold_one(struct call *c, const struct prep_plan *p, const struct term *t,
                         const struct prep_plan_hold *in, const struct prep_plan_row *r,
                         int64_t *session)
{
    struct prep_row made;
    int64_t day = week_day(t, r->week, (int)in->weekday), taxon = r->taxon;
    struct prep_form f = {
        .dept = p->dept,
        .title = r->title,
        .lead = r->lead,
        .host = r->lead,
        .taxons = &taxon,
        .taxons_n = taxon ? 1 : 0,
        .starts_at = day ? moment(day, in->start_min) : 0,
        .ends_at = day ? moment(day, in->end_min) : 0,
        .way = in->has_way ? in->way : S("online"),
        .place = in->has_place ? in->place : S(""),
        .has_dept = true,
        .has_title = true,
        .has_lead = true,
        .has_host = true,
        .has_taxons = true,
        .has_starts_at = true,
        .has_ends_at = true,
        .has_way = true,
        .has_place = true,
    };
    bool leads;
    enum err e = prep_fits(c->db, c->viewer->person, p->dept, c->now, &leads);
    if (leads) /* who arranges it is the host, where he is one of them */
        f.host = c->viewer->person;
    if (e || (e = prep_make(c, &f, &made)))
        return e;
    *session = made.id;
    return prep_plan_row_session(c->db, r->id, made.id);
}

enum err prep_plan_hold(struct call *c, int64_t id, const struct prep_plan_hold *in,
                        struct prep_plan_held *out)
{
    struct txn tx = { 0 };
    struct prep_plan p;
    struct term t;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_plan_for_writing(c, id, &p, &t)))
        goto done;
    if (in->end_min <= in->start_min) {
        e = fail(c, E_INPUT, "end_min", "结束时间要晚于开始时间。");
        goto done;
    }
    out->sessions = arena_array(c->arena, p.rows_n ? p.rows_n : 1, sizeof *out->sessions);
    for (size_t i = 0; i < p.rows_n && !e; i++)
        if (wanted(in, &p.rows[i]))
            e = hold_one(c, &p, &t, in, &p.rows[i], &out->sessions[out->sessions_n++]);
    if (!e && !out->sessions_n)
        e = fail(c, E_STATE, "rows",
                 "没有可以建立的：请先给各行选好主备人；已建立的不会重复建立。");
done:
    return txn_end(&tx, e);
}
