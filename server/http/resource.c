/* Resources and their files. */
#include "server/app/resource.h"

#include "server/app/dict.h"
#include "server/http/routes.h"

static enum err shown(struct call *c, int64_t id, struct output *out)
{
    struct resource *r = ARENA_NEW(c->arena, struct resource);
    enum err e = resource_show(c, id, r);
    if (e)
        return e;
    out->value = r;
    out->rev = r->rev;
    return E_OK;
}

enum err h_resource_list(struct call *c, const struct input *in, struct output *out)
{
    struct resource_page *p = ARENA_NEW(c->arena, struct resource_page);
    out->value = p;
    return resource_page_get(c, in->query, p);
}

enum err h_resource_get(struct call *c, const struct input *in, struct output *out)
{
    return shown(c, in->id[0], out);
}

enum err h_resource_create(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = resource_create(c, in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_resource_edit(struct call *c, const struct input *in, struct output *out)
{
    enum err e = resource_change(c, in->id[0], in->rev, in->body);
    return e ? e : shown(c, in->id[0], out);
}

/* The reply says what became of it; an approver who returned a resource may no longer see it. */
enum err h_resource_act(struct call *c, const struct input *in, struct output *out)
{
    const struct resource_order *o = in->body;
    struct resource_acted *done = ARENA_NEW(c->arena, struct resource_acted);
    enum resource_act act = (enum resource_act)dict_number(DICT_resource_act, o->act);
    enum err e = resource_do(c, in->id[0], act, o->has_note ? o->note : S(""), done);
    out->value = done;
    out->rev = done->rev;
    return e;
}

enum err h_resource_log(struct call *c, const struct input *in, struct output *out)
{
    struct resource_events *l = ARENA_NEW(c->arena, struct resource_events);
    out->value = l;
    return resource_events_get(c, in->id[0], l);
}

enum err h_resource_uses(struct call *c, const struct input *in, struct output *out)
{
    struct resource_uses *l = ARENA_NEW(c->arena, struct resource_uses);
    out->value = l;
    return resource_uses_get(c, in->id[0], l);
}
