/* Opinions, decisions, chat, reflections; see prep_talk.h. */
#include "server/app/prep_talk.h"

#include "server/app/cursor.h"
#include "server/app/viewer.h"

enum { OPINIONS_PAGE = 500, CHAT_MAX = 500 };

enum err prep_opinions(struct call *c, int64_t id, const struct prep_opinion_query *q,
                       struct prep_opinion_page *out)
{
    struct prep_access a;
    struct str key;
    int64_t limit = q->has_limit ? q->limit : OPINIONS_PAGE;
    struct prep_opinion_filter f = { .session = id, .doc = q->doc, .limit = limit + 1 };
    enum err e;
    if ((e = prep_for(c, id, &a)) || (e = cursor_read(c, "opinions", q->cursor, &key, &f.after)))
        return e;
    out->hidden = prep_hidden(&a.row);
    f.person = out->hidden ? c->viewer->person : 0; /* T1 */
    if ((e = prep_opinion_list(c->db, c->arena, &f, &out->items, &out->items_n)))
        return e;
    if ((int64_t)out->items_n > limit) {
        out->items_n = (size_t)limit;
        out->has_next = true;
        out->next = cursor_make(c->arena, "opinions", S(""), out->items[limit - 1].id);
    }
    return E_OK;
}

/* ---- writing */

static enum err new_check(struct call *c, const struct prep_opinion_new *in)
{
    bool suggestion = str_eqz(in->kind, "suggestion"), reply = str_eqz(in->kind, "reply");
    if (reply != in->has_parent)
        return fail(c, E_INPUT, "parent", "回复要写明回复哪一条，其他意见不写。");
    if (suggestion && (!in->has_quote || !in->has_anchor))
        return fail(c, E_INPUT, "quote", "请先在文中选中要修改的文字，再提修改建议。");
    if (str_eqz(in->kind, "comment") && !in->has_anchor)
        return fail(c, E_INPUT, "anchor", "请先在文中选中要批注的地方。");
    if (!suggestion && !str_trim(in->body).n)
        return fail(c, E_INPUT, "body", "请写下您的意见。");
    return E_OK;
}

/* What is said of a document is said of one of this session's. */
static enum err doc_check(struct call *c, int64_t session, int64_t doc)
{
    struct doc d;
    enum err e = doc ? doc_get(c->db, c->arena, doc, &d) : E_OK;
    if (!e && doc && (!str_eqz(d.owner_noun, "prep") || d.owner_id != session))
        e = E_NOT_FOUND;
    return e == E_NOT_FOUND ? fail(c, E_INPUT, "doc", "这次集体备课里没有这份文档，请刷新后重试。")
                            : e;
}

/* A reply stands under an opinion that the writer can see; replies to replies stand in one row with
 * them. */
static enum err parent_in(struct call *c, const struct prep_access *a, struct prep_opinion *o)
{
    struct prep_opinion p;
    if (!o->parent)
        return E_OK;
    enum err e = prep_opinion_get(c->db, c->arena, o->parent, &p);
    bool there = !e && p.session == a->row.id && !p.withdrawn_at &&
                 (!prep_hidden(&a->row) || p.person == c->viewer->person);
    if (e == E_NOT_FOUND || (!e && !there))
        return fail(c, E_INPUT, "parent", "要回复的意见不存在或已撤回。");
    if (!e && p.parent)
        o->parent = p.parent;
    o->doc = p.doc;
    return e;
}

static enum err mention(struct call *c, const struct prep_access *a, const struct prep_opinion *o,
                        int64_t person)
{
    struct prep_person who;
    enum err e = prep_person_get(c->db, c->arena, a->row.id, person, &who);
    if (e == E_NOT_FOUND)
        return fail(c, E_INPUT, "mentions", "只能提到参加这次集体备课的人。");
    if (e || (e = prep_mention_put(c->db, o->id, person)) || prep_hidden(&a->row) ||
        person == c->viewer->person)
        return e;
    return prep_notice(c, &a->row, person, "prep.mentioned",
                       prep_json(c->arena, "who", o->person_name));
}

/* Whose opinion it is hears of a reply. */
static enum err tell_parent(struct call *c, const struct prep_access *a,
                            const struct prep_opinion *o)
{
    struct prep_opinion p;
    if (!o->parent || prep_hidden(&a->row))
        return E_OK;
    enum err e = prep_opinion_get(c->db, c->arena, o->parent, &p);
    if (e || p.person == c->viewer->person)
        return e;
    return prep_notice(c, &a->row, p.person, "prep.replied",
                       prep_json(c->arena, "who", o->person_name));
}

enum err prep_opine(struct call *c, int64_t id, const struct prep_opinion_new *in,
                    struct prep_opinion *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_opinion o = { .session = id,
                              .doc = in->doc,
                              .parent = in->parent,
                              .kind = in->kind,
                              .person = c->viewer->person,
                              .at = c->now,
                              .anchor = in->has_anchor ? in->anchor : S(""),
                              .quote = in->has_quote ? in->quote : S(""),
                              .body = in->has_body ? str_trim(in->body) : S(""),
                              .instead = in->has_instead ? in->instead : S("") };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, in->has_parent ? PA_reply : PA_opine, &a)) ||
        (e = new_check(c, in)) || (e = doc_check(c, id, o.doc)) || (e = parent_in(c, &a, &o)) ||
        (e = prep_opinion_put(c->db, &o)) || (e = prep_opinion_get(c->db, c->arena, o.id, out)))
        goto done;
    for (size_t i = 0; i < in->mentions_n && !e; i++)
        e = mention(c, &a, out, in->mentions[i]);
    out->mentions = in->mentions;
    out->mentions_n = in->mentions_n;
    if (e || (e = tell_parent(c, &a, out)) || (e = prep_here(c, id, c->viewer->person)))
        goto done;
    e = prep_tell(c, &a.row, "prep_opinion", out->id);
done:
    return txn_end(&tx, e);
}

/* One of this session's that the caller may see. */
static enum err opinion_of(struct call *c, const struct prep_access *a, int64_t opinion,
                           struct prep_opinion *o)
{
    enum err e = prep_opinion_get(c->db, c->arena, opinion, o);
    if (!e && (o->session != a->row.id || o->withdrawn_at ||
               (prep_hidden(&a->row) && o->person != c->viewer->person)))
        e = E_NOT_FOUND;
    return e;
}

static enum err own(struct call *c, const struct prep_access *a, int64_t opinion,
                    struct prep_opinion *o)
{
    enum err e = opinion_of(c, a, opinion, o);
    if (e)
        return e;
    if (o->person != c->viewer->person)
        return fail(c, E_FORBIDDEN, NULL, "只能修改、撤回自己写的意见。");
    if ((e = prep_may(c, a, o->parent ? PA_reply : PA_opine)) ||
        (e = prep_unsigned(c, a->row.id, o->at)))
        return e;
    return o->decision.n ? fail(c, E_STATE, NULL, "这条意见已经有了结论，不能再改。") : E_OK;
}

static enum err changed(struct call *c, const struct prep_access *a, struct prep_opinion *o,
                        struct prep_opinion *out)
{
    enum err e;
    if ((e = prep_opinion_change(c->db, o)) || (e = prep_here(c, a->row.id, c->viewer->person)) ||
        (e = prep_tell(c, &a->row, "prep_opinion", o->id)))
        return e;
    return prep_opinion_get(c->db, c->arena, o->id, out);
}

enum err prep_opinion_edit(struct call *c, int64_t id, int64_t opinion, int64_t rev,
                           const struct prep_opinion_edit *in, struct prep_opinion *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_opinion o;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_for(c, id, &a)) || (e = own(c, &a, opinion, &o)))
        goto done;
    o.rev = rev;
    o.edited_at = c->now;
    if (in->has_body)
        o.body = str_trim(in->body);
    if (in->has_instead && str_eqz(o.kind, "suggestion"))
        o.instead = in->instead;
    if (!o.body.n && !str_eqz(o.kind, "suggestion")) {
        e = fail(c, E_INPUT, "body", "请写下您的意见。");
        goto done;
    }
    e = changed(c, &a, &o, out);
done:
    return txn_end(&tx, e);
}

enum err prep_opinion_withdraw(struct call *c, int64_t id, int64_t opinion)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_opinion o;
    int64_t replies;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_for(c, id, &a)) || (e = own(c, &a, opinion, &o)) ||
        (e = prep_opinion_replies(c->db, opinion, &replies)))
        goto done;
    if (replies) {
        e = fail(c, E_STATE, NULL, "已有人回复这条意见，不能撤回。可以修改，或再回复一条说明。");
        goto done;
    }
    o.withdrawn_at = c->now;
    e = changed(c, &a, &o, &o);
done:
    return txn_end(&tx, e);
}

/* ---- deciding */

struct str prep_decision_text(struct str decision)
{
    return str_eqz(decision, "adopted")  ? S("采纳")
           : str_eqz(decision, "partly") ? S("部分采纳")
                                         : S("不采纳");
}

enum err prep_decide(struct call *c, int64_t id, int64_t opinion, const struct prep_decision *in,
                     struct prep_opinion *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_opinion o;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_decide, &a)) || (e = opinion_of(c, &a, opinion, &o)) ||
        (o.decision.n && (e = prep_unsigned(c, id, o.decided_at))))
        goto done;
    if (o.parent) {
        e = fail(c, E_STATE, NULL, "回复不需要结论，请在它上面的意见里写。");
        goto done;
    }
    o.reason = in->has_reason ? str_trim(in->reason) : S("");
    if (!o.reason.n && !str_eqz(in->decision, "adopted")) {
        e = fail(c, E_INPUT, "reason", "部分采纳或不采纳时，请写明理由。");
        goto done;
    }
    o.decision = in->decision;
    o.decided_by = c->viewer->person;
    o.decided_at = c->now;
    if ((e = changed(c, &a, &o, out)) || o.person == c->viewer->person)
        goto done;
    e = prep_notice(c, &a.row, o.person, "prep.decided", STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err prep_resolve(struct call *c, int64_t id, int64_t opinion, bool resolved,
                      struct prep_opinion *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_opinion o;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_for(c, id, &a)) || (e = opinion_of(c, &a, opinion, &o)))
        goto done;
    bool his = o.person == c->viewer->person && prep_can(&a, PA_reply);
    if (!his && (e = prep_may(c, &a, PA_resolve)))
        goto done;
    if (o.parent) {
        e = fail(c, E_STATE, NULL, "请把整条意见标为已解决，不能只标一条回复。");
        goto done;
    }
    o.resolved_by = resolved ? c->viewer->person : 0;
    o.resolved_at = resolved ? c->now : 0;
    e = changed(c, &a, &o, out);
done:
    return txn_end(&tx, e);
}

/* ---- chat and reflections */

enum err prep_chat(struct call *c, int64_t id, const struct prep_chat_query *q,
                   struct prep_chat_page *out)
{
    struct prep_access a;
    enum err e = prep_for(c, id, &a);
    return e ? e
             : prep_chat_list(c->db, c->arena, id, q->after, CHAT_MAX, &out->items, &out->items_n);
}

enum err prep_chat_say(struct call *c, int64_t id, const struct prep_say *in, struct prep_word *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_word *back;
    size_t n;
    *out =
        (struct prep_word){ .person = c->viewer->person, .at = c->now, .body = str_trim(in->body) };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_chat, &a)))
        goto done;
    if (!out->body.n) {
        e = fail(c, E_INPUT, "body", "请写下要说的话。");
        goto done;
    }
    if ((e = prep_chat_put(c->db, id, out)) || (e = prep_here(c, id, out->person)) ||
        (e = prep_tell(c, &a.row, "prep_chat", out->id)) ||
        (e = prep_chat_list(c->db, c->arena, id, out->id - 1, 1, &back, &n)))
        goto done;
    *out = back[0];
done:
    return txn_end(&tx, e);
}

enum err prep_reflections(struct call *c, int64_t id, const struct prep_reflection_query *q,
                          struct prep_reflection_page *out)
{
    struct prep_access a;
    int64_t of = id;
    enum err e = prep_for(c, id, &a);
    if (e)
        return e;
    if (q->before && (e = prep_reflected_before(c->db, a.row.dept, a.row.at, id, &of)))
        return e == E_NOT_FOUND ? E_OK : e;
    return prep_reflection_list(c->db, c->arena, of, &out->items, &out->items_n);
}

enum err prep_reflect(struct call *c, int64_t id, const struct prep_reflection_new *in)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_reflection r = { .person = c->viewer->person,
                                 .changed_at = c->now,
                                 .body = str_trim(in->body) };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_reflect, &a)))
        goto done;
    if (!r.body.n) {
        e = fail(c, E_INPUT, "body", "请写下教学反思。");
        goto done;
    }
    if (!(e = prep_reflection_set(c->db, id, &r)))
        e = prep_tell(c, &a.row, "prep", a.row.rev);
done:
    return txn_end(&tx, e);
}
