/* The record. What is written by hand is little: the summary of the presentation, what was agreed,
 * what comes next, whoever came without a machine. R1: once signed, nothing of it changes until the
 * signature is taken back: what was said or decided and who came later is not in it. */
#include "server/app/prep_record.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "storage/list.h"
#include "server/app/prep_talk.h"

enum { LINES_MAX = 5000, FIELD_CAP = 256 * 1024 };

/* ---- who came */

static int64_t minutes_of(const struct prep_presence *v, size_t n, int64_t person)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].person == person)
            return v[i].slots * (PREP_SLOT_MS / MINUTE_MS);
    return 0;
}

static enum err attendance(struct call *c, const struct prep_row *p, int64_t last,
                           struct prep_record_view *out)
{
    struct prep_person *who;
    struct prep_presence *v;
    size_t who_n, v_n;
    int64_t from = p->starts_at ? p->starts_at - PREP_EARLY_MS : 0;
    int64_t until = p->starts_at ? p->ends_at + PREP_LATE_MS : c->now + DAY_MS;
    enum err e = prep_people(c->db, c->arena, p->id, &who, &who_n);
    if (e || (e = prep_presence_list(c->db, c->arena, p->id, from, until < last ? until : last, &v,
                                     &v_n)))
        return e;
    out->attendance = arena_array(c->arena, who_n ? who_n : 1, sizeof *out->attendance);
    for (size_t i = 0; i < who_n; i++) {
        struct prep_attendance *a = &out->attendance[out->attendance_n++];
        *a = (struct prep_attendance){ .person = who[i].person,
                                       .minutes = minutes_of(v, v_n, who[i].person),
                                       .name = who[i].name,
                                       .school_name = who[i].school_name,
                                       .part = who[i].part,
                                       .answer = who[i].answer,
                                       .attended = who[i].attended,
                                       .reason = who[i].reason };
        a->present =
            str_eqz(a->attended, "auto") ? a->minutes > 0 : str_eqz(a->attended, "present");
        out->came += a->present;
    }
    out->invited = (int64_t)who_n;
    return E_OK;
}

/* ---- what was said */

/* Of a signed record: when it was. */
static int64_t last_of(const struct prep_record *r)
{
    return r->signed_at ? r->signed_at : INT64_MAX - PREP_SLOT_MS;
}

/* Each in the order of time. */
struct talk {
    struct prep_opinion *o;
    struct prep_word *w;
    struct prep_vote *v;
    size_t o_n, w_n, v_n;
    int64_t last;
};

/* R1 */
static void cut(struct talk *t)
{
    while (t->o_n && t->o[t->o_n - 1].at > t->last)
        t->o_n--;
    while (t->w_n && t->w[t->w_n - 1].at > t->last)
        t->w_n--;
    for (size_t i = 0; i < t->o_n; i++)
        if (t->o[i].decided_at > t->last)
            t->o[i].decision = t->o[i].reason = S("");
}

static enum err talk_read(struct call *c, const struct prep_row *p, struct talk *t)
{
    struct prep_opinion_filter f = { .session = p->id,
                                     .person = prep_hidden(p) ? c->viewer->person : 0,
                                     .limit = LINES_MAX };
    enum err e = prep_opinion_list(c->db, c->arena, &f, &t->o, &t->o_n);
    if (!e)
        e = prep_chat_list(c->db, c->arena, p->id, 0, LINES_MAX, &t->w, &t->w_n);
    if (!e)
        e = prep_vote_list(c->db, c->arena, p->id, 0, c->viewer->person, &t->v, &t->v_n);
    if (!e)
        cut(t);
    return e;
}

static struct prep_record_line of_opinion(const struct prep_opinion *o)
{
    return (struct prep_record_line){ .at = o->at,
                                      .kind = o->kind,
                                      .person_name = o->person_name,
                                      .school_name = o->school_name,
                                      .quote = o->quote,
                                      .body = o->body,
                                      .instead = o->instead,
                                      .decision = o->decision,
                                      .reason = o->reason };
}

static struct prep_record_line of_word(const struct prep_word *w)
{
    return (struct prep_record_line){
        .at = w->at, .kind = S("chat"), .person_name = w->person_name, .body = w->body
    };
}

static struct prep_record_line of_vote(const struct prep_vote *v)
{
    for (size_t i = 0; i < v->options_n; i++)
        v->options[i].has_count = true;
    return (struct prep_record_line){ .at = v->at,
                                      .kind = S("vote"),
                                      .person_name = v->person_name,
                                      .body = v->question,
                                      .options = v->options,
                                      .options_n = v->options_n,
                                      .has_options = true };
}

static void lines(struct call *c, const struct talk *t, struct prep_record_view *out)
{
    size_t o = 0, w = 0, v = 0;
    out->lines = arena_array(c->arena, t->o_n + t->w_n + t->v_n + 1, sizeof *out->lines);
    while (o < t->o_n || w < t->w_n || v < t->v_n) {
        int64_t opinion = o < t->o_n ? t->o[o].at : INT64_MAX;
        int64_t word = w < t->w_n ? t->w[w].at : INT64_MAX;
        int64_t vote = v < t->v_n ? t->v[v].at : INT64_MAX;
        struct prep_record_line *l = &out->lines[out->lines_n++];
        if (o < t->o_n && opinion <= word && opinion <= vote)
            *l = of_opinion(&t->o[o++]);
        else if (w < t->w_n && word <= vote)
            *l = of_word(&t->w[w++]);
        else if (t->v[v].closed_at && t->v[v].closed_at <= t->last)
            *l = of_vote(&t->v[v++]);
        else
            v++, out->lines_n--; /* still open: nothing of it is known yet */
    }
}

/* ---- as it is printed */

static void field(struct prep_record_view *out, const char *name, struct str text)
{
    out->fields[out->fields_n++] = (struct prep_record_field){ str_of(name), text };
}

static struct str span(struct call *c, const struct prep_row *p)
{
    if (!p->starts_at)
        return S("");
    struct str from = prep_time(c->arena, p->starts_at), to = prep_time(c->arena, p->ends_at);
    bool same = day_local(p->starts_at) == day_local(p->ends_at);
    return arena_fmt(c->arena, "%.*s—%.*s", STR_ARG(from),
                     STR_ARG(same ? str_sub(to, to.n - 5, to.n) : to));
}

/* Names of those who came or did not, the latter with their reasons. */
static struct str names(struct call *c, const struct prep_record_view *v, bool present)
{
    struct buf b;
    buf_init(&b, FIELD_CAP);
    for (size_t i = 0; i < v->attendance_n; i++) {
        const struct prep_attendance *a = &v->attendance[i];
        if (a->present != present)
            continue;
        if (b.n)
            buf_addz(&b, "、");
        buf_add(&b, a->name);
        if (!present && a->reason.n)
            buf_fmt(&b, "（%.*s）", STR_ARG(a->reason));
    }
    struct str s = arena_str(c->arena, buf_str(&b));
    buf_fini(&b);
    return s;
}

static void options(struct buf *b, const struct prep_record_line *l)
{
    for (size_t i = 0; i < l->options_n; i++)
        buf_fmt(b, "%s%.*s %lld 票", i ? "；" : "——", STR_ARG(l->options[i].text),
                (long long)l->options[i].count);
}

/* Everything that was said, or only opinions with what was decided. */
static struct str said(struct call *c, const struct prep_record_view *v, bool decisions)
{
    struct buf b;
    buf_init(&b, 4 * 1024 * 1024);
    for (size_t i = 0; i < v->lines_n; i++) {
        const struct prep_record_line *l = &v->lines[i];
        if (decisions && !l->decision.n)
            continue;
        if (b.n)
            buf_char(&b, '\n');
        buf_fmt(&b, "%.*s：%s", STR_ARG(l->person_name), l->has_options ? "表决 " : "");
        if (l->quote.n)
            buf_fmt(&b, "“%.*s”", STR_ARG(l->quote));
        if (str_eqz(l->kind, "suggestion"))
            buf_fmt(&b, "→“%.*s”", STR_ARG(l->instead));
        buf_add(&b, l->body);
        options(&b, l);
        if (decisions)
            buf_fmt(&b, "——%.*s", STR_ARG(prep_decision_text(l->decision)));
        if (decisions && l->reason.n)
            buf_fmt(&b, "：%.*s", STR_ARG(l->reason));
    }
    struct str s = arena_str(c->arena, buf_str(&b));
    buf_fini(&b);
    return s;
}

static struct str number(struct call *c, int64_t n)
{
    return arena_fmt(c->arena, "%lld", (long long)n);
}

static void fields(struct call *c, const struct prep_row *p, const struct prep_record *r,
                   struct prep_record_view *out)
{
    struct str grade = dict_text(DICT_grade, dict_number(DICT_grade, p->grade));
    struct str subject = dict_text(DICT_subject, dict_number(DICT_subject, p->subject));
    out->fields = arena_array(c->arena, 24, sizeof *out->fields);
    field(out, "dept", p->dept_name);
    field(out, "time", span(c, p));
    field(out, "week", p->week ? number(c, p->week) : S(""));
    field(out, "way", p->way);
    field(out, "place", p->place);
    field(out, "subject", arena_fmt(c->arena, "%.*s%.*s", STR_ARG(grade), STR_ARG(subject)));
    field(out, "host", p->host_name);
    field(out, "lead", p->lead_name);
    field(out, "recorder", p->recorder_name);
    field(out, "title", p->title);
    field(out, "invited", number(c, out->invited));
    field(out, "came", number(c, out->came));
    field(out, "present", names(c, out, true));
    field(out, "absent", names(c, out, false));
    field(out, "summary", r->summary);
    field(out, "talk", said(c, out, false));
    field(out, "decisions", said(c, out, true));
    field(out, "agreed", r->agreed);
    field(out, "next_plan", r->next_plan);
    field(out, "signed", r->signed_name);
    field(out, "remark", r->remark);
}

enum err prep_record_show(struct call *c, int64_t id, struct prep_record_view *out)
{
    struct prep_access a;
    struct prep_record r;
    struct talk t;
    enum err e = prep_for(c, id, &a);
    if (e || (e = prep_record_get(c->db, c->arena, id, &r)))
        return e;
    t.last = last_of(&r);
    if ((e = talk_read(c, &a.row, &t)))
        return e;
    *out = (struct prep_record_view){ .id = id,
                                      .rev = r.rev + 1,
                                      .summary = r.summary,
                                      .agreed = r.agreed,
                                      .next_plan = r.next_plan,
                                      .remark = r.remark,
                                      .signed_name = r.signed_name,
                                      .signed_at = r.signed_at,
                                      .hidden = prep_hidden(&a.row) };
    if ((e = attendance(c, &a.row, t.last, out)))
        return e;
    lines(c, &t, out);
    fields(c, &a.row, &r, out);
    return E_OK;
}

/* ---- by hand */

static enum err put(struct call *c, const struct prep_row *p, struct prep_record *r)
{
    r->changed_at = c->now;
    enum err e = prep_record_set(c->db, r);
    return e ? e : prep_tell(c, p, "prep_record", r->rev);
}

enum err prep_record_edit(struct call *c, int64_t id, int64_t rev,
                          const struct prep_record_edit *in)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_record r;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_record, &a)) || (e = prep_unsigned(c, id, 0)) || /* R1 */
        (e = prep_record_get(c->db, c->arena, id, &r)))
        goto done;
    if (rev != r.rev + 1) {
        e = E_REV;
        goto done;
    }
    if (in->has_summary)
        r.summary = str_trim(in->summary);
    if (in->has_agreed)
        r.agreed = str_trim(in->agreed);
    if (in->has_next_plan)
        r.next_plan = str_trim(in->next_plan);
    for (size_t i = 0; i < in->attendance_n && !e; i++) {
        const struct prep_attended *x = &in->attendance[i];
        e = prep_attended_set(c->db, id, x->person, x->attended,
                              x->has_reason ? str_trim(x->reason) : S(""));
        if (e == E_NOT_FOUND)
            e = fail(c, E_INPUT, "attendance", "名单里没有这个人，请刷新后再填。");
    }
    if (!e)
        e = put(c, &a.row, &r);
done:
    return txn_end(&tx, e);
}

enum err prep_record_sign(struct call *c, int64_t id, const struct prep_sign *in)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_record r;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_sign, &a)) || (e = prep_record_get(c->db, c->arena, id, &r)))
        goto done;
    if (in->has_remark)
        r.remark = str_trim(in->remark);
    r.signed_by = in->sign ? c->viewer->person : 0;
    r.signed_at = in->sign ? c->now : 0;
    if (!(e = put(c, &a.row, &r)))
        e = audit_add(c, in->sign ? "prep.sign" : "prep.unsign", "prep", id, STR_NONE);
done:
    return txn_end(&tx, e);
}
