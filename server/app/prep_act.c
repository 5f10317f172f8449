/* The life of a session: stages, invitations, who hears of what, reminders.
 *
 * A1: shift() alone changes the stage; it writes the log. A2: skipping and going back is `move` and
 * asks for a note, so that a participant can read why. A3: from 定稿 on the silent round is over.
 * A4: behind it no vote is open; in another
 * stage, or called off, no timer runs. A5: whoever goes on and says where to goes there or nowhere:
 * his page may be old, his finger quick, the answer to his first try lost. */
#include "server/app/prep.h"

#include "server/app/audit.h"
#include "server/app/job.h"
#include "server/app/person.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "storage/notice.h"
#include "storage/outbox.h"
#include "storage/prep_doc.h"
#include "storage/prep_record.h"
#include "storage/prep_talk.h"
#include "storage/prep_timer.h"
#include "storage/prep_vote.h"

#include <inttypes.h>

#define REMIND_MS ((int64_t)24 * HOUR_MS)

/* ---- telling */

enum err prep_tell(struct call *c, const struct prep_row *p, const char *noun, int64_t rev)
{
    int64_t akey = AUDIENCE(AUD_DEPT, p->dept), *who;
    size_t n;
    enum err e = outbox_add(c->db, noun, p->id, rev, akey);
    if (!e)
        e = prep_outsiders(c->db, c->arena, p->id, akey, &who, &n);
    for (size_t i = 0; !e && i < n; i++)
        e = outbox_add(c->db, noun, p->id, rev, AUDIENCE(AUD_PERSON, who[i]));
    return e;
}

enum err prep_tell_docs(struct call *c, const struct prep_row *p)
{
    int64_t *ids;
    size_t n;
    enum err e = prep_doc_list(c->db, c->arena, p->id, &ids, &n);
    for (size_t i = 0; !e && i < n; i++)
        e = outbox_add(c->db, "doc", ids[i], 0, AUDIENCE(AUD_DEPT, p->dept));
    return e;
}

struct str prep_json(struct arena *a, const char *name, struct str value)
{
    struct buf b;
    buf_init(&b, 16 * 1024);
    buf_json_text(&b, name, value);
    struct str s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}

enum err prep_notice(struct call *c, const struct prep_row *p, int64_t person, const char *kind,
                     struct str more)
{
    struct str title = prep_json(c->arena, "title", p->title);
    struct str all =
        arena_fmt(c->arena, "{%.*s%s%.*s}", STR_ARG(title), more.n ? "," : "", STR_ARG(more));
    return notice_put(c->db, person, kind, "prep", p->id, all);
}

enum err prep_notice_all(struct call *c, const struct prep_row *p, const char *kind,
                         struct str more)
{
    struct prep_person *who;
    size_t n;
    enum err e = prep_people(c->db, c->arena, p->id, &who, &n);
    for (size_t i = 0; !e && i < n; i++)
        if (who[i].person != c->viewer->person)
            e = prep_notice(c, p, who[i].person, kind, more);
    return e;
}

struct str prep_time(struct arena *a, int64_t t)
{
    static const char *const days[] = { "", "一", "二", "三", "四", "五", "六", "日" };
    struct civil d = civil_local(t);
    return arena_fmt(a, "%d年%d月%d日（周%s）%02d:%02d", d.year, d.month, d.day, days[d.weekday],
                     d.hour, d.minute);
}

/* ---- stages */

/* Mentions in the silent round are told when all see what was written. */
static enum err tell_mentions(struct call *c, const struct prep_row *p)
{
    struct prep_mention *m;
    size_t n;
    enum err e = prep_mention_list(c->db, c->arena, p->id, &m, &n);
    for (size_t i = 0; !e && i < n; i++)
        e = prep_notice(c, p, m[i].person, "prep.mentioned", prep_json(c->arena, "who", m[i].by));
    return e;
}

enum err prep_open_up(struct call *c, struct prep_row *p)
{
    bool hidden = prep_hidden(p);
    p->opened_at = p->opened_at ? p->opened_at : c->now;
    return hidden ? tell_mentions(c, p) : E_OK;
}

enum err prep_shift(struct call *c, struct prep_row *p, enum prep_act act, int64_t to,
                    struct str note)
{
    struct prep_log l = { .at = c->now,
                          .person = c->viewer->person,
                          .act = prep_act_code(act),
                          .was_no = p->stage,
                          .became_no = to,
                          .note = note };
    bool moved = p->stage != to;
    enum err e = to >= PREP_finalize ? prep_open_up(c, p) : E_OK; /* A3 */
    if (!e && to > PREP_finalize)
        e = prep_vote_close(c->db, p->id, 0, c->now); /* A4 */
    if (!e && (moved || p->cancelled_at))
        e = prep_timer_end(c->db, p->id); /* A4 */
    if (moved)
        p->stage_at = c->now;
    p->stage = to;
    p->changed_at = c->now;
    if (e || (e = prep_move(c->db, p)) || (e = prep_log_put(c->db, p->id, &l)) ||
        (e = prep_tell(c, p, "prep", p->rev)) || (e = prep_tell_docs(c, p)))
        return e;
    log_info("prep.stage id=%" PRId64 " act=%.*s was=%" PRId64 " became=%" PRId64, p->id,
             STR_ARG(l.act), l.was_no, l.became_no);
    if (moved)
        e = prep_notice_all(c, p, "prep.stage",
                            prep_json(c->arena, "stage", prep_stage_text(p->stage)));
    return e;
}

static enum err onward(struct call *c, struct prep_row *p, enum prep_act act,
                       const struct prep_order *o, struct str note)
{
    if (o->has_stage && prep_stage_number(o->stage) != p->stage + 1) /* A5 */
        return fail(c, E_STATE, "stage", "现在已是“%.*s”阶段，请看过后再操作。",
                    STR_ARG(prep_stage_text(p->stage)));
    return prep_shift(c, p, act, p->stage + 1, note);
}

static enum err move(struct call *c, struct prep_row *p, const struct prep_order *o,
                     struct str note)
{
    int64_t to = o->has_stage ? prep_stage_number(o->stage) : 0;
    if (!to || to == p->stage)
        return fail(c, E_INPUT, "stage", "请选择要转到的阶段。");
    if (!note.n)
        return fail(c, E_INPUT, "note", "请写明跳过或退回的原因，参加的人都能看到。");
    return prep_shift(c, p, PA_move, to, note); /* A2 */
}

static enum err cancel(struct call *c, struct prep_row *p, struct str note)
{
    if (!note.n)
        return fail(c, E_INPUT, "note", "请写明取消的原因。");
    p->cancelled_at = c->now;
    enum err e = prep_shift(c, p, PA_cancel, p->stage, note);
    if (!e)
        e = prep_notice_all(c, p, "prep.cancelled", prep_json(c->arena, "note", note));
    return e ? e : audit_add(c, "prep.cancel", "prep", p->id, STR_NONE);
}

static enum err resume(struct call *c, struct prep_row *p, struct str note)
{
    p->cancelled_at = 0;
    enum err e = prep_shift(c, p, PA_resume, p->stage, note);
    if (!e)
        e = prep_notice_all(c, p, "prep.resumed", STR_NONE);
    return e ? e : audit_add(c, "prep.resume", "prep", p->id, STR_NONE);
}

static enum err act_on(struct call *c, struct prep_row *p, enum prep_act act,
                       const struct prep_order *o)
{
    struct str note = o->has_note ? str_trim(o->note) : S("");
    enum err e;
    switch (act) {
    case PA_next:
    case PA_hand_in:
    case PA_close: return onward(c, p, act, o, note);
    case PA_move: return move(c, p, o, note);
    case PA_cancel: return cancel(c, p, note);
    case PA_resume: return resume(c, p, note);
    case PA_open:
        if (!prep_hidden(p))
            return fail(c, E_STATE, NULL, "大家的意见已经公开了。");
        return (e = prep_open_up(c, p)) ? e : prep_shift(c, p, act, p->stage, note);
    default: return fail(c, E_INPUT, "act", "没有这项操作。");
    }
}

enum err prep_do(struct call *c, int64_t id, const struct prep_order *o)
{
    struct txn tx = { 0 };
    struct prep_access a;
    enum prep_act act = prep_act_of(o->act);
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = prep_to(c, id, act, &a)))
        e = act_on(c, &a.row, act, o);
    return txn_end(&tx, e);
}

enum err prep_events_get(struct call *c, int64_t id, struct prep_events *out)
{
    struct prep_access a;
    enum err e = prep_for(c, id, &a);
    if (e || (e = prep_log_list(c->db, c->arena, id, &out->items, &out->items_n)))
        return e;
    for (size_t i = 0; i < out->items_n; i++) {
        out->items[i].was = prep_stage_code(out->items[i].was_no);
        out->items[i].became = prep_stage_code(out->items[i].became_no);
    }
    return E_OK;
}

enum err prep_reply_invitation(struct call *c, int64_t id, const struct prep_answer *in)
{
    struct txn tx = { 0 };
    struct prep_access a;
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = prep_to(c, id, PA_answer, &a)) &&
        !(e = prep_answer_set(c->db, id, c->viewer->person, in->answer,
                              in->has_reason ? str_trim(in->reason) : S(""))))
        e = prep_tell(c, &a.row, "prep", a.row.rev);
    return txn_end(&tx, e);
}

enum err prep_here(struct call *c, int64_t session, int64_t person)
{
    return prep_presence_put(c->db, session, person, c->now);
}

enum err prep_seen(struct call *c, const struct doc *d, int64_t person)
{
    struct txn tx = { 0 };
    bool there;
    if (!str_eqz(d->owner_noun, "prep"))
        return E_OK;
    enum err e = prep_presence_there(c->db, d->owner_id, person, c->now, &there);
    if (e || there)
        return e;
    if (!(e = txn_begin(&tx, c->db)))
        e = prep_here(c, d->owner_id, person);
    return txn_end(&tx, e);
}

/* ---- reminders: a day before it begins, and before a stage should be over */

static enum err remind_one(struct call *c, const struct prep_due *d)
{
    struct txn tx = { 0 };
    struct prep_row p;
    struct str when = prep_json(c->arena, "when", prep_time(c->arena, d->at));
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_get(c->db, c->arena, d->id, &p)) || (e = prep_due_told(c->db, d)))
        goto done;
    if (d->stage == 0)
        e = prep_notice_all(c, &p, "prep.soon", when);
    else if (d->stage == PREP_draft)
        e = prep_notice(c, &p, p.lead, "prep.draft_due", when);
    else
        e = prep_notice_all(c, &p, "prep.stage_due",
                            arena_fmt(c->arena, "%.*s%.*s", STR_ARG(when),
                                      STR_ARG(prep_json(c->arena, "stage",
                                                        prep_stage_text(d->stage)))));
done:
    return txn_end(&tx, e);
}

enum err run_prep_remind(struct call *c, const struct job *job)
{
    struct prep_due *due;
    size_t n;
    enum err e = prep_due_list(c->db, c->arena, c->now, c->now + REMIND_MS, &due, &n);
    (void)job;
    for (size_t i = 0; !e && i < n; i++)
        e = remind_one(c, &due[i]);
    return e;
}

enum err handover_prep(struct call *c, int64_t from, int64_t to, int64_t *n)
{
    return prep_over(c->db, from, to, c->now, n);
}
