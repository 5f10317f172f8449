/* What runs here. */
#include "server/http/routes.h"

#include "server/app/version.h"

enum err h_version_get(struct call *c, const struct input *in, struct output *out)
{
    struct version *v = ARENA_NEW(c->arena, struct version);
    (void)in;
    *v = (struct version){ S("jibei"), S(JIBEI_VERSION), c->house->started };
    out->value = v;
    return E_OK;
}
