/* File content: a whole file or a part of it, sent by the kernel from the blob's descriptor. */
#include "server/http/content.h"

#include "server/app/file_access.h"
#include "server/base/log.h"
#include "server/http/partial.h"
#include "server/http/routes.h"

#include <unistd.h>

enum err content_reply(struct call *c, const struct input *in, struct output *out,
                       const struct content_ask *ask)
{
    struct content f;
    enum err e = content_open(c, ask->file_id, ask->version, &f);
    if (e)
        return e;
    bool saved = !ask->show || !f.shown;
    struct partial p = { .etag = arena_fmt(c->arena, "\"%.*s\"", STR_ARG(f.sha256)),
                         .mime = f.mime,
                         .name = f.name,
                         .size = f.size,
                         .attachment = saved };
    if (!partial_head(c, in, out, &p)) {
        close(f.fd);
        return E_OK;
    }
    out->reply->kind = BODY_FILE;
    out->reply->fd = f.fd;
    if (saved && partial_begins(in, out) && use_add(c, f.resource_id))
        log_warn("use.not_counted resource=%lld", (long long)f.resource_id);
    return E_OK;
}

enum err h_file_content(struct call *c, const struct input *in, struct output *out)
{
    const struct content_query *q = in->query;
    return content_reply(c, in, out,
                         &(struct content_ask){ in->id[0], q->has_version ? q->version : 0,
                                                q->has_show && q->show });
}
