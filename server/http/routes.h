/* The handlers that routes.def names. */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "server/http/route.h"

#define ROUTE(method, path, name, cap, query, body, reply, status, flags, text)                    \
    enum err h_##name(struct call *c, const struct input *in, struct output *out);
#define ROUTE_SINK(method, path, name, cap, query, body, reply, status, flags, text)               \
    ROUTE(method, path, name, cap, query, body, reply, status, flags, text)                        \
    enum err s_##name(struct call *c, const struct input *in, struct sink **sink);
#include "server/http/routes.def"
#undef ROUTE
#undef ROUTE_SINK

#endif
