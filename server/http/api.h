/* From a request to a reply: who asks, shape of the input, the handler, shape of the output,
 * problems. */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "server/app/house.h"
#include "server/http/request.h"

struct worker; /* app/worker.h */

/* Runs on a worker, may block. Fills the reply whatever happens; never fails. The reply's bytes
 * stay valid until api_done, its headers until the worker takes its next request. */
void api_serve(struct worker *w, struct http_request *rq, struct http_reply *reply);
/* A reply the transport gives by itself (malformed, too large, busy …): problem+json in memory. */
void api_refuse(struct http_request *rq, enum err e, struct http_reply *reply);
void api_done(struct http_reply *reply); /* frees what it holds: bytes, fd, maker */

/* For ROUTE_SINK rows: decides on a worker, before any body byte is read, whether the body may
 * come (session, rights, offset …) and makes the sink. On refusal fills the reply and gives NULL.
 */
struct sink *api_sink(struct worker *w, struct http_request *rq, struct http_reply *reply);

#endif
