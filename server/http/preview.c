/* A look into a file: what was read out of it as JSON, its small picture as it is. */
#include "server/app/preview.h"

#include "server/http/range.h"
#include "server/http/routes.h"

enum err h_file_preview(struct call *c, const struct input *in, struct output *out)
{
    const struct preview_query *q = in->query;
    struct preview *p = ARENA_NEW(c->arena, struct preview);
    out->value = p;
    return preview_show(c, in->id[0], q->has_version ? q->version : 0, p);
}

enum err h_file_text(struct call *c, const struct input *in, struct output *out)
{
    const struct preview_text_query *q = in->query;
    struct preview_text *t = ARENA_NEW(c->arena, struct preview_text);
    out->value = t;
    return preview_text(c, in->id[0], q->has_version ? q->version : 0, q->has_from ? q->from : 0,
                        t);
}

enum err h_file_thumbnail(struct call *c, const struct input *in, struct output *out)
{
    const struct preview_query *q = in->query;
    struct str mime, bytes, etag;
    enum err e = preview_thumb(c, in->id[0], q->has_version ? q->version : 0, &mime, &bytes, &etag);
    if (e)
        return e;
    reply_header(c, out->reply, "ETag", etag);
    reply_header(c, out->reply, "Cache-Control", S("private, max-age=86400"));
    reply_header(c, out->reply, "Content-Security-Policy", S("default-src 'none'; sandbox"));
    out->reply->status = 200;
    if (etag_listed(request_header(in->rq, "If-None-Match"), etag, true)) {
        out->reply->status = 304;
        return E_OK;
    }
    reply_header(c, out->reply, "Content-Type", mime);
    buf_add(&out->reply->bytes, bytes);
    return E_OK;
}
