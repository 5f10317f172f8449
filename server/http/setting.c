/* Settings, for the administrator. */
#include "server/http/routes.h"

#include "server/app/setting.h"

enum err h_settings_get(struct call *c, const struct input *in, struct output *out)
{
    struct settings_view *v = ARENA_NEW(c->arena, struct settings_view);
    (void)in;
    enum err e = settings_show(c, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}

enum err h_settings_patch(struct call *c, const struct input *in, struct output *out)
{
    struct settings_view *v = ARENA_NEW(c->arena, struct settings_view);
    enum err e = settings_change(c, in->rev, in->body, v);
    out->value = v;
    out->rev = v->rev;
    return e;
}
