/* Routes: one table (routes.def) of method, path, handler, who may, shapes and flags. The
 * dispatcher, the OpenAPI text, the client's types and the tests are made from it. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "server/app/may.h"
#include "server/http/request.h"
#include "server/http/shape.h"

/* What a handler gets besides the call. Everything is borrowed from the request. */
struct input {
    const struct http_request *rq;
    int64_t id[PATH_ARGS_MAX];     /* {id}-like arguments as numbers; 0 where it is text */
    struct str arg[PATH_ARGS_MAX]; /* the same as text */
    const void *query;             /* struct of the query shape, or NULL */
    const void *body;              /* struct of the body shape, or NULL */
    int64_t rev;                   /* from If-Match, for routes with IF_MATCH */
};

/* What a handler gives back. */
struct output {
    const void *value;        /* struct of the reply shape; NULL with an empty reply */
    int64_t rev;              /* > 0: sent as ETag */
    struct http_reply *reply; /* for RAW routes and for headers of one's own */
};

enum route_flag {
    IF_MATCH = 1,    /* editing: If-Match with the rev is required */
    IDEMPOTENT = 2,  /* creating: Idempotency-Key is honoured, the reply is stored for 24 h */
    RAW = 4,         /* the handler fills the reply itself (files, exports, tus) */
    PASSWORD = 8,    /* argon2id: runs in the pool for passwords */
    BIG_BODY = 16,   /* a body of up to 16 MiB is gathered instead of 1 MiB */
    CONTENT = 32,    /* file content: served by the content daemon */
    ANY_LOGIN = 64,  /* allowed while the password must be changed */
    NO_ORIGIN = 128, /* unsafe method without Origin check (login-free links only) */
    TUS = 256,       /* errors carry the headers of the tus protocol, too */
};

typedef enum err handler_fn(struct call *c, const struct input *in, struct output *out);
/* Opens the sink for a body that is about to come, or says why it may not come. */
typedef enum err sink_fn(struct call *c, const struct input *in, struct sink **sink);

struct route {
    const char *method, *path;
    const char *name; /* operationId, the handler without h_ */
    handler_fn *run;
    sink_fn *sink; /* NULL: the body is gathered */
    enum cap cap;  /* needed to be let in at all; CAP_none: no session needed */
    const struct shape *query, *body, *reply;
    int status; /* of success */
    unsigned flags;
    const char *text; /* Chinese summary */
};

extern const struct route routes[];
extern const size_t routes_n;

/* Finds the row for a decoded path; fills route, args and path_known of the request. Thread-safe,
 * allocates nothing. */
void route_find(struct http_request *rq);

/* The methods this path has, for Allow: "GET, POST"; into the arena. */
struct str route_methods(struct arena *a, const struct http_request *rq);

/* Adds a header to the reply; both strings must live as long as the call's arena. */
void reply_header(struct call *c, struct http_reply *r, const char *name, struct str value);

/* What stands in r->bytes, to be saved under this name. */
#define XLSX S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
void reply_file(struct call *c, struct http_reply *r, struct str type, struct str name);

#endif
