/* Terms. */
#include "server/http/routes.h"

#include "server/app/term.h"

enum err h_term_list(struct call *c, const struct input *in, struct output *out)
{
    struct term_page *v = ARENA_NEW(c->arena, struct term_page);
    (void)in;
    out->value = v;
    return term_find(c, v);
}

enum err h_term_create(struct call *c, const struct input *in, struct output *out)
{
    struct term *v = ARENA_NEW(c->arena, struct term);
    enum err e = term_create(c, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_term_patch(struct call *c, const struct input *in, struct output *out)
{
    struct term *v = ARENA_NEW(c->arena, struct term);
    enum err e = term_update(c, in->id[0], in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
