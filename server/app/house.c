/* Opens the house in order and closes it in reverse: folder, lock, secret, store, bus; then, for
 * serve, the pools. H1: only one process at a time holds DIR/lock (flock, so that a killed process
 * leaves nothing). H2: the schema changes only under it: a command of a newer program does not pull
 * the rows away from under the service that still runs. */
#include "server/app/house.h"

#include "server/app/backup.h"
#include "server/app/config.h"
#include "server/app/probe_nest.h"
#include "server/app/ticket.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"
#include "server/bus/bus.h"
#include "storage/blob.h"
#include "storage/db.h"
#include "storage/disk.h"
#include "storage/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

enum { PASSWORDS_WAIT = 600, REQUESTS_WAIT = 4000, JOBS = 2, SPOOL_THREADS = 2 };

static enum err say(enum err e, const char *what, const char *name)
{
    fprintf(stderr, "%s：%s%s%s\n", what, name, errno ? "：" : "", errno ? err_reason(errno) : "");
    return e;
}

static enum err folder_make(const char *path)
{
    int fd = -1;
    enum err e = disk_folder(AT_FDCWD, path, &fd, NULL);
    disk_close(fd);
    return e ? say(e, "不能建立或打开数据目录", path) : E_OK;
}

static char *joined(const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *p = mem_new(n);
    snprintf(p, n, "%s/%s", dir, name);
    return p;
}

/* ---- DIR/lock */

void house_lock_holder(const char *data, char out[64])
{
    char *path = joined(data, "lock");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, 63) : 0;
    out[n > 0 ? n : 0] = 0;
    out[strcspn(out, "\n")] = 0;
    if (fd >= 0)
        close(fd);
    mem_free(path);
}

static enum err lock_take(struct house *h)
{
    char *path = joined(h->data, "lock"), holder[64];
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    mem_free(path);
    if (fd < 0)
        return say(E_IO, "不能写数据目录", h->data);
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        close(fd);
        house_lock_holder(h->data, holder);
        fprintf(
            stderr,
            "另一个集备进程（%s）正在使用数据目录 %s。请先停止它，或用 --data 指定另一个目录。\n",
            holder, h->data);
        return E_CONFLICT;
    }
    if (ftruncate(fd, 0) || dprintf(fd, "pid %d\n", (int)getpid()) < 0) {
        close(fd);
        return say(E_IO, "不能写数据目录", h->data);
    }
    h->lock = fd;
    return E_OK;
}

/* ---- DIR/secret: 32 random bytes, made once, on disk before anybody signs with it */

static enum err secret_make(struct house *h, const char *path, const char *temporary)
{
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int dir = open(h->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && dir >= 0 &&
              getrandom(h->secret, sizeof h->secret, 0) == sizeof h->secret &&
              write(fd, h->secret, sizeof h->secret) == sizeof h->secret && !fsync(fd) &&
              (link(temporary, path) == 0 || errno == EEXIST) && !fsync(dir);
    unlink(temporary);
    if (fd >= 0)
        close(fd);
    if (dir >= 0)
        close(dir);
    return ok ? E_OK : say(E_IO, "不能写数据目录", h->data);
}

static bool secret_read(struct house *h, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, h->secret, sizeof h->secret) == sizeof h->secret;
    if (fd >= 0)
        close(fd);
    return ok;
}

static enum err secret_open(struct house *h)
{
    char *path = joined(h->data, "secret"), *temporary = joined(h->data, "secret.new");
    enum err e = E_OK;
    if (access(path, F_OK) != 0)
        e = secret_make(h, path, temporary);
    if (!e && !secret_read(h, path)) /* two processes made one at once: the first one counts */
        e = say(E_IO, "不能读取数据目录里的 secret", h->data);
    mem_free(path);
    mem_free(temporary);
    return e;
}

/* ---- names */

/* jibei-probe stands beside this program. */
static char *probe_find(const char *set)
{
    char self[PATH_MAX];
    if (*set)
        return mem_strdup(set);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = 0;
    char *beside = joined(slash ? self : ".", "jibei-probe");
    if (access(beside, X_OK) == 0)
        return beside;
    mem_free(beside);
    return mem_strdup("/usr/lib/jibei/jibei-probe"); /* where the package has it */
}

static char *process_name(void)
{
    char id[17], host[65] = "";
    char *name = mem_new(128);
    id_request(id);
    gethostname(host, sizeof host - 1);
    snprintf(name, 128, "%s.%d.%s", host, (int)getpid(), id);
    return name;
}

static char *db_url_of(const struct config *config, const char *data)
{
    if (*config->db)
        return mem_strdup(config->db);
    size_t n = strlen(data) + 32;
    char *url = mem_new(n);
    snprintf(url, n, "sqlite:%s/jibei.db", data);
    return url;
}

/* ---- opening and closing */

static enum err open_all(struct house *h, bool alone)
{
    enum err e;
    errno = 0;
    if ((e = folder_make(h->config->data)))
        return e;
    char *data = realpath(h->config->data, NULL);
    if (!data)
        return say(E_IO, "不能打开数据目录", h->config->data);
    h->data = mem_strdup(data);
    free(data);
    if ((alone && (e = lock_take(h))) || (e = secret_open(h)))
        return e;
    h->db_url = db_url_of(h->config, h->data);
    errno = 0;
    if ((e = store_open(h->db_url, &h->store)))
        return say(e, "不能打开数据库", err_row(e)->text);
    if ((e = bus_open(h->config->bus, &h->bus)))
        return say(e, "--bus 的值不能用", h->config->bus);
    char *blobs = *h->config->blobs ? mem_strdup(h->config->blobs) : joined(h->data, "blobs");
    if ((e = blobs_open(blobs, &h->blobs)))
        e = say(e, "不能打开文件存放处", blobs);
    mem_free(blobs);
    return e;
}

enum err house_open(const struct config *config, bool alone, struct house **out)
{
    struct house *h = NEW(struct house);
    h->config = config;
    h->lock = -1;
    h->started = clock_now();
    h->process = process_name();
    h->probe = probe_find(config->probe);
    h->tickets = tickets_new();
    enum err e = open_all(h, alone);
    if (e) {
        house_close(h);
        h = NULL;
    }
    *out = h;
    return e;
}

enum err house_migrate(struct house *h)
{
    int waiting = 0, ran = 0;
    enum err e = store_pending(h->store, &waiting);
    errno = 0;
    if (!e && waiting < 0)
        return say(E_STATE, "数据库比程序新，请安装新版本的程序", h->db_url);
    if (!e && waiting > 0 && h->lock < 0 && (e = lock_take(h))) /* H2 */
        return e;
    if (!e && waiting > 0 && store_in_use(h->store) && (e = backup_before_upgrade(h)))
        return e;
    if (!e && waiting > 0)
        e = store_migrate(h->store, &ran);
    if (e)
        return say(e, "不能更新数据库的结构", err_row(e)->text);
    if (ran)
        log_info("house.migrated n=%d", ran);
    return E_OK;
}

enum err house_ready(struct house *h)
{
    int waiting = 0;
    enum err e = store_pending(h->store, &waiting);
    return e ? e : waiting ? E_STATE : E_OK;
}

void house_close(struct house *h)
{
    if (!h)
        return;
    blobs_close(h->blobs);
    tickets_free(h->tickets);
    bus_close(h->bus);
    store_close(h->store);
    if (h->lock >= 0)
        close(h->lock);
    mem_free((void *)(uintptr_t)h->data);
    mem_free((void *)(uintptr_t)h->site.url);
    mem_free((void *)(uintptr_t)h->db_url);
    mem_free((void *)(uintptr_t)h->process);
    mem_free((void *)(uintptr_t)h->probe);
    mem_free(h);
}

/* ---- pools */

static int64_t waiting_of(void *pool)
{
    return (int64_t)pool_waiting(pool);
}

static int64_t running_of(void *pool)
{
    return (int64_t)pool_running(pool);
}

static struct pool *pool_start(struct house *h, const char *name, const char *label, int threads,
                               size_t limit, int nice)
{
    struct pool *p = pool_open(&(struct pool_setup){ .name = name,
                                                     .threads = threads,
                                                     .limit = limit,
                                                     .nice = nice,
                                                     .enter = worker_enter,
                                                     .leave = worker_leave,
                                                     .arg = h });
    metric_add(&(struct metric){ "jibei_pool_waiting", label, "Jobs waiting for a worker.",
                                 METRIC_GAUGE, waiting_of, p });
    metric_add(&(struct metric){ "jibei_pool_running", label, "Workers at work.", METRIC_GAUGE,
                                 running_of, p });
    return p;
}

static int64_t gate_longest(void *house)
{
    int64_t passed, longest;
    store_gate_stats(((struct house *)house)->store, &passed, &longest);
    return longest;
}

static int64_t gate_passed(void *house)
{
    int64_t passed, longest;
    store_gate_stats(((struct house *)house)->store, &passed, &longest);
    return passed;
}

static int64_t disk_free(void *house)
{
    uint64_t room, whole;
    return disk_room(((struct house *)house)->data, &room, &whole) ? -1 : (int64_t)room;
}

static int64_t started_at(void *house)
{
    return ((struct house *)house)->started / SECOND_MS;
}

static int64_t disk_syncs_of(void *house)
{
    (void)house;
    return disk_syncs();
}

static int64_t uploads_open(void *house)
{
    struct spools *s = ((struct house *)house)->spools;
    return s ? (int64_t)spools_streams(s) : 0;
}

static void metrics_open(struct house *h)
{
    metric_add(&(struct metric){ "jibei_disk_syncs_total", NULL,
                                 "Syncs of uploaded files and their folders.", METRIC_COUNTER,
                                 disk_syncs_of, h });
    metric_add(&(struct metric){ "jibei_uploads_open", NULL, "Bodies of uploads coming in.",
                                 METRIC_GAUGE, uploads_open, h });
    metric_add(&(struct metric){ "jibei_gate_passed_total", NULL, "Writing transactions begun.",
                                 METRIC_COUNTER, gate_passed, h });
    metric_add(&(struct metric){ "jibei_gate_longest_microseconds", NULL,
                                 "Longest time the write gate was held.", METRIC_GAUGE,
                                 gate_longest, h });
    metric_add(&(struct metric){ "jibei_disk_free_bytes", NULL,
                                 "Free space where the data folder lies.", METRIC_GAUGE, disk_free,
                                 h });
    metric_add(&(struct metric){ "jibei_start_time_seconds", NULL, "When the process started.",
                                 METRIC_GAUGE, started_at, h });
}

/* "https://jibei.example.cn/" is meant as without the slash. */
static struct site site_of(const struct config *config, const char *listening)
{
    bool configured = *config->public_url;
    char *url = mem_strdup(configured ? config->public_url : listening);
    for (size_t n = strlen(url); n && url[n - 1] == '/'; n--)
        url[n - 1] = 0;
    return (struct site){ url, configured };
}

enum err house_start(struct house *h, const char *listening)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    /* They wait for the disk and the probe more than for a processor: eight wait on one as on four.
     */
    int threads = h->config->workers ? (int)h->config->workers : cores < 4 ? 8 : (int)cores * 2;
    h->site = site_of(h->config, listening);
    char *spool = joined(h->data, "spool");
    enum err e = spools_open(spool, SPOOL_THREADS, &h->spools);
    if (e)
        say(e, "不能打开上传用的文件夹", spool);
    mem_free(spool);
    if (e)
        return e;
    h->requests = pool_start(h, "request", "pool=\"requests\"", threads, REQUESTS_WAIT, 0);
    h->passwords = pool_start(h, "password", "pool=\"passwords\"", cores < 4 ? 1 : (int)cores / 2,
                              PASSWORDS_WAIT, 5);
    h->jobs = pool_start(h, "job", "pool=\"jobs\"", JOBS, 0, 10);
    metrics_open(h);
    return E_OK;
}

static void pool_end(struct pool **p)
{
    metric_drop(*p);
    pool_close(*p);
    *p = NULL;
}

void house_stop(struct house *h)
{
    atomic_store(&h->stopping, true);
    metric_drop(h);
    pool_end(&h->jobs);
    pool_end(&h->passwords);
    pool_end(&h->requests);
    probe_nests_close();
    spools_close(h->spools);
    h->spools = NULL;
}
