/* The floor for live documents: what a server costs that only passes messages on. WebSocket on
 * epoll, a room per path, frames for one connection sent together once per turn; no document, no
 * disk, no rights. Answers a step 1 with an empty step 2, so that clients begin. RELAY [PORT]; a
 * free port by default, printed. Trusts its clients: this is for measuring. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_MAX = 128 * 1024, HEAD_MAX = 4096, EVENTS = 512, ROOMS = 1 << 16, PATH_LEN = 128 };

struct room {
    struct room *next;
    char path[PATH_LEN];
    struct conn **all;
    size_t n, size;
};

struct conn {
    int fd;
    struct room *room; /* NULL: the handshake is not over */
    size_t place;      /* in the room */
    unsigned char *in; /* what is there of a frame that is not whole */
    size_t in_n;
    unsigned char *out;
    size_t out_n, out_size;
    bool dirty;
    struct conn *next_dirty;
};

static struct room *rooms[ROOMS];
static struct conn *dirty;
static int ep;

static struct room *room_of(const char *path)
{
    uint32_t h = 2166136261u;
    for (const char *p = path; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    struct room **at = &rooms[h % ROOMS];
    while (*at && strcmp((*at)->path, path) != 0)
        at = &(*at)->next;
    if (!*at) {
        *at = calloc(1, sizeof **at);
        snprintf((*at)->path, PATH_LEN, "%s", path);
    }
    return *at;
}

static void enter(struct conn *c, struct room *r)
{
    if (r->n == r->size) {
        r->size = r->size ? 2 * r->size : 8;
        r->all = realloc(r->all, r->size * sizeof(struct conn *));
    }
    c->room = r;
    c->place = r->n;
    r->all[r->n++] = c;
}

/* One that is marked dirty is freed by its flush. */
static void leave(struct conn *c)
{
    struct room *r = c->room;
    if (r) {
        r->all[c->place] = r->all[--r->n];
        r->all[c->place]->place = c->place;
    }
    close(c->fd);
    c->fd = -1;
    free(c->in);
    free(c->out);
    if (!c->dirty)
        free(c);
}

static void watch(struct conn *c, uint32_t events)
{
    struct epoll_event e = { .events = events, .data.ptr = c };
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void queue(struct conn *c, const void *p, size_t n)
{
    if (c->out_n + n > c->out_size) {
        c->out_size = 2 * (c->out_n + n);
        c->out = realloc(c->out, c->out_size);
    }
    memcpy(c->out + c->out_n, p, n);
    c->out_n += n;
    if (c->dirty)
        return;
    c->dirty = true;
    c->next_dirty = dirty;
    dirty = c;
}

static void flush(struct conn *c)
{
    ssize_t n = c->out_n ? send(c->fd, c->out, c->out_n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    size_t sent = n > 0 ? (size_t)n : 0;
    memmove(c->out, c->out + sent, c->out_n - sent);
    c->out_n -= sent;
    if (c->out_n)
        watch(c, EPOLLIN | EPOLLOUT);
}

static void flush_dirty(void)
{
    while (dirty) {
        struct conn *c = dirty;
        dirty = c->next_dirty;
        c->dirty = false;
        if (c->fd < 0)
            free(c);
        else
            flush(c);
    }
}

static size_t frame_head(unsigned char head[4], size_t n)
{
    head[0] = 0x82;
    head[1] = n < 126 ? (unsigned char)n : 126;
    head[2] = (unsigned char)(n >> 8);
    head[3] = (unsigned char)n;
    return n < 126 ? 2 : 4;
}

static void message(struct conn *c, const unsigned char *p, size_t n)
{
    static const unsigned char step2[] = { 0x82, 4, 0, 1, 2, 0 };
    unsigned char frame[IN_MAX + 4], head[4];
    if (n > 1 && p[0] == 0 && p[1] == 0) {
        queue(c, step2, sizeof step2);
        queue(c, "", 1);
        return;
    }
    size_t head_n = frame_head(head, n);
    memcpy(frame, head, head_n);
    memcpy(frame + head_n, p, n);
    for (size_t i = 0; i < c->room->n; i++)
        if (c->room->all[i] != c)
            queue(c->room->all[i], frame, head_n + n);
}

/* Takes whole frames of up to 64 KiB; gives how many bytes those were, SIZE_MAX at the end. */
static size_t frames(struct conn *c, unsigned char *p, size_t n)
{
    size_t at = 0;
    while (n - at >= 6) {
        size_t len = p[at + 1] & 127, head = len == 126 ? 8 : 6;
        if (n - at < head)
            break;
        if (len == 126)
            len = (size_t)p[at + 2] << 8 | p[at + 3];
        if (n - at < head + len)
            break;
        unsigned char *mask = p + at + head - 4, *body = p + at + head;
        for (size_t i = 0; i < len; i++)
            body[i] ^= mask[i & 3];
        if ((p[at] & 15) == 8)
            return SIZE_MAX;
        if ((p[at] & 15) < 3)
            message(c, body, len);
        at += head + len;
    }
    return at;
}

static size_t handshake(struct conn *c, char *p, size_t n)
{
    char path[PATH_LEN] = "", key[128] = "", accept[64], reply[256];
    unsigned char sum[SHA_DIGEST_LENGTH];
    char *end = memmem(p, n, "\r\n\r\n", 4), *at;
    if (!end)
        return 0;
    *end = 0;
    if (sscanf(p, "GET %127s", path) != 1 || !(at = strcasestr(p, "sec-websocket-key:")) ||
        sscanf(at + 18, " %60s", key) != 1)
        return SIZE_MAX;
    strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    SHA1((unsigned char *)key, strlen(key), sum);
    EVP_EncodeBlock((unsigned char *)accept, sum, sizeof sum);
    int len = snprintf(reply, sizeof reply,
                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                       accept);
    queue(c, reply, (size_t)len);
    enter(c, room_of(path));
    return (size_t)(end + 4 - p);
}

static void readable(struct conn *c)
{
    static unsigned char b[IN_MAX + 1];
    memcpy(b, c->in, c->in_n);
    ssize_t got = recv(c->fd, b + c->in_n, IN_MAX - c->in_n, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    size_t n = c->in_n + (got > 0 ? (size_t)got : 0);
    size_t used = got <= 0 ? SIZE_MAX : c->room ? frames(c, b, n) : handshake(c, (char *)b, n);
    if (used == SIZE_MAX) {
        leave(c);
        return;
    }
    c->in_n = n - used;
    c->in = c->in_n || c->in ? realloc(c->in, c->in_n + 1) : NULL;
    memcpy(c->in, b + used, c->in_n);
}

static void arrive(int door)
{
    int one = 1, fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct conn *c = calloc(1, sizeof *c);
    c->fd = fd;
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static int listen_on(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&a, n) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&a, &n)) {
        perror("relay");
        exit(1);
    }
    printf("listening on %d\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS], e = { .events = EPOLLIN, .data.ptr = NULL };
    int door = listen_on(argc > 1 ? (uint16_t)strtoul(argv[1], NULL, 10) : 0);
    ep = epoll_create1(0);
    epoll_ctl(ep, EPOLL_CTL_ADD, door, &e);
    for (;;) {
        int n = epoll_wait(ep, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (!c) {
                arrive(door);
                continue;
            }
            if (events[i].events & EPOLLOUT) {
                watch(c, EPOLLIN);
                flush(c);
            }
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                readable(c);
        }
        flush_dirty();
    }
}
