/* How the house is, for the administrator. */
#include "server/http/routes.h"

#include "server/app/status.h"

enum err h_status_get(struct call *c, const struct input *in, struct output *out)
{
    struct status *s = ARENA_NEW(c->arena, struct status);
    (void)in;
    out->value = s;
    return status_show(c, s);
}
