/* The demo's joint preparations, of the 备课组 of wang and lin: a term plan, one session that is in
 * the archive, one that is being discussed, one that is planned; and the timetables of the first
 * group's schools. People speak through the functions their requests go through. */
#include "server/app/demo_plan.h"
#include "server/app/dict.h"
#include "server/app/doc_log.h"
#include "server/app/prep_plan.h"
#include "server/app/prep_publish.h"
#include "server/app/prep_record.h"
#include "server/app/prep_talk.h"
#include "server/app/prep_vote.h"
#include "server/app/prep_weeks.h"
#include "server/base/clock.h"
#include "storage/dept.h"
#include "storage/resource.h"
#include "storage/timetable.h"

enum { MEMBERS_MAX = 8 };

struct team {
    struct demo *d;
    struct arena *arena; /* for what outlives one person's turn (demo_as) */
    struct term term;
    int64_t dept, leader, wang, lin, third, plan;
    int64_t member[MEMBERS_MAX];
    size_t members_n;
    int64_t lesson; /* taxon of the one that is discussed */
    struct str title;
    int half; /* whose book has it */
};

static enum err as(struct team *k, int64_t person, int64_t at)
{
    k->d->now = at;
    return demo_as(k->d, person);
}

/* "6 秋天的雨" without its number. */
static struct str bare(struct str name)
{
    size_t at = 0;
    while (at < name.n && name.p[at] >= '0' && name.p[at] <= '9')
        at++;
    return str_trim(str_sub(name, at, name.n));
}

static enum err gather(struct team *k)
{
    struct demo *d = k->d;
    struct dept_member *m;
    const struct demo_book *b = demo_book_taught(d, &d->people[DEMO_WANG]);
    size_t n;
    enum err e;
    k->wang = d->people[DEMO_WANG].id;
    k->lin = d->people[DEMO_LIN].id;
    if ((e = as(k, k->wang, d->start)) ||
        (e = resource_dept_of(d->call->db, k->wang, d->now, &k->dept)) ||
        (e = dept_member_list(d->call->db, d->call->arena, k->dept, d->now, &m, &n)))
        return e;
    k->leader = d->leader = m[0].person;
    k->third = k->wang;
    for (size_t i = 0; i < n && i < MEMBERS_MAX; i++) {
        k->member[k->members_n++] = m[i].person;
        if (m[i].person != k->wang && m[i].person != k->lin)
            k->third = m[i].person;
    }
    for (size_t i = 0; b && i < b->lessons_n; i++)
        if (str_eqz(bare(b->names[i]), demo_plan_lesson(b->half))) {
            k->lesson = b->lessons[i];
            k->title = bare(b->names[i]);
            k->half = b->half;
        }
    return E_OK;
}

/* A day's hour, as the clocks here show it. */
static int64_t at_hour(int64_t day, int64_t hour)
{
    return day_start(day) + hour * HOUR_MS;
}

/* ---- the term plan: as proposed, but the lesson that is discussed stands in this week */

static void bring_forward(struct team *k, struct prep_plan_proposal *p, int64_t week)
{
    struct prep_plan_line *mine = NULL, *here = NULL;
    for (size_t i = 0; i < p->rows_n; i++) {
        mine = p->rows[i].taxon == k->lesson ? &p->rows[i] : mine;
        here = p->rows[i].week == week && !here ? &p->rows[i] : here;
    }
    if (!mine || !here || mine->week == week)
        return;
    here->week = mine->week;
    mine->week = week;
    mine->lead = k->lin;
}

static enum err plan_make(struct team *k)
{
    struct prep_plan_wish wish = { .dept = k->dept, .term = k->d->term };
    struct prep_plan_proposal p = { 0 };
    enum err e;
    if ((e = as(k, k->leader, k->d->start + HOUR_MS)) ||
        (e = prep_plan_propose(k->d->call, &wish, &p)))
        return e;
    bring_forward(k, &p, week_of(&k->term, k->d->today));
    struct prep_plan_new in = {
        .dept = k->dept, .term = k->d->term, .rows = p.rows, .rows_n = p.rows_n, .has_rows = true
    };
    return prep_plan_create(k->d->call, &in, &k->plan);
}

static bool is_text(struct str name)
{
    return name.n && name.p[0] >= '0' && name.p[0] <= '9';
}

/* The row of this lesson or, lesson 0, the first one of a text from this week on that has no
 * session; its id is 0 when there is none. */
static enum err plan_row(struct team *k, int64_t week, int64_t lesson, struct prep_plan_row *out)
{
    struct prep_plan p;
    enum err e = prep_plan_show(k->d->call, k->plan, &p);
    *out = (struct prep_plan_row){ 0 };
    for (size_t i = 0; i < p.rows_n && !e && !out->id; i++) {
        const struct prep_plan_row *r = &p.rows[i];
        bool any = r->week >= week && !r->session && r->taxon != k->lesson && is_text(r->title);
        if (lesson ? r->taxon == lesson : any)
            *out = *r;
    }
    out->title = arena_str(k->arena, out->title);
    return e;
}

static enum err plan_link(struct team *k, const struct prep_plan_row *row, int64_t session)
{
    struct txn tx = { 0 };
    enum err e = row->id ? txn_begin(&tx, k->d->call->db) : E_OK;
    return row->id ? txn_end(&tx, e ? e : prep_plan_row_session(k->d->call->db, row->id, session))
                   : e;
}

/* ---- what people do in a session */

static enum err act(struct team *k, int64_t person, int64_t at, int64_t id, const char *word)
{
    struct prep_order o = { .act = str_of(word) };
    enum err e = as(k, person, at);
    return e ? e : prep_do(k->d->call, id, &o);
}

static enum err write_plan(struct team *k, int64_t id, int64_t lead, const struct demo_plan *plan,
                           int64_t *doc)
{
    struct txn tx = { 0 };
    struct call *c = k->d->call;
    struct prep_doc_new in = { .kind = S("plan") };
    struct doc_client by = { .client = plan->client, .person = lead };
    struct doc d;
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = prep_doc_put(c, id, &in, &d)) && !(e = doc_fill(c, &d, plan->update)))
        e = doc_client_put(c->db, d.id, &by, c->now);
    *doc = e ? 0 : d.id;
    return txn_end(&tx, e);
}

static enum err opine(struct team *k, int64_t person, int64_t at, int64_t id,
                      const struct prep_opinion_new *in, int64_t *made)
{
    struct prep_opinion o;
    enum err e = as(k, person, at);
    if (!e && !(e = prep_opine(k->d->call, id, in, &o)))
        *made = o.id;
    return e;
}

static enum err opinion(struct team *k, int64_t person, int64_t at, int64_t id, const char *body,
                        int64_t *made)
{
    struct prep_opinion_new in = { .kind = S("opinion"), .body = str_of(body), .has_body = true };
    return opine(k, person, at, id, &in, made);
}

static enum err remark(struct team *k, int64_t person, int64_t at, int64_t id, int64_t doc,
                       const struct demo_remark *r)
{
    int64_t made;
    struct prep_opinion_new in = { .kind = r->instead ? S("suggestion") : S("comment"),
                                   .anchor = r->anchor,
                                   .quote = r->quote,
                                   .doc = doc,
                                   .has_anchor = true,
                                   .has_quote = true,
                                   .has_doc = true };
    in.body = r->instead ? STR_NONE : r->text;
    in.instead = r->instead ? r->text : STR_NONE;
    in.has_body = !r->instead;
    in.has_instead = r->instead;
    return opine(k, person, at, id, &in, &made);
}

static enum err decide(struct team *k, int64_t person, int64_t at, int64_t id, int64_t one,
                       const char *decision, const char *reason)
{
    struct prep_opinion o;
    struct prep_decision in = { str_of(decision), str_of(reason), true };
    enum err e = as(k, person, at);
    return e ? e : prep_decide(k->d->call, id, one, &in, &o);
}

static enum err chat(struct team *k, int64_t person, int64_t at, int64_t id, const char *body)
{
    struct prep_word w;
    struct prep_say in = { str_of(body) };
    enum err e = as(k, person, at);
    return e ? e : prep_chat_say(k->d->call, id, &in, &w);
}

static enum err reflect(struct team *k, int64_t person, int64_t at, int64_t id, const char *body)
{
    struct prep_reflection_new in = { str_of(body) };
    enum err e = as(k, person, at);
    return e ? e : prep_reflect(k->d->call, id, &in);
}

/* ---- a session, until its plan is handed in */

struct dates {
    int64_t drafting, written, handed_in;
};
struct arranged {
    int64_t id, doc;
    struct demo_plan plan;
};

/* Whoever the host is acts already; the form says all it holds. */
static enum err arrange(struct team *k, struct prep_form *f, const struct prep_plan_row *row,
                        const struct dates *by, int half, struct arranged *out)
{
    f->has_dept = f->has_title = f->has_lead = f->has_host = f->has_recorder = true;
    f->has_taxons = f->has_starts_at = f->has_ends_at = f->has_way = f->has_agenda = true;
    f->has_place = f->place.n > 0;
    f->has_deadlines = f->deadlines_n > 0;
    enum err e;
    if ((e = prep_create(k->d->call, f, &out->id)) || (e = plan_link(k, row, out->id)) ||
        (e = act(k, f->host, by->drafting, out->id, "next")) || (e = as(k, f->lead, by->written)) ||
        (e = demo_plan_write(k->d, k->arena, half, f->title, &out->plan)) ||
        (e = write_plan(k, out->id, f->lead, &out->plan, &out->doc)))
        return e;
    return act(k, f->lead, by->handed_in, out->id, "hand_in");
}

/* ---- the one in the archive */

struct past {
    struct prep_plan_row row;
    struct arranged s;
    int64_t starts;
    struct str title;
};

static enum err past_make(struct team *k, struct past *p)
{
    int64_t t = k->d->start;
    struct dates by = { t + 3 * HOUR_MS, t + 4 * HOUR_MS, t + 5 * HOUR_MS };
    enum err e;
    if ((e = as(k, k->lin, t + 2 * HOUR_MS)) ||
        (e = plan_row(k, week_of(&k->term, day_local(p->starts)), 0, &p->row)))
        return e;
    p->title = p->row.id ? bare(p->row.title) : S("教材解读");
    struct prep_form f = { .dept = k->dept,
                           .title = p->title,
                           .lead = k->wang,
                           .host = k->lin,
                           .recorder = k->third,
                           .taxons = &p->row.taxon,
                           .taxons_n = p->row.id ? 1 : 0,
                           .starts_at = p->starts,
                           .ends_at = p->starts + 90 * MINUTE_MS,
                           .way = S("mixed"),
                           .place = S("明德小学三楼会议室"),
                           .agenda = S("说课 15 分钟\n各校意见 30 分钟\n统一环节和作业 30 分钟") };
    return arrange(k, &f, &p->row, &by, 0, &p->s);
}

/* Everybody is there from the beginning to the end. */
static enum err past_attend(struct team *k, const struct past *p)
{
    struct doc d;
    enum err e = E_OK;
    for (int64_t t = 0; t < 9 && !e; t++)
        for (size_t i = 0; i < k->members_n && !e; i++)
            if (!(e = as(k, k->member[i], p->starts + t * 10 * MINUTE_MS)) &&
                !(e = doc_get(k->d->call->db, k->d->call->arena, p->s.doc, &d)))
                e = prep_seen(k->d->call, &d, k->member[i]);
    return e;
}

static enum err past_discuss(struct team *k, const struct past *p)
{
    int64_t t = p->starts + 15 * MINUTE_MS, m = MINUTE_MS, one, two;
    enum err e;
    if ((e = past_attend(k, p)) || (e = act(k, k->lin, t, p->s.id, "next")) ||
        (e = opinion(k, k->lin, t + m, p->s.id, "预习反馈可以提前一天收，课上只讲共同的问题。",
                     &one)) ||
        (e = opinion(k, k->third, t + 2 * m, p->s.id, "分层练习的提升题偏难，建议换成仿写。",
                     &two)) ||
        (e = act(k, k->lin, t + 5 * m, p->s.id, "open")) ||
        (e = chat(k, k->lin, t + 6 * m, p->s.id, "先看预习，再看练习，每项十分钟。")) ||
        (e = chat(k, k->wang, t + 9 * m, p->s.id, "预习单我改成提前一天收。")) ||
        (e = decide(k, k->wang, t + 12 * m, p->s.id, one, "adopted", "课上能省出五分钟朗读。")) ||
        (e = decide(k, k->wang, t + 15 * m, p->s.id, two, "partly",
                    "仿写放提升，原来的题留给学有余力的学生。")))
        return e;
    return act(k, k->lin, t + 60 * m, p->s.id, "next");
}

static enum err past_record(struct team *k, const struct past *p)
{
    struct prep_record_view v;
    struct prep_record_edit in = {
        .summary =
            S("一、学生读得通，难在理解；二、以预习问题导入，研读围绕两个问题；三、练习分三层。"),
        .agreed = S("各校统一用“预习反馈—研读—运用”三个环节，预习单提前一天收，作业分三层。"),
        .next_plan = S("下一次由林思远主备，请提前三天把初稿发到文档里。"),
        .has_summary = true,
        .has_agreed = true,
        .has_next_plan = true
    };
    struct prep_sign sign = { .sign = true,
                              .remark = S("研讨充分，意见落到了教案里。"),
                              .has_remark = true };
    enum err e;
    if ((e = as(k, k->third, p->starts + 2 * HOUR_MS)) ||
        (e = prep_record_show(k->d->call, p->s.id, &v)) ||
        (e = prep_record_edit(k->d->call, p->s.id, v.rev, &in)) ||
        (e = as(k, k->leader, p->starts + 3 * HOUR_MS)))
        return e;
    return prep_record_sign(k->d->call, p->s.id, &sign);
}

static enum err past_end(struct team *k, const struct past *p)
{
    int64_t later = p->starts + 2 * DAY_MS;
    struct prep_publish in = { .scope = S("dept"), .scope_ref = k->dept, .has_scope_ref = true };
    enum err e;
    if ((e = past_record(k, p)) || (e = as(k, k->lin, p->starts + 4 * HOUR_MS)) ||
        (e = prep_publish(k->d->call, p->s.id, &in)) ||
        (e = reflect(k, k->wang, later, p->s.id,
                     "预习单提前收很管用，课上讨论的都是真问题；朗读的时间仍然偏紧。")) ||
        (e = reflect(k, k->lin, later + HOUR_MS, p->s.id,
                     "我班基础弱一些，研读只做了第一个问题，第二个放到了自习课。")) ||
        (e = act(k, k->lin, later + 2 * HOUR_MS, p->s.id, "close")))
        return e;
    return act(k, k->lin, later + 3 * HOUR_MS, p->s.id, "close");
}

static enum err past(struct team *k)
{
    struct past p = { .starts = k->d->start + 6 * HOUR_MS + 30 * MINUTE_MS };
    while (day_weekday(day_local(p.starts)) > 5)
        p.starts += DAY_MS;
    enum err e = past_make(k, &p);
    if (!e)
        e = past_discuss(k, &p);
    return e ? e : past_end(k, &p);
}

/* ---- the one that is discussed, over some days, each when he has time */

static enum err talk(struct team *k, int64_t id, int64_t doc, const struct demo_plan *plan)
{
    int64_t day = k->d->today - 2, t = at_hour(day, 16), m = MINUTE_MS, one, vote;
    struct str options[] = { S("本地秋收的照片"), S("课文录音"), S("猜谜语") };
    struct prep_vote_new ask = { .question = S("导入用哪一个？"),
                                 .options = options,
                                 .options_n = 3 };
    struct prep_ballot choice = { 1 };
    struct prep_vote v;
    enum err e;
    if (k->half == 2)
        options[0] = S("荷塘的照片和录音");
    if ((e = opinion(k, k->third, t, id, "建议把生字的检查放到预习单里，初读省下五分钟给朗读。",
                     &one)) ||
        (e = remark(k, k->wang, t + 20 * m, id, doc, &plan->remarks[0])) ||
        (e = remark(k, k->third, t + 40 * m, id, doc, &plan->remarks[1])) ||
        (e = act(k, k->wang, at_hour(day + 1, 16), id, "open")) ||
        (e = chat(k, k->wang, at_hour(day + 1, 16) + 2 * m, id,
                  "意见已经公开，请大家今明两天看一看，后天定稿。")) ||
        (e = chat(k, k->lin, at_hour(day + 1, 17), id, "生字检查我已经挪到预习单，谢谢提醒。")) ||
        (e = decide(k, k->lin, at_hour(day + 1, 17) + 3 * m, id, one, "adopted",
                    "初读改成十分钟，其中五分钟朗读。")) ||
        (e = chat(k, k->third, at_hour(day + 1, 19), id, "板书很清楚，我们学校直接用。")) ||
        (e = as(k, k->wang, at_hour(day + 1, 19) + 5 * m)) ||
        (e = prep_ask(k->d->call, id, &ask, &v)))
        return e;
    vote = v.id;
    if ((e = as(k, k->lin, at_hour(day + 1, 20))))
        return e;
    return prep_choose(k->d->call, id, vote, &choice, &v);
}

static enum err present(struct team *k)
{
    int64_t day = k->d->today, taxon = k->lesson, begun = at_hour(day - 6, 9);
    struct dates by = { begun + HOUR_MS, at_hour(day - 4, 20), at_hour(day - 3, 12) };
    struct arranged made;
    struct prep_plan_row row;
    struct prep_deadline until[] = {
        { .stage = S("draft"), .at = at_hour(day - 3, 18) },
        { .stage = S("discussion"), .at = at_hour(day + 3, 21) },
    };
    struct prep_form f = { .dept = k->dept,
                           .title = k->title,
                           .lead = k->lin,
                           .host = k->wang,
                           .recorder = k->third,
                           .taxons = &taxon,
                           .taxons_n = 1,
                           .starts_at = at_hour(day - 2, 8),
                           .ends_at = at_hour(day + 3, 21),
                           .way = S("async"),
                           .agenda = S("先各自写意见，再公开讨论；请每位至少写一条。"),
                           .deadlines = until,
                           .deadlines_n = 2 };
    enum err e;
    if ((e = as(k, k->wang, begun)) || (e = plan_row(k, 0, k->lesson, &row)) ||
        (e = arrange(k, &f, &row, &by, k->half, &made)) ||
        (e = act(k, k->wang, at_hour(day - 2, 8), made.id, "next")))
        return e;
    return talk(k, made.id, made.doc, &made.plan);
}

/* ---- next week's, from the plan */

static enum err coming(struct team *k)
{
    int64_t week = week_after(&k->term, week_of(&k->term, k->d->today)), only;
    struct prep_plan_row row = { 0 };
    struct prep_plan_held held = { 0 };
    enum err e = as(k, k->leader, at_hour(k->d->today - 1, 10));
    if (e || !week || (e = plan_row(k, week, 0, &row)) || !row.id)
        return e;
    only = row.id;
    struct prep_plan_hold in = { .rows = &only,
                                 .rows_n = 1,
                                 .weekday = 3,
                                 .start_min = 15 * 60,
                                 .end_min = 16 * 60 + 30,
                                 .way = S("online"),
                                 .has_rows = true,
                                 .has_way = true };
    return prep_plan_hold(k->d->call, k->plan, &in, &held);
}

/* ---- timetables: five lessons a week for each of a teacher's classes; Wednesday afternoon is for
 * joint preparation */

enum { DAYS = 5, PERIODS = 7, LESSONS_MAX = 200 };

static bool taken(const struct timetable_lesson *all, size_t n, const struct timetable_lesson *one)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].weekday == one->weekday && all[i].period == one->period &&
            (all[i].person == one->person || str_eq(all[i].class_name, one->class_name)))
            return true;
    return one->weekday == 3 && one->period > 5;
}

static void teacher_lessons(struct demo *d, size_t i, struct timetable_lesson *all, size_t *n)
{
    const struct demo_person *p = &d->people[i];
    struct str grade = dict_text(DICT_grade, dict_number(DICT_grade, str_of(p->grade)));
    struct str subject = dict_text(DICT_subject, dict_number(DICT_subject, str_of(p->subject)));
    for (size_t k = 0; k < 2; k++)
        for (int64_t day = 1; day <= DAYS; day++) {
            struct timetable_lesson one = {
                .school = d->school[p->school], .person = p->id, .weekday = day, .subject = subject
            };
            one.class_name = arena_fmt(d->call->arena, "%.*s（%d）班", STR_ARG(grade),
                                       (int)(1 + (i * 2 + k) % 6));
            int64_t first = (int64_t)rng_below(&d->rng, PERIODS);
            for (int64_t t = 0; t < PERIODS && *n < LESSONS_MAX; t++) {
                one.period = 1 + (first + t) % PERIODS;
                if (taken(all, *n, &one))
                    continue;
                all[(*n)++] = one;
                break;
            }
        }
}

static enum err timetables(struct demo *d)
{
    struct txn tx = { 0 };
    struct timetable_lesson *all = arena_array(d->call->arena, LESSONS_MAX, sizeof *all);
    enum err e = txn_begin(&tx, d->call->db);
    for (int64_t school = 0; school < DEMO_SCHOOLS / 2 && !e; school++) {
        size_t n = 0;
        for (size_t i = DEMO_STAFF; i < d->people_n; i++)
            if (d->people[i].school == school && *d->people[i].subject)
                teacher_lessons(d, i, all, &n);
        for (size_t i = 0; i < n && !e; i++)
            e = timetable_put(d->call->db, d->term, &all[i]);
    }
    return txn_end(&tx, e);
}

enum err demo_preps(struct demo *d)
{
    struct team k = { .d = d, .arena = arena_new() };
    int64_t now = d->now;
    enum err e = timetables(d);
    if (!e && !(e = term_get(d->call->db, k.arena, d->term, &k.term)) && !(e = gather(&k)) &&
        !(e = plan_make(&k)) && !(e = past(&k)) && !(e = present(&k)))
        e = coming(&k);
    d->now = now;
    arena_free(k.arena);
    return e;
}
