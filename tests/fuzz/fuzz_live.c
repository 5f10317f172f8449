/* What comes over an open WebSocket. A live loop of its own with one person; every input is a
 * connection: its handshake, and then the input, either as bytes or (byte 0 is even) cut at 0xFF
 * into frames whose first byte is FIN and opcode. Whatever is said: the reply is a head and whole
 * frames of a server, never more than was asked for; the connection
 * ends; nothing of it stays; and the next one is let in. */
#include "tests/fuzz/fuzz.h"

#include "server/app/house.h"
#include "server/app/setup.h"
#include "server/app/ticket.h"
#include "server/app/token.h"
#include "server/app/worker.h"
#include "server/bus/bus.h"
#include "server/live/live.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OWN "http://jibei.test"

enum { REPLY_MAX = 1 << 20, INPUT_MAX = 32 * 1024 };

static char folder[] = "/tmp/jibei-fuzz-XXXXXX", token[128];
static struct house house;
static struct live *live;

static void close_all(void)
{
    char cmd[64];
    live_close(live);
    pool_close(house.requests);
    tickets_free(house.tickets);
    bus_close(house.bus);
    store_close(house.store);
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    MUST(system(cmd) == 0);
}

static void make_person(void)
{
    struct worker *w = worker_enter(&house);
    struct call c = worker_call(w, "fuzz");
    struct str made;
    MUST(setup_first(&c, &(struct setup){ .county = S("县"),
                                          .name = S("王"),
                                          .login = S("wang"),
                                          .password = S("ho4raeJ8 Eith") }) == E_OK);
    MUST(token_make_for(&c, S("wang"), 1, 1, &made) == E_OK && made.n < sizeof token);
    memcpy(token, made.p, made.n);
    worker_leave(w);
}

static void open_all(void)
{
    char url[64];
    MUST(mkdtemp(folder));
    snprintf(url, sizeof url, "sqlite:%s/t.db", folder);
    house.data = folder;
    house.site = (struct site){ OWN, true };
    house.tickets = tickets_new();
    MUST(store_open(url, &house.store) == E_OK && store_migrate(house.store, NULL) == E_OK);
    MUST(bus_open("", &house.bus) == E_OK);
    make_person();
    house.requests = pool_open(&(struct pool_setup){ .name = "fuzz",
                                                     .threads = 1,
                                                     .enter = worker_enter,
                                                     .leave = worker_leave,
                                                     .arg = &house });
    MUST(live_open(&house, &live) == E_OK);
    atexit(close_all);
}

/* ---- what is said */

static void say_frame(struct buf *out, unsigned char first, struct str body)
{
    bool big = body.n > 125;
    buf_char(out, (char)first);
    buf_char(out, (char)(0x80 | (big ? 126 : body.n)));
    if (big) {
        buf_char(out, (char)(body.n >> 8));
        buf_char(out, (char)body.n);
    }
    buf_put(out, "\0\0\0\0", 4); /* a mask that changes nothing */
    buf_add(out, body);
}

static void say(struct buf *out, struct str in)
{
    buf_fmt(out,
            "GET /ws/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Authorization: Bearer %s\r\n\r\n",
            token);
    if (in.n == 0)
        return;
    bool frames = in.p[0] % 2 == 0;
    struct str rest = str_sub(in, 1, in.n), part;
    if (!frames)
        buf_add(out, rest);
    while (frames && str_next(&rest, '\xff', &part))
        if (part.n)
            say_frame(out, (unsigned char)part.p[0], str_sub(part, 1, part.n));
}

/* ---- what is heard */

static size_t frame_len(struct str s)
{
    unsigned char second = s.n > 1 ? (unsigned char)s.p[1] : 0xff;
    MUST(s.n >= 2 && second <= 126); /* no mask, and nothing we say is longer than 64 KiB */
    if (second < 126)
        return 2 + second;
    MUST(s.n >= 4);
    return 4 + ((size_t)(unsigned char)s.p[2] << 8 | (unsigned char)s.p[3]);
}

static void look_at_frame(struct str f)
{
    unsigned opcode = (unsigned char)f.p[0] & 0x0f;
    MUST(opcode == 0x1 || opcode == 0x8 || opcode == 0xA);
    MUST((unsigned char)f.p[0] == (0x80 | opcode));
    MUST(opcode != 0x1 || f.p[2] == '{');
    MUST(opcode == 0x1 || f.n <= 2 + 125); /* a close code may be an echo of the peer's */
}

static void look_at_reply(struct str s, size_t said)
{
    size_t head = str_find(s, S("\r\n\r\n"), 0);
    if (s.n == 0)
        return; /* left before it was let in */
    MUST(str_starts(s, S("HTTP/1.1 101 ")) && head != SIZE_MAX);
    s = str_sub(s, head + 4, s.n);
    MUST(s.n <= said + 1024);
    while (s.n) {
        size_t n = frame_len(s);
        if (n > s.n)
            return; /* the line broke inside a frame: the peer had closed it */
        look_at_frame(str_sub(s, 0, n));
        s = str_sub(s, n, s.n);
    }
}

/* libFuzzer's alarm interrupts. */
static ssize_t hear(int fd, struct buf *heard)
{
    char b[4096];
    ssize_t n;
    do
        n = recv(fd, b, sizeof b, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        buf_put(heard, b, (size_t)n);
    MUST(!heard->err && (n >= 0 || errno == ECONNRESET));
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n < INPUT_MAX ? n : INPUT_MAX };
    struct timeval patience = { 8, 0 };
    struct buf said, heard;
    int fd[2];
    if (!live)
        open_all();
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0);
    setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    buf_init(&said, 2 * INPUT_MAX + 1024);
    buf_init(&heard, REPLY_MAX);
    say(&said, in);
    size_t head = str_find(buf_str(&said), S("\r\n\r\n"), 0) + 4;
    MUST(send(fd[0], said.p, head, MSG_NOSIGNAL) == (ssize_t)head);
    live_adopt(live, fd[1]);
    while (str_find(buf_str(&heard), S("hello"), 0) == SIZE_MAX)
        MUST(hear(fd[0], &heard) > 0);
    (void)!send(fd[0], said.p + head, said.n - head, MSG_NOSIGNAL);
    shutdown(fd[0], SHUT_WR);
    while (hear(fd[0], &heard) > 0)
        ;
    look_at_reply(buf_str(&heard), said.n);
    close(fd[0]);
    while (live_connections(live) > 0)
        nanosleep(&(struct timespec){ 0, 100000 }, NULL);
    buf_fini(&said);
    buf_fini(&heard);
    return 0;
}
