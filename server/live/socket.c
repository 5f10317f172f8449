/* A WebSocket and its queue. Frames are made once and shared; a queue is emptied by one write of
 * many frames (LWS_WRITE_HTTP on a WebSocket sends bytes as they are), once per turn of the loop.
 * S1: never more than one write that the kernel did not take (lws_partial_buffered). S2: a queue
 * that is full ends its socket: the client comes back and fetches again, which is cheaper than
 * remembering for it. */
#include "server/live/live_int.h"

#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/mem.h"

#include <string.h>

enum { CLOSE_WAIT_S = 2 };

/* ---- frames (RFC 6455, 5.2; a server does not mask) */

static struct frame *frame_new(unsigned char opcode, const void *p, size_t n)
{
    size_t head = n < 126 ? 2 : 4;
    struct frame *f = mem_new(sizeof *f + head + n);
    if (n > 0xffff)
        BUG("a frame of more than 64 KiB");
    f->refs = 1;
    f->n = head + n;
    f->p[0] = 0x80 | opcode;
    f->p[1] = n < 126 ? (unsigned char)n : 126;
    if (n >= 126) {
        f->p[2] = (unsigned char)(n >> 8);
        f->p[3] = (unsigned char)(n & 0xff);
    }
    memcpy(f->p + head, p, n);
    return f;
}

struct frame *frame_text(struct str text)
{
    return frame_new(0x1, text.p, text.n);
}

void frame_unref(struct frame *f)
{
    if (--f->refs == 0)
        mem_free(f);
}

/* ---- the queue */

static struct frame *queue_take(struct socket *s)
{
    struct frame *f = s->queue[s->head];
    s->head = (s->head + 1) % s->room;
    if (--s->n == 0) { /* an idle socket owns nothing */
        mem_free(s->queue);
        s->queue = NULL;
        s->room = s->head = 0;
    }
    return f;
}

static void queue_grow(struct socket *s)
{
    size_t room = s->room ? s->room * 2 : 8;
    struct frame **q = mem_array(room, sizeof *q);
    for (size_t i = 0; i < s->n; i++)
        q[i] = s->queue[(s->head + i) % s->room];
    mem_free(s->queue);
    s->queue = q;
    s->room = room;
    s->head = 0;
}

static void mark_dirty(struct socket *s)
{
    struct live *l = s->live;
    if (s->dirty)
        return;
    s->dirty = true;
    s->next_dirty = l->dirty;
    l->dirty = s;
}

void socket_send(struct socket *s, struct frame *f)
{
    if (s->state == SOCK_CLOSING || s->failed)
        return;
    if (s->n >= QUEUE_MAX) {
        while (s->n)
            frame_unref(queue_take(s));
        socket_end(s, CLOSE_LATER);
        return;
    }
    if (s->n == s->room)
        queue_grow(s);
    f->refs++;
    s->queue[(s->head + s->n++) % s->room] = f;
    mark_dirty(s);
}

/* libwebsockets looks at its clock only in a callback of its own: what is set from outside needs a
 * nudge. */
static void set_timeout(struct socket *s, enum pending_timeout why, int seconds)
{
    lws_set_timeout(s->wsi, why, seconds);
    lws_cancel_service(s->live->context);
}

static void fail(struct socket *s)
{
    s->failed = true;
    set_timeout(s, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void socket_flush(struct socket *s)
{
    static unsigned char out[LWS_PRE + FLUSH_MAX]; /* loop thread only */
    size_t n = 0;
    if (s->failed || s->n == 0)
        return;
    if (lws_partial_buffered(s->wsi)) {
        lws_callback_on_writable(s->wsi);
        return;
    }
    while (s->n && n + s->queue[s->head]->n <= FLUSH_MAX) {
        struct frame *f = queue_take(s);
        memcpy(out + LWS_PRE + n, f->p, f->n);
        n += f->n;
        frame_unref(f);
        atomic_fetch_add(&s->live->sent, 1);
    }
    if (lws_write(s->wsi, out + LWS_PRE, n, LWS_WRITE_HTTP) < 0)
        fail(s);
    else if (s->n)
        lws_callback_on_writable(s->wsi);
}

void socket_flush_dirty(struct live *l)
{
    struct socket *s = l->dirty;
    l->dirty = NULL;
    while (s) {
        struct socket *next = s->next_dirty;
        s->dirty = false;
        s->next_dirty = NULL;
        socket_flush(s);
        s = next;
    }
}

void socket_end(struct socket *s, int code)
{
    unsigned char reason[2] = { (unsigned char)(code >> 8), (unsigned char)(code & 0xff) };
    if (s->state == SOCK_CLOSING || s->failed)
        return;
    if (s->n == s->room)
        queue_grow(s);
    s->queue[(s->head + s->n++) % s->room] = frame_new(0x8, reason, sizeof reason);
    s->state = SOCK_CLOSING;
    mark_dirty(s);
    set_timeout(s, PENDING_TIMEOUT_CLOSE_SEND, CLOSE_WAIT_S);
}

/* ---- life */

struct socket *socket_new(struct live *l, struct lws *wsi)
{
    struct socket *s = NEW(struct socket);
    s->live = l;
    s->wsi = wsi;
    s->id = ++l->last_id;
    s->next = l->sockets;
    if (s->next)
        s->next->prev = s;
    l->sockets = s;
    map_put(l->by_id, map_int_key(&s->id), s);
    atomic_fetch_add(&l->open, 1);
    if (!uv_is_active((uv_handle_t *)&l->beat)) /* it stops when nobody is there */
        uv_timer_again(&l->beat);
    return s;
}

static void undirty(struct socket *s)
{
    struct socket **at = &s->live->dirty;
    while (*at && *at != s)
        at = &(*at)->next_dirty;
    if (*at)
        *at = s->next_dirty;
}

void socket_free(struct socket *s)
{
    struct live *l = s->live;
    if (s->dirty)
        undirty(s);
    *(s->prev ? &s->prev->next : &l->sockets) = s->next;
    if (s->next)
        s->next->prev = s->prev;
    while (s->n)
        frame_unref(queue_take(s));
    map_drop(l->by_id, map_int_key(&s->id));
    mem_free(s->queue);
    events_forget(s);
    mem_free(s);
    atomic_fetch_sub(&l->open, 1);
}

/* Nothing is to be said on /ws/events; a stray "ping" is forgiven, a flood is not. */
static void incoming(struct socket *s, struct lws *wsi, size_t n)
{
    if (lws_is_first_fragment(wsi))
        s->incoming = 0;
    s->incoming += n;
    if (s->incoming + lws_remaining_packet_payload(wsi) > INCOMING_MAX)
        socket_end(s, CLOSE_TOO_BIG);
}

/* The per-session memory of libwebsockets holds one pointer, to our socket. */
int socket_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n)
{
    struct socket **own = user;
    struct live *l = lws_context_user(lws_get_context(wsi));
    switch (why) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return events_admit(l, wsi) ? 0 : 1;
    case LWS_CALLBACK_ESTABLISHED:
        *own = socket_new(l, wsi);
        events_open(*own);
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (own && *own)
            socket_free(*own);
        if (own)
            *own = NULL;
        return 0;
    case LWS_CALLBACK_RECEIVE:
        if (*own)
            incoming(*own, wsi, n);
        return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: /* the answer to ours: all was said */
        return *own && (*own)->state == SOCK_CLOSING ? -1 : 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        if (*own)
            socket_flush(*own);
        return 0;
    case LWS_CALLBACK_HTTP: return -1; /* the door lets only handshakes in */
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return strcmp(in, "websocket") == 0 ? 0 : -1;
    default: return lws_callback_http_dummy(wsi, why, user, in, n);
    }
}
