/* Opens the house in order and closes it in reverse: folder, lock, store, schema, secret, bus;
 * then, for serve, the pools. H1: only one process at a time holds DIR/lock (flock, so that a
 * killed process leaves nothing). H2: the schema changes only under it: a command of a newer
 * program does not pull the rows away from under the service that still runs. */
#include "server/app/house.h"

#include "server/app/backup.h"
#include "server/app/config.h"
#include "server/app/doc_pause.h"
#include "server/app/office.h"
#include "server/app/probe.h"
#include "server/app/ticket.h"
#include "server/app/version.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"
#include "server/base/program.h"
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

/* The serving process's name and pid as it wrote them into DIR/lock, "" when it is not there. */
static void lock_holder(const char *data, char out[64])
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
        lock_holder(h->data, holder);
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

static char *probe_find(const char *set)
{
    char found[PATH_MAX];
    if (*set)
        return mem_strdup(set);
    (void)program_find("jibei-probe", "lib/jibei", found); /* where it is missing, files wait */
    return mem_strdup(found);
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

/* ---- the schema */

static bool may_make(enum house_use use)
{
    return use == HOUSE_FOUND || use == HOUSE_UPGRADE;
}

static enum err no_house(const struct house *h)
{
    fprintf(stderr,
            "数据目录 %s 里还没有集备的数据。请检查 --data（和 --db）；新用时先运行 jibei init 或"
            "启动服务。\n",
            h->config->data);
    return E_STATE;
}

/* The one place that decides who may open what. */
static enum err schema_admit(struct house *h, enum house_use use, enum schema is)
{
    if (is == SCHEMA_NEWER)
        fprintf(stderr,
                "数据目录 %s 里的数据属于较新版本的集备，本程序（%s）不能使用，没有作任何改动。"
                "请安装新版本的程序。\n",
                h->data, JIBEI_VERSION);
    else if (is == SCHEMA_OLDER && use != HOUSE_UPGRADE)
        fprintf(stderr,
                "数据目录 %s 里的数据属于较早版本的集备，须先升级，没有作任何改动。请用本程序（%s）"
                "启动一次服务，它会先备份、再升级；或仍用原来版本的程序。\n",
                h->data, JIBEI_VERSION);
    else if (is == SCHEMA_NONE && !may_make(use))
        return no_house(h);
    else
        return E_OK;
    return E_STATE;
}

static enum err not_upgraded(struct house *h, enum err e, const char *step, const char *backup)
{
    fprintf(stderr, "升级没有成功（%s%s%s），数据仍是升级前的样子。", step ? step : "",
            step ? "：" : "", err_row(e)->text);
    if (*backup)
        fprintf(stderr, "可以装回原来版本的程序继续使用；升级前的备份在 %s/backups/%s。", h->data,
                backup);
    fprintf(stderr, "请把日志里 schema.failed 和 db.failed 两行交给技术支持。\n");
    return E_STATE;
}

/* H2 */
static enum err schema_update(struct house *h, enum schema is)
{
    struct migrated did = { 0 };
    char backup[BACKUP_NAME] = "";
    enum err e = h->lock < 0 ? lock_take(h) : E_OK;
    if (e)
        return e;
    if (is == SCHEMA_OLDER && (e = backup_before_upgrade(h, backup)))
        return not_upgraded(h, e, NULL, "");
    if ((e = store_migrate(h->store, &did)))
        return not_upgraded(h, e, did.failed, backup);
    log_info("house.migrated n=%d backup=%s", did.n, *backup ? backup : "-");
    return E_OK;
}

enum err house_ready(struct db *db)
{
    enum schema is;
    enum err e = db_schema(db, &is);
    return e ? e : is == SCHEMA_OURS ? E_OK : E_STATE;
}

/* ---- opening and closing */

static enum err data_open(struct house *h, enum house_use use)
{
    enum err e = may_make(use) ? folder_make(h->config->data) : E_OK;
    if (e)
        return e;
    char *data = realpath(h->config->data, NULL);
    if (!data && errno == ENOENT)
        return no_house(h);
    if (!data)
        return say(E_IO, "不能打开数据目录", h->config->data);
    h->data = mem_strdup(data);
    free(data);
    h->db_url = db_url_of(h->config, h->data);
    char *secret = joined(h->data, "secret");
    e = house_mine(AT_FDCWD, secret, h->data);
    mem_free(secret);
    if (e)
        return e;
    if (!may_make(use) && !store_there(h->db_url))
        return no_house(h);
    return use == HOUSE_ALONE || use == HOUSE_UPGRADE ? lock_take(h) : E_OK;
}

static enum err blobs_here(struct house *h)
{
    char *blobs = *h->config->blobs ? mem_strdup(h->config->blobs) : joined(h->data, "blobs");
    enum err e = blobs_open(blobs, &h->blobs);
    if (e)
        say(e, "不能打开文件存放处", blobs);
    mem_free(blobs);
    return e;
}

/* Until the schema is admitted nothing is made in a folder that has a house. */
static enum err open_all(struct house *h, enum house_use use)
{
    enum schema is;
    enum err e;
    errno = 0;
    if ((e = data_open(h, use)))
        return e;
    errno = 0;
    if ((e = store_open(h->db_url, &h->store)) || (e = store_schema(h->store, &is)))
        return say(e, "不能打开数据库", err_row(e)->text);
    if ((e = schema_admit(h, use, is)) || (e = secret_open(h)))
        return e;
    if ((e = bus_open(h->config->bus, &h->bus)))
        return say(e, "--bus 的值不能用", h->config->bus);
    if ((e = blobs_here(h)))
        return e;
    return is == SCHEMA_OURS ? E_OK : schema_update(h, is);
}

enum err house_open(const struct config *config, enum house_use use, struct house **out)
{
    struct house *h = NEW(struct house);
    h->config = config;
    h->lock = -1;
    h->started = clock_now();
    h->process = process_name();
    h->probe = probe_find(config->probe);
    h->office = office_find(config->office);
    h->tickets = tickets_new();
    h->pauses = pauses_new();
    enum err e = open_all(h, use);
    if (e) {
        house_close(h);
        h = NULL;
    }
    *out = h;
    return e;
}

void house_close(struct house *h)
{
    if (!h)
        return;
    blobs_close(h->blobs);
    tickets_free(h->tickets);
    pauses_free(h->pauses);
    bus_close(h->bus);
    store_close(h->store);
    if (h->lock >= 0)
        close(h->lock);
    mem_free((void *)(uintptr_t)h->data);
    mem_free((void *)(uintptr_t)h->site.url);
    mem_free((void *)(uintptr_t)h->db_url);
    mem_free((void *)(uintptr_t)h->process);
    mem_free((void *)(uintptr_t)h->probe);
    mem_free((void *)(uintptr_t)h->office);
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

static enum err site_open(struct house *h, const char *listening)
{
    char url[SITE_URL_MAX];
    const char *typed = h->config->public_url;
    if (*typed && !site_read(str_of(typed), url)) {
        fprintf(stderr,
                "--public-url 的值不对：%s。应写成浏览器里看到的网址，以 http:// 或 https:// "
                "开头，不带路径，如 https://jibei.example.cn；中文域名写 xn-- 开头的形式。\n",
                typed);
        return E_INPUT;
    }
    h->site = (struct site){ mem_strdup(*typed ? url : listening), *typed != 0 };
    return E_OK;
}

enum err house_start(struct house *h, const char *listening)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    /* Requests wait for the disk and the probe more than for a core; eight threads are never few.
     */
    int threads = h->config->workers ? (int)h->config->workers : cores < 4 ? 8 : (int)cores * 2;
    enum err e = site_open(h, listening);
    if (e)
        return e;
    char *spool = joined(h->data, "spool");
    e = spools_open(spool, SPOOL_THREADS, &h->spools);
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
    probes_close();
    spools_close(h->spools);
    h->spools = NULL;
}
