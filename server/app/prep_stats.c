/* What the 备课组 of a school or group did in a term: counts of sessions, never of persons. */
#include "server/app/prep_record.h"

#include "server/base/clock.h"
#include "server/format/sheet.h"
#include "storage/dept.h"
#include "storage/term.h"

static enum err stats_right(struct call *c, const struct prep_stat_query *q)
{
    struct place at = { .school = q->school, .group = q->group };
    struct dept d;
    if (q->has_dept + q->has_school + q->has_group != 1)
        return fail(c, E_INPUT, "dept", "请选择一个备课组、一所学校或一个集团。");
    if (q->has_dept) {
        enum err e = dept_get(c->db, c->arena, q->dept, c->now, &d);
        if (e)
            return e;
        at = prep_place_of_dept(d.id, d.school, d.group);
        return may_at(c->viewer, CAP_prep_check, &at) ? E_OK : may(c, CAP_prep_read, &at);
    }
    return may(c, CAP_prep_check, &at);
}

enum err prep_stats_get(struct call *c, const struct prep_stat_query *q, struct prep_stats *out)
{
    struct term t;
    enum err e = stats_right(c, q);
    out->term = q->term;
    if (!e && !q->has_term)
        e = term_at(c->db, day_local(c->now), &out->term);
    if (e || (e = term_get(c->db, c->arena, out->term, &t)))
        return e;
    out->term_name = t.name;
    struct prep_stat_filter f = {
        .term = t.id, .dept = q->dept, .school = q->school, .group = q->group
    };
    return prep_stat_list(c->db, c->arena, &f, &out->items, &out->items_n);
}

static struct str number(struct call *c, int64_t n)
{
    return arena_fmt(c->arena, "%lld", (long long)n);
}

enum err prep_stats_sheet(struct call *c, const struct prep_stat_query *q, struct buf *out,
                          struct str *name)
{
    static const int widths[] = { 26, 26, 8, 8, 8, 10, 10, 10, 8, 10, 8, 8, 8 };
    const struct str head[] = { S("备课组"),   S("所属"),     S("次数"), S("已定稿"), S("已取消"),
                                S("应到人次"), S("实到人次"), S("意见"), S("采纳"),   S("部分采纳"),
                                S("不采纳"),   S("反思"),     S("发布") };
    enum { COLUMNS = sizeof head / sizeof *head };
    struct prep_stats s = { 0 };
    enum err e = prep_stats_get(c, q, &s);
    if (e)
        return e;
    struct xlsx *x = xlsx_new(out->cap);
    xlsx_sheet(x, S("集体备课"), widths, COLUMNS);
    xlsx_head(x, head, COLUMNS);
    for (size_t i = 0; i < s.items_n; i++) {
        const struct prep_stat *p = &s.items[i];
        const struct str row[COLUMNS] = {
            p->dept_name,           p->place_name,           number(c, p->sessions),
            number(c, p->finished), number(c, p->cancelled), number(c, p->invited),
            number(c, p->present),  number(c, p->opinions),  number(c, p->adopted),
            number(c, p->partly),   number(c, p->rejected),  number(c, p->reflections),
            number(c, p->published)
        };
        xlsx_row(x, row, COLUMNS);
    }
    e = xlsx_finish(x, c->now, out);
    xlsx_free(x);
    *name = arena_fmt(c->arena, "集体备课统计-%.*s.xlsx", STR_ARG(s.term_name));
    return e;
}
