/* One-time links over HTTP. A chat program's own browser gets a page that says how to go on in a
 * real one, because it drops cookies and cannot save files. */
#include "server/app/link.h"

#include "server/http/content.h"
#include "server/http/pack.h"
#include "server/http/routes.h"
#include "server/http/sign.h"

#include <string.h>

enum err h_link_make(struct call *c, const struct input *in, struct output *out)
{
    struct link_made *l = ARENA_NEW(c->arena, struct link_made);
    out->value = l;
    return link_make(c, in->body, l);
}

static bool in_chat(struct str agent)
{
    return str_find(agent, S("MicroMessenger"), 0) != SIZE_MAX ||
           str_find(agent, S("DingTalk"), 0) != SIZE_MAX ||
           str_find(agent, S(" QQ/"), 0) != SIZE_MAX;
}

static enum err show_hint(struct call *c, struct output *out)
{
    out->reply->status = 200;
    sign_put(
        c, out->reply, S("请用浏览器打开，才能保存文件"),
        S("<ol><li>点右上角的“···”</li><li>选“在浏览器打开”</li><li>文件会自动开始下载</li></ol>"
          "<p>链接 10 分钟内有效，只能用一次。</p>"));
    return E_OK;
}

enum err h_link_open(struct call *c, const struct input *in, struct output *out)
{
    struct link_target t;
    bool chat = in_chat(c->agent), look = chat || strcmp(in->rq->method, "GET") != 0;
    enum err e = link_follow(c, in->arg[0], !look, &t);
    if (e)
        return e;
    if (chat)
        return show_hint(c, out);
    if (t.is_file)
        return content_reply(c, in, out, &(struct content_ask){ t.id, t.version, false });
    return pack_reply(c, in, out, &(struct pack_want){ .resource = t.resource, .taxon = t.taxon });
}
