/* Reading descriptor 0. */
#include "server/probe/file.h"

#include "server/base/mem.h"
#include "server/format/charset.h"
#include "server/format/kind.h"
#include "server/format/name.h"

#include <errno.h>
#include <magic.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

static magic_t cookie;

void file_warm(void)
{
    cookie =
        magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_ERROR);
    if (cookie && magic_load(cookie, NULL)) {
        magic_close(cookie);
        cookie = NULL;
    }
}

static enum err read_at(void *arg, uint64_t at, void *to, size_t n)
{
    const struct file *f = arg;
    for (size_t got = 0; got < n;) {
        ssize_t k = pread(f->fd, (char *)to + got, n - got, (off_t)(at + got));
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return k ? E_IO : E_SYNTAX;
        got += (size_t)k;
    }
    return E_OK;
}

/* Text under a name of text: our own eyes see it, and what libmagic looks for in text takes it
 * longer than all else it does (4 to 25 ms here). */
static bool is_plain(const struct file *f)
{
    const struct kind *k = kind_of_ext(f->ext);
    return k && k->look == LOOK_TEXT && f->head.n && f->text;
}

enum err file_open(struct file *f, int fd, struct str name)
{
    struct stat st;
    size_t skip;
    *f = (struct file){ .fd = fd, .name = name, .ext = name_ext(name), .magic = "" };
    if (fstat(fd, &st) || !S_ISREG(st.st_mode))
        return E_IO;
    f->src = (struct zip_source){ read_at, f, (uint64_t)st.st_size };
    size_t n = f->src.size < HEAD_MAX ? (size_t)f->src.size : HEAD_MAX;
    char *head = mem_new(n + 1);
    enum err e = read_at(f, 0, head, n);
    f->head = (struct str){ head, n };
    if (e)
        return e;
    f->text = charset_guess(f->head, n == HEAD_MAX, &skip) != CHARSET_BINARY;
    const char *m = is_plain(f) ? "text/plain" : NULL;
    if (!m)
        m = cookie && n ? magic_buffer(cookie, head, n) : NULL;
    f->magic = m ? m : "application/octet-stream";
    return E_OK;
}

void file_close(struct file *f)
{
    zip_close(f->zip);
    mem_free((void *)(uintptr_t)f->head.p);
    *f = (struct file){ .fd = -1 };
}

struct zip *file_zip(struct file *f)
{
    if (!f->zip_tried) {
        f->zip_tried = true;
        f->zip_err = zip_open(f->src, &zip_limits, &f->zip);
    }
    return f->zip;
}

enum err file_read(const struct file *f, size_t cap, struct buf *out)
{
    size_t n = f->src.size < cap ? (size_t)f->src.size : cap;
    char *to = buf_space(out, n);
    if (!to)
        return out->err;
    enum err e = f->src.read(f->src.arg, 0, to, n);
    if (!e)
        buf_added(out, n);
    return e ? e : f->src.size > cap ? E_TOO_LARGE : E_OK;
}
