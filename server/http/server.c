/* The daemons, their lines and their end. libmicrohttpd 0.9.75, with its epoll and a thread of its
 * own per daemon, no socket to listen on (the door has it), suspending allowed, and strict about
 * what it reads. */
#include "server/http/server_int.h"

#include "server/app/config.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"
#include "server/http/route.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    MEMORY = 32 * 1024, /* per connection: head and buffers; larger heads are 431 */
    INCREMENT = 64 * 1024,
    MAKERS = 4,
    GATHER_MS = 60 * SECOND_MS,
    /* The door keeps the limit; the library must never refuse by a reset. */
    SPARE_CONNECTIONS = 1024,
};

/* ---- lines */

void line_phase(struct line *l, enum phase p)
{
    atomic_store(&l->since, clock_mono());
    atomic_store(&l->phase, (int)p);
}

void line_cut(struct line *l)
{
    shutdown(l->fd, SHUT_RDWR);
}

static void line_opens(struct server *s, struct MHD_Connection *conn, void **own)
{
    struct line *l = NEW(struct line);
    l->fd = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    ip_text(MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, l->ip);
    line_phase(l, PHASE_BETWEEN);
    pthread_mutex_lock(&s->lines_lock);
    l->next = s->lines;
    if (l->next)
        l->next->prev = l;
    s->lines = l;
    pthread_mutex_unlock(&s->lines_lock);
    *own = l;
}

static void line_closes(struct server *s, struct line *l)
{
    pthread_mutex_lock(&s->lines_lock);
    *(l->prev ? &l->prev->next : &s->lines) = l->next;
    if (l->next)
        l->next->prev = l->prev;
    pthread_mutex_unlock(&s->lines_lock);
    mem_free(l);
    atomic_fetch_sub(&s->connections, 1);
}

static void on_connection(void *server, struct MHD_Connection *conn, void **own,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        line_opens(server, conn, own);
    else
        line_closes(server, *own);
}

/* The library's own timeout begins anew with every byte; these do not. */
static int64_t limit_of(const struct server *s, int phase)
{
    const struct config *c = s->house->config;
    switch (phase) {
    case PHASE_BETWEEN: return (c->idle_seconds + c->head_seconds) * SECOND_MS;
    case PHASE_HEAD: return c->head_seconds * SECOND_MS;
    case PHASE_GATHER: return GATHER_MS;
    default: return INT64_MAX;
    }
}

void server_tick(struct server *s)
{
    int64_t now = clock_mono();
    pthread_mutex_lock(&s->lines_lock);
    for (struct line *l = s->lines; l; l = l->next)
        if (now - atomic_load(&l->since) > limit_of(s, atomic_load(&l->phase)))
            line_cut(l);
    pthread_mutex_unlock(&s->lines_lock);
}

int64_t server_connections(struct server *s)
{
    return atomic_load(&s->connections);
}

/* ---- what comes from the door */

void server_add(struct server *s, int fd, const struct sockaddr *from, socklen_t n, bool content)
{
    atomic_fetch_add(&s->connections, 1);
    if (MHD_add_connection(s->daemon[content ? CONTENT_DAEMON : API_DAEMON], fd, from, n) !=
        MHD_YES) {
        atomic_fetch_sub(&s->connections, 1); /* the library closed it */
        log_warn("server.add_refused");
    }
}

bool server_is_content(struct str head)
{
    struct str line = str_sub(head, 0, str_chr(head, '\r', 0)), word;
    char method[16];
    struct http_request rq = { .method = method };
    if (!str_next(&line, ' ', &word) || word.n >= sizeof method)
        return false;
    snprintf(method, sizeof method, "%.*s", STR_ARG(word));
    if (!str_next(&line, ' ', &word) || !word.n || word.p[0] != '/')
        return false;
    rq.path = str_sub(word, 0, str_chr(word, '?', 0));
    route_find(&rq);
    return rq.route && rq.route->flags & CONTENT;
}

/* ---- daemons */

static void on_log(void *arg, const char *fmt, va_list ap)
{
    char line[256];
    (void)arg;
    vsnprintf(line, sizeof line, fmt, ap);
    line[strcspn(line, "\n")] = 0;
    log_debug("mhd said=%s", line);
}

/* Paths stay as they were sent; head.c judges their encoding. */
static size_t keep_escaped(void *arg, struct MHD_Connection *conn, char *s)
{
    (void)arg, (void)conn;
    return strlen(s);
}

static struct MHD_Daemon *daemon_start(struct server *s)
{
    const struct config *c = s->house->config;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
                     MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, exchange_step, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
        (size_t)INCREMENT, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)c->connections + SPARE_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)c->idle_seconds, MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_URI_LOG_CALLBACK, exchange_uri,
        s, MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, NULL, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

static int64_t read_atomic(void *counter)
{
    return atomic_load((_Atomic int64_t *)counter);
}

static void metrics_open(struct server *s)
{
    metric_add(&(struct metric){ "jibei_http_connections", NULL, "Open HTTP connections.",
                                 METRIC_GAUGE, read_atomic, &s->connections });
    metric_add(&(struct metric){ "jibei_http_open", NULL, "Requests whose reply is not gone yet.",
                                 METRIC_GAUGE, read_atomic, &s->open });
    metric_add(&(struct metric){ "jibei_http_suspended", NULL, "Requests that wait for a worker.",
                                 METRIC_GAUGE, read_atomic, &s->suspended });
}

static void metrics_close(struct server *s)
{
    metric_drop(&s->connections);
    metric_drop(&s->open);
    metric_drop(&s->suspended);
}

enum err server_open(struct house *h, struct server **out)
{
    struct server *s = NEW(struct server);
    *out = s;
    s->house = h;
    pthread_mutex_init(&s->lines_lock, NULL);
    s->proxies = proxies_new(str_of(h->config->trust_proxy));
    if (!s->proxies) {
        fprintf(stderr, "--trust-proxy 的值不对：%s。应写成网段，如 127.0.0.1/32。\n",
                h->config->trust_proxy);
        return E_INPUT;
    }
    s->access = access_open();
    s->assets = assets_open(h);
    s->traffic = traffic_open();
    s->makers = pool_open(&(struct pool_setup){ .name = "content", .threads = MAKERS });
    refusal_init();
    for (int i = 0; i < DAEMONS; i++)
        if (!(s->daemon[i] = daemon_start(s)))
            BUG("libmicrohttpd does not start");
    metrics_open(s);
    return E_OK;
}

/* ---- the end */

static void wait_zero(_Atomic int64_t *n, int64_t until)
{
    while (atomic_load(n) > 0 && clock_mono() < until)
        nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
}

void server_drain(struct server *s, int64_t until)
{
    atomic_store(&s->draining, true);
    wait_zero(&s->open, until);
    log_info("server.drained open=%lld suspended=%lld", (long long)atomic_load(&s->open),
             (long long)atomic_load(&s->suspended));
}

/* What is suspended must be resumed before the daemon may stop. Cutting the lines makes those who
 * wait for a slow client end by themselves; those who wait for a worker come back when it is done.
 */
static void cut_all(struct server *s)
{
    atomic_store(&s->cut, true);
    pthread_mutex_lock(&s->lines_lock);
    for (struct line *l = s->lines; l; l = l->next)
        line_cut(l);
    pthread_mutex_unlock(&s->lines_lock);
    wait_zero(&s->suspended, INT64_MAX);
}

void server_close(struct server *s)
{
    if (!s)
        return;
    if (s->daemon[0]) {
        metrics_close(s);
        cut_all(s);
    }
    for (int i = 0; i < DAEMONS; i++)
        if (s->daemon[i])
            MHD_stop_daemon(s->daemon[i]);
    wait_zero(&s->active, INT64_MAX); /* sinks that still write */
    pool_close(s->makers);
    traffic_close(s->traffic);
    assets_close(s->assets);
    access_close(s->access);
    proxies_free(s->proxies);
    pthread_mutex_destroy(&s->lines_lock);
    mem_free(s);
}
