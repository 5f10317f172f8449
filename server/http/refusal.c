/* libmicrohttpd 0.9.75 refuses some heads by itself, before any callback of ours: no Host, a length
 * that is no number, a head or a path beyond its memory, another version. Its answer is a page of
 * HTML in English, in some cases with the head written twice, and it has no option to change that.
 * But it queues that answer through its own public MHD_queue_response, which the linker lets the
 * program define: R1: nobody of ours calls MHD_queue_response, replies go by answer_queue, so
 * whoever calls it is the library refusing. R2: the refusal is sent by us at once (the library
 * answers requests one by one, so everything before it is already in the socket), and MHD_NO makes
 * the library close. Where a later library does not call through its public name, its own pages
 * come back and the transport tests say so. */
#include "server/http/refusal.h"

#include "server/base/buf.h"
#include "server/http/server_int.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { DRAIN_MAX = 1024 * 1024 };

size_t refusal_write(char out[REFUSAL_MAX], enum err e, const char *more)
{
    const struct err_row *row = err_row(e);
    struct buf body;
    buf_init(&body, 600);
    buf_fmt(&body,
            "{\"type\":\"/problems/"
            "%s\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"}",
            row->code, row->text, row->status, row->code, row->text);
    int n = snprintf(out, REFUSAL_MAX,
                     "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json; charset=utf-8\r\n%s"
                     "Connection: close\r\nContent-Length: %zu\r\n\r\n%.*s",
                     row->status, row->name, more, body.n, STR_ARG(buf_str(&body)));
    buf_fini(&body);
    return (size_t)n;
}

static enum MHD_Result (*library_queue)(struct MHD_Connection *, unsigned, struct MHD_Response *);

void refusal_init(void)
{
    void *found = dlsym(RTLD_NEXT, "MHD_queue_response");
    if (!found)
        BUG("libmicrohttpd is not there");
    memcpy(&library_queue, &found, sizeof found);
}

enum MHD_Result answer_queue(struct exchange *x, struct MHD_Response *r)
{
    return library_queue(x->conn, (unsigned)x->reply.status, r);
}

static enum err reason_of(unsigned status)
{
    switch (status) {
    case MHD_HTTP_CONTENT_TOO_LARGE: return E_TOO_LARGE;
    case MHD_HTTP_URI_TOO_LONG: return E_ADDRESS;
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE: return E_HEADERS;
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED: return E_VERSION;
    default: return status < 500 ? E_SYNTAX : E_INTERNAL;
    }
}

/* What was sent and never read would make the close a reset, and that could take the answer away
 * from a client that has not read it yet. */
static void drain(int fd)
{
    char waste[16384];
    ssize_t n;
    shutdown(fd, SHUT_WR);
    for (size_t all = 0; all < DRAIN_MAX && (n = recv(fd, waste, sizeof waste, MSG_DONTWAIT)) > 0;)
        all += (size_t)n;
}

/* The library's refusal; see R1. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *conn, unsigned status,
                                   struct MHD_Response *page)
{
    char text[REFUSAL_MAX];
    int fd = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    size_t n = refusal_write(text, reason_of(status), "");
    (void)page;
    if (send(fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n)
        drain(fd);
    return MHD_NO;
}
