/* POST /api/ticket: the way to a WebSocket for programs that can set no header. */
#include "server/app/ticket.h"

#include "server/http/routes.h"

enum err h_ticket_make(struct call *c, const struct input *in, struct output *out)
{
    struct ticket *t = ARENA_NEW(c->arena, struct ticket);
    (void)in;
    out->value = t;
    return ticket_make(c, t);
}
