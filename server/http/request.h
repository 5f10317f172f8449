/* One HTTP request and its reply, as the API sees them: plain values, nothing of libmicrohttpd.
 *
 * The transport (server.c) reads the head, asks route_find() which row of routes.def it is, refuses
 * what is malformed, gathers the body (or gives it to a sink, for uploads), and lets a worker run
 * api_serve(). The worker fills the reply; the transport sends it. Everything in a request lives
 * until its reply was sent. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "server/base/arena.h"
#include "server/base/buf.h"
#include "server/base/err.h"

struct route;
struct sink;

enum { PATH_ARGS_MAX = 4 };

struct http_header {
    struct http_header *next;
    struct str name, value;
};

struct http_request {
    const char *method;
    struct str path;                /* as sent: valid percent-encoding of UTF-8, begins with "/" */
    struct str query;               /* raw, without "?" */
    struct http_header *headers;    /* all of them, in the order they came */
    struct str body;                /* whole, unless the route has a sink */
    const struct route *route;      /* NULL: no such path */
    struct str args[PATH_ARGS_MAX]; /* what {…} stands for in the route's path, as sent */
    bool path_known;                /* some route has this path, with another method */
    struct str ip;                  /* the client's, through a trusted proxy if there is one */
    bool secure;                    /* https, as far as the trusted proxy says */
    char id[17];
    int64_t person;    /* who asked, 0 nobody; set by the API, for the log */
    void *own;         /* the transport's */
    struct sink *sink; /* what took the body, NULL when it was gathered */
};

/* The value of the first header of this name, STR_NONE when it is absent. Matched without case. */
struct str request_header(const struct http_request *rq, const char *name);
/* The values of all headers of this name as the one list they are (RFC 9110, 5.3). */
struct str request_list(struct arena *a, const struct http_request *rq, const char *name);
/* The value of one cookie out of a Cookie header. */
struct str cookie_value(struct str all, const char *name);

enum body_kind {
    BODY_BYTES, /* reply->bytes */
    BODY_FILE,  /* length bytes of reply->fd from offset on */
    BODY_MAKER, /* length bytes from reply->maker, called on a content thread */
};

/* Makes the bytes of a body as they are wanted; may block (it runs on a thread of its own per reply
 * or a content worker, never on a network thread). */
struct maker {
    /* Fills at most n bytes that lie at this offset of the body; gives how many, ≤ 0 ends the
     * connection. */
    int64_t (*make)(struct maker *m, uint64_t offset, char *out, size_t n);
    void (*free)(struct maker *m);
};

/* Owns its bytes, fd and maker until the transport takes them or api_done. */
struct http_reply {
    int status;
    struct http_header *headers; /* in the call's arena */
    enum body_kind kind;
    struct buf bytes; /* capped; owned by the reply */
    int fd;
    uint64_t offset, length;
    struct maker *maker;
};

/* A sink takes the body of an upload piece by piece. take() runs on a network thread and must not
 * wait: it says how many of the n bytes it took; fewer than n means "not now", and the sink calls
 * resume(arg) when it can take more. done() comes once, after the last byte (whole = true) or when
 * the line broke (false). When it was whole and ready() was called, a worker runs the route's
 * handler, which finds the sink in the request; a broken line has no handler any more, so done()
 * keeps what is to be kept. unref() is the last call; after it returned the sink calls neither
 * resume nor ready. The sink may call them under a lock of its own that take() needs too. */
struct sink {
    size_t (*take)(struct sink *s, const char *p, size_t n);
    /* Tells when all taken bytes are where they should be: calls ready(arg), at once or later. */
    void (*done)(struct sink *s, bool whole, void (*ready)(void *arg), void *arg);
    void (*unref)(struct sink *s);
    void (*resume)(void *arg); /* set by the transport before the first take() */
    void *resume_arg;
    bool idle; /* wants no bytes: what comes is thrown away, take() is not called; a request without
                  a body is answered by the same worker at once */
};

/* Ends the line of a request whose sink is still referenced (rq->own, kept by the sink until its
 * unref): what was received is taken, then done(false) follows within a second. For a newer request
 * that takes over the upload. Any thread; does nothing when the line is gone already. */
void transport_cut(void *own);

#endif
