/* 教研组, 备课组 and their members. */
#include "server/http/routes.h"

#include "server/app/dept.h"

enum err h_dept_list(struct call *c, const struct input *in, struct output *out)
{
    struct dept_page *p = ARENA_NEW(c->arena, struct dept_page);
    out->value = p;
    return dept_find(c, in->query, p);
}

enum err h_dept_create(struct call *c, const struct input *in, struct output *out)
{
    struct dept *d = ARENA_NEW(c->arena, struct dept);
    enum err e = dept_create(c, in->body, d);
    out->value = d;
    out->rev = d->rev;
    return e;
}

enum err h_dept_get(struct call *c, const struct input *in, struct output *out)
{
    struct dept *d = ARENA_NEW(c->arena, struct dept);
    enum err e = dept_show(c, in->id[0], d);
    out->value = d;
    out->rev = d->rev;
    return e;
}

enum err h_dept_patch(struct call *c, const struct input *in, struct output *out)
{
    struct dept *d = ARENA_NEW(c->arena, struct dept);
    enum err e = dept_update(c, in->id[0], in->rev, in->body, d);
    out->value = d;
    out->rev = d->rev;
    return e;
}

enum err h_dept_members(struct call *c, const struct input *in, struct output *out)
{
    struct dept_member_page *p = ARENA_NEW(c->arena, struct dept_member_page);
    out->value = p;
    return dept_members(c, in->id[0], p);
}

enum err h_dept_join(struct call *c, const struct input *in, struct output *out)
{
    struct dept_member *m = ARENA_NEW(c->arena, struct dept_member);
    out->value = m;
    return dept_join(c, in->id[0], in->body, m);
}

enum err h_dept_lead(struct call *c, const struct input *in, struct output *out)
{
    const struct dept_member_edit *body = in->body;
    (void)out;
    return dept_lead(c, in->id[0], in->id[1], body->leader);
}

enum err h_dept_leave(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return dept_leave(c, in->id[0], in->id[1]);
}
