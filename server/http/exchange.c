/* The life of a request on the network thread. libmicrohttpd calls
 *   exchange_uri        when the request line is there,
 *   exchange_step       when the head is complete (STAGE_HEAD), for each piece of the body,
 *                       and when all of it came,
 *   exchange_completed  when the reply is gone or the line broke.
 *
 * A reply that is queued at the head closes the connection, so we do that only to refuse a body
 * that must not come; everything else is answered after the body. Suspending at the head makes the
 * library call again for the head: that is how a worker decides about an upload before the client
 * is told to go on. */
#include "server/http/server_int.h"

#include "server/app/config.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "server/http/api.h"
#include "server/http/head.h"
#include "server/http/route.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum {
    BODY_CAP = 1024 * 1024,
    BIG_BODY_CAP = 16 * 1024 * 1024,
    GATHERED_MAX = 256 * 1024 * 1024, /* of all requests together */
    SWALLOW_MAX = 4 * 1024 * 1024,
};

/* ---- birth and end */

void *exchange_uri(void *server, const char *uri, struct MHD_Connection *conn)
{
    struct exchange *x = NEW(struct exchange);
    x->server = server;
    x->conn = conn;
    x->line = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    x->arena = arena_new();
    x->target = arena_str(x->arena, str_of(uri));
    x->reply.fd = -1;
    x->began = clock_mono_us();
    x->rq.own = x;
    atomic_init(&x->refs, 1);
    pthread_mutex_init(&x->lock, NULL);
    id_request(x->rq.id);
    atomic_fetch_add(&x->server->active, 1);
    atomic_fetch_add(&x->server->open, 1);
    line_phase(x->line, PHASE_HEAD);
    return x;
}

void exchange_unref(struct exchange *x)
{
    struct server *s = x->server;
    if (atomic_fetch_sub(&x->refs, 1) != 1)
        return;
    atomic_fetch_sub(&s->gathered, x->counted);
    if (x->response)
        MHD_destroy_response(x->response);
    api_done(&x->reply);
    buf_fini(&x->body);
    arena_free(x->arena);
    pthread_mutex_destroy(&x->lock);
    mem_free(x);
    atomic_fetch_sub(&s->active, 1);
}

/* The library reads a resumed connection before it looks at the request that waits there, and when
 * the client has said meanwhile that it sends no more, closes it without an answer. But first of
 * all it lets those go on whose timeout is not the usual one; so that is what a suspended request
 * has.
 */
static void goes_first(struct exchange *x, bool on)
{
    unsigned usual = (unsigned)x->server->house->config->idle_seconds;
    if (x->first != on)
        MHD_set_connection_option(x->conn, MHD_CONNECTION_OPTION_TIMEOUT, usual + on);
    x->first = on;
}

void exchange_suspend(struct exchange *x)
{
    goes_first(x, x->stage != STAGE_ANSWERED);
    x->waiting = true;
    atomic_fetch_add(&x->server->suspended, 1);
    MHD_suspend_connection(x->conn);
}

static void resume(struct exchange *x)
{
    x->waiting = x->feeding = false;
    atomic_fetch_sub(&x->server->suspended, 1);
    MHD_resume_connection(x->conn);
}

void exchange_resume(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    if (!x->waiting)
        BUG("a request is resumed that was not suspended");
    resume(x);
    pthread_mutex_unlock(&x->lock);
}

void exchange_feed(void *arg)
{
    struct exchange *x = arg;
    pthread_mutex_lock(&x->lock);
    if (x->feeding)
        resume(x);
    else
        x->woken = true;
    pthread_mutex_unlock(&x->lock);
}

/* The library pushes the head of a file's reply as a packet of its own, which costs as much as the
 * file. While the line is corked it leaves with the first bytes; uncorked, what is left goes at
 * once. The library looks at the cork only when it thinks of it as set, so it does not notice. */
static void cork(struct exchange *x, int on)
{
    if (x->reply.kind == BODY_FILE)
        setsockopt(x->line->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

void exchange_completed(void *server, struct MHD_Connection *conn, void **own,
                        enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *own;
    struct server *s = server;
    (void)conn;
    *own = NULL;
    if (!x)
        return;
    pthread_mutex_lock(&x->lock);
    x->conn = NULL;
    pthread_mutex_unlock(&x->lock);
    cork(x, 0);
    int64_t us = clock_mono_us() - x->began;
    bool whole = why == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    if (x->stage != STAGE_HEAD)
        access_add(s->access, &x->rq, x->reply.status, x->sent, us, whole);
    if (x->reply.status)
        traffic_add(s->traffic, x->rq.route, x->reply.status, us);
    line_phase(x->line, PHASE_BETWEEN);
    work_lost(x); /* lets the sink go, broken or not */
    atomic_fetch_sub(&s->open, 1);
    exchange_unref(x);
}

void transport_cut(void *own)
{
    struct exchange *x = own;
    pthread_mutex_lock(&x->lock);
    if (x->conn)
        line_cut(x->line);
    pthread_mutex_unlock(&x->lock);
}

/* ---- the head */

struct heading {
    struct exchange *x;
    struct head head;
    struct http_header **tail;
};

static enum MHD_Result see_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct heading *g = arg;
    struct http_header *h = ARENA_NEW(g->x->arena, struct http_header);
    (void)kind;
    h->name = str_of(name);
    h->value = str_of(value);
    head_see(&g->head, h->name, h->value);
    *g->tail = h;
    g->tail = &h->next;
    return MHD_YES;
}

static void read_client(struct exchange *x)
{
    struct proxies *p = x->server->proxies;
    struct str peer = str_of(x->line->ip);
    x->rq.ip = proxy_client(p, peer, request_list(x->arena, &x->rq, "X-Forwarded-For"));
    x->rq.secure =
        proxy_trusted(p, peer) && str_ieqz(request_header(&x->rq, "X-Forwarded-Proto"), "https");
}

/* WebSockets come through the door; what arrives here could not be one. */
static enum err refuse_socket(const struct exchange *x)
{
    struct str origin = request_header(&x->rq, "Origin");
    enum err e = E_OK;
    if (!str_starts(x->rq.path, S("/ws/")))
        return E_OK;
    if (!site_is_socket(x->rq.path))
        return E_NOT_FOUND;
    if (origin.n)
        e = site_judge(&x->server->house->site, origin, request_header(&x->rq, "Host"));
    return e ? e : E_UPGRADE;
}

static enum err check_size(struct exchange *x, int64_t length)
{
    const struct route *rt = x->rq.route;
    x->body_cap = rt && rt->flags & BIG_BODY ? BIG_BODY_CAP : BODY_CAP;
    x->has_body = length != 0;
    if (rt && rt->sink)
        return E_OK;
    return length > (int64_t)x->body_cap ? E_TOO_LARGE : E_OK;
}

static enum err read_head(struct exchange *x, const char *method, const char *version)
{
    struct heading g = { .x = x, .tail = &x->rq.headers };
    enum err e;
    x->rq.method = method;
    x->one_one = strcmp(version, "HTTP/1.1") == 0;
    MHD_get_connection_values(x->conn, MHD_HEADER_KIND, see_header, &g);
    x->has_body = g.head.length != 0; /* until the head is found good: refuse before the body */
    if ((e = head_verdict(&g.head, x->one_one)) ||
        (e = head_target(x->target, &x->rq.path, &x->rq.query)))
        return e;
    read_client(x);
    route_find(&x->rq);
    if ((e = refuse_socket(x)))
        return e;
    return check_size(x, g.head.length);
}

/* The refusal of a body that must not come, or of a head nobody can trust: answered at once, and
 * the connection ends. */
static enum MHD_Result refuse_now(struct exchange *x, enum err e)
{
    x->close_after = true;
    work_refuse(x, e);
    x->stage = STAGE_ANSWERED;
    return answer_queue(x, x->response);
}

static enum MHD_Result on_head(struct exchange *x, const char *method, const char *version)
{
    enum err e = read_head(x, method, version);
    if (e)
        return refuse_now(x, e);
    buf_init(&x->body, x->body_cap);
    x->stage = STAGE_BODY;
    line_phase(x->line, x->rq.route && x->rq.route->sink ? PHASE_FREE : PHASE_GATHER);
    if (x->rq.route && x->rq.route->sink) {
        x->stage = STAGE_ADMIT;
        work_admit(x);
    }
    return MHD_YES;
}

/* Called for the head once more, after a worker decided. */
static enum MHD_Result on_admitted(struct exchange *x)
{
    bool refused = x->response != NULL;
    x->stage = refused ? STAGE_ANSWERED : STAGE_BODY;
    if (refused &&
        x->has_body) /* without a body the answer waits for the last call, and the line lives */
        return answer_queue(x, x->response);
    return MHD_YES;
}

/* ---- the body */

static void feed_sink(struct exchange *x, const char *data, size_t *n)
{
    struct sink *s = x->rq.sink;
    for (;;) {
        size_t took = s->take(s, data, *n);
        data += took;
        *n -= took;
        if (*n == 0)
            return;
        pthread_mutex_lock(&x->lock);
        bool again = x->woken;
        x->woken = false;
        if (!again) {
            x->feeding = true;
            exchange_suspend(x); /* E3: *n > 0 */
        }
        pthread_mutex_unlock(&x->lock);
        if (!again)
            return;
    }
}

static void gather(struct exchange *x, const char *data, size_t *n)
{
    struct server *s = x->server;
    buf_put(&x->body, data, *n);
    x->counted += (int64_t)*n;
    if (atomic_fetch_add(&s->gathered, (int64_t)*n) > GATHERED_MAX)
        work_refuse(x, E_BUSY);
    else if (x->body.err)
        work_refuse(x, E_TOO_LARGE);
    if (x->response) {
        x->stage = STAGE_SWALLOW;
        buf_fini(&x->body);
    }
    *n = 0;
}

static void swallow(struct exchange *x, size_t *n)
{
    x->swallowed += (int64_t)*n;
    *n = 0;
    if (x->swallowed > SWALLOW_MAX)
        line_cut(x->line);
}

static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *n)
{
    if (x->stage == STAGE_SWALLOW || (x->rq.sink && x->rq.sink->idle))
        swallow(x, n);
    else if (x->rq.sink)
        feed_sink(x, data, n);
    else
        gather(x, data, n);
    return MHD_YES;
}

/* ---- the end of the request */

static bool is_page(const struct exchange *x)
{
    return !x->rq.path_known && !str_starts(x->rq.path, S("/api/")) &&
           (strcmp(x->rq.method, "GET") == 0 || strcmp(x->rq.method, "HEAD") == 0);
}

static enum MHD_Result on_whole(struct exchange *x)
{
    if (x->response || x->stage == STAGE_ANSWERED || x->stage == STAGE_SWALLOW) {
        x->stage = STAGE_ANSWERED;
        line_phase(x->line, PHASE_FREE);
        cork(x, 1);
        return answer_queue(x, x->response);
    }
    if (x->stage != STAGE_BODY)
        return MHD_YES; /* still at work: called again after the resume */
    x->rq.body = buf_str(&x->body);
    line_phase(x->line, PHASE_FREE);
    if (is_page(x)) {
        x->stage = STAGE_ANSWERED;
        return asset_queue(x->server->assets, x);
    }
    x->stage = STAGE_WORK;
    if (x->rq.sink)
        work_finish(x);
    else
        work_serve(x);
    return MHD_YES;
}

enum MHD_Result exchange_step(void *server, struct MHD_Connection *conn, const char *url,
                              const char *method, const char *version, const char *data, size_t *n,
                              void **own)
{
    struct exchange *x = *own;
    (void)server, (void)conn, (void)url;
    goes_first(x, false);
    if (x->stage == STAGE_HEAD)
        return on_head(x, method, version);
    if (x->stage == STAGE_ADMIT)
        return on_admitted(x);
    return *n ? on_body(x, data, n) : on_whole(x);
}
