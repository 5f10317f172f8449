/* One's calendar as a file, and the secret address under which programs read it. */
#include "server/app/calendar_feed.h"

#include "server/app/prep.h"
#include "server/http/routes.h"

static enum err calendar(struct call *c, struct http_reply *r)
{
    enum err e = prep_ics(c, &r->bytes);
    if (!e)
        reply_file(c, r, S("text/calendar; charset=utf-8"), S("集体备课.ics"));
    return e;
}

enum err h_prep_ics(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    return calendar(c, out->reply);
}

enum err h_calendar_open(struct call *c, const struct input *in, struct output *out)
{
    enum err e = calendar_feed_follow(c, in->arg[0]);
    return e ? e : calendar(c, out->reply);
}

enum err h_calendar_feed(struct call *c, const struct input *in, struct output *out)
{
    struct calendar_feed *f = ARENA_NEW(c->arena, struct calendar_feed);
    (void)in;
    out->value = f;
    return calendar_feed_mine(c, f);
}

enum err h_calendar_feed_make(struct call *c, const struct input *in, struct output *out)
{
    struct calendar_feed *f = ARENA_NEW(c->arena, struct calendar_feed);
    (void)in;
    out->value = f;
    return calendar_feed_make(c, f);
}

enum err h_calendar_feed_end(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    (void)out;
    return calendar_feed_end(c);
}
