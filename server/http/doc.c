/* Live documents. */
#include "server/app/doc_export.h"

#include "server/app/doc_image.h"
#include "server/http/partial.h"
#include "server/http/range.h"
#include "server/http/routes.h"

#include <unistd.h>

enum { EXPORT_CAP = 256 << 20 };

static enum err shown(struct call *c, int64_t id, struct output *out)
{
    struct doc_view *d = ARENA_NEW(c->arena, struct doc_view);
    enum err e = doc_show(c, id, d);
    out->value = d;
    out->rev = d->rev;
    return e;
}

enum err h_doc_list(struct call *c, const struct input *in, struct output *out)
{
    struct doc_page *p = ARENA_NEW(c->arena, struct doc_page);
    out->value = p;
    return doc_find(c, in->query, p);
}

enum err h_doc_search(struct call *c, const struct input *in, struct output *out)
{
    struct doc_hits *h = ARENA_NEW(c->arena, struct doc_hits);
    out->value = h;
    return doc_search(c, in->query, h);
}

enum err h_doc_create(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = doc_create(c, in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_doc_get(struct call *c, const struct input *in, struct output *out)
{
    return shown(c, in->id[0], out);
}

enum err h_doc_edit(struct call *c, const struct input *in, struct output *out)
{
    struct doc_view *d = ARENA_NEW(c->arena, struct doc_view);
    enum err e = doc_update(c, in->id[0], in->rev, in->body, d);
    out->value = d;
    out->rev = d->rev;
    return e;
}

static void as_bytes(struct call *c, struct output *out)
{
    out->reply->status = 200;
    reply_header(c, out->reply, "Content-Type", S("application/octet-stream"));
    reply_header(c, out->reply, "Cache-Control", S("no-store"));
}

enum err h_doc_state(struct call *c, const struct input *in, struct output *out)
{
    as_bytes(c, out);
    out->reply->bytes.cap = DOC_STATE_CAP;
    return doc_state(c, in->id[0], &out->reply->bytes);
}

enum err h_doc_authors(struct call *c, const struct input *in, struct output *out)
{
    struct doc_authors *l = ARENA_NEW(c->arena, struct doc_authors);
    out->value = l;
    return doc_authors_get(c, in->id[0], l);
}

enum err h_doc_branch(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = doc_branch(c, in->id[0], in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_doc_base(struct call *c, const struct input *in, struct output *out)
{
    struct doc_base *b = ARENA_NEW(c->arena, struct doc_base);
    out->value = b;
    return doc_base_get(c, in->id[0], b);
}

enum err h_doc_follow(struct call *c, const struct input *in, struct output *out)
{
    struct doc_base *b = ARENA_NEW(c->arena, struct doc_base);
    out->value = b;
    return doc_follow(c, in->id[0], b);
}

enum err h_doc_versions(struct call *c, const struct input *in, struct output *out)
{
    struct doc_version_page *p = ARENA_NEW(c->arena, struct doc_version_page);
    out->value = p;
    return doc_versions(c, in->id[0], in->query, p);
}

enum err h_doc_version_make(struct call *c, const struct input *in, struct output *out)
{
    struct doc_version_view *v = ARENA_NEW(c->arena, struct doc_version_view);
    out->value = v;
    return doc_version_make(c, in->id[0], in->body, v);
}

enum err h_doc_version_state(struct call *c, const struct input *in, struct output *out)
{
    struct str state = STR_NONE;
    enum err e = doc_version_state(c, in->id[0], in->id[1], &state);
    as_bytes(c, out);
    out->reply->bytes.cap = DOC_STATE_CAP;
    buf_add(&out->reply->bytes, state);
    return e;
}

enum err h_doc_export(struct call *c, const struct input *in, struct output *out)
{
    struct doc_exported what = { 0 };
    struct http_reply *r = out->reply;
    r->bytes.cap = EXPORT_CAP;
    enum err e = doc_export(c, in->id[0], in->query, &r->bytes, &what);
    if (e)
        return e;
    r->status = 200;
    reply_header(c, r, "Content-Type", what.mime);
    reply_header(c, r, "Content-Disposition", disposition(c->arena, true, what.name));
    reply_header(c, r, "Cache-Control", S("no-store"));
    if (what.lost.n)
        reply_header(c, r, "Paper-Lost", what.lost);
    return E_OK;
}

enum err h_doc_import(struct call *c, const struct input *in, struct output *out)
{
    struct doc_import_view *v = ARENA_NEW(c->arena, struct doc_import_view);
    out->value = v;
    return doc_import(c, in->body, v);
}

enum err h_doc_image_add(struct call *c, const struct input *in, struct output *out)
{
    struct doc_image_view *v = ARENA_NEW(c->arena, struct doc_image_view);
    out->value = v;
    return doc_image_add(c, in->id[0], in->body, v);
}

enum err h_doc_image(struct call *c, const struct input *in, struct output *out)
{
    struct content f;
    enum err e = doc_image_open(c, in->id[0], in->id[1], &f);
    if (e)
        return e;
    struct partial p = { .etag = arena_fmt(c->arena, "\"%.*s\"", STR_ARG(f.sha256)),
                         .mime = f.mime,
                         .name = f.name,
                         .size = f.size };
    if (!partial_head(c, in, out, &p)) {
        close(f.fd);
        return E_OK;
    }
    out->reply->kind = BODY_FILE;
    out->reply->fd = f.fd;
    return E_OK;
}
