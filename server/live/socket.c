/* A WebSocket and its queue. Frames are made once and shared; a queue is emptied by one write of
 * many frames (LWS_WRITE_HTTP on a WebSocket sends bytes as they are), once per turn of the loop.
 * S1: never more than one write that the kernel did not take (lws_partial_buffered). S2: a queue
 * that is full ends its socket: the client comes back and fetches again, which is cheaper than
 * remembering for it. A single message larger than that waits alone. */
#include "server/live/live_int.h"

#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/mem.h"

#include <string.h>

enum { CLOSE_WAIT_S = 2, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, HEAD_MAX = 10 };

/* ---- frames (RFC 6455, 5.2; a server does not mask) */

static size_t put_head(unsigned char head[HEAD_MAX], unsigned char opcode, size_t n)
{
    int bytes = n < 126 ? 0 : n <= 0xffff ? 2 : 8;
    head[0] = 0x80 | opcode;
    head[1] = bytes == 0 ? (unsigned char)n : bytes == 2 ? 126 : 127;
    for (int i = 0; i < bytes; i++)
        head[2 + i] = (unsigned char)((uint64_t)n >> 8 * (bytes - 1 - i));
    return 2 + (size_t)bytes;
}

/* Of two parts, so that what is large is copied once. */
static struct frame *frame_new(unsigned char opcode, struct str a, struct str b)
{
    unsigned char head[HEAD_MAX];
    size_t head_n = put_head(head, opcode, a.n + b.n);
    struct frame *f = mem_new(sizeof *f + head_n + a.n + b.n);
    f->refs = 1;
    f->n = head_n + a.n + b.n;
    memcpy(f->p, head, head_n);
    if (a.n)
        memcpy(f->p + head_n, a.p, a.n);
    if (b.n)
        memcpy(f->p + head_n + a.n, b.p, b.n);
    return f;
}

struct frame *frame_text(struct str text)
{
    return frame_new(OP_TEXT, text, STR_NONE);
}

struct frame *frame_bytes(struct str head, struct str rest)
{
    return frame_new(OP_BINARY, head, rest);
}

void frame_unref(struct frame *f)
{
    if (--f->refs == 0)
        mem_free(f);
}

/* ---- the queue */

static void queue_drop(struct socket *s)
{
    struct frame *f = s->queue[s->head];
    s->head = (s->head + 1) % s->room;
    s->queued -= f->n;
    s->begun = 0;
    frame_unref(f);
    if (--s->n == 0) { /* an idle socket owns nothing */
        mem_free(s->queue);
        s->queue = NULL;
        s->room = s->head = 0;
    }
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

static void queue_put(struct socket *s, struct frame *f)
{
    if (s->n == s->room)
        queue_grow(s);
    f->refs++;
    s->queue[(s->head + s->n++) % s->room] = f;
    s->queued += f->n;
    mark_dirty(s);
}

/* All but the frame that was begun: its end must follow its beginning. */
static void queue_empty(struct socket *s)
{
    struct frame *begun = s->begun ? s->queue[s->head] : NULL;
    size_t at = s->begun;
    if (begun)
        begun->refs++;
    while (s->n)
        queue_drop(s);
    if (!begun)
        return;
    queue_put(s, begun);
    s->begun = at;
    frame_unref(begun);
}

void socket_send(struct socket *s, struct frame *f)
{
    if (s->state == SOCK_CLOSING || s->failed)
        return;
    if (s->n && (s->n >= QUEUE_MAX || s->queued + f->n > s->topic->queued + s->queue[s->head]->n)) {
        queue_empty(s);
        socket_end(s, CLOSE_LATER);
        return;
    }
    queue_put(s, f);
}

void socket_say(struct socket *s, struct str bytes)
{
    struct frame *f = frame_bytes(bytes, STR_NONE);
    socket_send(s, f);
    frame_unref(f);
}

/* libwebsockets looks at its clock only in a callback of its own: what is set from outside needs a
 * nudge. */
static void set_timeout(struct socket *s, enum pending_timeout why, int seconds)
{
    lws_set_timeout(s->wsi, why, seconds);
    lws_cancel_service(s->live->context);
}

static void broken(struct socket *s)
{
    s->failed = true;
    set_timeout(s, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* As many whole frames as one write takes, or a piece of one that is larger. */
static size_t gather(struct socket *s, unsigned char *out)
{
    size_t n = 0;
    while (s->n && n < FLUSH_MAX) {
        struct frame *f = s->queue[s->head];
        size_t left = f->n - s->begun, some = left < FLUSH_MAX - n ? left : FLUSH_MAX - n;
        memcpy(out + n, f->p + s->begun, some);
        n += some;
        s->begun += some;
        if (s->begun < f->n)
            break;
        queue_drop(s);
        atomic_fetch_add(&s->live->sent, 1);
    }
    return n;
}

static void socket_flush(struct socket *s)
{
    static unsigned char out[LWS_PRE + FLUSH_MAX]; /* loop thread only */
    if (s->failed || s->n == 0)
        return;
    if (lws_partial_buffered(s->wsi)) {
        lws_callback_on_writable(s->wsi);
        return;
    }
    size_t n = gather(s, out + LWS_PRE);
    if (lws_write(s->wsi, out + LWS_PRE, n, LWS_WRITE_HTTP) < 0)
        broken(s);
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

void socket_pause(struct socket *s, bool on)
{
    lws_rx_flow_control(s->wsi, !on);
}

void socket_end(struct socket *s, int code)
{
    unsigned char reason[2] = { (unsigned char)(code >> 8), (unsigned char)(code & 0xff) };
    if (s->state == SOCK_CLOSING || s->failed)
        return;
    struct frame *f = frame_new(OP_CLOSE, (struct str){ (char *)reason, sizeof reason }, STR_NONE);
    queue_put(s, f);
    frame_unref(f);
    s->state = SOCK_CLOSING;
    socket_pause(s, false); /* its answer is awaited */
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

struct socket *socket_find(struct live *l, int64_t id)
{
    struct socket *s = map_get(l->by_id, map_int_key(&id));
    return s && s->state != SOCK_CLOSING && !s->failed ? s : NULL;
}

static void undirty(struct socket *s)
{
    struct socket **at = &s->live->dirty;
    while (*at && *at != s)
        at = &(*at)->next_dirty;
    if (*at)
        *at = s->next_dirty;
}

static void in_drop(struct socket *s)
{
    s->live->begun -= s->in.n;
    buf_fini(&s->in);
}

void socket_free(struct socket *s)
{
    struct live *l = s->live;
    s->topic->leave(s);
    if (s->dirty)
        undirty(s);
    *(s->prev ? &s->prev->next : &l->sockets) = s->next;
    if (s->next)
        s->next->prev = s->prev;
    while (s->n)
        queue_drop(s);
    map_drop(l->by_id, map_int_key(&s->id));
    in_drop(s);
    mem_free(s);
    atomic_fetch_sub(&l->open, 1);
}

/* A message that came in one piece is taken where it lies. */
static void incoming(struct socket *s, struct lws *wsi, struct str piece)
{
    bool first = lws_is_first_fragment(wsi), last = lws_is_final_fragment(wsi);
    size_t had = first ? 0 : s->in.n;
    if (s->state == SOCK_CLOSING)
        return;
    if (had + piece.n + lws_remaining_packet_payload(wsi) > s->topic->incoming) {
        socket_end(s, CLOSE_TOO_BIG);
        return;
    }
    if (first && last) {
        s->topic->take(s, piece);
        return;
    }
    if (first) {
        in_drop(s);
        buf_init(&s->in, s->topic->incoming);
    }
    buf_add(&s->in, piece);
    if ((s->live->begun += piece.n) > BEGUN_MAX)
        socket_end(s, CLOSE_LATER);
    if (!last)
        return;
    s->topic->take(s, buf_str(&s->in));
    in_drop(s);
}

/* The per-session memory of libwebsockets holds one pointer, to our socket. */
int socket_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n)
{
    struct socket **own = user;
    struct live *l = lws_context_user(lws_get_context(wsi));
    switch (why) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return ask_admit(l, wsi) ? 0 : 1;
    case LWS_CALLBACK_ESTABLISHED:
        *own = socket_new(l, wsi);
        ask_open(*own);
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (own && *own)
            socket_free(*own);
        if (own)
            *own = NULL;
        return 0;
    case LWS_CALLBACK_RECEIVE:
        if (*own)
            incoming(*own, wsi, (struct str){ in, n });
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
