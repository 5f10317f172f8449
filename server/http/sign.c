/* One page with one look, whatever stands on it; colours as in web/src/ui, light and dark. */
#include "server/http/sign.h"

#include <string.h>

static const char before[] =
    "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<style>body{font:16px/1.75 \"PingFang SC\",\"Microsoft YaHei\",sans-serif;color:#1f2733;"
    "background:#f6f7f9;max-width:34rem;margin:0 auto;padding:48px 24px}"
    "h1{font-size:20px;line-height:1.5}ol{padding-left:24px}.small{color:#566171;font-size:14px}"
    "a{display:inline-block;padding:9px 16px;border-radius:6px;background:#1559c9;color:#fff;"
    "text-decoration:none}"
    "@media(prefers-color-scheme:dark){body{background:#12171e;color:#e6eaf0}.small{color:#a3adbb}"
    "a{background:#7fb0ff;color:#0d1a2e}}</style><title>";

bool sign_wanted(const struct http_request *rq)
{
    return strcmp(rq->method, "GET") == 0 &&
           str_find(request_header(rq, "Accept"), S("text/html"), 0) != SIZE_MAX;
}

void sign_put(struct call *c, struct http_reply *reply, struct str title, struct str more)
{
    struct buf *b = &reply->bytes;
    buf_addz(b, before);
    buf_xml(b, title);
    buf_addz(b, "</title></head><body><main><h1>");
    buf_xml(b, title);
    buf_addz(b, "</h1>");
    buf_add(b, more);
    buf_addz(b, "</main></body></html>");
    reply_header(c, reply, "Content-Type", S("text/html; charset=utf-8"));
    reply_header(c, reply, "Content-Security-Policy",
                 S("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"));
}

void sign_refuse(struct call *c, struct http_reply *reply, struct str why, const char *id)
{
    sign_put(c, reply, why,
             arena_fmt(c->arena, "<p class=\"small\">编号 %s</p><p><a href=\"/\">回到首页</a></p>",
                       id));
}
