/* Heads of downloads (RFC 9110, 13 and 14). Strangers' bytes never run in a page of ours: no
 * sniffing, a sandbox without any right, and what is not on the list of kinds that browsers show is
 * an attachment. */
#include "server/http/partial.h"

#include <string.h>

static void about_range(struct call *c, struct http_reply *r, const struct range *g, uint64_t size)
{
    if (g->kind == RANGE_NONE)
        reply_header(c, r, "Content-Range",
                     arena_fmt(c->arena, "bytes */%llu", (unsigned long long)size));
    if (g->kind == RANGE_PART)
        reply_header(c, r, "Content-Range",
                     arena_fmt(c->arena, "bytes %llu-%llu/%llu", (unsigned long long)g->from,
                               (unsigned long long)(g->from + g->length - 1),
                               (unsigned long long)size));
}

bool partial_head(struct call *c, const struct input *in, struct output *out,
                  const struct partial *p)
{
    static const int status[] = { [RANGE_WHOLE] = 200,
                                  [RANGE_PART] = 206,
                                  [RANGE_NONE] = 416,
                                  [RANGE_SAME] = 304,
                                  [RANGE_CHANGED] = 412 };
    struct http_reply *r = out->reply;
    struct range g = range_of(&(struct range_ask){
        .range = request_header(in->rq, "Range"),
        .if_range = request_header(in->rq, "If-Range"),
        .if_none_match = request_header(in->rq, "If-None-Match"),
        .if_match = request_header(in->rq, "If-Match"),
        .etag = p->etag,
        .size = p->size,
    });
    r->status = status[g.kind];
    r->offset = g.from;
    r->length = g.length;
    reply_header(c, r, "ETag", p->etag);
    reply_header(c, r, "Accept-Ranges", S("bytes"));
    reply_header(c, r, "Cache-Control", S("private, no-cache"));
    about_range(c, r, &g, p->size);
    if (g.kind != RANGE_WHOLE && g.kind != RANGE_PART)
        return false;
    reply_header(c, r, "Content-Type", p->mime);
    reply_header(c, r, "Content-Disposition", disposition(c->arena, p->attachment, p->name));
    reply_header(c, r, "Content-Security-Policy", S("default-src 'none'; sandbox"));
    reply_header(c, r, "Cross-Origin-Resource-Policy", S("same-origin"));
    return true;
}

bool partial_begins(const struct input *in, const struct output *out)
{
    return strcmp(in->rq->method, "GET") == 0 && out->reply->offset == 0;
}
