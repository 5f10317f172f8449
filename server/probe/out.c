/* Lines are gathered and written in large pieces; the end is always written. */
#include "server/probe/out.h"

#include <errno.h>
#include <unistd.h>

static struct buf pending, line;
static size_t written;
static bool full;
static int to = 1;

static void flush(void)
{
    for (size_t at = 0; at < pending.n;) {
        ssize_t k = write(to, pending.p + at, pending.n - at);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            _exit(1);
        at += (size_t)k;
    }
    buf_clear(&pending);
}

void out_to(int fd)
{
    to = fd;
    written = 0;
    full = false;
}

void out_open(const char *name)
{
    if (!line.cap) {
        buf_init(&line, LINE_MAX_BYTES);
        buf_init(&pending, LINE_MAX_BYTES + (1 << 20));
    }
    buf_clear(&line);
    buf_json_open(&line, NULL, '{');
    buf_json_open(&line, name, '{');
}

void out_str(const char *key, struct str v)
{
    buf_json_text(&line, key, v);
}

void out_int(const char *key, int64_t v)
{
    buf_json_int(&line, key, v);
}

void out_flag(const char *key, bool v)
{
    if (!v)
        return;
    buf_json_name(&line, key);
    buf_addz(&line, "true");
}

void out_ints(const char *key, const int *v, size_t n)
{
    buf_json_open(&line, key, '[');
    for (size_t i = 0; i < n; i++)
        buf_json_int(&line, NULL, v[i]);
    buf_char(&line, ']');
}

void out_strs(const char *key, const struct str *v, size_t n)
{
    buf_json_open(&line, key, '[');
    for (size_t i = 0; i < n; i++)
        buf_json_text(&line, NULL, v[i]);
    buf_char(&line, ']');
}

void out_close(void)
{
    buf_addz(&line, "}}\n");
    if (line.err || full || written + line.n > OUT_MAX) {
        full = true;
        return;
    }
    written += line.n;
    buf_add(&pending, buf_str(&line));
    if (pending.n > 1 << 16)
        flush();
}

bool out_full(void)
{
    return full;
}

void out_done(const char *code)
{
    bool cut = full;
    full = false;
    written = 0;
    out_open("end");
    out_str("code", str_of(cut ? "cut" : code));
    out_close();
    flush();
}

void out_end(const char *code)
{
    out_done(code);
    _exit(0);
}
