/* Who teaches what, and which editions are adopted. */
#include "server/http/routes.h"

#include "server/app/teaching.h"

enum err h_teaching_list(struct call *c, const struct input *in, struct output *out)
{
    struct teaching_page *v = ARENA_NEW(c->arena, struct teaching_page);
    out->value = v;
    return teaching_find(c, in->query, v);
}

enum err h_teaching_create(struct call *c, const struct input *in, struct output *out)
{
    struct teaching *v = ARENA_NEW(c->arena, struct teaching);
    out->value = v;
    return teaching_create(c, in->body, v);
}

enum err h_teaching_end(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return teaching_stop(c, in->id[0]);
}

enum err h_adoption_list(struct call *c, const struct input *in, struct output *out)
{
    struct adoption_page *v = ARENA_NEW(c->arena, struct adoption_page);
    out->value = v;
    return adoption_find(c, in->query, v);
}

enum err h_adoption_set(struct call *c, const struct input *in, struct output *out)
{
    struct adoption *v = ARENA_NEW(c->arena, struct adoption);
    enum err e = adoption_put(c, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
