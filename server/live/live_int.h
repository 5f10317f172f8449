/* Inside live. The loop thread owns sockets and everything in them; other threads speak to it
 * through the inbox (L1), and name a socket by its number, never by pointer (L2): it may be gone
 * when the answer comes. */
#ifndef LIVE_LIVE_INT_H
#define LIVE_LIVE_INT_H

#include "server/base/map.h"
#include "server/bus/bus.h"
#include "server/live/live.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <uv.h>

enum {
    FRAME_MAX = 256,       /* of an event */
    QUEUE_MAX = 512,       /* messages that wait for one socket; more closes it */
    FLUSH_MAX = 64 * 1024, /* bytes of one write */
    INCOMING_MAX = 1024,   /* events has no questions: a client that sends more is mistaken */
    BEAT_S = 20,           /* every socket gets a message at least this often */
    AGAIN_S = 600,         /* and is asked again whether its session still stands */
    SECRET_MAX = 256,
};

/* Close codes: 4400–4499 mean "do not come back" to our clients. */
enum {
    CLOSE_GOING = 1001,
    CLOSE_TOO_BIG = 1009,
    CLOSE_LATER = 1013,
    CLOSE_LOGIN = 4401,
    CLOSE_FORBIDDEN = 4403
};

/* One framed message, shared by all queues it stands in. Loop thread only, so a plain count. */
struct frame {
    int refs;
    size_t n;
    unsigned char p[];
};

enum socket_state {
    SOCK_ASKING,  /* a worker finds out who it is */
    SOCK_OPEN,    /* hears events */
    SOCK_CLOSING, /* our close frame was sent */
};

struct socket {
    struct socket *prev, *next, *next_dirty;
    struct live *live;
    struct lws *wsi;
    int64_t id;
    enum socket_state state;
    bool dirty, asking, ask_again, failed;
    int64_t person, session, token;
    int64_t *keys; /* ascending */
    size_t keys_n, incoming;
    int64_t asked_at;              /* clock_mono */
    int64_t until;                 /* ms UTC: when the keys change by themselves */
    struct held *held, **held_end; /* heard while it is asked again, oldest first */
    size_t held_n;
    struct frame **queue;
    size_t head, n, room;
};

/* What other threads tell the loop. */
enum note_kind { NOTE_CONNECTION, NOTE_EVENT, NOTE_ANSWER, NOTE_DRAIN, NOTE_STOP };

struct note {
    struct note *next;
    enum note_kind kind;
    int fd;
    struct event event;
    struct asking *answer;
};

struct live {
    struct house *house;
    struct bus_ear *ear;
    pthread_t thread;
    uv_loop_t loop;
    uv_async_t wake;
    uv_timer_t beat;
    uv_prepare_t flush; /* before the loop sleeps, everything that was queued is sent */
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct socket *sockets, *dirty;
    struct map *by_id;
    int64_t last_id, beats;
    bool draining, stopping;
    _Atomic int64_t open, adopted, sent, asking;
    pthread_mutex_t lock; /* of the inbox */
    struct note *inbox, **inbox_tail;
};

void live_note(struct live *l, const struct note *n); /* any thread: copies n into the inbox */

/* socket.c: one connection and its queue */
struct socket *socket_new(struct live *l, struct lws *wsi);
void socket_free(struct socket *s);
struct frame *frame_text(struct str text); /* with one reference */
void frame_unref(struct frame *f);
void socket_send(struct socket *s, struct frame *f);
void socket_flush(struct socket *s);
void socket_flush_dirty(struct live *l);
/* Sends what waits, then a close frame with this code; the peer has two seconds to answer. */
void socket_end(struct socket *s, int code);
int socket_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n);

/* events.c: who listens, and what they hear */
bool events_admit(struct live *l, struct lws *wsi); /* before the 101: Origin and what is shown */
void events_open(struct socket *s);
void events_hear(struct live *l, const struct event *e);
void events_answer(struct live *l, struct asking *a);
void events_beat(struct live *l);
void events_forget(struct socket *s); /* what it holds back, and its keys */

#endif
