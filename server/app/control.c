/* A thread that answers one connection at a time. The path of a socket is limited to 107 bytes, a
 * data folder's is not: both sides reach it through /proc/self/fd/N/control with the folder open.
 * Only the folder's owner gets in (the folder is 0700, the socket 0600). */
#include "server/app/control.h"

#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, ANSWER_CAP = 16 * 1024 * 1024, PATIENCE_MS = 5000 };

struct control {
    struct house *house;
    pthread_t thread;
    int dir, listener, stop;
};

static const struct verb {
    const char *name;
    enum err (*run)(struct house *h, struct str rest, struct buf *answer);
} verbs[] = {
#define CONTROL(name, text) { #name, control_##name },
#include "server/app/control.def"
#undef CONTROL
};

/* ---- the verbs of this file */

enum err control_ping(struct house *h, struct str rest, struct buf *answer)
{
    (void)rest;
    buf_fmt(answer, "pid %d\n%s\n", (int)getpid(), h->site.url ? h->site.url : "");
    return E_OK;
}

enum err control_status(struct house *h, struct str rest, struct buf *answer)
{
    (void)h, (void)rest;
    metrics_print(answer);
    return E_OK;
}

enum err control_log(struct house *h, struct str rest, struct buf *answer)
{
    static const char *const levels[] = { "debug", "info", "warn", "error" };
    (void)h;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (str_eqz(rest, levels[i])) {
            log_level(levels[i]);
            return E_OK;
        }
    buf_addz(answer, "级别是 debug、info、warn、error 之一。");
    return E_INPUT;
}

/* ---- the serving side */

static struct sockaddr_un address_in(int dir)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    snprintf(un.sun_path, sizeof un.sun_path, "/proc/self/fd/%d/control", dir);
    return un;
}

static void patience(int fd)
{
    struct timeval tv = { PATIENCE_MS / 1000, 0 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

static bool read_line(int fd, char *line, size_t room, struct str *out)
{
    size_t n = 0;
    while (n < room) {
        ssize_t k = recv(fd, line + n, room - n, 0);
        if (k <= 0)
            return false;
        n += (size_t)k;
        char *end = memchr(line, '\n', n);
        if (end) {
            *out = (struct str){ line, (size_t)(end - line) };
            return true;
        }
    }
    return false;
}

static void write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t k = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (k <= 0)
            return;
        s = str_sub(s, (size_t)k, s.n);
    }
}

static void answer(struct control *c, int fd)
{
    char line[LINE_MAX_BYTES];
    struct str all, verb;
    struct buf out;
    enum err e = E_NOT_FOUND;
    if (!read_line(fd, line, sizeof line, &all))
        return;
    buf_init(&out, ANSWER_CAP);
    size_t space = str_chr(all, ' ', 0);
    verb = str_sub(all, 0, space);
    struct str rest = space == SIZE_MAX ? STR_NONE : str_trim(str_sub(all, space, all.n));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_eqz(verb, verbs[i].name))
            e = verbs[i].run(c->house, rest, &out);
    if (e && out.n == 0)
        buf_addz(&out, err_row(e)->text);
    write_all(fd, e ? S("error ") : S("ok\n"));
    write_all(fd, buf_str(&out));
    buf_fini(&out);
}

static void *control_main(void *arg)
{
    struct control *c = arg;
    struct pollfd p[2] = { { c->listener, POLLIN, 0 }, { c->stop, POLLIN, 0 } };
    pthread_setname_np(pthread_self(), "control");
    for (;;) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return NULL;
        if (p[1].revents)
            return NULL;
        int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        patience(fd);
        answer(c, fd);
        close(fd);
    }
}

enum err control_open(struct house *h, struct control **out)
{
    struct control *c = NEW(struct control);
    *out = NULL;
    c->house = h;
    c->dir = open(h->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->stop = eventfd(0, EFD_CLOEXEC);
    struct sockaddr_un un = address_in(c->dir);
    unlinkat(c->dir, "control", 0); /* DIR/lock is ours: nobody lives behind an old one */
    if (bind(c->listener, (struct sockaddr *)&un, sizeof un) ||
        fchmodat(c->dir, "control", 0600, 0) || listen(c->listener, 16)) {
        log_error("control.open errno=%d", errno);
        close(c->dir);
        close(c->listener);
        close(c->stop);
        mem_free(c);
        return E_IO;
    }
    if (pthread_create(&c->thread, NULL, control_main, c))
        BUG("cannot start a thread");
    *out = c;
    return E_OK;
}

void control_close(struct control *c)
{
    if (!c)
        return;
    if (eventfd_write(c->stop, 1))
        BUG("an eventfd cannot be written");
    pthread_join(c->thread, NULL);
    unlinkat(c->dir, "control", 0);
    close(c->dir);
    close(c->listener);
    close(c->stop);
    mem_free(c);
}

/* ---- the asking side */

static int dial(const char *data)
{
    int dir = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un un = address_in(dir);
    if (dir < 0 || fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof un)) {
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    if (dir >= 0)
        close(dir);
    return fd;
}

static void read_all(int fd, struct buf *out)
{
    for (;;) {
        char *to = buf_space(out, 4096);
        ssize_t k = to ? recv(fd, to, 4096, 0) : 0;
        if (k <= 0)
            return;
        buf_added(out, (size_t)k);
    }
}

enum err control_ask(const char *data, struct str line, struct buf *answer_out)
{
    struct buf all;
    int fd = dial(data);
    if (fd < 0)
        return E_NOT_FOUND;
    buf_init(&all, ANSWER_CAP);
    write_all(fd, line);
    write_all(fd, S("\n"));
    read_all(fd, &all);
    close(fd);
    struct str s = buf_str(&all);
    bool ok = str_starts(s, S("ok\n"));
    bool refused = str_starts(s, S("error "));
    buf_add(answer_out, str_sub(s, ok ? 3 : refused ? 6 : 0, s.n));
    buf_fini(&all);
    return ok ? E_OK : refused ? E_INPUT : E_IO;
}
