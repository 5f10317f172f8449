/* One epoll, edge-triggered, because what is peeked stays in the socket; and one list of those who
 * wait, in order of deadline, which is the order of their coming since all wait equally long.
 *
 * D1: a descriptor is in the table while it waits, and only then ours. D2: it leaves the epoll
 * before it is handed over. D3: beyond the limit of connections a guest gets a 503 and a second to
 * read it (closing at once would reset the connection and destroy the answer); of those there are
 * at most TURNED_MAX. */
#include "server/door/door.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"
#include "server/door/address.h"
#include "server/door/handshake.h"
#include "server/http/refusal.h"
#include "server/http/server.h"
#include "server/live/live.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PEEK = 8192, TURNED_MAX = 256, TURNED_MS = 1000, TICK_MS = 1000, BACKLOG = 2048 };
enum { HEAR_MAX = 64 }; /* pieces of PEEK at a time */

struct guest {
    struct guest *prev, *next;
    int64_t deadline; /* clock_mono */
    int fd;
    bool turned; /* was told no; only its leaving is awaited */
    struct sockaddr_storage from;
    socklen_t from_n;
};

struct line {
    struct guest *head, *tail;
    size_t n;
};

struct door {
    int listener, epoll, stop;
    char address[128];
    bool open, accepting;
    pthread_t thread;
    struct door_setup setup;
    struct line waiting, turned;
    int64_t tick, reopen; /* clock_mono of the next one */
    _Atomic int64_t n_waiting, n_refused, n_timed_out, n_accepted;
    char peeked[PEEK];
};

/* ---- lists */

static void line_add(struct line *l, struct guest *g)
{
    g->prev = l->tail;
    g->next = NULL;
    *(l->tail ? &l->tail->next : &l->head) = g;
    l->tail = g;
    l->n++;
}

static void line_drop(struct line *l, struct guest *g)
{
    *(g->prev ? &g->prev->next : &l->head) = g->next;
    *(g->next ? &g->next->prev : &l->tail) = g->prev;
    l->n--;
}

static void guest_leaves(struct door *d, struct guest *g, bool close_it)
{
    line_drop(g->turned ? &d->turned : &d->waiting, g);
    atomic_store(&d->n_waiting, (int64_t)d->waiting.n);
    epoll_ctl(d->epoll, EPOLL_CTL_DEL, g->fd, NULL);
    if (close_it)
        close(g->fd);
    mem_free(g);
}

/* ---- saying no */

/* Reads what a guest still sends, so that its answer is not reset. Is it there yet? */
static bool hear_out(struct door *d, struct guest *g)
{
    ssize_t n = 1;
    for (int i = 0; i < HEAR_MAX && n > 0; i++)
        n = recv(g->fd, d->peeked, PEEK, MSG_DONTWAIT);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

static bool answer(struct guest *g, enum err e, const char *more)
{
    char text[REFUSAL_MAX];
    size_t n = refusal_write(text, e, more);
    return send(g->fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) > 0 && !shutdown(g->fd, SHUT_WR);
}

static void turn_away(struct door *d, struct guest *g, enum err e, const char *more)
{
    if (d->turned.n >= TURNED_MAX || !answer(g, e, more) || !hear_out(d, g)) {
        guest_leaves(d, g, true);
        return;
    }
    line_drop(&d->waiting, g);
    atomic_store(&d->n_waiting, (int64_t)d->waiting.n);
    g->turned = true;
    g->deadline = clock_mono() + TURNED_MS;
    line_add(&d->turned, g);
}

static void turn_away_busy(struct door *d, struct guest *g)
{
    atomic_fetch_add(&d->n_refused, 1);
    turn_away(d, g, E_BUSY, "Retry-After: 5\r\n");
}

/* ---- who comes */

static bool is_full(struct door *d)
{
    int64_t all =
        (int64_t)d->waiting.n + server_connections(d->setup.http) + live_connections(d->setup.live);
    return all > d->setup.connections;
}

/* A WebSocket whose peer vanished without a word is noticed when a heartbeat stays unanswered this
 * long. */
static void live_manners(int fd)
{
    int one = 1, ms = 60 * SECOND_MS;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}

static void hand_over(struct door *d, struct guest *g, enum knock to, struct str head)
{
    if (to == KNOCK_NONE) {
        turn_away(d, g, E_SYNTAX, "");
        return;
    }
    int fd = g->fd;
    struct sockaddr_storage from = g->from;
    socklen_t from_n = g->from_n;
    bool content = to == KNOCK_HTTP && server_is_content(head);
    guest_leaves(d, g, false);
    if (to == KNOCK_LIVE) {
        live_manners(fd);
        live_adopt(d->setup.live, fd);
    } else {
        server_add(d->setup.http, fd, (struct sockaddr *)&from, from_n, content);
    }
}

static void look_at(struct door *d, struct guest *g)
{
    if (g->turned) {
        if (!hear_out(d, g))
            guest_leaves(d, g, true);
        return;
    }
    ssize_t n = recv(g->fd, d->peeked, PEEK, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        guest_leaves(d, g, true);
        return;
    }
    struct str head = { d->peeked, (size_t)n };
    enum knock k = knock_of(head, n == PEEK, d->setup.site);
    if (k != KNOCK_WAIT)
        hand_over(d, g, k, head);
}

/* A half-closed guest sends no more: what is there must be enough. */
static void hung_up(struct door *d, struct guest *g, uint32_t events)
{
    if (g->turned || (events & (EPOLLERR | EPOLLHUP))) {
        guest_leaves(d, g, true);
        return;
    }
    ssize_t n = recv(g->fd, d->peeked, PEEK, MSG_PEEK | MSG_DONTWAIT);
    struct str head = { d->peeked, n > 0 ? (size_t)n : 0 };
    enum knock k = n > 0 ? knock_of(head, false, d->setup.site) : KNOCK_WAIT;
    if (k == KNOCK_WAIT)
        guest_leaves(d, g, true);
    else
        hand_over(d, g, k, head);
}

static void guest_comes(struct door *d, int fd, const struct sockaddr_storage *from, socklen_t n)
{
    struct guest *g = NEW(struct guest);
    *g = (struct guest){ .fd = fd, .from = *from, .from_n = n };
    g->deadline = clock_mono() + d->setup.head_ms;
    line_add(&d->waiting, g);
    atomic_store(&d->n_waiting, (int64_t)d->waiting.n);
    atomic_fetch_add(&d->n_accepted, 1);
    struct epoll_event ev = { EPOLLIN | EPOLLRDHUP | EPOLLET, { .ptr = g } };
    if (epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &ev))
        guest_leaves(d, g, true);
    else if (is_full(d))
        turn_away_busy(d, g);
}

/* Out of descriptors: let the listener rest a moment instead of spinning on it. */
static void rest(struct door *d)
{
    log_error("door.accept errno=%d", errno);
    epoll_ctl(d->epoll, EPOLL_CTL_DEL, d->listener, NULL);
    d->accepting = false;
    d->reopen = clock_mono() + 100;
}

static void accept_all(struct door *d)
{
    for (;;) {
        struct sockaddr_storage from;
        socklen_t n = sizeof from;
        int fd = accept4(d->listener, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            guest_comes(d, fd, &from, n);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            rest(d);
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

/* ---- time */

static void listen_again(struct door *d)
{
    struct epoll_event ev = { EPOLLIN, { .ptr = &d->listener } };
    d->accepting = epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->listener, &ev) == 0;
}

static void pass_time(struct door *d)
{
    int64_t now = clock_mono();
    while (d->turned.head && d->turned.head->deadline <= now)
        guest_leaves(d, d->turned.head, true);
    while (d->waiting.head && d->waiting.head->deadline <= now) {
        struct guest *g = d->waiting.head;
        atomic_fetch_add(&d->n_timed_out, 1);
        if (recv(g->fd, d->peeked, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
            turn_away(d, g, E_LATE, "");
        else
            guest_leaves(d, g, true); /* never said a word */
    }
    if (!d->accepting && d->reopen <= now)
        listen_again(d);
    if (d->tick <= now) {
        d->tick = now + TICK_MS;
        server_tick(d->setup.http);
    }
}

static int time_left(struct door *d)
{
    int64_t next = INT64_MAX, left;
    if (d->waiting.head)
        next = d->waiting.head->deadline;
    if (d->turned.head && d->turned.head->deadline < next)
        next = d->turned.head->deadline;
    if (!d->accepting && d->reopen < next)
        next = d->reopen;
    if (server_connections(d->setup.http) > 0 && d->tick < next)
        next = d->tick;
    if (next == INT64_MAX)
        return -1;
    left = next - clock_mono();
    return left < 0 ? 0 : left > TICK_MS ? TICK_MS : (int)left + 1;
}

/* ---- the thread */

static void *door_main(void *arg)
{
    struct door *d = arg;
    struct epoll_event ev[128];
    pthread_setname_np(pthread_self(), "door");
    for (;;) {
        int n = epoll_wait(d->epoll, ev, 128, time_left(d));
        for (int i = 0; i < n; i++) {
            if (ev[i].data.ptr == &d->stop)
                return NULL;
            if (ev[i].data.ptr == &d->listener)
                accept_all(d);
            else if (ev[i].events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP))
                hung_up(d, ev[i].data.ptr, ev[i].events);
            else
                look_at(d, ev[i].data.ptr);
        }
        pass_time(d);
    }
}

/* ---- opening and closing */

enum err door_bind(const char *text, struct door **out)
{
    struct sockaddr_storage a;
    socklen_t n;
    int one = 1;
    *out = NULL;
    if (!address_parse(str_of(text), &a, &n)) {
        fprintf(stderr, "--listen 的值不对：%s。应写成 地址:端口，如 127.0.0.1:8080。\n", text);
        return E_INPUT;
    }
    int fd = socket(a.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
        bind(fd, (struct sockaddr *)&a, n) || listen(fd, BACKLOG) ||
        getsockname(fd, (struct sockaddr *)&a, &n)) {
        fprintf(stderr, "不能监听 %s：%s。可用 --listen 换一个地址或端口。\n", text,
                err_reason(errno));
        if (fd >= 0)
            close(fd);
        return E_IO;
    }
    struct door *d = NEW(struct door);
    d->listener = fd;
    address_url(&a, d->address, sizeof d->address);
    *out = d;
    return E_OK;
}

const char *door_address(const struct door *d)
{
    return d->address;
}

static int64_t read_atomic(void *counter)
{
    return atomic_load((_Atomic int64_t *)counter);
}

static void metrics_open(struct door *d)
{
    metric_add(&(struct metric){ "jibei_door_waiting", NULL,
                                 "Connections whose first request is not there yet.", METRIC_GAUGE,
                                 read_atomic, &d->n_waiting });
    metric_add(&(struct metric){ "jibei_door_accepted_total", NULL, "Connections accepted.",
                                 METRIC_COUNTER, read_atomic, &d->n_accepted });
    metric_add(&(struct metric){ "jibei_door_refused_total", NULL, "Connections beyond the limit.",
                                 METRIC_COUNTER, read_atomic, &d->n_refused });
    metric_add(&(struct metric){ "jibei_door_timed_out_total", NULL,
                                 "Connections too slow with their first request.", METRIC_COUNTER,
                                 read_atomic, &d->n_timed_out });
}

static void metrics_close(struct door *d)
{
    metric_drop(&d->n_waiting);
    metric_drop(&d->n_accepted);
    metric_drop(&d->n_refused);
    metric_drop(&d->n_timed_out);
}

void door_open(struct door *d, const struct door_setup *setup)
{
    struct epoll_event ev = { EPOLLIN, { .ptr = &d->stop } };
    d->setup = *setup;
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    d->stop = eventfd(0, EFD_CLOEXEC);
    if (d->epoll < 0 || d->stop < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->stop, &ev))
        BUG("the door cannot have an epoll");
    listen_again(d);
    metrics_open(d);
    if (pthread_create(&d->thread, NULL, door_main, d))
        BUG("cannot start a thread");
    d->open = true;
}

void door_close(struct door *d)
{
    if (!d)
        return;
    if (d->open) {
        if (eventfd_write(d->stop, 1))
            BUG("an eventfd cannot be written");
        pthread_join(d->thread, NULL);
        metrics_close(d);
        while (d->waiting.head)
            guest_leaves(d, d->waiting.head, true);
        while (d->turned.head)
            guest_leaves(d, d->turned.head, true);
        close(d->epoll);
        close(d->stop);
    }
    close(d->listener);
    mem_free(d);
}
