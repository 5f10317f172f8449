/* A preload library that remembers how to undo every change of the disk below DROP_DIR, so that
 * after a kill -9 the test can take back what no sync had made durable, as a power cut would. (A
 * plain kill keeps the page cache and proves little.) It changes nothing by itself: it writes a
 * log, DROP_LOG, and keeps a second name of every file that is written, renamed over or removed in
 * the folder DROP_KEEP. tests/fault/undo.mjs reads the log.
 *
 * The model is strict: bytes live after fsync or fdatasync of their file, names after fsync of
 * their folder. A record is appended before the change is made; the record of a sync after the
 * sync, with the number of the last record it covers. Files that end in -shm (SQLite's shared
 * memory) are not durable by design and are left out. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum type { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, LINK, UNLINK, MKDIR };

struct record {
    uint64_t seq, inode, offset, size;
    uint32_t type, n1, n2, length; /* length: of a write */
};

enum { FDS = 65536, MOST = 1 << 22 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], keep[PATH_MAX];
static size_t root_n;
static int log_fd = -1;
static uint64_t seq;
static char before[MOST];
static unsigned char tracked[FDS]; /* 1: a file below the root */

__attribute__((constructor)) static void begin(void)
{
    char exe[PATH_MAX] = "";
    const char *dir = getenv("DROP_DIR"), *log = getenv("DROP_LOG"), *grave = getenv("DROP_KEEP");
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (!dir || !log || !grave || n < 6 || strcmp(exe + n - 6, "/jibei") != 0)
        return;
    if (!realpath(dir, root) || !realpath(grave, keep))
        return;
    root_n = strlen(root);
    int fd =
        (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 700);
    syscall(SYS_close, fd);
}

static uint32_t write_n; /* of the write being noted; under the lock */

static uint64_t record(enum type type, uint64_t inode, uint64_t offset, uint64_t size,
                       const void *p1, size_t n1, const void *p2, size_t n2)
{
    struct record r = { ++seq, inode, offset, size, type, (uint32_t)n1, (uint32_t)n2, write_n };
    struct iovec v[3] = { { &r, sizeof r },
                          { (void *)(uintptr_t)p1, n1 },
                          { (void *)(uintptr_t)p2, n2 } };
    if (syscall(SYS_writev, log_fd, v, 3) < 0)
        abort();
    return r.seq;
}

/* The absolute path of a name; false when it is not below the root or not of interest. */
static int path_of(int dir, const char *name, char out[PATH_MAX])
{
    char base[PATH_MAX], link[64];
    if (log_fd < 0 || !name)
        return 0;
    if (name[0] == '/')
        snprintf(out, PATH_MAX, "%s", name);
    else {
        if (dir == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        ssize_t n = readlink(link, base, sizeof base - 1);
        if (n < 0)
            return 0;
        base[n] = 0;
        snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, name);
    }
    size_t n = strlen(out);
    return strncmp(out, root, root_n) == 0 && out[root_n] == '/' &&
           !(n > 4 && strcmp(out + n - 4, "-shm") == 0);
}

static uint64_t folder_of(const char *path)
{
    char dir[PATH_MAX];
    struct stat st;
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    *slash = 0;
    return stat(dir, &st) ? 0 : st.st_ino;
}

/* A second name, so that the bytes can be found whatever happens to the first. */
static uint64_t keep_file(const char *path)
{
    char to[PATH_MAX];
    struct stat st;
    if (lstat(path, &st) || !S_ISREG(st.st_mode))
        return 0;
    snprintf(to, sizeof to, "%.3000s/%llu", keep, (unsigned long long)st.st_ino);
    syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, to, 0);
    return st.st_ino;
}

/* ---- bytes */

static size_t read_before(int fd, uint64_t from, uint64_t to)
{
    size_t n = to > from ? (size_t)(to - from) : 0, done = 0;
    if (n > MOST)
        abort();
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd); /* the descriptor may not be for reading */
    int in = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
    while (in >= 0 && done < n) {
        ssize_t k = syscall(SYS_pread64, in, before + done, n - done, from + done);
        if (k <= 0)
            break;
        done += (size_t)k;
    }
    if (in >= 0)
        syscall(SYS_close, in);
    return done;
}

static int is_tracked(int fd, struct stat *st)
{
    if (log_fd < 0 || fd < 0 || fd >= FDS || !tracked[fd])
        return 0;
    return fstat(fd, st) == 0 && S_ISREG(st->st_mode);
}

static void note_write(int fd, uint64_t at, size_t n)
{
    struct stat st;
    if (!is_tracked(fd, &st))
        return;
    uint64_t end = at + n, size = (uint64_t)st.st_size;
    size_t had = read_before(fd, at, end < size ? end : size);
    write_n = (uint32_t)n;
    record(WRITE, st.st_ino, at, size, before, had, NULL, 0);
    write_n = 0;
}

ssize_t write(int fd, const void *p, size_t n)
{
    struct stat st;
    if (!is_tracked(fd, &st))
        return syscall(SYS_write, fd, p, n);
    pthread_mutex_lock(&lock);
    off_t at = syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND ? st.st_size
                                                          : syscall(SYS_lseek, fd, 0, SEEK_CUR);
    note_write(fd, (uint64_t)at, n);
    ssize_t k = syscall(SYS_write, fd, p, n);
    pthread_mutex_unlock(&lock);
    return k;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    struct stat st;
    if (!is_tracked(fd, &st))
        return syscall(SYS_pwrite64, fd, p, n, at);
    pthread_mutex_lock(&lock);
    note_write(fd, (uint64_t)at, n);
    ssize_t k = syscall(SYS_pwrite64, fd, p, n, at);
    pthread_mutex_unlock(&lock);
    return k;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return pwrite64(fd, p, n, at);
}

static void note_truncate(int fd, uint64_t to)
{
    struct stat st;
    if (!is_tracked(fd, &st))
        return;
    size_t had = read_before(fd, to, (uint64_t)st.st_size);
    record(TRUNCATE, st.st_ino, to, (uint64_t)st.st_size, before, had, NULL, 0);
}

int ftruncate64(int fd, off64_t to)
{
    pthread_mutex_lock(&lock);
    note_truncate(fd, (uint64_t)to);
    int k = (int)syscall(SYS_ftruncate, fd, to);
    pthread_mutex_unlock(&lock);
    return k;
}

int ftruncate(int fd, off_t to)
{
    return ftruncate64(fd, to);
}

/* ---- syncs */

static int sync_as(int fd, long number)
{
    struct stat st;
    pthread_mutex_lock(&lock);
    uint64_t upto = seq;
    pthread_mutex_unlock(&lock);
    int k = (int)syscall(number, fd);
    if (k == 0 && log_fd >= 0 && fstat(fd, &st) == 0) {
        pthread_mutex_lock(&lock);
        record(SYNC, st.st_ino, upto, 0, NULL, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return k;
}

int fsync(int fd)
{
    return sync_as(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_as(fd, SYS_fdatasync);
}

/* ---- names */

static int open_noted(int dir, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    struct stat st;
    if ((flags & O_ACCMODE) == O_RDONLY || !path_of(dir, name, path)) {
        int fd = (int)syscall(SYS_openat, dir, name, flags, mode);
        if (fd >= 0 && fd < FDS)
            tracked[fd] = 0;
        return fd;
    }
    pthread_mutex_lock(&lock);
    int fresh = lstat(path, &st) != 0;
    if (fresh && (flags & O_CREAT))
        record(CREATE, folder_of(path), 0, 0, path, strlen(path), NULL, 0);
    int fd = (int)syscall(SYS_openat, dir, name, flags & ~O_TRUNC, mode);
    if (fd >= 0 && fd < FDS && fstat(fd, &st) == 0) {
        tracked[fd] = S_ISREG(st.st_mode);
        keep_file(path);
        if (flags & O_TRUNC) {
            note_truncate(fd, 0);
            syscall(SYS_ftruncate, fd, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0;
}

#define OPEN(name, dir_parameter, dir)                                                             \
    int name(dir_parameter const char *file, int flags, ...)                                       \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, flags);                                                                       \
        mode_t mode = mode_of(flags, ap);                                                          \
        va_end(ap);                                                                                \
        return open_noted(dir, file, flags, mode);                                                 \
    }
#define DIR_PARAMETER int at,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, DIR_PARAMETER, at)
OPEN(openat64, DIR_PARAMETER, at)
int __open_2(const char *file, int flags);
int __open64_2(const char *file, int flags);
int __openat_2(int at, const char *file, int flags);
int __openat64_2(int at, const char *file, int flags);
int __open_2(const char *file, int flags)
{
    return open_noted(AT_FDCWD, file, flags, 0);
}
int __open64_2(const char *file, int flags)
{
    return open_noted(AT_FDCWD, file, flags, 0);
}
int __openat_2(int at, const char *file, int flags)
{
    return open_noted(at, file, flags, 0);
}
int __openat64_2(int at, const char *file, int flags)
{
    return open_noted(at, file, flags, 0);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    char a[PATH_MAX], b[PATH_MAX];
    if (!path_of(from_dir, from, a) || !path_of(to_dir, to, b))
        return (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
    pthread_mutex_lock(&lock);
    uint64_t over = keep_file(b);
    record(RENAME, folder_of(b), 0, over, a, strlen(a), b, strlen(b));
    int k = (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
    pthread_mutex_unlock(&lock);
    return k;
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    char b[PATH_MAX];
    if (!path_of(to_dir, to, b))
        return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    pthread_mutex_lock(&lock);
    int k = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    if (k == 0)
        record(LINK, folder_of(b), 0, 0, b, strlen(b), NULL, 0);
    pthread_mutex_unlock(&lock);
    return k;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int dir, const char *name, int flags)
{
    char a[PATH_MAX];
    if (flags || !path_of(dir, name, a))
        return (int)syscall(SYS_unlinkat, dir, name, flags);
    pthread_mutex_lock(&lock);
    uint64_t inode = keep_file(a);
    if (inode)
        record(UNLINK, folder_of(a), 0, inode, a, strlen(a), NULL, 0);
    int k = (int)syscall(SYS_unlinkat, dir, name, flags);
    pthread_mutex_unlock(&lock);
    return k;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

int mkdirat(int dir, const char *name, mode_t mode)
{
    char a[PATH_MAX];
    if (!path_of(dir, name, a))
        return (int)syscall(SYS_mkdirat, dir, name, mode);
    pthread_mutex_lock(&lock);
    int k = (int)syscall(SYS_mkdirat, dir, name, mode);
    if (k == 0)
        record(MKDIR, folder_of(a), 0, 0, a, strlen(a), NULL, 0);
    pthread_mutex_unlock(&lock);
    return k;
}

int mkdir(const char *name, mode_t mode)
{
    return mkdirat(AT_FDCWD, name, mode);
}
