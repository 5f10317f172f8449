/* The loop: a libuv loop of ours under libwebsockets (with its own, lws_service() never returns
 * after lws_cancel_service), one async handle that says the inbox has something, one timer for the
 * heartbeat while there is anybody. Ends in this order: 1001 to all; wait for the workers that were
 * asked; what was written is saved; context destroyed inside the loop; handles closed; context
 * destroyed again; loop closed.
 */
#include "server/live/live_int.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DRAIN_MS = 1000, HEADER_MAX = 9000, HANDSHAKE_S = 5, RX = 1024 };

static const struct lws_protocols protocols[] = {
    { "events", socket_callback, sizeof(struct socket *), RX, 0, NULL, FLUSH_MAX },
    { 0 },
};

/* ---- the inbox */

void live_note(struct live *l, const struct note *n)
{
    struct note *copy = NEW(struct note);
    *copy = *n;
    copy->next = NULL;
    pthread_mutex_lock(&l->lock);
    bool first = !l->inbox;
    *l->inbox_tail = copy;
    l->inbox_tail = &copy->next;
    /* Under the lock: once the note is read, the end may come and take the handle away. */
    if (first)
        uv_async_send(&l->wake);
    pthread_mutex_unlock(&l->lock);
}

enum err live_send(struct live *l, void (*run)(void *own, void *arg), void *arg)
{
    if (l->stopping)
        return E_STOPPING;
    atomic_fetch_add(&l->away, 1);
    enum err e = pool_submit(l->house->requests, run, arg);
    if (e)
        atomic_fetch_sub(&l->away, 1);
    return e;
}

static void adopt(struct live *l, int fd)
{
    atomic_fetch_sub(&l->adopted, 1);
    if (l->draining)
        close(fd);
    else if (!lws_adopt_socket_vhost(l->vhost, fd))
        log_warn("live.adopt_failed"); /* libwebsockets closed it */
}

static void drain(struct live *l)
{
    l->draining = true;
    for (struct socket *s = l->sockets; s; s = s->next)
        socket_end(s, CLOSE_GOING);
}

void live_stop(struct live *l)
{
    rooms_close(l);
    uv_timer_stop(&l->beat);
    uv_prepare_stop(&l->flush);
    lws_context_destroy(l->context);
    uv_close((uv_handle_t *)&l->wake, NULL);
    uv_close((uv_handle_t *)&l->beat, NULL);
    uv_close((uv_handle_t *)&l->flush, NULL);
}

static void hear(struct live *l, const struct event *e)
{
    rooms_hear(l, e);
    events_hear(l, e);
}

static void handle(struct live *l, struct note *n)
{
    switch (n->kind) {
    case NOTE_CONNECTION: adopt(l, n->fd); break;
    case NOTE_EVENT: hear(l, &n->event); break;
    case NOTE_ANSWER: ask_answer(l, n->answer); break;
    case NOTE_ROOM: rooms_back(l, n->errand); break;
    case NOTE_SAVED: rooms_saved(l, n->batch); break;
    case NOTE_DRAIN: drain(l); break;
    case NOTE_STOP: rooms_stop(l); break;
    }
}

static void on_wake(uv_async_t *wake)
{
    struct live *l = wake->data;
    pthread_mutex_lock(&l->lock);
    struct note *n = l->inbox;
    l->inbox = NULL;
    l->inbox_tail = &l->inbox;
    pthread_mutex_unlock(&l->lock);
    while (n) {
        struct note *next = n->next;
        handle(l, n);
        mem_free(n);
        n = next;
    }
}

static void on_beat(uv_timer_t *t)
{
    struct live *l = t->data;
    ask_beat(l);
    rooms_beat(l);
    if (!l->sockets && !rooms_any(l))
        uv_timer_stop(t); /* nobody there: no waking */
}

static void on_flush(uv_prepare_t *p)
{
    socket_flush_dirty(p->data);
}

static void on_event(void *arg, const struct event *e)
{
    live_note(arg, &(struct note){ .kind = NOTE_EVENT, .event = *e });
}

void live_adopt(struct live *l, int fd)
{
    atomic_fetch_add(&l->adopted, 1);
    live_note(l, &(struct note){ .kind = NOTE_CONNECTION, .fd = fd });
}

int64_t live_connections(struct live *l)
{
    return atomic_load(&l->open) + atomic_load(&l->adopted);
}

/* ---- opening and closing */

static void on_lws_log(int level, const char *line)
{
    if (level & LLL_ERR)
        log_warn("lws said=%.*s", (int)strcspn(line, "\n"), line);
}

static void *live_main(void *arg)
{
    struct live *l = arg;
    pthread_setname_np(pthread_self(), "live");
    uv_run(&l->loop, UV_RUN_DEFAULT);
    lws_context_destroy(l->context); /* the second half, once the loop is empty */
    if (uv_loop_close(&l->loop))
        log_warn("live.loop_not_empty");
    return NULL;
}

static enum err context_open(struct live *l)
{
    void *loops[] = { &l->loop };
    struct lws_context_creation_info in = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS |
                   LWS_SERVER_OPTION_LIBUV,
        .foreign_loops = loops,
        .pt_serv_buf_size = FLUSH_MAX,
        .max_http_header_data = HEADER_MAX,
        .max_http_header_pool = 64,
        .timeout_secs = HANDSHAKE_S,
        .user = l,
        .gid = -1,
        .uid = -1,
    };
    lws_set_log_level(LLL_ERR, on_lws_log);
    l->context = lws_create_context(&in);
    l->vhost = l->context ? lws_create_vhost(l->context, &in) : NULL;
    return l->vhost ? E_OK : E_INTERNAL;
}

static int64_t read_atomic(void *counter)
{
    return atomic_load((_Atomic int64_t *)counter);
}

enum err live_open(struct house *h, struct live **out)
{
    struct live *l = NEW(struct live);
    *out = NULL;
    l->house = h;
    l->by_id = map_new();
    l->inbox_tail = &l->inbox;
    pthread_mutex_init(&l->lock, NULL);
    if (uv_loop_init(&l->loop) || uv_async_init(&l->loop, &l->wake, on_wake) ||
        uv_timer_init(&l->loop, &l->beat) || uv_prepare_init(&l->loop, &l->flush) ||
        context_open(l)) {
        log_error("live.open");
        return E_INTERNAL;
    }
    l->wake.data = l->beat.data = l->flush.data = l;
    rooms_open(l);
    uv_prepare_start(&l->flush, on_flush);
    uv_timer_start(&l->beat, on_beat, SECOND_MS, SECOND_MS);
    l->ear = bus_subscribe(h->bus, on_event, l);
    metric_add(&(struct metric){ "jibei_live_sockets", NULL, "Open WebSockets.", METRIC_GAUGE,
                                 read_atomic, &l->open });
    metric_add(&(struct metric){ "jibei_live_frames_total", NULL, "Frames sent to WebSockets.",
                                 METRIC_COUNTER, read_atomic, &l->sent });
    if (pthread_create(&l->thread, NULL, live_main, l))
        BUG("cannot start a thread");
    *out = l;
    return E_OK;
}

static void wait_zero(_Atomic int64_t *n, int64_t ms)
{
    int64_t until = clock_mono() + ms;
    while (atomic_load(n) > 0 && clock_mono() < until)
        nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
}

void live_drain(struct live *l)
{
    if (!l)
        return;
    live_note(l, &(struct note){ .kind = NOTE_DRAIN });
    wait_zero(&l->open, DRAIN_MS);
}

void live_close(struct live *l)
{
    if (!l)
        return;
    bus_unsubscribe(l->house->bus, l->ear);
    metric_drop(&l->open);
    metric_drop(&l->sent);
    wait_zero(&l->away, INT32_MAX); /* workers that were asked come back through the inbox */
    live_note(l, &(struct note){ .kind = NOTE_STOP });
    pthread_join(l->thread, NULL);
    rooms_free(l);
    map_free(l->by_id);
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}
