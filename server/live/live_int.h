/* Inside live. The loop thread owns sockets, rooms and everything in them; other threads speak to
 * it through the inbox (L1), and name a socket or a room by its number, never by pointer (L2): it
 * may be gone when the answer comes. */
#ifndef LIVE_LIVE_INT_H
#define LIVE_LIVE_INT_H

#include "server/app/doc.h"
#include "server/base/map.h"
#include "server/bus/bus.h"
#include "server/live/live.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <uv.h>

enum {
    FRAME_MAX = 256,       /* of an event */
    QUEUE_MAX = 8192,      /* messages that wait for one socket; more closes it */
    BEGUN_MAX = 256 << 20, /* bytes of messages that have not ended, of all sockets */
    FLUSH_MAX = 64 * 1024, /* bytes of one write */
    BEAT_S = 20,           /* every socket gets a message at least this often */
    AGAIN_S = 600,         /* and is asked again whether its session still stands */
    SECRET_MAX = 256,
};

/* Close codes: 4400–4499 mean "do not come back" to our clients and to those of y-websocket. */
enum {
    CLOSE_GOING = 1001,
    CLOSE_TOO_BIG = 1009,
    CLOSE_LATER = 1013,
    CLOSE_LOGIN = 4401,
    CLOSE_FORBIDDEN = 4403,
    CLOSE_NOT_FOUND = 4404
};

/* One framed message, shared by all queues it stands in. Loop thread only, so a plain count. */
struct frame {
    int refs;
    size_t n;
    unsigned char p[];
};

enum socket_state {
    SOCK_ASKING,  /* a worker finds out who it is */
    SOCK_OPEN,    /* hears, and may speak */
    SOCK_CLOSING, /* our close frame was sent */
};

struct socket;
struct asking;

/* What is said at one address. A function that is NULL has nothing to do. */
struct topic {
    const char *path; /* with a slash at its end a number follows */
    size_t incoming;  /* bytes of one message from outside; more closes the socket */
    size_t queued;    /* bytes that may wait for one socket */
    void (*join)(struct socket *s, const struct asking *a); /* the first answer */
    void (*again)(struct socket *s, const struct asking *a,
                  bool last); /* every later one; last: nobody asks once more */
    void (*take)(struct socket *s, struct str message);
    void (*beat)(struct socket *s);  /* about every BEAT_S */
    void (*leave)(struct socket *s); /* before it is freed */
};
extern const struct topic events_topic, doc_topic;

struct socket {
    struct socket *prev, *next, *next_dirty;
    struct live *live;
    struct lws *wsi;
    const struct topic *topic;
    int64_t id, doc; /* doc: the number in its path */
    enum socket_state state;
    bool dirty, asking, ask_again, failed;
    int64_t person, session, token;
    int64_t asked_at; /* clock_mono */
    int64_t until;    /* ms UTC: when the keys change by themselves */
    struct buf in;    /* a message that comes in pieces */
    struct frame **queue;
    size_t head, n, room, queued,
        begun; /* queued: bytes; begun: of the first frame, already sent */
    union {
        struct listener *listener; /* /ws/events */
        struct guest *guest;       /* /ws/doc */
    };
};

/* The question who a socket is and what it may, and its answer. */
struct asking {
    struct live *live;
    int64_t socket, doc;                                             /* L2 */
    char cookie[SECRET_MAX], bearer[SECRET_MAX], ticket[SECRET_MAX]; /* the first time */
    int64_t session, token;                                          /* and again */
    enum err answer;
    int64_t person, until, *keys;
    size_t keys_n;
    enum doc_right right;
    struct buf card; /* of the person, JSON; only with a document */
};

/* What other threads tell the loop. */
enum note_kind {
    NOTE_CONNECTION,
    NOTE_EVENT,
    NOTE_ANSWER,
    NOTE_ROOM,
    NOTE_SAVED,
    NOTE_DRAIN,
    NOTE_STOP
};

struct note {
    struct note *next;
    enum note_kind kind;
    int fd;
    struct event event;
    struct asking *answer;
    struct errand *errand;
    struct batch *batch;
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
    struct rooms *rooms;
    int64_t last_id, beats;
    size_t begun; /* bytes of messages that have not ended yet */
    bool draining, stopping;
    _Atomic int64_t open, adopted, sent, away; /* away: workers that will come back */
    pthread_mutex_t lock;                      /* of the inbox */
    struct note *inbox, **inbox_tail;
};

void live_note(struct live *l, const struct note *n); /* any thread: copies n into the inbox */
/* run(own, arg) on a worker, which ends with a note; E_BUSY. */
enum err live_send(struct live *l, void (*run)(void *own, void *arg), void *arg) MUST_USE;
/* Now the loop may end: no socket and no room needs it. */
void live_stop(struct live *l);

/* socket.c: one connection and its queue */
struct socket *socket_new(struct live *l, struct lws *wsi); /* ask_open says what about */
void socket_free(struct socket *s);
struct socket *socket_find(struct live *l, int64_t id);      /* one that is not closing, or NULL */
struct frame *frame_text(struct str text);                   /* with one reference */
struct frame *frame_bytes(struct str head, struct str rest); /* one message of both */
void frame_unref(struct frame *f);
void socket_send(struct socket *s, struct frame *f);
void socket_say(struct socket *s, struct str bytes); /* a message for this one alone */
void socket_flush_dirty(struct live *l);
/* Stops and goes on reading what the other side says. */
void socket_pause(struct socket *s, bool on);
/* Sends what waits, then a close frame with this code; the peer has two seconds to answer. */
void socket_end(struct socket *s, int code);
int socket_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t n);

/* ask.c: who a socket is */
bool ask_admit(struct live *l, struct lws *wsi); /* before the 101 */
void ask_open(struct socket *s);
void ask_again(struct socket *s);
void ask_answer(struct live *l, struct asking *a);
void ask_beat(struct live *l); /* once a second */
void ask_viewer_changed(struct live *l, int64_t person);

/* events.c: what is heard at /ws/events */
void events_hear(struct live *l, const struct event *e);

/* room.c: the documents that are open */
void rooms_open(struct live *l);
void rooms_close(struct live *l); /* nobody is in any and nothing is left to save */
void rooms_free(struct live *l);  /* after the loop */
void rooms_hear(struct live *l, const struct event *e);
void rooms_beat(struct live *l);
bool rooms_any(const struct live *l);
void rooms_back(struct live *l, struct errand *e);
void rooms_saved(struct live *l, struct batch *b);
void rooms_stop(struct live *l); /* saves what is not saved, then live_stop */

#endif
