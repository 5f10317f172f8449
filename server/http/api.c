/* The way of a request through a worker:
 *   1 who asks (cookie or Bearer, Origin), and whether he has the route's capability at all
 *   2 If-Match, the shape of the input
 *   3 Idempotency-Key
 *   4 the handler, run again on E_RETRY
 *   5 the shape of the output, or problem+json (RFC 9457); a page for a browser that went there
 * A1: whatever happens, a reply is made. A2: nothing of a failed run is in the reply. A3: who may
 * not at all learns nothing about his input. */
#include "server/http/api.h"

#include "server/app/call.h"
#include "server/app/repeat.h"
#include "server/app/viewer.h"
#include "server/app/worker.h"
#include "server/base/log.h"
#include "server/http/range.h"
#include "server/http/route.h"
#include "server/http/sign.h"

#include <string.h>
#include <unistd.h>

enum { REPLY_CAP = 32 * 1024 * 1024 };

/* ---- problems */

static void problem(struct http_reply *reply, enum err e, const struct fault_note *note,
                    const char *id)
{
    const struct err_row *row = err_row(e);
    struct buf *b = &reply->bytes;
    struct str said = note && note->text.n ? note->text : str_of(row->text);
    buf_clear(b);
    buf_json_open(b, NULL, '{');
    buf_json_name(b, "type");
    buf_fmt(b, "\"/problems/%s\"", row->code);
    buf_json_text(b, "title", str_of(row->text));
    buf_json_int(b, "status", row->status);
    buf_json_text(b, "code", str_of(row->code));
    buf_json_text(b, "detail", said);
    if (note && note->field.n)
        buf_json_text(b, "field", note->field);
    buf_json_text(b, "request_id", str_of(id));
    buf_char(b, '}');
    reply->status = row->status;
    reply->kind = BODY_BYTES;
}

/* The same for somebody who pressed a download: a page, not the words for a program. */
static void problem_sign(struct call *c, struct http_request *rq, enum err e,
                         struct http_reply *reply)
{
    const struct err_row *row = err_row(e);
    sign_refuse(c, reply, c->fault.text.n ? c->fault.text : str_of(row->text), rq->id);
    reply->status = row->status;
    reply->kind = BODY_BYTES;
}

static struct http_header problem_headers[] = {
    { NULL, { "Content-Type", 12 }, { "application/problem+json; charset=utf-8", 39 } },
};
static struct http_header busy_headers[] = {
    { problem_headers, { "Retry-After", 11 }, { "5", 1 } },
};

static void refuse(struct http_request *rq, enum err e, const struct fault_note *note,
                   struct http_reply *reply)
{
    problem(reply, e, note, rq->id);
    reply->headers = err_row(e)->status == 503 ? busy_headers : problem_headers;
}

void api_done(struct http_reply *reply)
{
    buf_fini(&reply->bytes);
    if (reply->fd >= 0)
        close(reply->fd);
    if (reply->maker)
        reply->maker->free(reply->maker);
    *reply = (struct http_reply){ .fd = -1 };
}

/* An empty reply, whatever was in it: nothing of a failed run stays (A2). */
static void reply_anew(struct http_reply *reply)
{
    api_done(reply);
    buf_init(&reply->bytes, REPLY_CAP);
}

void api_refuse(struct http_request *rq, enum err e, struct http_reply *reply)
{
    reply_anew(reply);
    refuse(rq, e, NULL, reply);
}

/* ---- who asks */

static bool is_unsafe(const char *method)
{
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 &&
           strcmp(method, "OPTIONS") != 0;
}

/* A browser that changes something must come from our own pages, and its Origin tells.
 * Sec-Fetch-Site does not: browsers leave it out on plain http. */
static enum err check_origin(struct call *c, const struct http_request *rq, bool by_cookie)
{
    struct str origin = request_header(rq, "Origin");
    if (!is_unsafe(rq->method) || (rq->route->flags & NO_ORIGIN))
        return E_OK;
    if (origin.n == 0)
        return by_cookie ? E_ORIGIN : E_OK;
    return site_judge(&c->house->site, origin, c->host);
}

static enum err admit(struct call *c, const struct http_request *rq)
{
    struct str bearer = request_header(rq, "Authorization");
    struct str cookies = request_header(rq, "Cookie");
    struct viewer_proof proof = { .device = cookie_value(cookies, COOKIE_DEVICE) };
    enum err e;
    if (str_starts(bearer, S("Bearer ")))
        proof.bearer = str_trim(str_sub(bearer, 7, bearer.n));
    else
        proof.cookie = cookie_value(cookies, COOKIE_SESSION);
    proof.writes = is_unsafe(rq->method);
    if ((e = check_origin(c, rq, proof.cookie.n > 0)) && !proof.bearer.n)
        return e;
    if ((e = viewer_resolve(c, &proof)))
        return e;
    if (rq->route->cap == CAP_none)
        return E_OK;
    if (c->viewer->person == 0)
        return E_LOGIN;
    if (c->viewer->must_change && !(rq->route->flags & ANY_LOGIN))
        return E_MUST_CHANGE;
    return may(c, rq->route->cap, NULL); /* A3 */
}

/* ---- what goes in */

static enum err read_args(const struct http_request *rq, struct arena *a, struct input *in)
{
    struct str rest = str_of(rq->route->path), part;
    size_t n = 0;
    while (str_next(&rest, '/', &part)) {
        if (part.n == 0 || part.p[0] != '{')
            continue;
        if (str_ends(part, S(":text}"))) {
            if (!url_decode(a, rq->args[n], false, &in->arg[n]))
                return E_NOT_FOUND;
        } else if (!str_int(rq->args[n], &in->id[n]) || in->id[n] < 1 || in->id[n] > ID_MAX) {
            return E_NOT_FOUND;
        }
        n++;
    }
    return E_OK;
}

static enum err read_rev(const struct http_request *rq, struct input *in)
{
    struct str tag = request_header(rq, "If-Match");
    if (!(rq->route->flags & IF_MATCH))
        return E_OK;
    if (tag.n == 0)
        return E_NO_REV;
    if (tag.n < 3 || tag.p[0] != '"' || tag.p[tag.n - 1] != '"' ||
        !str_int(str_sub(tag, 1, tag.n - 1), &in->rev) || in->rev < 1)
        return E_REV;
    return E_OK;
}

static bool is_json(struct str type)
{
    size_t semi = str_chr(type, ';', 0);
    return str_ieqz(str_trim(str_sub(type, 0, semi)), "application/json");
}

static enum err read_input(struct call *c, const struct http_request *rq, struct input *in)
{
    const struct route *rt = rq->route;
    void *to = NULL;
    enum err e;
    *in = (struct input){ .rq = rq };
    if ((e = read_args(rq, c->arena, in)) || (e = read_rev(rq, in)))
        return e;
    if (!(rt->flags & RAW) || rt->query != &shape_none) {
        if ((e = shape_query(c, rt->query, rq->query, &to)))
            return e;
        in->query = to;
    }
    if (rt->body == &shape_none)
        return E_OK;
    if (!is_json(request_header(rq, "Content-Type")))
        return E_MEDIA_TYPE;
    e = shape_parse(c, rt->body, rq->body, &to);
    in->body = to;
    return e;
}

/* ---- what comes out */

static void write_reply(struct call *c, const struct http_request *rq, const struct output *out,
                        struct http_reply *reply)
{
    const struct route *rt = rq->route;
    if (!reply->status)
        reply->status = rt->status;
    if (out->rev > 0) {
        struct str tag = arena_fmt(c->arena, "\"%lld\"", (long long)out->rev);
        reply_header(c, reply, "ETag", tag);
        bool same = etag_listed(request_header(rq, "If-None-Match"), tag, true);
        if (same && strcmp(rq->method, "GET") == 0) {
            reply->status = 304;
            return;
        }
    }
    if (!out->value || rt->reply == &shape_none)
        return;
    shape_print(&reply->bytes, rt->reply, out->value);
    reply_header(c, reply, "Content-Type", S("application/json; charset=utf-8"));
}

static enum err no_route(struct call *c, const struct http_request *rq, struct http_reply *reply)
{
    if (!rq->path_known)
        return E_NOT_FOUND;
    reply_header(c, reply, "Allow", route_methods(c->arena, rq));
    return E_METHOD;
}

/* The handler and the shape of what it gave. */
static enum err run_handler(struct call *c, struct http_request *rq, const struct input *in,
                            struct output *out)
{
    enum err e = rq->route->run(c, in, out);
    if (!e && !(rq->route->flags & RAW))
        write_reply(c, rq, out, out->reply);
    return !e && out->reply->bytes.err ? E_TOO_LARGE : e;
}

/* The same for routes that create: who repeats a request gets the first reply again. */
static enum err run_once_only(struct call *c, struct http_request *rq, const struct input *in,
                              struct output *out)
{
    struct repeat r = { rq->route->name, request_header(rq, "Idempotency-Key"), rq->path,
                        rq->body };
    struct kept_reply kept = { 0 };
    bool again;
    enum err e = repeat_begin(c, &r, &kept, &again);
    if (e)
        return e;
    if (!again) {
        e = run_handler(c, rq, in, out);
        kept = (struct kept_reply){ out->reply->status, out->rev, buf_str(&out->reply->bytes) };
        repeat_end(c, &r, e, &kept);
        return e;
    }
    out->reply->status = kept.status;
    buf_add(&out->reply->bytes, kept.body);
    if (kept.rev)
        reply_header(c, out->reply, "ETag", arena_fmt(c->arena, "\"%lld\"", (long long)kept.rev));
    if (kept.body.n)
        reply_header(c, out->reply, "Content-Type", S("application/json; charset=utf-8"));
    return E_OK;
}

/* ---- one run of the whole way */

struct serving {
    struct http_request *rq;
    struct http_reply *reply;
    struct sink *sink; /* for api_sink */
};

static void begin(struct call *c, struct serving *s)
{
    c->ip = s->rq->ip;
    c->agent = request_header(s->rq, "User-Agent");
    c->host = request_header(s->rq, "Host");
    reply_anew(s->reply);
}

static enum err serve_once(struct call *c, void *arg)
{
    struct serving *s = arg;
    struct http_request *rq = s->rq;
    struct input in;
    struct output out = { .reply = s->reply };
    enum err e;
    begin(c, s);
    if (!rq->route)
        return no_route(c, rq, s->reply);
    if (!is_unsafe(rq->method))
        worker_reads(c);
    e = admit(c, rq);
    rq->person = c->viewer->person;
    if (e || (e = read_input(c, rq, &in)))
        return e;
    return rq->route->flags & IDEMPOTENT ? run_once_only(c, rq, &in, &out)
                                         : run_handler(c, rq, &in, &out);
}

static enum err sink_once(struct call *c, void *arg)
{
    struct serving *s = arg;
    struct input in = { .rq = s->rq };
    begin(c, s);
    enum err e = admit(c, s->rq);
    s->rq->person = c->viewer->person;
    if (e || (e = read_args(s->rq, c->arena, &in)))
        return e;
    return s->rq->route->sink(c, &in, &s->sink);
}

/* ---- the two ways in */

static void finish_failed(struct call *c, struct http_request *rq, enum err e,
                          struct http_reply *reply)
{
    struct str allow = STR_NONE;
    if (e == E_METHOD)
        allow = route_methods(c->arena, rq);
    reply_anew(reply);
    if (sign_wanted(rq)) {
        problem_sign(c, rq, e, reply);
    } else {
        problem(reply, e, &c->fault, rq->id);
        reply_header(c, reply, "Content-Type", S("application/problem+json; charset=utf-8"));
    }
    if (reply->status == 503 || e == E_RATE)
        reply_header(c, reply, "Retry-After", S("5"));
    if (rq->route && rq->route->flags & TUS) {
        reply_header(c, reply, "Tus-Resumable", S("1.0.0"));
        reply_header(c, reply, "Tus-Version", S("1.0.0"));
    }
    if (allow.n)
        reply_header(c, reply, "Allow", allow);
    if (reply->status >= 500)
        log_error("api.failed route=%s error=%s", rq->route ? rq->route->name : "-",
                  err_row(e)->name);
}

void api_serve(struct worker *w, struct http_request *rq, struct http_reply *reply)
{
    struct call c;
    struct serving s = { .rq = rq, .reply = reply };
    log_request(rq->id);
    enum err e = worker_run(w, rq->id, &c, serve_once, &s);
    if (e)
        finish_failed(&c, rq, e, reply);
    if (!(rq->route && rq->route->flags & RAW))
        reply_header(&c, reply, "Cache-Control", S("no-store"));
    log_request(NULL);
}

struct sink *api_sink(struct worker *w, struct http_request *rq, struct http_reply *reply)
{
    struct call c;
    struct serving s = { .rq = rq, .reply = reply };
    log_request(rq->id);
    enum err e = worker_run(w, rq->id, &c, sink_once, &s);
    if (e)
        finish_failed(&c, rq, e, reply);
    log_request(NULL);
    return e ? NULL : s.sink;
}
