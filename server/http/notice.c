/* The bell. */
#include "server/http/routes.h"

#include "server/app/notice.h"

enum err h_notice_list(struct call *c, const struct input *in, struct output *out)
{
    struct notice_page *p = ARENA_NEW(c->arena, struct notice_page);
    out->value = p;
    return notice_page_get(c, in->query, p);
}

enum err h_notice_read(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return notice_mark(c, in->id[0]);
}

enum err h_notice_read_all(struct call *c, const struct input *in, struct output *out)
{
    const struct notice_upto *body = in->body;
    (void)out;
    return notice_mark_all(c, body->upto);
}
