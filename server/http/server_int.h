/* Inside the transport: the server, its lines (connections) and exchanges (a request with its
 * reply).
 *
 * E1: an exchange is counted by references: one of libmicrohttpd's (until the request completed),
 * one for each job or sink that will still come back. E2: only a suspended request has a worker;
 * x->waiting says under x->lock that it is suspended, and whoever clears it resumes. E3: inside a
 * body callback one may suspend only while bytes are left unconsumed (the library would call again
 * while suspended). E4: a request is suspended before its job is submitted. */
#ifndef HTTP_SERVER_INT_H
#define HTTP_SERVER_INT_H

#include "server/app/house.h"
#include "server/http/access.h"
#include "server/http/asset.h"
#include "server/http/proxy.h"
#include "server/http/request.h"
#include "server/http/server.h"
#include "server/http/traffic.h"

#include <microhttpd.h>
#include <pthread.h>

enum { API_DAEMON, CONTENT_DAEMON, DAEMONS };

struct server {
    struct house *house;
    struct MHD_Daemon *daemon[DAEMONS];
    struct access *access;
    struct assets *assets;
    struct proxies *proxies;
    struct traffic *traffic;
    struct pool *makers; /* fill the buffers of bodies that are made */
    pthread_mutex_t lines_lock;
    struct line *lines;
    _Atomic int64_t connections, suspended, gathered;
    _Atomic int64_t open;   /* requests whose reply is not gone yet */
    _Atomic int64_t active; /* exchanges in memory, also those whose sink still writes */
    atomic_bool draining;   /* replies say Connection: close */
    atomic_bool cut;        /* the time is over: what has not begun is refused */
};

/* What a connection is doing, for the deadlines of server_tick. */
enum phase {
    PHASE_BETWEEN, /* no request */
    PHASE_HEAD,    /* the request line was read */
    PHASE_GATHER,  /* a body that we gather */
    PHASE_FREE,    /* no deadline of ours: worked on, uploading or being answered */
};

struct line {
    struct line *prev, *next;
    int fd;
    _Atomic int phase;
    _Atomic int64_t since; /* clock_mono */
    char ip[IP_TEXT];
};

void line_phase(struct line *l, enum phase p);
void line_cut(struct line *l); /* shuts the socket down; the caller knows that it is open */

enum stage {
    STAGE_HEAD,     /* nothing decided */
    STAGE_ADMIT,    /* a worker decides whether the body may come */
    STAGE_BODY,     /* bytes come, or there are none */
    STAGE_SWALLOW,  /* refused in mid-body: the rest is thrown away, then the reply goes */
    STAGE_WORK,     /* a worker (or the sink) has it */
    STAGE_ANSWERED, /* the reply was queued, or is ready to be */
};

struct exchange {
    struct http_request rq;
    struct http_reply reply;
    struct server *server;
    struct MHD_Connection *conn; /* NULL once completed */
    struct line *line;
    struct arena *arena;
    struct buf body;
    struct MHD_Response *response; /* what the worker made of the reply */
    pthread_mutex_t lock;
    _Atomic int refs;
    enum stage stage;
    bool waiting; /* suspended; E2 */
    bool feeding; /* suspended because the sink is full: the sink's resume counts */
    bool woken;   /* the sink said resume before we suspended */
    bool first;   /* the library's timeout of the line is changed: goes_first */
    bool one_one, has_body, close_after, sink_over;
    int64_t began, swallowed, counted;
    uint64_t sent;
    size_t body_cap;
    struct str target;
};

/* exchange.c: the callbacks of libmicrohttpd. */
void *exchange_uri(void *server, const char *uri, struct MHD_Connection *conn);
enum MHD_Result exchange_step(void *server, struct MHD_Connection *conn, const char *url,
                              const char *method, const char *version, const char *data, size_t *n,
                              void **x);
void exchange_completed(void *server, struct MHD_Connection *conn, void **x,
                        enum MHD_RequestTerminationCode why);
void exchange_unref(struct exchange *x);
void exchange_suspend(struct exchange *x); /* x->lock is held; on the network thread */
void exchange_resume(struct exchange *x);  /* any thread, by whoever had it suspended */
void exchange_feed(void *x);               /* sink->resume */

/* work.c: what happens off the network threads. */
void work_admit(struct exchange *x);  /* suspends; api_sink */
void work_serve(struct exchange *x);  /* suspends; api_serve */
void work_finish(struct exchange *x); /* suspends; waits for the sink, then api_serve */
void work_lost(struct exchange *x);   /* the line broke: tells the sink, lets it go */
void work_refuse(struct exchange *x, enum err e);

/* answer.c: a reply as libmicrohttpd wants it. Takes the reply's fd and maker from it. */
struct MHD_Response *answer_make(struct exchange *x);
void answer_headers(struct exchange *x, struct MHD_Response *r);

/* refusal.c: queues the reply of x->reply.status. Nobody calls MHD_queue_response itself: R1 there.
 */
enum MHD_Result answer_queue(struct exchange *x, struct MHD_Response *r);
void refusal_init(void); /* before the first daemon starts */

/* pump.c: a body that is made, without blocking the network thread. Takes the maker. */
struct MHD_Response *pump_response(struct exchange *x, struct maker *m, uint64_t length);

#endif
