/* Schools. */
#include "server/http/routes.h"

#include "server/app/school.h"

enum err h_school_list(struct call *c, const struct input *in, struct output *out)
{
    struct school_page *v = ARENA_NEW(c->arena, struct school_page);
    out->value = v;
    return school_find(c, in->query, v);
}

enum err h_school_create(struct call *c, const struct input *in, struct output *out)
{
    struct school *v = ARENA_NEW(c->arena, struct school);
    enum err e = school_create(c, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_school_get(struct call *c, const struct input *in, struct output *out)
{
    struct school *v = ARENA_NEW(c->arena, struct school);
    enum err e = school_show(c, in->id[0], v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_school_patch(struct call *c, const struct input *in, struct output *out)
{
    struct school *v = ARENA_NEW(c->arena, struct school);
    enum err e = school_update(c, in->id[0], in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
