/* Login and logout: the cookies. */
#include "server/http/routes.h"

#include "server/app/me.h"
#include "server/app/session.h"
#include "server/app/viewer.h"

enum { DEVICE_SECONDS = 400 * 86400 };

/* max_age < 0: until the browser is closed. */
static void set_cookie(struct call *c, const struct input *in, struct http_reply *r,
                       const char *name, struct str value, int max_age)
{
    struct str age = max_age < 0 ? STR_NONE : arena_fmt(c->arena, "; Max-Age=%d", max_age);
    reply_header(c, r, "Set-Cookie",
                 arena_fmt(c->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s", name,
                           STR_ARG(value), in->rq->secure ? "; Secure" : "", STR_ARG(age)));
}

enum err h_session_enter(struct call *c, const struct input *in, struct output *out)
{
    struct me *me = ARENA_NEW(c->arena, struct me);
    struct str cookies = request_header(in->rq, "Cookie");
    struct entered entered;
    enum err e = session_enter(c, in->body, cookie_value(cookies, COOKIE_DEVICE), &entered);
    if (e || (e = me_get(c, me)))
        return e;
    set_cookie(c, in, out->reply, COOKIE_SESSION, entered.cookie, -1);
    if (entered.device.n)
        set_cookie(c, in, out->reply, COOKIE_DEVICE, entered.device, DEVICE_SECONDS);
    out->value = me;
    return E_OK;
}

enum err h_session_leave(struct call *c, const struct input *in, struct output *out)
{
    set_cookie(c, in, out->reply, COOKIE_SESSION, STR_NONE, 0);
    return session_leave(c);
}

enum err h_session_kick(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return session_kick(c, c->viewer->person, in->id[0]);
}

static enum err sessions_of(struct call *c, int64_t person, struct output *out)
{
    struct session_page *p = ARENA_NEW(c->arena, struct session_page);
    out->value = p;
    return session_of_person(c, person, p);
}

enum err h_session_list(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    return sessions_of(c, c->viewer->person, out);
}

enum err h_session_end_others(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    (void)out;
    return session_kick_all(c, c->viewer->person);
}

enum err h_person_sessions(struct call *c, const struct input *in, struct output *out)
{
    return sessions_of(c, in->id[0], out);
}

enum err h_person_sessions_end(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return session_kick_all(c, in->id[0]);
}

enum err h_person_session_end(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return session_kick(c, in->id[0], in->id[1]);
}
