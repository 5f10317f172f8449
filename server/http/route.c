/* The table of routes and the search in it. Paths are matched segment by segment; a literal segment
 * is preferred to an argument because rows are tried in the order of the table and literals stand
 * first there. */
#include "server/http/route.h"

#include "server/http/range.h"
#include "server/http/routes.h"

#include <string.h>

#define ROW(m, p, n, c, q, b, r, st, fl, tx, sk)                                                   \
    { .method = #m,                                                                                \
      .path = p,                                                                                   \
      .name = #n,                                                                                  \
      .run = h_##n,                                                                                \
      .sink = sk,                                                                                  \
      .cap = CAP_##c,                                                                              \
      .query = &shape_##q,                                                                         \
      .body = &shape_##b,                                                                          \
      .reply = &shape_##r,                                                                         \
      .status = st,                                                                                \
      .flags = fl,                                                                                 \
      .text = tx },
#define ROUTE(m, p, n, c, q, b, r, st, fl, tx) ROW(m, p, n, c, q, b, r, st, fl, tx, NULL)
#define ROUTE_SINK(m, p, n, c, q, b, r, st, fl, tx) ROW(m, p, n, c, q, b, r, st, fl, tx, s_##n)
const struct route routes[] = {
#include "server/http/routes.def"
};
#undef ROUTE
#undef ROUTE_SINK
const size_t routes_n = sizeof routes / sizeof *routes;

/* Does the path fit the pattern? Fills args. Most rows differ within a few letters. */
static bool fits(const char *p, struct str path, struct str args[PATH_ARGS_MAX])
{
    size_t at = 0, n = 0;
    while (*p && at < path.n) {
        if (*p != '{') {
            if (*p++ != path.p[at++])
                return false;
            continue;
        }
        size_t slash = str_chr(path, '/', at);
        args[n] = str_sub(path, at, slash);
        if (args[n++].n == 0)
            return false;
        at = slash < path.n ? slash : path.n;
        p = strchr(p, '}') + 1;
    }
    return *p == 0 && at == path.n;
}

void route_find(struct http_request *rq)
{
    rq->route = NULL;
    rq->path_known = false;
    if (rq->path.n == 0 || rq->path.p[0] != '/')
        return;
    for (size_t i = 0; i < routes_n; i++) {
        struct str args[PATH_ARGS_MAX] = { 0 };
        if (!fits(routes[i].path, rq->path, args))
            continue;
        rq->path_known = true;
        bool head = strcmp(rq->method, "HEAD") == 0 && strcmp(routes[i].method, "GET") == 0;
        if (!head && strcmp(rq->method, routes[i].method) != 0)
            continue;
        if (rq->route)
            continue; /* an exact HEAD row stands before its GET */
        rq->route = &routes[i];
        memcpy(rq->args, args, sizeof args);
    }
}

struct str route_methods(struct arena *a, const struct http_request *rq)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < routes_n; i++) {
        struct str args[PATH_ARGS_MAX] = { 0 };
        if (!fits(routes[i].path, rq->path, args))
            continue;
        all = all.n ? arena_fmt(a, "%.*s, %s", STR_ARG(all), routes[i].method)
                    : str_of(routes[i].method);
    }
    return all;
}

void reply_header(struct call *c, struct http_reply *r, const char *name, struct str value)
{
    struct http_header *h = ARENA_NEW(c->arena, struct http_header), **at = &r->headers;
    *h = (struct http_header){ NULL, str_of(name), value };
    while (*at)
        at = &(*at)->next;
    *at = h;
}

void reply_file(struct call *c, struct http_reply *r, struct str type, struct str name)
{
    r->status = 200;
    r->kind = BODY_BYTES;
    reply_header(c, r, "Content-Type", type);
    reply_header(c, r, "Content-Disposition", disposition(c->arena, true, name));
    reply_header(c, r, "Cache-Control", S("no-store"));
}
