/* Every file has its responses made at start: as it is and, where NAME.gz lies beside it,
 * compressed; a response is shared by all requests. A1: names under assets/ hold a hash of their
 * content and never change, so they are kept for a year; everything else is asked for again with
 * its ETag. A2: nothing outside the folder is ever opened by a request: paths are looked up in a
 * map of what was there at start. */
#include "server/http/asset.h"

#include "server/app/config.h"
#include "server/base/buf.h"
#include "server/base/log.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "server/base/program.h"
#include "server/http/range.h"
#include "server/http/server_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 8, FILES_MAX = 4000 };

enum { POLICY_ROOM = 1024 };

struct form {                          /* one way to send an asset */
    struct MHD_Response *whole, *same; /* 200 and 304 */
    char tag[64];
    uint64_t size;
    int fd; /* belongs to whole */
};

struct asset {
    struct form plain, gzip;
    bool has_gzip;
};

struct assets {
    struct map *map; /* "assets/app-1a2b.js" → struct asset */
    struct asset *index;
    const struct site *site;
    char policy[POLICY_ROOM];
};

static const struct type {
    const char *ending, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json; charset=utf-8" },
    { ".webmanifest", "application/manifest+json; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".webp", "image/webp" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { ".woff", "font/woff" },
    { ".ttf", "font/ttf" },
    { ".wasm", "application/wasm" },
    { ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(struct str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_iends(name, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

/* ---- making responses */

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        BUG("a header that libmicrohttpd refuses");
}

static void add_all(const char *policy, struct MHD_Response *r, struct str name, const char *tag,
                    bool gzip)
{
    bool kept = str_starts(name, S("assets/"));
    add(r, "ETag", tag);
    add(r, "Cache-Control", kept ? "public, max-age=31536000, immutable" : "no-cache");
    add(r, "Vary", "Accept-Encoding");
    add(r, "X-Content-Type-Options", "nosniff");
    add(r, "Referrer-Policy", "same-origin");
    add(r, "Content-Security-Policy", policy);
    add(r, "X-Frame-Options", "DENY");
    if (gzip)
        add(r, "Content-Encoding", "gzip");
}

static bool form_open(struct assets *a, struct form *f, int fd, struct str name, bool gzip)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        close(fd);
        return false;
    }
    f->size = (uint64_t)st.st_size;
    snprintf(f->tag, sizeof f->tag, "\"%llx-%llx%s\"",
             (unsigned long long)st.st_mtim.tv_sec * 1000 +
                 (unsigned long long)st.st_mtim.tv_nsec / 1000000,
             (unsigned long long)st.st_size, gzip ? "-gz" : "");
    if (f->size) {
        f->whole = MHD_create_response_from_fd64(f->size, fd);
    } else {
        close(fd);
        f->whole = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    }
    f->fd = fd;
    f->same = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    if (!f->whole || !f->same)
        BUG("libmicrohttpd makes no response");
    add_all(a->policy, f->whole, name, f->tag, gzip);
    add_all(a->policy, f->same, name, f->tag, gzip);
    add(f->whole, "Content-Type", type_of(name));
    return true;
}

static void asset_add(struct assets *a, int dir, const char *entry, struct str name)
{
    char beside[NAME_MAX + 4];
    int fd = openat(dir, entry, O_RDONLY | O_CLOEXEC);
    struct asset *s = NEW(struct asset);
    if (fd < 0 || !form_open(a, &s->plain, fd, name, false)) {
        mem_free(s);
        return;
    }
    snprintf(beside, sizeof beside, "%s.gz", entry);
    fd = openat(dir, beside, O_RDONLY | O_CLOEXEC);
    s->has_gzip = fd >= 0 && form_open(a, &s->gzip, fd, name, true);
    map_put(a->map, name, s);
}

static void scan(struct assets *a, int parent, const char *entry, struct str prefix, int depth)
{
    int fd = openat(parent, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *e; d && (e = readdir(d)) && map_count(a->map) < FILES_MAX;) {
        char name[1024];
        if (e->d_name[0] == '.' || str_ends(str_of(e->d_name), S(".gz")))
            continue;
        snprintf(name, sizeof name, "%.*s%s", STR_ARG(prefix), e->d_name);
        if (e->d_type == DT_DIR && depth < DEPTH_MAX) {
            strncat(name, "/", sizeof name - strlen(name) - 1);
            scan(a, fd, e->d_name, str_of(name), depth + 1);
        } else if (e->d_type == DT_REG) {
            asset_add(a, fd, e->d_name, str_of(name));
        }
    }
    if (d)
        closedir(d);
}

/* ---- opening and closing */

static bool has_index(const char *dir)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/index.html", dir);
    return access(path, R_OK) == 0;
}

static bool find_folder(const struct house *h, char out[PATH_MAX])
{
    const char *set = h->config->web;
    if (*set) {
        snprintf(out, PATH_MAX, "%s", set);
        return has_index(out);
    }
    return program_find("web", "share/jibei", out) && has_index(out);
}

/* Scripts only from files of ours; WebSockets by name, because 'self' means no ws: in browsers
 * before 2022. */
static void policy_print(char out[POLICY_ROOM], struct str site)
{
    struct str host = str_sub(site, str_find(site, S("://"), 0), site.n);
    bool tls = str_starts(site, S("https"));
    snprintf(out, POLICY_ROOM,
             "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' "
             "'unsafe-inline'; "
             "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; "
             "connect-src 'self' %s%.*s; "
             "worker-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; "
             "form-action 'self'; "
             "frame-ancestors 'none'",
             tls ? "wss" : "ws", host.n > 200 ? 200 : (int)host.n, host.p);
}

struct assets *assets_open(const struct house *h)
{
    struct assets *a = NEW(struct assets);
    char dir[PATH_MAX];
    a->map = map_new();
    a->site = &h->site;
    policy_print(a->policy, str_of(h->site.url));
    if (find_folder(h, dir))
        scan(a, AT_FDCWD, dir, S(""), 0);
    else
        log_warn("asset.no_folder");
    a->index = map_get(a->map, S("index.html"));
    return a;
}

static void form_close(struct form *f)
{
    if (f->whole)
        MHD_destroy_response(f->whole);
    if (f->same)
        MHD_destroy_response(f->same);
}

void assets_close(struct assets *a)
{
    struct str key;
    void *value;
    if (!a)
        return;
    for (size_t i = 0; map_each(a->map, &i, &key, &value);) {
        struct asset *s = value;
        form_close(&s->plain);
        form_close(&s->gzip);
        mem_free(s);
    }
    map_free(a->map);
    mem_free(a);
}

/* ---- serving */

static const char no_client[] =
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>集备</title>"
    "<p>服务已启动，但没有找到网页文件。请运行 make web，或用 --web 指定目录后重新启动。";

static struct MHD_Response *none(struct exchange *x, int status, const char *text, size_t n)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(n, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    add(r, "Content-Type", "text/html; charset=utf-8");
    add(r, "X-Content-Type-Options", "nosniff");
    add(r, "Cache-Control", "no-cache");
    x->reply.status = status;
    return r;
}

static bool takes_gzip(const struct exchange *x)
{
    struct str all = request_header(&x->rq, "Accept-Encoding"), part;
    while (str_next(&all, ',', &part)) {
        struct str name = str_trim(str_sub(part, 0, str_chr(part, ';', 0)));
        bool zero =
            str_find(part, S("q=0"), 0) != SIZE_MAX && str_find(part, S("q=0."), 0) == SIZE_MAX;
        if (str_ieqz(name, "gzip"))
            return !zero;
    }
    return false;
}

static bool is_same(const struct exchange *x, const struct form *f)
{
    return etag_listed(request_header(&x->rq, "If-None-Match"), str_of(f->tag), true);
}

/* Something like a file that is not there: a stale page asking for an old script must not get HTML.
 */
static bool is_filename(struct str name)
{
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < name.n; i++)
        dot = name.p[i] == '.' ? i : name.p[i] == '/' ? SIZE_MAX : dot;
    return str_starts(name, S("assets/")) || dot != SIZE_MAX;
}

static enum MHD_Result queue_form(struct exchange *x, const struct form *f)
{
    bool same = is_same(x, f);
    x->reply.status = same ? 304 : 200;
    x->sent = same ? 0 : f->size;
    return answer_queue(x, same ? f->same : f->whole);
}

/* The page itself names the address it is asked by, where none was configured. */
static enum MHD_Result queue_page(struct assets *a, struct exchange *x, const struct form *f,
                                  bool gzip)
{
    char policy[POLICY_ROOM];
    bool same = is_same(x, f);
    int fd = same ? -1 : fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
    struct MHD_Response *r =
        fd < 0 ? MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT)
               : MHD_create_response_from_fd64(f->size, fd);
    if (!r)
        BUG("libmicrohttpd makes no response");
    policy_print(policy, site_address(a->site, x->arena, request_header(&x->rq, "Host")));
    add_all(policy, r, S("index.html"), f->tag, gzip);
    if (!same)
        add(r, "Content-Type", type_of(S("index.html")));
    x->reply.status = same ? 304 : fd < 0 ? 503 : 200;
    x->sent = fd < 0 ? 0 : f->size;
    enum MHD_Result done = answer_queue(x, r);
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result queue_asset(struct assets *a, struct exchange *x, const struct asset *s)
{
    bool gzip = s->has_gzip && takes_gzip(x);
    const struct form *f = gzip ? &s->gzip : &s->plain;
    bool page = s == a->index && f->size && !a->site->configured;
    return page ? queue_page(a, x, f, gzip) : queue_form(x, f);
}

enum MHD_Result asset_queue(struct assets *a, struct exchange *x)
{
    struct str name = str_sub(x->rq.path, 1, x->rq.path.n);
    struct asset *s = map_get(a->map, name.n ? name : S("index.html"));
    if (!s && !is_filename(name))
        s = a->index;
    if (s)
        return queue_asset(a, x, s);
    struct MHD_Response *r = a->index ? none(x, 404, "没有这个文件", sizeof "没有这个文件" - 1)
                                      : none(x, 503, no_client, sizeof no_client - 1);
    enum MHD_Result done = answer_queue(x, r);
    MHD_destroy_response(r);
    return done;
}
