/* What machines ask of a running house: is it alive, is it ready, how is it doing. No session; no
 * contents. */
#include "server/base/metric.h"
#include "server/http/routes.h"

enum err h_livez(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    out->reply->status = 200;
    reply_header(c, out->reply, "Content-Type", S("text/plain; charset=utf-8"));
    buf_addz(&out->reply->bytes, "ok\n");
    return E_OK;
}

/* Ready: the database answers and its schema is ours, and we are not stopping. */
enum err h_readyz(struct call *c, const struct input *in, struct output *out)
{
    if (atomic_load(&c->house->stopping))
        return E_STOPPING;
    if (house_ready(c->db))
        return fail(c, E_BUSY, NULL, "数据库没有响应，或其结构还没有更新。");
    return h_livez(c, in, out);
}

enum err h_metrics(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    out->reply->status = 200;
    reply_header(c, out->reply, "Content-Type", S("text/plain; version=0.0.4; charset=utf-8"));
    metrics_print(&out->reply->bytes);
    return E_OK;
}
