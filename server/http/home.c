/* The first page. */
#include "server/app/home.h"

#include "server/http/routes.h"

enum err h_home_get(struct call *c, const struct input *in, struct output *out)
{
    struct home *h = ARENA_NEW(c->arena, struct home);
    (void)in;
    out->value = h;
    return home_show(c, h);
}
