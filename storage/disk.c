/* The raw calls to the disk. A call that was interrupted by a signal is made again. */
#include "storage/disk.h"

#include "server/base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static atomic_llong syncs;

int64_t disk_syncs(void)
{
    return atomic_load(&syncs);
}

static enum err missing_or(int no)
{
    return no == ENOENT ? E_NOT_FOUND : err_errno(no);
}

static enum err sync_parent(int fd)
{
    int parent = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err e = parent < 0 ? err_errno(errno) : disk_sync_folder(parent);
    disk_close(parent);
    return e;
}

enum err disk_folder(int parent, const char *name, int *fd, bool *made)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    bool fresh = mkdirat(parent, name, 0700) == 0;
    if (!fresh && errno != EEXIST)
        return err_errno(errno);
    *fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return err_errno(errno);
    if (made)
        *made = fresh;
    return fresh && !made ? sync_parent(*fd) : E_OK;
}

enum err disk_open_read(int dir, const char *name, int *fd)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    *fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return *fd < 0 ? missing_or(errno) : E_OK;
}

enum err disk_open_write(int dir, const char *name, int *fd)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    *fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *fd < 0 ? err_errno(errno) : E_OK;
}

enum err disk_open_unnamed(int dir, int *fd)
{
    static atomic_int made;
    char name[64];
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    *fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return *fd < 0 ? err_errno(errno) : E_OK;
    snprintf(name, sizeof name, ".unnamed-%d-%d", (int)getpid(), atomic_fetch_add(&made, 1));
    *fd = openat(dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (*fd < 0)
        return err_errno(errno);
    unlinkat(dir, name, 0);
    return E_OK;
}

enum err disk_size(int fd, uint64_t *size)
{
    struct stat st;
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    if (fstat(fd, &st))
        return err_errno(errno);
    *size = (uint64_t)st.st_size;
    return E_OK;
}

enum err disk_write(int fd, const void *p, size_t n, uint64_t at)
{
    const char *from = p;
    enum err e = fault_at(FAULT_DISK);
    while (!e && n) {
        ssize_t k = pwrite(fd, from, n, (off_t)at);
        if (k < 0 && errno != EINTR)
            return err_errno(errno);
        if (k == 0)
            return E_IO;
        if (k > 0) {
            from += k;
            n -= (size_t)k;
            at += (uint64_t)k;
        }
    }
    return e;
}

enum err disk_open_past(int dir, const char *name, int *past)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    *past = openat(dir, name, O_WRONLY | O_DIRECT | O_CLOEXEC | O_NOFOLLOW);
    return *past < 0 && errno != EINVAL && errno != EOPNOTSUPP ? err_errno(errno) : E_OK;
}

/* Below this the wait for the disk costs more than the copy. */
enum { PAST_MIN = 128 * 1024 };

enum err disk_write_past(int fd, int past, const void *p, size_t n, uint64_t at)
{
    const char *from = p;
    size_t head = (size_t)(-at % DISK_BLOCK);
    size_t blocks = n > head ? (n - head) / DISK_BLOCK * DISK_BLOCK : 0, done = head + blocks;
    bool aligned = ((uintptr_t)p - at) % DISK_BLOCK == 0;
    enum err e = E_OK;
    if (past < 0 || !aligned || blocks < PAST_MIN)
        return disk_write(fd, p, n, at);
    if (head && (e = disk_write(fd, from, head, at)))
        return e;
    e = disk_write(past, from + head, blocks, at + head);
    if (e == E_IO && errno == EINVAL) /* blocks of this disk are larger than ours */
        e = disk_write(fd, from + head, blocks, at + head);
    return e || done == n ? e : disk_write(fd, from + done, n - done, at + done);
}

enum err disk_read(int fd, void *p, size_t n, uint64_t at, size_t *got)
{
    char *to = p;
    enum err e = fault_at(FAULT_DISK);
    *got = 0;
    while (!e && *got < n) {
        ssize_t k = pread(fd, to + *got, n - *got, (off_t)(at + *got));
        if (k < 0 && errno != EINTR)
            return err_errno(errno);
        if (k == 0)
            break;
        if (k > 0)
            *got += (size_t)k;
    }
    return e;
}

enum err disk_truncate(int fd, uint64_t size)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    return ftruncate(fd, (off_t)size) ? err_errno(errno) : E_OK;
}

enum err disk_sync(int fd)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    atomic_fetch_add(&syncs, 1);
    return fdatasync(fd) ? err_errno(errno) : E_OK;
}

enum err disk_sync_folder(int fd)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    atomic_fetch_add(&syncs, 1);
    return fsync(fd) ? err_errno(errno) : E_OK;
}

void disk_hurry(int fd, uint64_t at, uint64_t n)
{
    (void)sync_file_range(fd, (off_t)at, (off_t)n, SYNC_FILE_RANGE_WRITE);
}

enum err disk_link(int from, const char *name, int to, const char *as)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    if (linkat(from, name, to, as, 0) == 0)
        return E_OK;
    return errno == EEXIST ? E_CONFLICT : err_errno(errno);
}

enum err disk_rename(int from, const char *name, int to, const char *as)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    return renameat(from, name, to, as) ? missing_or(errno) : E_OK;
}

enum err disk_remove(int dir, const char *name)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    return unlinkat(dir, name, 0) && errno != ENOENT ? err_errno(errno) : E_OK;
}

enum err disk_touch(int dir, const char *name)
{
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    return utimensat(dir, name, NULL, AT_SYMLINK_NOFOLLOW) ? missing_or(errno) : E_OK;
}

enum err disk_stat(int dir, const char *name, uint64_t *size, int64_t *changed)
{
    struct stat st;
    enum err e = fault_at(FAULT_DISK);
    if (e)
        return e;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
        return missing_or(errno);
    if (size)
        *size = (uint64_t)st.st_size;
    if (changed)
        *changed = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    return E_OK;
}

void disk_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

enum err disk_room(const char *path, uint64_t *free, uint64_t *of)
{
    struct statvfs v;
    if (statvfs(path, &v))
        return err_errno(errno);
    *free = (uint64_t)v.f_bavail * v.f_frsize;
    *of = (uint64_t)v.f_blocks * v.f_frsize;
    return E_OK;
}
