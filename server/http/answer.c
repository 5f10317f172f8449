/* From http_reply to a response of libmicrohttpd. What every reply carries stands here: nosniff,
 * the referrer policy, a content policy that allows nothing (pages and files bring their own), the
 * request's name. */
#include "server/http/server_int.h"

#include "server/base/mem.h"

#include <string.h>
#include <unistd.h>

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        BUG("a header that libmicrohttpd refuses");
}

/* Length, date and connection are the library's. A value that would break the head is left out: it
 * came from data, and a handler forgot to encode it. */
static bool may_pass(const struct http_header *h)
{
    if (str_ieqz(h->name, "Content-Length") || str_ieqz(h->name, "Date") ||
        str_ieqz(h->name, "Connection"))
        return false;
    for (size_t i = 0; i < h->value.n; i++)
        if ((unsigned char)h->value.p[i] < 0x20 || h->value.p[i] == 0x7f)
            return false;
    return true;
}

static bool has(const struct exchange *x, const char *name)
{
    for (const struct http_header *h = x->reply.headers; h; h = h->next)
        if (str_ieqz(h->name, name))
            return true;
    return false;
}

static void add_missing(struct exchange *x, struct MHD_Response *r, const char *name,
                        const char *value)
{
    if (!has(x, name))
        add(r, name, value);
}

void answer_headers(struct exchange *x, struct MHD_Response *r)
{
    struct server *s = x->server;
    for (const struct http_header *h = x->reply.headers; h; h = h->next)
        if (may_pass(h))
            add(r, arena_z(x->arena, h->name), arena_z(x->arena, h->value));
    add_missing(x, r, "X-Content-Type-Options", "nosniff");
    add_missing(x, r, "Referrer-Policy", "same-origin");
    add_missing(x, r, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    add_missing(x, r, "Cache-Control", "no-store");
    add(r, "X-Request-Id", x->rq.id);
    if (x->reply.status == 426)
        add(r, "Upgrade", "websocket");
    if (x->close_after || atomic_load(&s->draining) || x->reply.status == 426)
        add(r, "Connection", "close");
}

static struct MHD_Response *of_bytes(struct exchange *x)
{
    x->sent = x->reply.bytes.n;
    return MHD_create_response_from_buffer(x->reply.bytes.n,
                                           x->reply.bytes.p ? x->reply.bytes.p : (void *)"",
                                           MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *of_file(struct exchange *x)
{
    int fd = x->reply.fd;
    x->reply.fd = -1;
    x->sent = x->reply.length;
    if (x->reply.length)
        return MHD_create_response_from_fd_at_offset64(x->reply.length, fd, x->reply.offset);
    close(fd);
    return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
}

struct MHD_Response *answer_make(struct exchange *x)
{
    struct MHD_Response *r = NULL;
    if (x->reply.kind == BODY_BYTES)
        r = of_bytes(x);
    if (x->reply.kind == BODY_FILE)
        r = of_file(x);
    if (x->reply.kind == BODY_MAKER) {
        r = pump_response(x, x->reply.maker, x->reply.length);
        x->reply.maker = NULL;
        x->sent = x->reply.length;
    }
    if (!r)
        BUG("libmicrohttpd makes no response");
    answer_headers(x, r);
    return r;
}
