/* Bells. */
#include "server/http/routes.h"

#include "server/app/bell.h"

enum err h_bell_list(struct call *c, const struct input *in, struct output *out)
{
    struct bell_page *v = ARENA_NEW(c->arena, struct bell_page);
    out->value = v;
    return bell_find(c, in->id[0], v);
}

enum err h_bell_create(struct call *c, const struct input *in, struct output *out)
{
    struct bell *v = ARENA_NEW(c->arena, struct bell);
    enum err e = bell_create(c, in->id[0], in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_bell_patch(struct call *c, const struct input *in, struct output *out)
{
    struct bell *v = ARENA_NEW(c->arena, struct bell);
    enum err e = bell_update(c, in->id[0], in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
