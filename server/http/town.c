/* Town offices. */
#include "server/http/routes.h"

#include "server/app/town.h"

enum err h_town_list(struct call *c, const struct input *in, struct output *out)
{
    struct town_page *v = ARENA_NEW(c->arena, struct town_page);
    (void)in;
    out->value = v;
    return town_find(c, v);
}

enum err h_town_create(struct call *c, const struct input *in, struct output *out)
{
    struct town *v = ARENA_NEW(c->arena, struct town);
    enum err e = town_create(c, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_town_patch(struct call *c, const struct input *in, struct output *out)
{
    struct town *v = ARENA_NEW(c->arena, struct town);
    enum err e = town_update(c, in->id[0], in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
