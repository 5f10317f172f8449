/* How many requests of which route ended how, and how long they took: for /metrics. */
#ifndef HTTP_TRAFFIC_H
#define HTTP_TRAFFIC_H

#include "server/http/route.h"

struct traffic;

struct traffic *traffic_open(void); /* registers its page with the metrics */
void traffic_close(struct traffic *t);
/* route NULL: a page, an asset or no such path. Any thread, a few atomic additions. */
void traffic_add(struct traffic *t, const struct route *route, int status, int64_t us);

#endif
