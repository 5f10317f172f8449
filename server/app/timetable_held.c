/* What a school has of a term: told, given as a sheet, taken away.
 *
 * H1: the sheet is one that timetable_take reads: what stands above the heads explains them, and
 * there is nothing below them but lessons. */
#include "server/app/audit.h"
#include "server/app/may.h"
#include "server/app/timetable.h"
#include "server/base/clock.h"
#include "server/format/sheet.h"
#include "storage/school.h"
#include "storage/term.h"

enum { COLUMNS = 7 };

enum err timetable_held(struct call *c, int64_t school, const struct timetable_at *q,
                        struct timetable_held *out)
{
    struct school s;
    enum err e = may(c, CAP_timetable_read, &(struct place){ .school = school });
    if (e || (e = school_get(c->db, c->arena, school, &s)))
        return e;
    out->term = q->term;
    if (!q->has_term && (e = term_at(c->db, day_local(c->now), &out->term)))
        return e == E_NOT_FOUND ? E_OK : e;
    e = timetable_teachers(c->db, c->arena, out->term, school, &out->items, &out->items_n);
    for (size_t i = 0; i < out->items_n && !e; i++)
        out->lessons += out->items[i].lessons;
    return e;
}

static void put_lesson(struct call *c, struct xlsx *x, const struct timetable_lesson *l)
{
    static const char *const days[] = {
        "", "周一", "周二", "周三", "周四", "周五", "周六", "周日"
    };
    static const char *const weeks[] = { "", "单", "双" };
    const struct str row[COLUMNS] = { l->staff_no,
                                      l->person_name,
                                      str_of(days[l->weekday]),
                                      arena_fmt(c->arena, "第%lld节", (long long)l->period),
                                      l->class_name,
                                      l->subject,
                                      str_of(weeks[l->weeks]) };
    xlsx_row(x, row, COLUMNS);
}

static void put_heads(struct xlsx *x)
{
    static const int widths[COLUMNS] = { 12, 12, 8, 8, 16, 12, 8 };
    const struct str heads[COLUMNS] = { S("工号"), S("姓名"), S("星期"),  S("节次"),
                                        S("班级"), S("学科"), S("单双周") };
    const struct str days[] = { S("周一"), S("周二"), S("周三"), S("周四"),
                                S("周五"), S("周六"), S("周日") };
    const struct str periods[] = { S("第1节"), S("第2节"), S("第3节"), S("第4节"),
                                   S("第5节"), S("第6节"), S("第7节"), S("第8节") };
    const struct str weeks[] = { S("单"), S("双") };
    xlsx_sheet(x, S("课表"), widths, COLUMNS);
    xlsx_note(x, S("一行写一节课。工号和姓名至少填一项，有同名老师时填工号；单双周不分的留空。"));
    xlsx_note(x, S("例：1024，王芳，周一，第1节，三（1）班，语文，单"));
    xlsx_head(x, heads, COLUMNS);
    xlsx_choice(x, 2, days, sizeof days / sizeof *days);
    xlsx_choice(x, 3, periods, sizeof periods / sizeof *periods);
    xlsx_choice(x, 6, weeks, sizeof weeks / sizeof *weeks);
}

enum err timetable_sheet(struct call *c, int64_t school, const struct timetable_at *q,
                         struct buf *out, struct str *name)
{
    struct timetable_filter f = { .term = q->term, .school = school };
    struct timetable_lesson *l = NULL;
    struct school s;
    struct term t;
    size_t n = 0;
    enum err e = may(c, CAP_timetable_read, &(struct place){ .school = school });
    if (e || (e = school_get(c->db, c->arena, school, &s)))
        return e;
    if (q->has_term && ((e = term_get(c->db, c->arena, q->term, &t)) ||
                        (e = timetable_list(c->db, c->arena, &f, &l, &n))))
        return e;
    struct xlsx *x = xlsx_new(out->cap);
    put_heads(x);
    for (size_t i = 0; i < n; i++)
        put_lesson(c, x, &l[i]);
    e = xlsx_finish(x, c->now, out);
    xlsx_free(x);
    *name = q->has_term
                ? arena_fmt(c->arena, "课表-%.*s-%.*s.xlsx", STR_ARG(s.name), STR_ARG(t.name))
                : S("课表-空表.xlsx");
    return e;
}

enum err timetable_drop(struct call *c, int64_t school, const struct timetable_drop *q)
{
    struct txn tx = { 0 };
    int64_t n = 0;
    enum err e = may(c, CAP_timetable_edit, &(struct place){ .school = school });
    if (e || (e = txn_begin(&tx, c->db)) || (e = timetable_clear(c->db, q->term, school, &n)))
        goto done;
    if (n)
        e = audit_add(c, "timetable.clear", "school", school,
                      arena_fmt(c->arena, "%lld", (long long)n));
done:
    return txn_end(&tx, e);
}
