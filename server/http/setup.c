/* The first start of a real county. */
#include "server/http/routes.h"

#include "server/app/setup.h"

enum err h_setup_get(struct call *c, const struct input *in, struct output *out)
{
    struct setup_state *s = ARENA_NEW(c->arena, struct setup_state);
    (void)in;
    out->value = s;
    return setup_state(c, s);
}

enum err h_setup_run(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return setup_run(c, in->body);
}
