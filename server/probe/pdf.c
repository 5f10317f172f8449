/* PDFs are read by poppler's programs, where they are installed: started before our own jail, each
 * in one of its own (jail_enter_program), the file on its descriptor 0, its answer through a pipe.
 */
#include "server/probe/jail.h"
#include "server/probe/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int answer = -1;

static char *const text_args[] = {
    "pdftotext", "-q", "-enc", "UTF-8", "-l", "3000", "-", "-", NULL
};
static char *const thumb_args[] = { "pdftoppm",  "-q",  "-jpeg", "-singlefile",
                                    "-scale-to", "480", "-",     NULL };
static char *const info_args[] = { "pdfinfo", "-enc", "UTF-8", "-", NULL };
static char *const try_args[] = { "cat", "/usr/lib/os-release", "/etc/passwd", NULL };
static const struct {
    const char *path;
    char *const *args;
} tools[] = {
    [PDF_TEXT] = { "/usr/bin/pdftotext", text_args },
    [PDF_THUMB] = { "/usr/bin/pdftoppm", thumb_args },
    [PDF_INFO] = { "/usr/bin/pdfinfo", info_args },
    [PDF_TRY] = { "/usr/bin/cat", try_args },
};

static _Noreturn void become(enum pdf_tool tool, int to)
{
    static char *const env[] = { "LC_ALL=C.UTF-8", "PATH=/usr/bin", NULL };
    int null = open("/dev/null", O_RDWR);
    if (dup2(to, 1) != 1 || null < 0 || dup2(null, 2) != 2 || lseek(0, 0, SEEK_SET) != 0)
        _exit(126);
    closefrom(3);
    if (jail_enter_program())
        _exit(125);
    execve(tools[tool].path, tools[tool].args, env);
    _exit(127);
}

void pdf_start(enum pdf_tool tool)
{
    int ends[2];
    if (access(tools[tool].path, X_OK) || pipe2(ends, O_CLOEXEC))
        return;
    pid_t pid = fork();
    if (pid == 0)
        become(tool, ends[1]);
    close(ends[1]);
    if (pid < 0)
        close(ends[0]);
    else
        answer = ends[0];
}

enum err pdf_output(struct buf *out)
{
    char t[16384];
    if (answer < 0)
        return E_NOT_FOUND;
    for (;;) {
        ssize_t k = read(answer, t, sizeof t);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        buf_put(out, t, (size_t)k);
        if (out->err)
            return out->err;
    }
    return out->n ? E_OK : E_NOT_FOUND;
}
