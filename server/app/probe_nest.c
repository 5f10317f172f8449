/* A nest is a socket to a running jibei-probe. A message takes the verb, the name and the two
 * descriptors there, the number of the new process comes back. N1: one message and its reply at a
 * time. N2: whoever forks reads no file, so a late reply means it is broken: it is killed and
 * started anew, once per question. */
#include "server/app/probe_nest.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ORDINARY, NICED, NESTS, REPLY_SECONDS = 5 };

struct nest {
    pthread_mutex_t lock;
    pid_t pid; /* 0: none runs */
    int line;
    char *path;
    bool worn;
};

static struct nest nests[NESTS] = { { .lock = PTHREAD_MUTEX_INITIALIZER },
                                    { .lock = PTHREAD_MUTEX_INITIALIZER } };

bool probe_niced(void)
{
    return getpriority(PRIO_PROCESS, 0) > 0;
}

static struct nest *mine(void)
{
    return &nests[probe_niced() ? NICED : ORDINARY];
}

/* ---- what readers use too */

bool probe_send(int line, const char *verb, struct str name, const int fds[2])
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } u = { 0 };
    struct iovec v[2] = { { (void *)(uintptr_t)verb, strlen(verb) + 1 },
                          { (void *)(uintptr_t)name.p, name.n } };
    struct msghdr h = {
        .msg_iov = v, .msg_iovlen = 2, .msg_control = &u, .msg_controllen = sizeof u
    };
    u.head.cmsg_level = SOL_SOCKET;
    u.head.cmsg_type = SCM_RIGHTS;
    u.head.cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(&u.head), fds, 2 * sizeof(int));
    ssize_t k;
    while ((k = sendmsg(line, &h, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return k >= 0;
}

int probe_reap(pid_t pid, enum probe_end how)
{
    siginfo_t si = { 0 };
    int status = 0;
    int64_t end = clock_mono() + SECOND_MS;
    while (how == PROBE_SILENT && clock_mono() < end && !si.si_pid) {
        if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) && errno != EINTR)
            break;
        if (!si.si_pid)
            poll(NULL, 0, 1);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return how == PROBE_SAID_ALL ? 0 : status;
}

/* ---- start and end. With the lock. */

static void nest_end(struct nest *n)
{
    if (!n->pid)
        return;
    close(n->line);
    kill(n->pid, SIGKILL);
    while (waitpid(n->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    mem_free(n->path);
    n->path = NULL;
    n->pid = 0;
    n->worn = false;
}

static int spawn(const char *path, int line, pid_t *pid)
{
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t at;
    sigset_t none, pipe_only;
    char *argv[] = { "jibei-probe", NULL };
    char *envp[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL };
    sigemptyset(&none);
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    posix_spawn_file_actions_init(&fa);
    posix_spawnattr_init(&at);
    posix_spawn_file_actions_adddup2(&fa, line, 0);
    posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&fa, 3);
    posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                      POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&at, 0);
    posix_spawnattr_setsigmask(&at, &none);
    posix_spawnattr_setsigdefault(&at, &pipe_only);
    int r = posix_spawn(pid, path, &fa, &at, argv, envp);
    posix_spawn_file_actions_destroy(&fa);
    posix_spawnattr_destroy(&at);
    return r;
}

static enum err nest_start(struct nest *n, const char *path)
{
    int ends[2];
    struct timeval patience = { .tv_sec = REPLY_SECONDS };
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
        log_error("probe.socket errno=%d", errno);
        return E_IO;
    }
    (void)setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int r = spawn(path, ends[1], &n->pid);
    close(ends[1]);
    if (r) {
        log_error("probe.spawn errno=%d", r);
        n->pid = 0;
        close(ends[0]);
        return E_IO;
    }
    n->line = ends[0];
    n->path = mem_strdup(path);
    return E_OK;
}

/* ---- asking. With the lock. */

static pid_t read_reply(const struct nest *n)
{
    pid_t pid;
    ssize_t k;
    while ((k = recv(n->line, &pid, sizeof pid, 0)) < 0 && errno == EINTR)
        ;
    return k == sizeof pid ? pid : -1;
}

static enum err ask(struct nest *n, const char *path, const char *verb, struct str name,
                    const int fds[2], pid_t *pid)
{
    enum err e;
    if (n->pid && (n->worn || strcmp(n->path, path) != 0))
        nest_end(n);
    if (!n->pid && (e = nest_start(n, path)))
        return e;
    *pid = probe_send(n->line, verb, name, fds) ? read_reply(n) : -1;
    if (*pid <= 0)
        nest_end(n);
    return *pid > 0 ? E_OK : E_SYNTAX;
}

enum err probe_hatch(const char *path, const char *verb, int fd, struct str name, int out,
                     pid_t *pid)
{
    struct nest *n = mine();
    pthread_mutex_lock(&n->lock);
    enum err e = ask(n, path, verb, name, (int[]){ fd, out }, pid);
    if (e == E_SYNTAX)
        e = ask(n, path, verb, name, (int[]){ fd, out }, pid); /* N2 */
    pthread_mutex_unlock(&n->lock);
    if (!e)
        (void)setpgid(*pid, *pid); /* as it does itself: whoever is first */
    return e;
}

void probe_nest_renew(void)
{
    struct nest *n = mine();
    pthread_mutex_lock(&n->lock);
    n->worn = true;
    pthread_mutex_unlock(&n->lock);
}

void probe_nests_close(void)
{
    for (int i = 0; i < NESTS; i++) {
        pthread_mutex_lock(&nests[i].lock);
        nest_end(&nests[i]);
        pthread_mutex_unlock(&nests[i].lock);
    }
}
