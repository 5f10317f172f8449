/* One document at a time goes through DIR/office: whatever an earlier run left there is removed,
 * the docx written, jibei-probe asked, the PDF read, everything removed.
 *
 * O1: one runs, WAITING_MAX wait on their workers, others hear at once that they are too many, so
 * that the calls of the house always have workers. O2: what LibreOffice left is a stranger's: no
 * link is followed, nothing but a regular file is read, and no more of it than the buffer takes. */
#include "server/app/office.h"

#include "server/app/config.h"
#include "server/app/house.h"
#include "server/app/probe_int.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "storage/db.h"
#include "storage/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAITING_MAX = 2, DEPTH_MAX = 64, PIECE = 1 << 16 };

/* ---- where it is */

static bool runs(const char *tree)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/program/soffice.bin", tree);
    return n > 0 && (size_t)n < sizeof path && access(path, X_OK) == 0;
}

char *office_find(const char *set)
{
    static const char *const usual[] = { "/usr/lib/libreoffice", "/usr/lib64/libreoffice",
                                         "/opt/libreoffice" };
    if (*set)
        return mem_strdup(*set == '/' && runs(set) ? set : "");
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (runs(usual[i]))
            return mem_strdup(usual[i]);
    return mem_strdup("");
}

bool office_there(const struct house *h)
{
    return *h->office != 0;
}

/* ---- whose turn it is (O1) */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static int waiting;
static bool running;

static enum err turn_take(struct call *c)
{
    bool many;
    pthread_mutex_lock(&lock);
    many = running && waiting == WAITING_MAX;
    if (!many) {
        waiting++;
        while (running)
            pthread_cond_wait(&ended, &lock);
        waiting--;
        running = true;
    }
    pthread_mutex_unlock(&lock);
    return many ? fail(c, E_BUSY, NULL, "正在转换的 PDF 较多，请稍后再试。") : E_OK;
}

static void turn_end(void)
{
    pthread_mutex_lock(&lock);
    running = false;
    pthread_cond_signal(&ended);
    pthread_mutex_unlock(&lock);
}

/* ---- the folder */

/* All that is in it. Takes the descriptor. */
static void empty(int fd, int depth)
{
    DIR *d = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    struct dirent *en;
    if (!d) {
        close(fd);
        return;
    }
    while ((en = readdir(d))) {
        if (!strcmp(en->d_name, ".") || !strcmp(en->d_name, ".."))
            continue;
        if (!unlinkat(dirfd(d), en->d_name, 0))
            continue;
        int sub = openat(dirfd(d), en->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (sub >= 0)
            empty(sub, depth + 1);
        unlinkat(dirfd(d), en->d_name, AT_REMOVEDIR);
    }
    closedir(d);
}

static void folder_drop(int data)
{
    int fd = openat(data, "office", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    empty(fd, 0);
    if (unlinkat(data, "office", AT_REMOVEDIR))
        log_warn("office.left errno=%d", errno);
}

static enum err paper_put(int folder, struct str docx)
{
    int fd = -1;
    enum err e = disk_open_write(folder, "paper.docx", &fd);
    if (!e)
        e = disk_write(fd, docx.p, docx.n, 0);
    disk_close(fd);
    return e;
}

/* O2. E_NOT_FOUND: there is no PDF. */
static enum err pdf_get(int folder, struct buf *out)
{
    char t[PIECE];
    struct stat st;
    size_t got = 1;
    int fd = openat(folder, "paper.pdf", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    enum err e = fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ? E_NOT_FOUND : E_OK;
    buf_clear(out);
    for (uint64_t at = 0; !e && got; at += got) {
        if (!(e = disk_read(fd, t, sizeof t, at, &got)))
            buf_put(out, t, got);
        e = e ? e : out->err;
    }
    disk_close(fd);
    return !e && !str_starts(buf_str(out), S("%PDF-")) ? E_NOT_FOUND : e;
}

/* ---- one document */

static enum err judged(struct call *c, struct str code)
{
    if (str_eqz(code, "ok"))
        return E_OK;
    log_warn("office.failed code=%.*s", STR_ARG(code));
    if (str_eqz(code, "no_jail"))
        return fail(c, E_STATE, NULL,
                    "这台服务器不能把 LibreOffice 关起来运行，因此不转换 PDF。"
                    "请改用打印（Ctrl+P），目标选“另存为 PDF”；或导出 Word。");
    if (str_eqz(code, "timeout"))
        return fail(c, E_STATE, NULL,
                    "转换 PDF 用时过长，已停止。"
                    "请改用打印（Ctrl+P），目标选“另存为 PDF”；或导出 Word。");
    return E_NOT_FOUND;
}

static enum err convert(struct call *c, int data, struct buf *paper)
{
    const struct house *h = c->house;
    struct probe p = { .path = h->probe,
                       .clock = h->config->office_seconds * 1000,
                       .stop = &h->stopping,
                       .arena = c->arena };
    struct str code = STR_NONE;
    int folder = -1, shown = -1;
    folder_drop(data);
    enum err e = disk_folder(data, "office", &folder, &(bool){ false });
    if (!e && !(e = paper_put(folder, buf_str(paper)))) {
        shown = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        e = probe_ask(&p, "office", shown, str_of(h->office), NULL, NULL, &code);
    }
    if (!e && !(e = judged(c, code)))
        e = pdf_get(folder, paper);
    disk_close(shown);
    disk_close(folder);
    folder_drop(data);
    return e == E_NOT_FOUND ? fail(c, E_STATE, NULL,
                                   "这份文档没能转成 PDF。"
                                   "请改用打印（Ctrl+P），目标选“另存为 PDF”；或导出 Word。")
                            : e;
}

enum err office_pdf(struct call *c, struct buf *paper)
{
    if (!office_there(c->house))
        return fail(c, E_STATE, NULL,
                    "服务器上没有安装 LibreOffice，不能转换 PDF。"
                    "请改用打印（Ctrl+P），目标选“另存为 PDF”；或导出 Word。");
    db_release(c->db);
    enum err e = turn_take(c);
    if (e)
        return e;
    int data = open(c->house->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    e = data < 0 ? err_errno(errno) : convert(c, data, paper);
    disk_close(data);
    turn_end();
    return e;
}
