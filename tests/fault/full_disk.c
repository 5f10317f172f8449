/* A preload library that makes the disk full at will: while the file FULL_FLAG exists, every write
 * to a file below FULL_DIR stores half of what was asked, once, and then fails with ENOSPC, as a
 * disk does whose last blocks go. The limit is the process's, so nobody else on the machine is
 * harmed. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static char root[PATH_MAX];
static const char *flag;

__attribute__((constructor)) static void begin(void)
{
    const char *dir = getenv("FULL_DIR");
    flag = getenv("FULL_FLAG");
    if (!dir || !flag || !realpath(dir, root))
        flag = NULL;
}

static int is_full(int fd)
{
    char link[64], path[PATH_MAX];
    if (!flag || syscall(SYS_access, flag, F_OK))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = 0;
    return strncmp(path, root, strlen(root)) == 0 && !strstr(path, "-shm");
}

/* How many of n bytes still fit. */
static size_t fits(size_t n)
{
    static _Atomic int seen;
    return n > 1 && seen++ % 2 == 0 ? n / 2 : 0;
}

static ssize_t full(void)
{
    errno = ENOSPC;
    return -1;
}

ssize_t write(int fd, const void *p, size_t n)
{
    if (is_full(fd) && !(n = fits(n)))
        return full();
    return syscall(SYS_write, fd, p, n);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    if (is_full(fd) && !(n = fits(n)))
        return full();
    return syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return pwrite64(fd, p, n, at);
}
