/* Uploads over HTTP: tus 1.0.0 with creation, creation-with-upload, creation-defer-length,
 * checksum, expiration and termination (tus.io, protocol 1.0.x). Headers become values in tus.c;
 * what they mean stands in app/upload. */
#include "server/app/upload.h"

#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "server/http/routes.h"
#include "server/http/tus.h"

#include <stdatomic.h>
#include <string.h>

/* ---- heads */

static struct str number(struct call *c, int64_t v)
{
    return arena_fmt(c->arena, "%lld", (long long)v);
}

static void tus_head(struct call *c, struct output *out, int status)
{
    out->reply->status = status;
    reply_header(c, out->reply, "Tus-Resumable", S(TUS_VERSION));
    reply_header(c, out->reply, "Cache-Control", S("no-store"));
}

static void where_it_is(struct call *c, struct output *out, const struct upload_now *u)
{
    reply_header(c, out->reply, "Upload-Offset", number(c, u->offset));
    if (u->offset != u->length)
        reply_header(c, out->reply, "Upload-Expires", clock_http(c->arena, u->expires_at));
}

enum err h_upload_options(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    tus_head(c, out, 204);
    reply_header(c, out->reply, "Tus-Version", S(TUS_VERSION));
    reply_header(c, out->reply, "Tus-Extension",
                 S("creation,creation-with-upload,creation-defer-length,checksum,expiration,"
                   "termination"));
    reply_header(c, out->reply, "Tus-Checksum-Algorithm", S("sha1,sha256"));
    reply_header(c, out->reply, "Tus-Max-Size", number(c, upload_max(c)));
    return E_OK;
}

/* ---- the body: a sink around app's */

struct upload_sink {
    struct sink sink;
    struct upload_body *body;
    struct upload_now now; /* of a creation */
    char id[33];
    void *line; /* the transport's name for this request */
};

static struct upload_sink *of(struct sink *s)
{
    return (struct upload_sink *)s;
}

static size_t sink_take(struct sink *s, const char *p, size_t n)
{
    return upload_body_take(of(s)->body, p, n);
}

static void sink_done(struct sink *s, bool whole, void (*ready)(void *arg), void *arg)
{
    if (of(s)->body)
        upload_body_done(of(s)->body, whole, ready, arg);
    else
        ready(arg);
}

static void sink_unref(struct sink *s)
{
    if (of(s)->body)
        upload_body_unref(of(s)->body);
    mem_free(s);
}

static void sink_resume(void *arg)
{
    struct sink *s = arg;
    if (s->resume)
        s->resume(s->resume_arg);
}

static void sink_cut(void *arg)
{
    transport_cut(((struct upload_sink *)arg)->line);
}

static struct upload_sink *sink_new(const struct http_request *rq)
{
    struct upload_sink *s = NEW(struct upload_sink);
    s->sink = (struct sink){ .take = sink_take, .done = sink_done, .unref = sink_unref };
    s->line = rq->own;
    return s;
}

static enum err open_body(struct call *c, const struct http_request *rq, struct str id,
                          struct upload_piece *p, struct upload_sink *s)
{
    enum err e = tus_checksum(c, rq, p);
    if (e || (e = tus_number(c, rq, "Content-Length", &p->announced)))
        return e;
    p->resume = sink_resume;
    p->cut = sink_cut;
    p->arg = s;
    return upload_body_open(c, id, p, &s->body);
}

/* Gives the sink, or lets it go again. */
static enum err sink_give(struct upload_sink *s, enum err e, struct sink **out)
{
    s->sink.idle = !s->body;
    if (e)
        sink_unref(&s->sink);
    else
        *out = &s->sink;
    return e;
}

/* ---- creation */

enum err s_upload_create(struct call *c, const struct input *in, struct sink **sink)
{
    const struct http_request *rq = in->rq;
    int64_t length;
    struct upload_sink *s = NULL;
    enum err e = tus_version(c, rq);
    bool with_body = request_header(rq, "Content-Type").n > 0;
    if (e || (e = tus_length(c, rq, &length)))
        return e;
    if (with_body && !tus_is_body(rq))
        return E_MEDIA_TYPE;
    struct upload_now now;
    if ((e = upload_create(c, length, request_header(rq, "Upload-Metadata"), &now)))
        return e;
    s = sink_new(rq);
    memcpy(s->id, now.id.p, 32);
    s->now = now; /* numbers only from here on: its text ends with this call */
    if (with_body && length != 0)
        e = open_body(c, rq, now.id, &(struct upload_piece){ .length = -1 }, s);
    return sink_give(s, e, sink);
}

enum err h_upload_create(struct call *c, const struct input *in, struct output *out)
{
    struct upload_sink *s = of(in->rq->sink);
    struct upload_now now = s->now;
    enum err e = s->body ? upload_body_end(c, s->body, &now) : E_OK;
    if (e)
        return e;
    tus_head(c, out, 201);
    reply_header(c, out->reply, "Location", arena_fmt(c->arena, "/api/uploads/%s", s->id));
    where_it_is(c, out, &now);
    return E_OK;
}

/* ---- pieces */

enum err s_upload_append(struct call *c, const struct input *in, struct sink **sink)
{
    const struct http_request *rq = in->rq;
    struct upload_piece p = { 0 };
    enum err e = tus_version(c, rq);
    if (e)
        return e;
    if (!tus_is_body(rq))
        return E_MEDIA_TYPE;
    if ((e = tus_number(c, rq, "Upload-Offset", &p.offset)) ||
        (e = tus_number(c, rq, "Upload-Length", &p.length)))
        return e;
    if (p.offset < 0)
        return fail(c, E_INPUT, "Upload-Offset", "请给出续传的位置。");
    struct upload_sink *s = sink_new(rq);
    return sink_give(s, open_body(c, rq, in->arg[0], &p, s), sink);
}

enum err h_upload_append(struct call *c, const struct input *in, struct output *out)
{
    struct upload_now now;
    enum err e = upload_body_end(c, of(in->rq->sink)->body, &now);
    if (e)
        return e;
    tus_head(c, out, 204);
    where_it_is(c, out, &now);
    return E_OK;
}

/* ---- looking, giving up, listing */

enum err h_upload_head(struct call *c, const struct input *in, struct output *out)
{
    struct upload_now u;
    enum err e = tus_version(c, in->rq);
    if (e || (e = upload_look(c, in->arg[0], &u)))
        return e;
    tus_head(c, out, 200);
    where_it_is(c, out, &u);
    if (u.length >= 0)
        reply_header(c, out->reply, "Upload-Length", number(c, u.length));
    else
        reply_header(c, out->reply, "Upload-Defer-Length", S("1"));
    if (u.metadata.n)
        reply_header(c, out->reply, "Upload-Metadata", u.metadata);
    return E_OK;
}

enum err h_upload_drop(struct call *c, const struct input *in, struct output *out)
{
    enum err e = tus_version(c, in->rq);
    if (e || (e = upload_drop(c, in->arg[0])))
        return e;
    tus_head(c, out, 204);
    return E_OK;
}

/* ---- POST that says it is another method, for lines that let nothing else through */

static bool says(const struct input *in, const char *method)
{
    return str_ieqz(request_header(in->rq, "X-HTTP-Method-Override"), method);
}

enum err s_upload_override(struct call *c, const struct input *in, struct sink **sink)
{
    if (says(in, "PATCH"))
        return s_upload_append(c, in, sink);
    return says(in, "HEAD") || says(in, "DELETE") ? sink_give(sink_new(in->rq), E_OK, sink)
                                                  : E_METHOD;
}

enum err h_upload_override(struct call *c, const struct input *in, struct output *out)
{
    if (says(in, "PATCH"))
        return h_upload_append(c, in, out);
    return says(in, "HEAD") ? h_upload_head(c, in, out) : h_upload_drop(c, in, out);
}

enum err h_upload_list(struct call *c, const struct input *in, struct output *out)
{
    struct upload_items *l = ARENA_NEW(c->arena, struct upload_items);
    (void)in;
    out->value = l;
    return upload_mine(c, l);
}
