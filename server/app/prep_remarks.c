/* What was said of a session's document, as comments on paper: opinions with their replies and what
 * was decided. In the silent round each gets his own alone, as prep_opinions gives them. */
#include "server/app/prep_talk.h"

#include "server/app/prep_remarks.h"

static struct str decided(struct arena *a, const struct prep_opinion *o)
{
    if (!o->decision.n)
        return S("");
    return arena_fmt(a, "\n【%.*s】%.*s", STR_ARG(prep_decision_text(o->decision)),
                     STR_ARG(o->reason));
}

static struct str body_of(struct arena *a, const struct prep_opinion *o)
{
    struct str end = decided(a, o);
    if (!str_eqz(o->kind, "suggestion"))
        return arena_fmt(a, "%.*s%.*s", STR_ARG(o->body), STR_ARG(end));
    return arena_fmt(a, "建议改为：%.*s%s%.*s%.*s", STR_ARG(o->instead), o->body.n ? "\n" : "",
                     STR_ARG(o->body), STR_ARG(end));
}

static struct paper_comment comment_of(struct arena *a, const struct prep_opinion *o)
{
    return (struct paper_comment){ .quote = o->quote,
                                   .author = o->person_name,
                                   .body = body_of(a, o),
                                   .at = o->at,
                                   .resolved = o->resolved_at > 0 };
}

static void replies_to(struct arena *a, const struct prep_opinion_page *p, int64_t parent,
                       struct paper_comment *c)
{
    struct paper_comment *list = arena_array(a, p->items_n + 1, sizeof *list);
    for (size_t i = 0; i < p->items_n; i++)
        if (p->items[i].parent == parent)
            list[c->replies_n++] = comment_of(a, &p->items[i]);
    c->replies = list;
}

enum err prep_remarks(struct call *c, const struct doc *d, struct paper_comment **out, size_t *n)
{
    struct prep_opinion_query q = {
        .doc = d->id, .limit = INT32_MAX, .has_doc = true, .has_limit = true
    };
    struct prep_opinion_page p = { 0 };
    enum err e = prep_opinions(c, d->owner_id, &q, &p);
    *n = 0;
    *out = arena_array(c->arena, p.items_n + 1, sizeof **out);
    for (size_t i = 0; i < p.items_n && !e; i++) {
        if (p.items[i].parent)
            continue;
        (*out)[*n] = comment_of(c->arena, &p.items[i]);
        replies_to(c->arena, &p, p.items[i].id, &(*out)[(*n)++]);
    }
    return e;
}
