/* Term plans of a 备课组. */
#include "server/http/routes.h"

#include "server/app/prep_plan.h"

static enum err shown(struct call *c, int64_t id, struct output *out)
{
    struct prep_plan *p = ARENA_NEW(c->arena, struct prep_plan);
    enum err e = prep_plan_show(c, id, p);
    out->value = p;
    out->rev = p->rev;
    return e;
}

enum err h_prep_plan_list(struct call *c, const struct input *in, struct output *out)
{
    struct prep_plan_page *p = ARENA_NEW(c->arena, struct prep_plan_page);
    out->value = p;
    return prep_plan_find(c, in->query, p);
}

enum err h_prep_plan_create(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = prep_plan_create(c, in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_prep_plan_propose(struct call *c, const struct input *in, struct output *out)
{
    struct prep_plan_proposal *p = ARENA_NEW(c->arena, struct prep_plan_proposal);
    out->value = p;
    return prep_plan_propose(c, in->body, p);
}

enum err h_prep_plan_get(struct call *c, const struct input *in, struct output *out)
{
    return shown(c, in->id[0], out);
}

enum err h_prep_plan_edit(struct call *c, const struct input *in, struct output *out)
{
    enum err e = prep_plan_update(c, in->id[0], in->rev, in->body);
    return e ? e : shown(c, in->id[0], out);
}

enum err h_prep_plan_shift(struct call *c, const struct input *in, struct output *out)
{
    const struct prep_plan_shift *s = in->body;
    enum err e = prep_plan_shift(c, in->id[0], in->rev, s->week);
    return e ? e : shown(c, in->id[0], out);
}

enum err h_prep_plan_hold(struct call *c, const struct input *in, struct output *out)
{
    struct prep_plan_held *h = ARENA_NEW(c->arena, struct prep_plan_held);
    out->value = h;
    return prep_plan_hold(c, in->id[0], in->body, h);
}
