/* Quick votes; see prep_vote.h. */
#include "server/app/prep_vote.h"

#include "server/app/viewer.h"

/* V1 */
static void show_counts(struct prep_vote *v)
{
    for (size_t i = 0; i < v->options_n; i++)
        v->options[i].has_count = v->mine || v->closed_at;
}

enum err prep_votes(struct call *c, int64_t id, struct prep_vote_page *out)
{
    struct prep_access a;
    enum err e = prep_for(c, id, &a);
    if (e ||
        (e = prep_vote_list(c->db, c->arena, id, 0, c->viewer->person, &out->items, &out->items_n)))
        return e;
    for (size_t i = 0; i < out->items_n; i++)
        show_counts(&out->items[i]);
    return E_OK;
}

static enum err vote_of(struct call *c, int64_t id, int64_t vote, struct prep_vote *out)
{
    struct prep_vote *v;
    size_t n;
    enum err e = prep_vote_list(c->db, c->arena, id, vote, c->viewer->person, &v, &n);
    if (e || n == 0)
        return e ? e : E_NOT_FOUND;
    *out = *v;
    show_counts(out);
    return E_OK;
}

/* One that is open, for somebody who may do this to it. */
static enum err open_vote(struct call *c, int64_t id, int64_t vote, enum prep_act act,
                          struct prep_access *a)
{
    struct prep_vote v;
    enum err e = prep_to(c, id, act, a);
    if (e || (e = vote_of(c, id, vote, &v)))
        return e;
    return v.closed_at ? fail(c, E_STATE, NULL, "这次表决已经结束。") : E_OK;
}

/* What everybody sees afterwards, told to all. */
static enum err told(struct call *c, const struct prep_access *a, int64_t vote,
                     struct prep_vote *out)
{
    enum err e;
    if ((e = prep_here(c, a->row.id, c->viewer->person)) ||
        (e = prep_tell(c, &a->row, "prep_vote", vote)))
        return e;
    return vote_of(c, a->row.id, vote, out);
}

static enum err new_in(struct call *c, const struct prep_vote_new *in, struct prep_vote *v)
{
    v->question = str_trim(in->question);
    v->options = arena_array(c->arena, PREP_OPTIONS_MAX, sizeof *v->options);
    if (!v->question.n)
        return fail(c, E_INPUT, "question", "请写下要表决的问题。");
    for (size_t i = 0; i < in->options_n; i++) {
        struct str one = str_trim(in->options[i]);
        bool good = one.n > 0;
        for (size_t k = 0; k < i; k++)
            good = good && !str_eq(one, v->options[k].text);
        if (!good)
            return fail(c, E_INPUT, "options", "每个选项都要写，并且互不相同。");
        v->options[v->options_n++].text = one;
    }
    return v->options_n >= 2 ? E_OK : fail(c, E_INPUT, "options", "请写下 2 到 8 个选项。");
}

enum err prep_ask(struct call *c, int64_t id, const struct prep_vote_new *in, struct prep_vote *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_vote v = { .session = id, .person = c->viewer->person, .at = c->now }, *all;
    size_t n;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_ask, &a)) || (e = new_in(c, in, &v)) ||
        (e = prep_vote_list(c->db, c->arena, id, 0, v.person, &all, &n)))
        goto done;
    if (n >= PREP_VOTES_MAX)
        e = fail(c, E_STATE, NULL, "这次集体备课的表决已经很多，不能再添加。");
    if (!e && !(e = prep_vote_put(c->db, &v)))
        e = told(c, &a, v.id, out);
done:
    return txn_end(&tx, e);
}

enum err prep_choose(struct call *c, int64_t id, int64_t vote, const struct prep_ballot *in,
                     struct prep_vote *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_vote v;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = open_vote(c, id, vote, PA_choose, &a)) || (e = vote_of(c, id, vote, &v)))
        goto done;
    if (in->option > (int64_t)v.options_n)
        e = fail(c, E_INPUT, "option", "没有这个选项，请刷新后重新选择。");
    if (!e && !(e = prep_ballot_set(c->db, vote, c->viewer->person, in->option, c->now)))
        e = told(c, &a, vote, out);
done:
    return txn_end(&tx, e);
}

enum err prep_ask_end(struct call *c, int64_t id, int64_t vote, struct prep_vote *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = open_vote(c, id, vote, PA_ask_end, &a)) &&
        !(e = prep_vote_close(c->db, id, vote, c->now)))
        e = told(c, &a, vote, out);
    return txn_end(&tx, e);
}
