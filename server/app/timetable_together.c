/* When the members of a 备课组 are free together: their lessons by the bells of their schools, odd
 * and even weeks, holidays and moved days of the term, and the joint preparations they are in
 * already.
 *
 * F1: of others' time only this is told: who is busy in a span. F2: on a day without teaching
 * nobody is asked to come. */
#include "server/app/may.h"
#include "server/app/prep.h"
#include "server/app/prep_weeks.h"
#include "server/app/timetable.h"
#include "server/app/timetable_free.h"
#include "server/base/clock.h"
#include "storage/bell.h"
#include "storage/dept.h"
#include "storage/list.h"

#include <stdlib.h>

enum { DAYS_MAX = 31, ITEMS_MAX = 50, MINUTES = 40, EARLIEST = 8 * 60, LATEST = 17 * 60 + 30 };

struct school_bells {
    int64_t school;
    struct bell *bells; /* the latest first */
    size_t n;
};

struct finding {
    struct call *c;
    const struct free_query *q;
    struct term term;
    struct free_times *out;
    struct timetable_lesson *lessons;
    size_t lessons_n;
    struct timetable_meeting *meetings;
    size_t meetings_n;
    struct list bells; /* struct school_bells */
    struct list found; /* struct free_time */
};

/* Of those who were asked about, from 0; -1: not asked about. */
static int64_t who_is(const struct finding *f, int64_t person)
{
    for (size_t i = 0; i < f->out->people_n; i++)
        if (f->out->people[i].person == person)
            return (int64_t)i;
    return -1;
}

static bool asked(const struct free_query *q, int64_t person)
{
    for (size_t i = 0; i < q->people_n; i++)
        if (q->people[i] == person)
            return true;
    return !q->has_people;
}

static enum err people(struct finding *f, int64_t dept)
{
    struct dept_member *m;
    size_t n;
    struct call *c = f->c;
    enum err e = dept_member_list(c->db, c->arena, dept, c->now, &m, &n);
    f->out->people = arena_array(c->arena, n ? n : 1, sizeof *f->out->people);
    for (size_t i = 0; i < n && !e; i++)
        if (asked(f->q, m[i].person))
            f->out->people[f->out->people_n++] = (struct free_person){
                .person = m[i].person, .name = m[i].person_name, .school_name = m[i].school_name
            };
    for (size_t i = 0; i < f->lessons_n && !e; i++) {
        int64_t who = who_is(f, f->lessons[i].person);
        if (who >= 0)
            f->out->people[who].lessons++;
    }
    return e;
}

static enum err bells_of(struct finding *f, int64_t school, const struct school_bells **out)
{
    struct school_bells *all = f->bells.p;
    for (size_t i = 0; i < f->bells.n; i++)
        if (all[i].school == school) {
            *out = &all[i];
            return E_OK;
        }
    struct school_bells *b = list_add(&f->bells);
    *b = (struct school_bells){ .school = school };
    *out = b;
    return bell_list(f->c->db, f->c->arena, school, &b->bells, &b->n);
}

/* The n-th lesson of the day by the bell that holds then; a school that entered none is taken to
 * have four from 8:20 on and the rest from 14:00 on, 40 minutes each and ten between. */
static void hours(const struct school_bells *b, int64_t day, int64_t period, struct busy *out)
{
    for (size_t i = 0; i < b->n; i++) {
        int64_t nth = 0;
        if (b->bells[i].from_day > day)
            continue;
        for (size_t k = 0; k < b->bells[i].periods_n; k++) {
            const struct period *p = &b->bells[i].periods[k];
            if (!p->lesson || ++nth != period)
                continue;
            out->from = p->start_min;
            out->until = p->end_min;
            return;
        }
        break;
    }
    out->from = period <= 4 ? 8 * 60 + 20 + 50 * (period - 1) : 14 * 60 + 50 * (period - 5);
    out->until = out->from + 40;
}

/* Whose weekday's timetable runs. */
static int64_t runs_as(const struct term *t, int64_t day)
{
    for (size_t i = 0; i < t->changes_n; i++)
        if (t->changes[i].day == day && t->changes[i].weekday)
            return t->changes[i].weekday;
    return day_weekday(day);
}

static enum err busy_on(struct finding *f, int64_t day, struct list *busy)
{
    int64_t weekday = runs_as(&f->term, day), odd = week_of(&f->term, day) % 2;
    const struct school_bells *bells;
    enum err e = E_OK;
    for (size_t i = 0; i < f->lessons_n && !e; i++) {
        const struct timetable_lesson *l = &f->lessons[i];
        struct busy b = { .who = who_is(f, l->person) };
        bool now = l->weekday == weekday && (!l->weeks || (l->weeks == 1) == odd);
        if (!now || b.who < 0 || (e = bells_of(f, l->school, &bells)))
            continue;
        hours(bells, day, l->period, &b);
        *(struct busy *)list_add(busy) = b;
    }
    int64_t midnight = day_start(day);
    for (size_t i = 0; i < f->meetings_n && !e; i++) {
        const struct timetable_meeting *m = &f->meetings[i];
        struct busy b = { who_is(f, m->person), (m->starts_at - midnight) / MINUTE_MS,
                          (m->ends_at - midnight + MINUTE_MS - 1) / MINUTE_MS };
        if (b.who >= 0 && m->ends_at > midnight && m->starts_at < midnight + DAY_MS)
            *(struct busy *)list_add(busy) = b;
    }
    return e;
}

static void spans_on(struct finding *f, int64_t day, const struct list *busy)
{
    const struct free_query *q = f->q;
    int64_t midnight = day_start(day);
    struct free_span *s;
    size_t n;
    free_spans(f->c->arena, busy->p, busy->n, q->has_earliest ? q->earliest : EARLIEST,
               q->has_latest ? q->latest : LATEST, q->has_minutes ? q->minutes : MINUTES, &s, &n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < s[i].busy_n; k++)
            s[i].busy[k] = f->out->people[s[i].busy[k]].person;
        if (s[i].busy_n < f->out->people_n)
            *(struct free_time *)list_add(&f->found) =
                (struct free_time){ midnight + s[i].first * MINUTE_MS,
                                    midnight + s[i].last * MINUTE_MS, s[i].busy, s[i].busy_n };
    }
}

static int better(const void *a, const void *b)
{
    const struct free_time *x = a, *y = b;
    if (x->busy_n != y->busy_n)
        return x->busy_n < y->busy_n ? -1 : 1;
    return (x->starts_at > y->starts_at) - (x->starts_at < y->starts_at);
}

static enum err rows(struct finding *f, int64_t dept)
{
    struct call *c = f->c;
    const struct free_query *q = f->q;
    struct timetable_filter all = { .dept = dept, .now = c->now };
    enum err e;
    if ((e = term_at(c->db, q->from, &all.term)) ||
        (e = term_get(c->db, c->arena, all.term, &f->term)) ||
        (e = timetable_list(c->db, c->arena, &all, &f->lessons, &f->lessons_n)))
        return e;
    return timetable_meetings(c->db, c->arena, dept, c->now, day_start(q->from),
                              day_start(q->until + 1), &f->meetings, &f->meetings_n);
}

enum err free_find(struct call *c, int64_t dept, const struct free_query *q, struct free_times *out)
{
    struct finding f = { .c = c,
                         .q = q,
                         .out = out,
                         .bells = list_of(c->arena, sizeof(struct school_bells)),
                         .found = list_of(c->arena, sizeof(struct free_time)) };
    struct dept d;
    enum err e = dept_get(c->db, c->arena, dept, c->now, &d);
    if (e)
        return e;
    struct place at = prep_place_of_dept(d.id, d.school, d.group);
    if ((e = may(c, CAP_prep_read, &at)))
        return e;
    if (q->until < q->from || q->until - q->from >= DAYS_MAX)
        return fail(c, E_INPUT, "until", "一次最多查 31 天，请检查起止日期。");
    if ((e = rows(&f, dept)))
        return e == E_NOT_FOUND ? fail(c, E_INPUT, "from", "还没有登记学期，请先由县里录入校历。")
                                : e;
    e = people(&f, dept);
    for (int64_t day = q->from; day <= q->until && !e; day++) {
        struct list busy = list_of(c->arena, sizeof(struct busy));
        if (!day_teaches(&f.term, day)) /* F2 */
            continue;
        if (!(e = busy_on(&f, day, &busy)))
            spans_on(&f, day, &busy);
    }
    if (f.found.n)
        qsort(f.found.p, f.found.n, f.found.size, better);
    out->items = f.found.p;
    out->items_n = f.found.n < ITEMS_MAX ? f.found.n : ITEMS_MAX;
    return e;
}
