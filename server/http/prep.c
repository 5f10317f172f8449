/* 集体备课. */
#include "server/http/routes.h"

#include "server/app/prep.h"
#include "server/app/prep_paper.h"
#include "server/app/prep_publish.h"
#include "server/app/prep_record.h"
#include "server/app/prep_talk.h"
#include "server/app/prep_timer.h"
#include "server/app/prep_vote.h"

enum { PAPER_CAP = 64 << 20 };

static enum err shown(struct call *c, int64_t id, struct output *out)
{
    struct prep *p = ARENA_NEW(c->arena, struct prep);
    enum err e = prep_show(c, id, p);
    out->value = p;
    out->rev = p->rev;
    return e;
}

enum err h_prep_list(struct call *c, const struct input *in, struct output *out)
{
    struct prep_page *p = ARENA_NEW(c->arena, struct prep_page);
    out->value = p;
    return prep_find(c, in->query, p);
}

enum err h_prep_create(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = prep_create(c, in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_prep_get(struct call *c, const struct input *in, struct output *out)
{
    return shown(c, in->id[0], out);
}

enum err h_prep_edit(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_update(c, in->id[0], in->rev, in->body);
    return e ? e : shown(c, in->id[0], out);
}

enum err h_prep_act(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_do(c, in->id[0], in->body);
    return e ? e : shown(c, in->id[0], out);
}

enum err h_prep_log(struct call *c, const struct input *in, struct output *out)
{
    struct prep_events *l = ARENA_NEW(c->arena, struct prep_events);
    out->value = l;
    return prep_events_get(c, in->id[0], l);
}

enum err h_prep_answer(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return prep_reply_invitation(c, in->id[0], in->body);
}

enum err h_prep_docs(struct call *c, const struct input *in, struct output *out)
{
    struct prep_docs *d = ARENA_NEW(c->arena, struct prep_docs);
    out->value = d;
    return prep_docs_get(c, in->id[0], d);
}

enum err h_prep_doc_add(struct call *c, const struct input *in, struct output *out)
{
    struct doc_view *d = ARENA_NEW(c->arena, struct doc_view);
    int64_t id;
    enum err e = prep_doc_add(c, in->id[0], in->body, &id);
    if (e || (e = doc_show(c, id, d)))
        return e;
    out->value = d;
    out->rev = d->rev;
    return E_OK;
}

enum err h_prep_publish(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_publish(c, in->id[0], in->body);
    return e ? e : shown(c, in->id[0], out);
}

/* ---- what is said */

enum err h_prep_opinions(struct call *c, const struct input *in, struct output *out)
{
    struct prep_opinion_page *p = ARENA_NEW(c->arena, struct prep_opinion_page);
    out->value = p;
    return prep_opinions(c, in->id[0], in->query, p);
}

enum err h_prep_opine(struct call *c, const struct input *in, struct output *out)
{
    struct prep_opinion *o = ARENA_NEW(c->arena, struct prep_opinion);
    enum err e = prep_opine(c, in->id[0], in->body, o);
    out->value = o;
    out->rev = o->rev;
    return e;
}

enum err h_prep_opinion_edit(struct call *c, const struct input *in, struct output *out)
{
    struct prep_opinion *o = ARENA_NEW(c->arena, struct prep_opinion);
    enum err e = prep_opinion_edit(c, in->id[0], in->id[1], in->rev, in->body, o);
    out->value = o;
    out->rev = o->rev;
    return e;
}

enum err h_prep_opinion_withdraw(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return prep_opinion_withdraw(c, in->id[0], in->id[1]);
}

enum err h_prep_decide(struct call *c, const struct input *in, struct output *out)
{
    struct prep_opinion *o = ARENA_NEW(c->arena, struct prep_opinion);
    enum err e = prep_decide(c, in->id[0], in->id[1], in->body, o);
    out->value = o;
    out->rev = o->rev;
    return e;
}

enum err h_prep_resolve(struct call *c, const struct input *in, struct output *out)
{
    const struct prep_resolved *body = in->body;
    struct prep_opinion *o = ARENA_NEW(c->arena, struct prep_opinion);
    enum err e = prep_resolve(c, in->id[0], in->id[1], body->resolved, o);
    out->value = o;
    out->rev = o->rev;
    return e;
}

enum err h_prep_chat(struct call *c, const struct input *in, struct output *out)
{
    struct prep_chat_page *p = ARENA_NEW(c->arena, struct prep_chat_page);
    out->value = p;
    return prep_chat(c, in->id[0], in->query, p);
}

enum err h_prep_chat_say(struct call *c, const struct input *in, struct output *out)
{
    struct prep_word *w = ARENA_NEW(c->arena, struct prep_word);
    out->value = w;
    return prep_chat_say(c, in->id[0], in->body, w);
}

enum err h_prep_reflections(struct call *c, const struct input *in, struct output *out)
{
    struct prep_reflection_page *p = ARENA_NEW(c->arena, struct prep_reflection_page);
    out->value = p;
    return prep_reflections(c, in->id[0], in->query, p);
}

enum err h_prep_reflect(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return prep_reflect(c, in->id[0], in->body);
}

/* ---- votes */

enum err h_prep_votes(struct call *c, const struct input *in, struct output *out)
{
    struct prep_vote_page *p = ARENA_NEW(c->arena, struct prep_vote_page);
    out->value = p;
    return prep_votes(c, in->id[0], p);
}

enum err h_prep_ask(struct call *c, const struct input *in, struct output *out)
{
    struct prep_vote *v = ARENA_NEW(c->arena, struct prep_vote);
    out->value = v;
    return prep_ask(c, in->id[0], in->body, v);
}

enum err h_prep_choose(struct call *c, const struct input *in, struct output *out)
{
    struct prep_vote *v = ARENA_NEW(c->arena, struct prep_vote);
    out->value = v;
    return prep_choose(c, in->id[0], in->id[1], in->body, v);
}

enum err h_prep_ask_end(struct call *c, const struct input *in, struct output *out)
{
    struct prep_vote *v = ARENA_NEW(c->arena, struct prep_vote);
    out->value = v;
    return prep_ask_end(c, in->id[0], in->id[1], v);
}

/* ---- the agenda's timer */

enum err h_prep_timer(struct call *c, const struct input *in, struct output *out)
{
    struct prep_timer *t = ARENA_NEW(c->arena, struct prep_timer);
    out->value = t;
    return prep_timer_show(c, in->id[0], t);
}

enum err h_prep_timer_start(struct call *c, const struct input *in, struct output *out)
{
    struct prep_timer *t = ARENA_NEW(c->arena, struct prep_timer);
    out->value = t;
    return prep_timer_start(c, in->id[0], in->body, t);
}

enum err h_prep_timer_stop(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return prep_timer_stop(c, in->id[0]);
}

/* ---- the record, the counts */

static enum err record_shown(struct call *c, int64_t id, struct output *out)
{
    struct prep_record_view *v = ARENA_NEW(c->arena, struct prep_record_view);
    enum err e = prep_record_show(c, id, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_prep_record(struct call *c, const struct input *in, struct output *out)
{
    enum err e = record_shown(c, in->id[0], out);
    out->rev = 0; /* what fills it changes without it: no ETag, hence never a 304 */
    return e;
}

enum err h_prep_record_edit(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_record_edit(c, in->id[0], in->rev, in->body);
    return e ? e : record_shown(c, in->id[0], out);
}

enum err h_prep_record_sign(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_record_sign(c, in->id[0], in->body);
    return e ? e : record_shown(c, in->id[0], out);
}

enum err h_prep_stats(struct call *c, const struct input *in, struct output *out)
{
    struct prep_stats *s = ARENA_NEW(c->arena, struct prep_stats);
    out->value = s;
    return prep_stats_get(c, in->query, s);
}

enum err h_prep_stats_sheet(struct call *c, const struct input *in, struct output *out)
{
    struct str name;
    enum err e = prep_stats_sheet(c, in->query, &out->reply->bytes, &name);
    if (!e)
        reply_file(c, out->reply, XLSX, name);
    return e;
}

enum err h_prep_paper(struct call *c, const struct input *in, struct output *out)
{
    struct doc_exported what = { 0 };
    out->reply->bytes.cap = PAPER_CAP;
    enum err e = prep_paper(c, in->id[0], in->query, &out->reply->bytes, &what);
    if (!e)
        reply_file(c, out->reply, what.mime, what.name);
    return e;
}
