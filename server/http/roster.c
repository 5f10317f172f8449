/* The roster, pasted or as a file. */
#include "server/http/routes.h"

#include "server/app/roster.h"

enum err h_roster_paste(struct call *c, const struct input *in, struct output *out)
{
    struct roster *r = ARENA_NEW(c->arena, struct roster);
    out->value = r;
    return roster_paste(c, in->body, r);
}

enum err h_roster_upload(struct call *c, const struct input *in, struct output *out)
{
    struct roster *r = ARENA_NEW(c->arena, struct roster);
    out->value = r;
    return roster_upload(c, in->query, in->rq->body, r);
}
