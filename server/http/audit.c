/* The auditor's pages. */
#include "server/http/routes.h"

#include "server/app/audit.h"

enum err h_audit_list(struct call *c, const struct input *in, struct output *out)
{
    struct audit_page *p = ARENA_NEW(c->arena, struct audit_page);
    out->value = p;
    return audit_find(c, in->query, p);
}

enum err h_audit_verify(struct call *c, const struct input *in, struct output *out)
{
    struct audit_verdict *v = ARENA_NEW(c->arena, struct audit_verdict);
    (void)in;
    out->value = v;
    return audit_check(c, v);
}

enum err h_audit_export(struct call *c, const struct input *in, struct output *out)
{
    int fd;
    uint64_t size;
    enum err e = audit_export(c, in->query, &fd, &size);
    if (e)
        return e;
    out->reply->status = 200;
    out->reply->kind = BODY_FILE;
    out->reply->fd = fd;
    out->reply->length = size;
    reply_header(c, out->reply, "Content-Type", S("application/x-ndjson; charset=utf-8"));
    reply_header(c, out->reply, "Content-Disposition", S("attachment; filename=\"audit.ndjson\""));
    reply_header(c, out->reply, "Cache-Control", S("no-store"));
    return E_OK;
}
