/* The access log: one line per request on standard error, written by a thread of its own, because
 * no network thread may wait for a full pipe. Method, route, status, bytes, microseconds, person;
 * never a path's text or a query. */
#ifndef HTTP_ACCESS_H
#define HTTP_ACCESS_H

#include "server/http/request.h"

struct access;

struct access *access_open(void);
void access_close(struct access *a); /* writes what is left; NULL is fine */
void access_add(struct access *a, const struct http_request *rq, int status, uint64_t bytes,
                int64_t us, bool whole); /* whole: the reply was sent to its end */

#endif
