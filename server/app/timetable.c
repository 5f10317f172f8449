/* Taking in and showing timetables. */
#include "server/app/timetable.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/app/prep_weeks.h"
#include "server/app/sheet_rows.h"
#include "server/app/timetable_int.h"
#include "server/base/clock.h"
#include "server/base/utf.h"
#include "storage/list.h"
#include "storage/person.h"
#include "storage/school.h"
#include "storage/term.h"

enum { WRONG_MAX = 100, STRANGERS_MAX = 100, NAME_MAX_BYTES = 120 };

/* ---- showing */

static enum err find_right(struct call *c, const struct timetable_query *q)
{
    struct place at = { .school = q->school };
    struct person p;
    if (q->has_school)
        return may(c, CAP_timetable_read, &at);
    if (!q->has_person || q->person == c->viewer->person)
        return E_OK;
    enum err e = person_get(c->db, c->arena, q->person, &p);
    at.school = p.school;
    return e ? e : may(c, CAP_timetable_read, &at);
}

enum err timetable_find(struct call *c, const struct timetable_query *q, struct timetable_page *out)
{
    struct timetable_filter f = {
        .term = q->term, .person = q->person, .school = q->school, .now = c->now
    };
    struct term t;
    enum err e = find_right(c, q);
    if (!e && !q->has_term)
        e = term_at(c->db, day_local(c->now), &f.term);
    if (e)
        return e == E_NOT_FOUND && !q->has_person && !q->has_school ? E_OK : e;
    if (!q->has_person && !q->has_school)
        f.person = c->viewer->person;
    if ((e = term_get(c->db, c->arena, f.term, &t)))
        return e;
    out->term = f.term;
    out->week = week_of(&t, day_local(c->now));
    return timetable_list(c->db, c->arena, &f, &out->items, &out->items_n);
}

/* ---- taking in */

struct taking {
    struct call *c;
    int64_t term, school;
    struct timetable_done *out;
    struct list wrong, strangers, lessons;
};

static struct str told(struct str s)
{
    return s.n ? utf_head(s, NAME_MAX_BYTES) : S("");
}

static void wrong(struct taking *t, const struct timetable_line *l, const char *why)
{
    if (t->out->wrong_rows++ < WRONG_MAX)
        *(struct timetable_wrong *)list_add(&t->wrong) =
            (struct timetable_wrong){ l->sheet, l->row, told(l->name.n ? l->name : l->staff_no),
                                      str_of(why) };
}

/* Told once, with how many rows there are of him. */
static void stranger(struct taking *t, const struct timetable_line *l)
{
    struct timetable_stranger *all = t->strangers.p;
    struct str name = told(l->name), staff_no = told(l->staff_no);
    for (size_t i = 0; i < t->strangers.n; i++)
        if (str_eq(all[i].name, name) && str_eq(all[i].staff_no, staff_no)) {
            all[i].rows++;
            return;
        }
    if ((name.n || staff_no.n) && t->strangers.n < STRANGERS_MAX)
        *(struct timetable_stranger *)list_add(&t->strangers) =
            (struct timetable_stranger){ name, staff_no, 1 };
}

static const char *line_fault(const struct timetable_line *l, int64_t person)
{
    if (!l->name.n && !l->staff_no.n)
        return "没有写是哪位老师，请填姓名或工号。";
    if (!l->weekday || l->weekday > 7)
        return "星期没有看懂，请写成“周三”或“3”。";
    if (!l->period || l->period > 20)
        return "节次没有看懂，请写成“第3节”或“3”。";
    if (l->weeks < 0)
        return "单双周请写“单”“双”，或留空。";
    if (l->class_name.n > NAME_MAX_BYTES || l->subject.n > NAME_MAX_BYTES)
        return "班级或学科写得太长。";
    if (person < 0)
        return "本校有不止一位同名的老师，请写上工号。";
    return person ? NULL : "本校没有这位老师，请核对工号和姓名。";
}

/* The same hour of the same person, in weeks that meet. */
static bool clashes(const struct timetable_lesson *a, const struct timetable_lesson *b)
{
    return a->person == b->person && a->weekday == b->weekday && a->period == b->period &&
           (a->weeks == b->weeks || !a->weeks || !b->weeks);
}

static enum err line_take(struct taking *t, const struct timetable_line *l)
{
    int64_t person;
    enum err e = timetable_person(t->c->db, t->school, l->staff_no, l->name, &person);
    const char *why = e ? NULL : line_fault(l, person);
    struct timetable_lesson one = { .school = t->school,
                                    .person = person,
                                    .weekday = l->weekday,
                                    .period = l->period,
                                    .weeks = l->weeks,
                                    .class_name = l->class_name.n ? l->class_name : S(""),
                                    .subject = l->subject.n ? l->subject : S("") };
    const struct timetable_lesson *all = t->lessons.p;
    for (size_t i = 0; !e && !why && i < t->lessons.n; i++)
        if (clashes(&all[i], &one))
            why = "这位老师在这一节已有一行。";
    if (e)
        return e;
    if (!person)
        stranger(t, l);
    if (why)
        wrong(t, l, why);
    else
        *(struct timetable_lesson *)list_add(&t->lessons) = one;
    return E_OK;
}

static int64_t people_in(const struct timetable_lesson *l, size_t n)
{
    int64_t people = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < i && l[k].person != l[i].person)
            k++;
        people += k == i;
    }
    return people;
}

static enum err put_all(struct taking *t)
{
    struct txn tx = { 0 };
    struct call *c = t->c;
    const struct timetable_lesson *l = t->lessons.p;
    int64_t before;
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = timetable_clear(c->db, t->term, t->school, &before);
    for (size_t i = 0; i < t->lessons.n && !e; i++)
        e = timetable_put(c->db, t->term, &l[i]);
    if (!e)
        e = audit_add(c, "timetable.import", "school", t->school,
                      arena_fmt(c->arena, "%zu", t->lessons.n));
    return txn_end(&tx, e);
}

static enum err read_sheet(struct call *c, struct str name, struct str bytes,
                           struct timetable_line **lines, size_t *n)
{
    struct probe_rows rows;
    if (bytes.n == 0)
        return fail(c, E_INPUT, "file", "文件是空的，请重新选择。");
    enum err e = sheet_rows(c, name, bytes, &rows);
    if (e)
        return e;
    if (str_eqz(rows.code, "cut"))
        return fail(c, E_INPUT, "file", "一次最多导入 5000 行，请分成几份导入。");
    if (!str_eqz(rows.code, "ok"))
        return fail(c, E_INPUT, "file",
                    "读不了这个文件。请用 xlsx 或 csv 格式另存，不要加密，再上传一次。");
    if (!timetable_lines(c->arena, &rows, lines, n))
        return fail(c, E_INPUT, "file",
                    "没有找到表头。至少要有“姓名”或“工号”，以及“星期”“节次”三列。");
    if (!*n)
        return fail(c, E_INPUT, "file", "表头下面没有课，请一行写一节课，再上传一次。");
    return E_OK;
}

enum err timetable_take(struct call *c, int64_t school, const struct timetable_file *in,
                        struct str bytes, struct timetable_done *out)
{
    struct taking t = { .c = c,
                        .term = in->term,
                        .school = school,
                        .out = out,
                        .wrong = list_of(c->arena, sizeof(struct timetable_wrong)),
                        .strangers = list_of(c->arena, sizeof(struct timetable_stranger)),
                        .lessons = list_of(c->arena, sizeof(struct timetable_lesson)) };
    struct place at = { .school = school };
    struct timetable_line *lines;
    struct school s;
    struct term term;
    size_t n;
    enum err e;
    if ((e = may(c, CAP_timetable_edit, &at)) || (e = school_get(c->db, c->arena, school, &s)) ||
        (e = term_get(c->db, c->arena, in->term, &term)) ||
        (e = read_sheet(c, in->name, bytes, &lines, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = line_take(&t, &lines[i]);
    out->rows = (int64_t)n;
    out->lessons = (int64_t)t.lessons.n;
    out->people = people_in(t.lessons.p, t.lessons.n);
    out->wrong = t.wrong.p;
    out->wrong_n = t.wrong.n;
    out->strangers = t.strangers.p;
    out->strangers_n = t.strangers.n;
    if (e || !in->apply || out->wrong_rows)
        return e;
    out->applied = true;
    return put_all(&t);
}
