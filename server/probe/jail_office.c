/* The jail of LibreOffice, which reads the images of strangers and has no small list of needs.
 *
 * O1: it writes in one folder, which is made for it and thrown away, and reads what is installed;
 * of the rest only the list of users, without which it finds no home for its files. It makes there
 * no links and no devices, so whoever reads the folder afterwards follows nothing out of it. O2: no
 * process but threads: clone3 hides its flags and is said not to exist, clone must ask for a
 * thread. It can leave neither its process group nor its parent's end. O3: no network, and no
 * connection on this machine: it may listen in its folder, as it insists, and reach nobody. O4: no
 * memory that is both written and executed, as the service's own unit has it; it then writes its
 * trampolines through a file.
 *
 * What is not allowed gives EPERM: LibreOffice asks for gpg, paperconf and dconf and does without.
 */
#include "server/probe/jail_int.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Beside what all programs may. */
static const int calls[] = {
    SCMP_SYS(pwrite64),  SCMP_SYS(fstatfs),   SCMP_SYS(sigaltstack), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep), SCMP_SYS(getppid),   SCMP_SYS(sched_yield), SCMP_SYS(dup2),
    SCMP_SYS(mkdir),     SCMP_SYS(mkdirat),   SCMP_SYS(rmdir),       SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),  SCMP_SYS(rename),    SCMP_SYS(renameat),    SCMP_SYS(renameat2),
    SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fdatasync),   SCMP_SYS(fsync),
    SCMP_SYS(fadvise64), SCMP_SYS(poll),      SCMP_SYS(ppoll),       SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),  SCMP_SYS(umask),     SCMP_SYS(getrusage),   SCMP_SYS(bind),
    SCMP_SYS(listen),    SCMP_SYS(accept),    SCMP_SYS(accept4),     SCMP_SYS(shutdown),
};

/* Calls that depend on their arguments; any row that fits allows. */
#define EQUAL(n, v)                                                                                \
    {                                                                                              \
        .arg = (n), .op = SCMP_CMP_EQ, .datum_a = (v)                                              \
    }
#define OTHER(n, v)                                                                                \
    {                                                                                              \
        .arg = (n), .op = SCMP_CMP_NE, .datum_a = (v)                                              \
    }
#define MASKED(n, mask, v)                                                                         \
    {                                                                                              \
        .arg = (n), .op = SCMP_CMP_MASKED_EQ, .datum_a = (mask), .datum_b = (v)                    \
    }
enum { SOCKET_TYPE = 15 };
static const struct rule {
    int call;
    unsigned n;
    struct scmp_arg_cmp fits[2];
} rules[] = {
    { SCMP_SYS(clone), 1, { MASKED(0, CLONE_THREAD, CLONE_THREAD) } }, /* O2 */
    { SCMP_SYS(prctl), 1, { EQUAL(0, PR_SET_NAME) } },
    { SCMP_SYS(prlimit64), 1, { EQUAL(2, 0) } },
    { SCMP_SYS(socket), 2, { EQUAL(0, AF_UNIX), MASKED(1, SOCKET_TYPE, SOCK_STREAM) } }, /* O3 */
    { SCMP_SYS(mmap), 1, { MASKED(2, PROT_EXEC, 0) } },                                  /* O4 */
    { SCMP_SYS(mmap), 1, { MASKED(2, PROT_WRITE, 0) } },
    { SCMP_SYS(mprotect), 1, { MASKED(2, PROT_EXEC, 0) } },
    /* It listens in /tmp if it believes it may write there; refused, it takes the folder told. */
    { SCMP_SYS(access), 1, { OTHER(1, W_OK) } },
    { SCMP_SYS(faccessat), 1, { OTHER(2, W_OK) } },
};

static int add_rules(scmp_filter_ctx f)
{
    int bad = jail_allow_common(f) || ALLOW(f, calls) ||
              seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    for (size_t i = 0; !bad && i < sizeof rules / sizeof *rules; i++)
        bad = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, rules[i].call, rules[i].n, rules[i].fits);
    return bad;
}

static int paths_of(int folder, const char *tree)
{
    static const char *const read[] = {
        "/usr",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/fonts",
        "/etc/localtime",
        "/etc/libreoffice",
        "/etc/nsswitch.conf",
        "/etc/passwd",
        "/dev/urandom",
        "/var/cache/fontconfig",
        "/var/spool/libreoffice",
        "/var/lib/libreoffice",
    };
    static const char *const loaders[] = { "/lib64/ld-linux-x86-64.so.2",
                                           "/lib/ld-linux-aarch64.so.1" };
    uint64_t all = LL_READ_FILE | LL_READ_DIR | LL_WRITE_FILE | LL_REMOVE_DIR | LL_REMOVE_FILE |
                   LL_MAKE_DIR | LL_MAKE_REG | LL_MAKE_SOCK;
    int paths = landlock_new();
    if (paths < 0)
        return -1;
    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        landlock_allow_path(paths, read[i], LL_READ_FILE | LL_READ_DIR);
    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        landlock_allow_path(paths, loaders[i], LL_EXECUTE | LL_READ_FILE);
    landlock_allow_path(paths, "/dev/null", LL_READ_FILE | LL_WRITE_FILE);
    landlock_allow_path(paths, tree, LL_EXECUTE | LL_READ_FILE | LL_READ_DIR);
    if (landlock_version() >= 3)
        all |= LL_TRUNCATE;
    return landlock_allow(paths, folder, all) ? -1 : paths; /* the process ends: nothing leaks */
}

enum err jail_enter_office(int folder, const char *tree)
{
    const uint64_t mb = 1 << 20;
    jail_limit(RLIMIT_AS, OFFICE_MEMORY_MB * mb);
    jail_limit(RLIMIT_CPU, OFFICE_CPU_SECONDS);
    jail_limit(RLIMIT_CORE, 0);
    jail_limit(RLIMIT_FSIZE, OFFICE_FILE_MB * mb);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
        return E_FORBIDDEN;
    int paths = paths_of(folder, tree);
    if (paths < 0 || landlock_lock(paths))
        return E_FORBIDDEN;
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int bad = !f || add_rules(f) || seccomp_load(f);
    seccomp_release(f);
    return bad ? E_FORBIDDEN : E_OK;
}
