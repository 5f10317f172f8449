/* Education groups and their members. */
#include "server/http/routes.h"

#include "server/app/group.h"

enum err h_group_list(struct call *c, const struct input *in, struct output *out)
{
    struct group_page *v = ARENA_NEW(c->arena, struct group_page);
    out->value = v;
    return group_find(c, in->query, v);
}

enum err h_group_create(struct call *c, const struct input *in, struct output *out)
{
    struct group *v = ARENA_NEW(c->arena, struct group);
    enum err e = group_create(c, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_group_get(struct call *c, const struct input *in, struct output *out)
{
    struct group *v = ARENA_NEW(c->arena, struct group);
    enum err e = group_show(c, in->id[0], v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_group_patch(struct call *c, const struct input *in, struct output *out)
{
    struct group *v = ARENA_NEW(c->arena, struct group);
    enum err e = group_update(c, in->id[0], in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_group_members(struct call *c, const struct input *in, struct output *out)
{
    struct group_member_page *v = ARENA_NEW(c->arena, struct group_member_page);
    out->value = v;
    return group_members(c, in->id[0], ((const struct group_member_query *)in->query)->all, v);
}

enum err h_group_join(struct call *c, const struct input *in, struct output *out)
{
    struct group_member *v = ARENA_NEW(c->arena, struct group_member);
    out->value = v;
    return group_join(c, in->id[0], in->body, v);
}

enum err h_group_leave(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return group_leave(c, in->id[0], in->id[1]);
}
