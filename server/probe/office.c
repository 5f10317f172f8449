/* "office": LibreOffice makes paper.pdf of paper.docx in the folder on descriptor 0; the name is
 * where it is installed. Nothing is read here: this process only waits, so that somebody can say
 * how it ended. A new profile is written by a first run, which ends with AGAIN. */
#include "server/probe/jail.h"
#include "server/probe/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AGAIN = 81, NO_JAIL = 125, NICE = 10, FOLDER = 3 };

struct office {
    const char *tree;
    char program[PATH_MAX], home[PATH_MAX + 8], temp[PATH_MAX + 8];
    struct buf profile; /* with its zero */
};

/* An address of a folder in `here`, as an argument. */
static void put_profile(struct buf *to, const char *here)
{
    buf_init(to, 4 * PATH_MAX);
    buf_addz(to, "-env:UserInstallation=file://");
    for (; *here; here++) {
        unsigned char c = (unsigned char)*here;
        bool plain = strchr("/-_.", c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z');
        buf_fmt(to, plain ? "%c" : "%%%02X", c);
    }
    buf_add(to, (struct str){ "/profile", sizeof "/profile" });
}

static bool prepare(struct office *o, const char *tree)
{
    char here[PATH_MAX - 16];
    if (fchdir(0) || !getcwd(here, sizeof here) || strlen(tree) > PATH_MAX - 32)
        return false;
    o->tree = tree;
    snprintf(o->program, sizeof o->program, "%s/program/soffice.bin", tree);
    snprintf(o->home, sizeof o->home, "HOME=%s", here);
    snprintf(o->temp, sizeof o->temp, "TEMP=%s", here);
    put_profile(&o->profile, here);
    return !o->profile.err;
}

static _Noreturn void become(struct office *o)
{
    char *const env[] = { o->home, o->temp, "LC_ALL=C.UTF-8", "SAL_USE_VCLPLUGIN=svp", NULL };
    char *const args[] = { o->program,
                           "--headless",
                           "--norestore",
                           "--nologo",
                           "--nodefault",
                           "--nolockcheck",
                           o->profile.p,
                           "-env:OSL_SOCKET_PATH=.",
                           "--infilter=MS Word 2007 XML",
                           "--convert-to",
                           "pdf",
                           "--outdir",
                           ".",
                           "paper.docx",
                           NULL };
    int folder = fcntl(0, F_DUPFD, FOLDER), null = open("/dev/null", O_RDWR);
    if (null < 0 || folder < 0 || dup2(null, 0) != 0 || dup2(null, 1) != 1 || dup2(null, 2) != 2 ||
        dup2(folder, FOLDER) != FOLDER || fcntl(FOLDER, F_SETFD, FD_CLOEXEC))
        _exit(126);
    closefrom(FOLDER + 1);
    (void)!nice(NICE);
    if (jail_enter_office(FOLDER, o->tree))
        _exit(NO_JAIL);
    execve(o->program, args, env);
    _exit(127);
}

/* How it ended, as waitpid says it; -1: it was not started. */
static int run(struct office *o)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        become(o);
    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

const char *office_run(const char *tree)
{
    static struct office o;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (!prepare(&o, tree))
        return "unsupported";
    int status = run(&o);
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == AGAIN)
        status = run(&o);
    if (status < 0)
        return "crashed";
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL ? "timeout" : "crashed";
    return WEXITSTATUS(status) == 0 ? "ok" : WEXITSTATUS(status) == NO_JAIL ? "no_jail" : "crashed";
}
