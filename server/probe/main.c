/* jibei-probe looks into strangers' files, the only program of the house that does. It is started
 * once, loads what it needs, and then sits on descriptor 0, a socket of the house. Each message
 * there is "VERB NUL NAME" with two descriptors: the file, and where the answer (out.h) goes. For
 * each it forks a process that goes into the jail (jail.h), looks into that one file, answers and
 * ends. "sit" forks one that stays: its file is a socket that brings it files to sniff, in messages
 * of the same form, and it ends when the socket does. So many small files need no process each.
 * "office" is another program's work, in a jail of its own (office.c): its file is a folder.
 *
 * P1: the process that forks never reads a byte of a file. P2: the one that reads has no way to
 * anything but its file and its answer; to no second file, or, when it sits, to none but those of
 * the one person whom the house shows it. P3: it is a child of whoever started us (CLONE_PARENT),
 * who kills and reaps it, and who is told its number on the socket. Neither holds a key or a
 * session.
 *
 * Loaded before: locale (libarchive decodes names by it), time zone (libarchive opens
 * /etc/localtime), iconv, libxml2, libmagic, libsodium, the rules of the jail. */
#include "server/format/charset.h"
#include "server/format/xml.h"
#include "server/probe/jail.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct verb {
    const char *name;
    const char *(*run)(struct file *f);
    int pdf; /* the tool a PDF needs, or -1 */
} verbs[] = {
    { "list", verb_list, -1 },          { "text", verb_text, PDF_TEXT },
    { "outline", verb_outline, -1 },    { "rows", verb_rows, -1 },
    { "thumb", verb_thumb, PDF_THUMB }, { "meta", verb_meta, PDF_INFO },
    { "paper", verb_paper, -1 },        { "try", verb_try, PDF_TRY },
};

static const struct verb *verb_named(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(name, verbs[i].name))
            return &verbs[i];
    return NULL;
}

static void warm(void)
{
    time_t now = time(NULL);
    struct tm tm;
    setenv("TZ", "CST-8", 1); /* the times in a ZIP are those of the county that wrote it */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "C.utf8");
    tzset();
    localtime_r(&now, &tm);
    if (sodium_init() < 0)
        _exit(1);
    charset_warm();
    xml_warm();
    file_warm();
}

/* A PDF by its first bytes alone: enough to decide whether poppler is needed. */
static bool looks_pdf(int fd)
{
    char t[5];
    return pread(fd, t, sizeof t, 0) == sizeof t && !memcmp(t, "%PDF-", sizeof t);
}

/* ---- messages */

enum { MESSAGE_MAX = 16384 };

struct message {
    char text[MESSAGE_MAX + 1];
    size_t n;
    int fds[2];
};

/* False: whoever sends them is gone, or talks nonsense. */
static bool receive(struct message *m)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof m->fds)];
    } u;
    struct iovec text = { m->text, MESSAGE_MAX };
    struct msghdr h = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = sizeof u
    };
    ssize_t n;
    while ((n = recvmsg(0, &h, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    struct cmsghdr *c = CMSG_FIRSTHDR(&h);
    if (n <= 0 || h.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || !c ||
        c->cmsg_len != CMSG_LEN(sizeof m->fds))
        return false;
    memcpy(m->fds, CMSG_DATA(c), sizeof m->fds);
    m->n = (size_t)n;
    m->text[n] = 0;
    return true;
}

static struct str name_in(const struct message *m)
{
    size_t verb = strlen(m->text);
    return (struct str){ m->text + verb + 1, m->n > verb ? m->n - verb - 1 : 0 };
}

static void close_both(const struct message *m)
{
    close(m->fds[0]);
    close(m->fds[1]);
}

/* ---- one file, in a process of its own */

/* The file on 0, the answer on 1, and nothing else but the rules of the jail. */
static void take_places(const int fds[2])
{
    if (dup2(fds[0], 0) != 0 || dup2(fds[1], 1) != 1)
        _exit(1);
    close(fds[0]);
    close(fds[1]);
}

static _Noreturn void look(const struct message *m)
{
    const struct verb *v = verb_named(m->text);
    struct file f;
    if (!strcmp(m->text, "office"))
        out_end(office_run(name_in(m).p)); /* the message ends with a zero */
    if (!v)
        out_end("unsupported");
    if (v->pdf >= 0 && (v->pdf == PDF_TRY || looks_pdf(0)))
        pdf_start((enum pdf_tool)v->pdf);
    if (jail_enter())
        out_end("no_jail");
    if (file_open(&f, 0, name_in(m)))
        out_end("unreadable");
    out_end(v->run(&f));
}

/* ---- the files of one person, one after another */

static _Noreturn void sit(struct message *m)
{
    enum err e = jail_enter();
    while (receive(m)) {
        struct file f;
        out_to(m->fds[1]);
        if (e)
            out_end("no_jail");
        out_done(file_open(&f, m->fds[0], name_in(m)) ? "unreadable" : verb_sniff(&f));
        file_close(&f);
        close_both(m);
    }
    _exit(0);
}

/* ---- the process that forks */

static _Noreturn void begin(struct message *m)
{
    setpgid(0, 0);
    take_places(m->fds);
    if (!strcmp(m->text, "sit"))
        sit(m);
    look(m);
}

static void answer(struct message *m)
{
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0); /* P3 */
    if (pid == 0)
        begin(m);
    close_both(m);
    if (send(0, &pid, sizeof pid, MSG_NOSIGNAL) != sizeof pid)
        _exit(1);
}

int main(void)
{
    static struct message m;
    signal(SIGPIPE, SIG_DFL);
    warm();
    (void)!jail_ready(); /* then each jail_enter says so */
    while (receive(&m))
        answer(&m);
    return 0;
}
