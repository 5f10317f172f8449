/* Landlock (kernel 5.13), seccomp, rlimits. Programs run under AddressSanitizer need terabytes of
 * address space and more calls: then J1 and J3 are loosened, never in the product. */
#include "server/probe/jail_int.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <errno.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

/* The kernel's interface, written out because distributions' headers lag behind (linux/landlock.h).
 */
struct ruleset {
    uint64_t fs, net, scoped;
};
struct path_rule {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

int landlock_version(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1u);
}

int landlock_new(void)
{
    int v = landlock_version();
    if (v < 1)
        return -1;
    int bits = v == 1 ? 13 : v == 2 ? 14 : v < 5 ? 15 : 16;
    struct ruleset r = { .fs = (UINT64_C(1) << bits) - 1 };
    size_t size = sizeof r.fs;
    if (v >= 4) {
        r.net = 3;
        size = 2 * sizeof r.fs;
    }
    if (v >= 6) {
        r.scoped = 3;
        size = sizeof r;
    }
    return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0u);
}

int landlock_lock(int fd)
{
    int r = (int)syscall(SYS_landlock_restrict_self, fd, 0u);
    close(fd);
    return r;
}

int landlock_allow(int paths, int fd, uint64_t rights)
{
    struct path_rule rule = { rights, fd };
    return (int)syscall(SYS_landlock_add_rule, paths, 1, &rule, 0u);
}

void landlock_allow_path(int paths, const char *path, uint64_t rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    if (landlock_allow(paths, fd, rights)) /* a file has no directory rights */
        (void)!landlock_allow(paths, fd, rights & (uint64_t)~LL_READ_DIR);
    close(fd);
}

void jail_limit(int what, uint64_t v)
{
    struct rlimit l = { v, v };
    setrlimit((__rlimit_resource_t)what, &l);
}

static void limits(void)
{
    if (!SANITIZED)
        jail_limit(RLIMIT_AS, JAIL_MEMORY);
    jail_limit(RLIMIT_CPU, JAIL_CPU_SECONDS);
    jail_limit(RLIMIT_CORE, 0);
    jail_limit(RLIMIT_FSIZE, 0); /* pipes are not files: the result still goes out */
}

int jail_allow(scmp_filter_ctx f, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0))
            return -1;
    return 0;
}

/* ---- the rules, made once */

static struct sock_filter filter[256];
static struct sock_fprog program = { .filter = filter };
static int rules = -1; /* of Landlock; -1: this kernel has none */

/* libseccomp's own loading would build the program anew for every file. */
static int keep_program(scmp_filter_ctx f)
{
    int fd = memfd_create("filter", MFD_CLOEXEC), bad = fd < 0 || seccomp_export_bpf(f, fd);
    ssize_t n = bad ? -1 : pread(fd, filter, sizeof filter, 0);
    if (fd >= 0)
        close(fd);
    if (n <= 0 || n == sizeof filter)
        return -1;
    program.len = (unsigned short)((size_t)n / sizeof *filter);
    return 0;
}

static int add_rules(scmp_filter_ctx f)
{
    static const int calls[] = {
        SCMP_SYS(read),   SCMP_SYS(pread64),    SCMP_SYS(write),         SCMP_SYS(lseek),
        SCMP_SYS(fstat),  SCMP_SYS(newfstatat), SCMP_SYS(mmap),          SCMP_SYS(munmap),
        SCMP_SYS(mremap), SCMP_SYS(mprotect),   SCMP_SYS(madvise),       SCMP_SYS(brk),
        SCMP_SYS(close),  SCMP_SYS(futex),      SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
        SCMP_SYS(exit),   SCMP_SYS(exit_group), SCMP_SYS(recvmsg),       SCMP_SYS(rt_sigreturn)
    };
    static const int more[] = { SCMP_SYS(sigaltstack),    SCMP_SYS(getpid),
                                SCMP_SYS(gettid),         SCMP_SYS(sched_yield),
                                SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
                                SCMP_SYS(tgkill),         SCMP_SYS(readlink),
                                SCMP_SYS(getrlimit),      SCMP_SYS(prlimit64) };
    static const int denied[] = { SCMP_SYS(openat),    SCMP_SYS(open),  SCMP_SYS(access),
                                  SCMP_SYS(faccessat), SCMP_SYS(fcntl), SCMP_SYS(ioctl) };
    int bad = ALLOW(f, calls) || (SANITIZED && ALLOW(f, more));
    for (size_t i = 0; !bad && i < sizeof denied / sizeof *denied; i++)
        bad = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), denied[i], 0);
    return bad;
}

enum err jail_ready(void)
{
    rules = landlock_new();
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int bad = !f || add_rules(f) || keep_program(f);
    seccomp_release(f);
    return bad ? E_FORBIDDEN : E_OK;
}

enum err jail_enter(void)
{
    limits();
    if (!program.len || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return E_FORBIDDEN;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (rules >= 0 && landlock_lock(rules))
        return E_FORBIDDEN;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ? E_FORBIDDEN : E_OK;
}

int jail_allow_common(scmp_filter_ctx f)
{
    static const int calls[] = {
        SCMP_SYS(read),
        SCMP_SYS(readv),
        SCMP_SYS(pread64),
        SCMP_SYS(write),
        SCMP_SYS(writev),
        SCMP_SYS(lseek),
        SCMP_SYS(fstat),
        SCMP_SYS(newfstatat),
        SCMP_SYS(stat),
        SCMP_SYS(lstat),
        SCMP_SYS(statx),
        SCMP_SYS(statfs),
        SCMP_SYS(faccessat2),
        SCMP_SYS(readlink),
        SCMP_SYS(readlinkat),
        SCMP_SYS(open),
        SCMP_SYS(openat),
        SCMP_SYS(close),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(madvise),
        SCMP_SYS(brk),
        SCMP_SYS(execve),
        SCMP_SYS(exit),
        SCMP_SYS(exit_group),
        SCMP_SYS(rt_sigaction),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(arch_prctl),
        SCMP_SYS(set_tid_address),
        SCMP_SYS(set_robust_list),
        SCMP_SYS(rseq),
        SCMP_SYS(getrandom),
        SCMP_SYS(futex),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(clock_getres),
        SCMP_SYS(gettimeofday),
        SCMP_SYS(getcwd),
        SCMP_SYS(getdents64),
        SCMP_SYS(fcntl),
        SCMP_SYS(sysinfo),
        SCMP_SYS(uname),
        SCMP_SYS(getpid),
        SCMP_SYS(gettid),
        SCMP_SYS(getuid),
        SCMP_SYS(geteuid),
        SCMP_SYS(getgid),
        SCMP_SYS(getegid),
        SCMP_SYS(sched_getaffinity),
        SCMP_SYS(dup),
    };
    return ALLOW(f, calls);
}

enum err jail_enter_program(void)
{
    static const int calls[] = { SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(mmap),
                                 SCMP_SYS(mprotect), SCMP_SYS(prlimit64) };
    limits();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
        return E_FORBIDDEN;
    int paths = landlock_new();
    if (paths < 0)
        return E_FORBIDDEN;
    static const char *const trees[] = { "/usr", "/lib", "/lib64", "/bin" };
    static const char *const files[] = { "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime",
                                         "/etc/xpdf" };
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        landlock_allow_path(paths, trees[i], LL_EXECUTE | LL_READ_FILE | LL_READ_DIR);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        landlock_allow_path(paths, files[i], LL_READ_FILE | LL_READ_DIR);
    if (landlock_lock(paths))
        return E_FORBIDDEN;
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int bad = !f || jail_allow_common(f) || ALLOW(f, calls) || seccomp_load(f);
    seccomp_release(f);
    return bad ? E_FORBIDDEN : E_OK;
}
