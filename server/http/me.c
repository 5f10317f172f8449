/* Everything under /api/me that is about the person, and the tokens. */
#include "server/http/routes.h"

#include "server/app/dept.h"
#include "server/app/me.h"
#include "server/app/session.h"
#include "server/app/token.h"
#include "server/app/viewer.h"

enum err h_me_get(struct call *c, const struct input *in, struct output *out)
{
    struct me *me = ARENA_NEW(c->arena, struct me);
    (void)in;
    out->value = me;
    return me_get(c, me);
}

enum err h_me_password(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return session_change_password(c, in->body);
}

enum err h_me_depts(struct call *c, const struct input *in, struct output *out)
{
    struct dept_page *p = ARENA_NEW(c->arena, struct dept_page);
    struct dept_query q = { .person = c->viewer->person, .limit = 200, .has_limit = true };
    (void)in;
    out->value = p;
    return dept_find(c, &q, p);
}

enum err h_me_export(struct call *c, const struct input *in, struct output *out)
{
    enum err e = me_export(c, &out->reply->bytes);
    (void)in;
    out->reply->status = 200;
    reply_header(c, out->reply, "Content-Type", S("application/json; charset=utf-8"));
    reply_header(c, out->reply, "Content-Disposition", S("attachment; filename=\"my-data.json\""));
    reply_header(c, out->reply, "Cache-Control", S("no-store"));
    return e;
}

enum err h_token_list(struct call *c, const struct input *in, struct output *out)
{
    struct token_page *p = ARENA_NEW(c->arena, struct token_page);
    (void)in;
    out->value = p;
    return token_mine(c, p);
}

enum err h_token_create(struct call *c, const struct input *in, struct output *out)
{
    struct token_made *t = ARENA_NEW(c->arena, struct token_made);
    out->value = t;
    return token_make(c, in->body, t);
}

enum err h_token_revoke(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return token_end(c, in->id[0]);
}
