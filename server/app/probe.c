/* Asking the probe: get a process that looks at the file (probe_nest.h), read its lines until the
 * end line, the end of the pipe or the clock, kill its process group, reap it. Each line goes to
 * the verb's taker as it comes.
 *
 * A1: whatever the child does, this returns at most a second after the clock. A2: nothing from the
 * child is used before jansson found it well-formed; numbers and lengths are checked here again. */
#include "server/app/probe_int.h"

#include "server/app/probe_reader.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLOCK_MS = 30000,
    SLICE_MS = 100,
    SOON_MS = 50,
    NAME_MAX_BYTES = 8192,
    LINE_CAP = 9 << 20,
    REPLY_CAP = 48 << 20,
    ITEMS_MAX = 120000
};

struct ask {
    const struct probe *p;
    probe_taker *take;
    void *arg;
    struct buf line;
    size_t bytes;
    struct str code; /* of the end line */
};

/* ---- lines */

static void take_line(struct ask *q, struct str line)
{
    json_t *root = json_loadb(line.p, line.n, 0, NULL), *value;
    const char *name;
    json_object_foreach(root, name, value)
    {
        if (strcmp(name, "end") == 0)
            q->code =
                arena_str(q->p->arena, str_of(json_string_value(json_object_get(value, "code"))));
        else if (q->take)
            q->take(q->arg, q->p->arena, name, value);
    }
    json_decref(root);
}

/* Whole lines are taken, the rest stays; false: more than we ask for. */
static bool take_bytes(struct ask *q, const char *p, size_t n)
{
    q->bytes += n;
    while (n) {
        const char *nl = memchr(p, '\n', n);
        size_t k = nl ? (size_t)(nl - p) : n;
        buf_put(&q->line, p, k);
        if (q->line.err)
            return false;
        if (nl) {
            take_line(q, buf_str(&q->line));
            buf_clear(&q->line);
            k++;
        }
        p += k;
        n -= k;
    }
    return q->bytes <= REPLY_CAP;
}

/* Reads until the pipe ends. E_RETRY stands for the clock, E_SYNTAX for nonsense. */
static enum err read_all(struct ask *q, int in)
{
    char t[65536];
    int64_t end = clock_mono() + (q->p->clock > 0 ? q->p->clock : CLOCK_MS);
    for (;;) {
        struct pollfd pf = { .fd = in, .events = POLLIN };
        int64_t left = end - clock_mono();
        if (q->p->stop && atomic_load(q->p->stop))
            return E_STOPPING;
        if (left <= 0)
            return E_RETRY;
        if (poll(&pf, 1, left < SLICE_MS ? (int)left : SLICE_MS) <= 0)
            continue;
        ssize_t k = read(in, t, sizeof t);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return E_OK;
        if (!take_bytes(q, t, (size_t)k))
            return E_SYNTAX;
    }
}

static enum probe_end end_of(const struct ask *q, enum err e)
{
    return e ? PROBE_GIVEN_UP : q->code.n ? PROBE_SAID_ALL : PROBE_SILENT;
}

/* One process for this file. *status: how it ended, when it did not say all. */
static enum err ask_once(struct ask *q, const char *verb, int fd, struct str name, int *status)
{
    int ends[2];
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC))
        return err_errno(errno);
    enum err e = probe_hatch(q->p->path, verb, fd, name, ends[1], &pid);
    close(ends[1]);
    if (!e) {
        e = read_all(q, ends[0]);
        *status = probe_reap(pid, end_of(q, e));
    }
    close(ends[0]);
    return e;
}

/* A process that may have seen others of this person's files. */
static enum err ask_reader(struct ask *q, int64_t person, int fd, struct str name, int *status,
                           bool *alone)
{
    int ends[2];
    struct reader *r;
    enum err e = reader_take(q->p->path, person, &r);
    if (e)
        return e;
    *alone = reader_is_new(r);
    if (pipe2(ends, O_CLOEXEC)) {
        e = err_errno(errno);
        reader_give(r, PROBE_GIVEN_UP, false);
        return e;
    }
    int64_t began = clock_mono();
    bool shown = reader_show(r, fd, name, ends[1]);
    close(ends[1]);
    e = shown ? read_all(q, ends[0]) : E_OK;
    *status = reader_give(r, end_of(q, e), clock_mono() - began < SOON_MS);
    close(ends[0]);
    return e;
}

static bool out_of_time(enum err e, int status)
{
    return e == E_RETRY || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}

/* What the asking came to; q->code says how it ended. *status: of the child, when it ended by
 * itself. */
static enum err judged(struct ask *q, const char *verb, enum err e, int status)
{
    buf_fini(&q->line);
    if (e == E_STOPPING || e == E_IO || end_of(q, e) == PROBE_SAID_ALL)
        return e;
    if (!e) {
        probe_nest_renew();
        readers_renew();
    }
    q->code = out_of_time(e, status) ? S("timeout") : S("crashed");
    log_warn("probe.%s verb=%s status=%d", q->code.p, verb, status);
    return E_OK;
}

static enum err ask(struct ask *q, const char *verb, int fd, struct str name, int *status)
{
    *status = 0;
    if (name.n > NAME_MAX_BYTES)
        return E_IO;
    buf_init(&q->line, LINE_CAP);
    return judged(q, verb, ask_once(q, verb, fd, name, status), *status);
}

enum err probe_ask(const struct probe *p, const char *verb, int fd, struct str name,
                   probe_taker *take, void *arg, struct str *code)
{
    int status;
    struct ask q = { .p = p, .take = take, .arg = arg };
    enum err e = ask(&q, verb, fd, name, &status);
    *code = q.code;
    return e;
}

/* A file is blamed only for what it does to a process that saw no other. */
static enum err ask_sniff(struct ask *q, int fd, struct str name)
{
    bool alone = true;
    int status = 0;
    if (name.n > NAME_MAX_BYTES)
        return E_IO;
    buf_init(&q->line, LINE_CAP);
    enum err e = ask_reader(q, q->p->person, fd, name, &status, &alone);
    if (!alone && e != E_STOPPING && e != E_IO && end_of(q, e) != PROBE_SAID_ALL) {
        q->bytes = 0;
        q->code = STR_NONE;
        buf_clear(&q->line);
        e = ask_reader(q, 0, fd, name, &status, &alone);
    }
    return judged(q, "sniff", e, status);
}

/* ---- values out of JSON */

struct str probe_str(struct arena *a, json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    if (!json_is_string(v))
        return S("");
    return arena_str(a, (struct str){ json_string_value(v), json_string_length(v) });
}

int64_t probe_num(json_t *o, const char *key, int64_t otherwise)
{
    json_t *v = json_object_get(o, key);
    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool probe_flag(json_t *o, const char *key)
{
    return json_is_true(json_object_get(o, key));
}

/* The next element of a growing array in the arena; NULL when there are too many. */
struct list {
    char *v;
    size_t n, room;
};

static void *list_add(struct list *l, struct arena *a, size_t size)
{
    if (l->n >= ITEMS_MAX)
        return NULL;
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 64;
        char *v = arena_array(a, room, size);
        if (l->n)
            memcpy(v, l->v, l->n * size);
        l->v = v;
        l->room = room;
    }
    return l->v + l->n++ * size;
}

#define LIST_ADD(l, a, type) ((type *)list_add(l, a, sizeof(type)))

/* ---- verbs */

static void take_sniff(void *arg, struct arena *a, const char *name, json_t *o)
{
    struct probe_sniff *out = arg;
    if (strcmp(name, "sniff") != 0)
        return;
    out->verdict = verdict_named(probe_str(a, o, "code"));
    out->kind = kind_named(probe_str(a, o, "kind"));
    out->macros = probe_flag(o, "macros");
    out->encrypted = probe_flag(o, "encrypted");
}

enum err probe_sniff(const struct probe *p, int fd, struct str name, struct probe_sniff *out)
{
    *out = (struct probe_sniff){ .verdict = VERDICT_not_checked };
    struct ask q = { .p = p, .take = take_sniff, .arg = out };
    enum err e = ask_sniff(&q, fd, name);
    bool finished = str_eqz(q.code, "ok");
    bool accepted = verdicts[out->verdict].say <= SAY_warn;
    if (!finished || (accepted && !out->kind)) {
        out->verdict = VERDICT_not_checked;
        out->kind = NULL;
    }
    const struct verdict_row *row = &verdicts[out->verdict];
    out->say = row->say;
    out->code = str_of(row->code);
    out->text = str_of(row->text);
    return e;
}

struct str probe_remark(const struct probe_sniff *seen)
{
    return seen->say == SAY_accept || seen->verdict == VERDICT_renamed ? STR_NONE : seen->text;
}

struct listing {
    struct list l;
    int64_t inflated;
};

static void take_entry(void *arg, struct arena *a, const char *name, json_t *o)
{
    struct listing *w = arg;
    struct probe_entry *en;
    if (strcmp(name, "total") == 0)
        w->inflated = probe_num(o, "inflated", 0);
    if (strcmp(name, "entry") != 0 || !(en = LIST_ADD(&w->l, a, struct probe_entry)))
        return;
    *en = (struct probe_entry){ .name = probe_str(a, o, "name"),
                                .size = probe_num(o, "size", -1),
                                .mtime = probe_num(o, "mtime", 0),
                                .folder = probe_flag(o, "folder"),
                                .link = probe_flag(o, "link"),
                                .encrypted = probe_flag(o, "encrypted"),
                                .unsafe = probe_flag(o, "unsafe"),
                                .dangerous = probe_flag(o, "dangerous"),
                                .archive = probe_flag(o, "archive") };
}

enum err probe_list(const struct probe *p, int fd, struct str name, struct probe_list *out)
{
    int status;
    struct listing w = { 0 };
    struct ask q = { .p = p, .take = take_entry, .arg = &w };
    enum err e = ask(&q, "list", fd, name, &status);
    *out =
        (struct probe_list){ q.code, (const struct probe_entry *)(void *)w.l.v, w.l.n, w.inflated };
    return e;
}

struct texts {
    struct list pages, heads;
};

static void take_text(void *arg, struct arena *a, const char *name, json_t *o)
{
    struct texts *w = arg;
    struct probe_page *page;
    struct probe_head *head;
    if (strcmp(name, "page") == 0 && (page = LIST_ADD(&w->pages, a, struct probe_page)))
        *page = (struct probe_page){ probe_num(o, "number", 1), probe_str(a, o, "title"),
                                     probe_str(a, o, "text") };
    if (strcmp(name, "head") == 0 && (head = LIST_ADD(&w->heads, a, struct probe_head)))
        *head = (struct probe_head){ probe_num(o, "level", 1), probe_num(o, "page", 1),
                                     probe_str(a, o, "text") };
}

static enum err ask_text(const struct probe *p, const char *verb, int fd, struct str name,
                         struct probe_text *out)
{
    int status;
    struct texts w = { 0 };
    struct ask q = { .p = p, .take = take_text, .arg = &w };
    enum err e = ask(&q, verb, fd, name, &status);
    *out = (struct probe_text){ q.code, (const struct probe_page *)(void *)w.pages.v, w.pages.n,
                                (const struct probe_head *)(void *)w.heads.v, w.heads.n };
    return e;
}

enum err probe_text(const struct probe *p, int fd, struct str name, struct probe_text *out)
{
    return ask_text(p, "text", fd, name, out);
}

enum err probe_outline(const struct probe *p, int fd, struct str name, struct probe_text *out)
{
    return ask_text(p, "outline", fd, name, out);
}

static void take_thumb(void *arg, struct arena *a, const char *name, json_t *o)
{
    struct probe_thumb *out = arg;
    if (strcmp(name, "thumb") != 0 || !base64_decode(a, probe_str(a, o, "data"), &out->bytes))
        return;
    out->mime = probe_str(a, o, "mime");
    out->width = probe_num(o, "width", 0);
    out->height = probe_num(o, "height", 0);
}

enum err probe_thumb(const struct probe *p, int fd, struct str name, struct probe_thumb *out)
{
    int status;
    *out = (struct probe_thumb){ 0 };
    struct ask q = { .p = p, .take = take_thumb, .arg = out };
    enum err e = ask(&q, "thumb", fd, name, &status);
    out->code = str_eqz(q.code, "ok") && !out->bytes.n ? S("unreadable") : q.code;
    return e;
}

static void take_meta(void *arg, struct arena *a, const char *name, json_t *o)
{
    if (strcmp(name, "meta") != 0)
        return;
    *(struct probe_meta *)arg = (struct probe_meta){ .title = probe_str(a, o, "title"),
                                                     .author = probe_str(a, o, "author"),
                                                     .pages = probe_num(o, "pages", -1),
                                                     .width = probe_num(o, "width", 0),
                                                     .height = probe_num(o, "height", 0),
                                                     .duration = probe_num(o, "duration", 0),
                                                     .video = probe_str(a, o, "video"),
                                                     .audio = probe_str(a, o, "audio"),
                                                     .faststart = probe_flag(o, "faststart") };
}

enum err probe_meta(const struct probe *p, int fd, struct str name, struct probe_meta *out)
{
    int status;
    *out = (struct probe_meta){ .pages = -1 };
    struct ask q = { .p = p, .take = take_meta, .arg = out };
    enum err e = ask(&q, "meta", fd, name, &status);
    out->code = q.code;
    return e;
}

static void take_row(void *arg, struct arena *a, const char *name, json_t *o)
{
    struct probe_row *r;
    json_t *cells = json_object_get(o, "cells");
    if (strcmp(name, "row") != 0 || !json_is_array(cells) ||
        !(r = LIST_ADD((struct list *)arg, a, struct probe_row)))
        return;
    size_t n = json_array_size(cells);
    struct str *v = arena_array(a, n, sizeof *v);
    for (size_t i = 0; i < n; i++) {
        json_t *c = json_array_get(cells, i);
        v[i] = json_is_string(c)
                   ? arena_str(a, (struct str){ json_string_value(c), json_string_length(c) })
                   : S("");
    }
    *r = (struct probe_row){ probe_num(o, "sheet", 1), probe_num(o, "row", 0),
                             probe_str(a, o, "name"), v, n };
}

enum err probe_rows(const struct probe *p, int fd, struct str name, struct probe_rows *out)
{
    int status;
    struct list l = { 0 };
    struct ask q = { .p = p, .take = take_row, .arg = &l };
    enum err e = ask(&q, "rows", fd, name, &status);
    *out = (struct probe_rows){ q.code, (const struct probe_row *)(void *)l.v, l.n };
    return e;
}

void probes_rest(void)
{
    readers_rest();
}

void probes_close(void)
{
    readers_close();
    probe_nests_close();
}

enum err probe_try(const struct probe *p, const char *what, struct str *code)
{
    int status = 0;
    struct ask q = { .p = p };
    int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fd = open(p->path, O_RDONLY | O_CLOEXEC);
    enum err e = fd < 0 ? E_IO : ask(&q, "try", fd, str_of(what), &status);
    bool killed =
        WIFSIGNALED(status) && (WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGKILL);
    *code = killed ? S("held") : str_eqz(q.code, "crashed") ? S("escaped") : q.code;
    if (fd >= 0)
        close(fd);
    return e;
}
