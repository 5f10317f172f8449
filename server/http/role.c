/* Roles. */
#include "server/http/routes.h"

#include "server/app/role.h"

enum err h_role_kinds(struct call *c, const struct input *in, struct output *out)
{
    struct role_word_page *p = ARENA_NEW(c->arena, struct role_word_page);
    (void)in;
    out->value = p;
    return role_words(c, p);
}

enum err h_role_list(struct call *c, const struct input *in, struct output *out)
{
    struct role_page *p = ARENA_NEW(c->arena, struct role_page);
    out->value = p;
    return role_find(c, in->query, p);
}

enum err h_role_grant(struct call *c, const struct input *in, struct output *out)
{
    struct role_view *v = ARENA_NEW(c->arena, struct role_view);
    out->value = v;
    return role_grant_to(c, in->id[0], in->body, v);
}

enum err h_role_revoke(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return role_revoke(c, in->id[0], in->id[1]);
}

enum err h_role_of_person(struct call *c, const struct input *in, struct output *out)
{
    struct role_page *p = ARENA_NEW(c->arena, struct role_page);
    out->value = p;
    return role_of_person(c, in->id[0], p);
}
