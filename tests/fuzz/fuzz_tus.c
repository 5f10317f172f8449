/* Headers of uploads. The lines: Upload-Metadata, Upload-Length, Upload-Defer-Length,
 * Upload-Checksum. Whatever a stranger calls his file, its name is one part of a path and its
 * folders lead nowhere but down; told its own name again it keeps it. */
#include "tests/fuzz/fuzz.h"

#include "server/app/upload_int.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "server/http/tus.h"

static void look_at_words(struct str s)
{
    MUST(utf_valid(s));
    for (struct str rest = s; rest.n;) {
        uint32_t c;
        rest = str_sub(rest, utf_get(rest, &c), rest.n);
        MUST(!utf_is_control(c) && (c >= 0x80 || !strchr("\\:*?\"<>|", (int)c)));
    }
}

static void look_at_path(struct str path)
{
    struct str part;
    look_at_words(path);
    MUST(path.n <= 500);
    for (struct str rest = path; str_next(&rest, '/', &part);)
        MUST(part.n && !str_eqz(part, ".") && !str_eqz(part, ".."));
    MUST(!path.n || path.p[path.n - 1] != '/');
}

static struct str said(struct call *c, const char *key, struct str value)
{
    struct str code = base64_encode(c->arena, value);
    return arena_fmt(c->arena, "%s %.*s", key, STR_ARG(code));
}

static void look_at_metadata(struct call *c, struct str metadata)
{
    struct upload u = { 0 }, again = { 0 };
    if (upload_metadata(c, metadata, &u)) {
        MUST(c->fault.text.n && str_eqz(c->fault.field, "Upload-Metadata"));
        return;
    }
    look_at_words(u.name);
    look_at_path(u.path);
    MUST(u.name.n && str_chr(u.name, '/', 0) == SIZE_MAX && utf_count(u.name) <= 120);
    MUST(!str_eqz(u.name, ".") && !str_eqz(u.name, ".."));
    struct str once = said(c, "filename", u.name), folders = said(c, "relativePath", u.path);
    struct str both = arena_fmt(c->arena, "%.*s,%.*s", STR_ARG(once), STR_ARG(folders));
    MUST(upload_metadata(c, both, &again) == E_OK);
    MUST(str_eq(again.name, u.name));
}

static void look_at_heads(struct call *c, const struct http_request *rq)
{
    struct upload_piece piece = { 0 };
    struct str length = request_header(rq, "Upload-Length"), sum;
    int64_t n;
    if (tus_length(c, rq, &n) == E_OK) {
        struct str told = arena_fmt(c->arena, "%lld", (long long)n);
        MUST(n >= -1 && (n == -1) == (length.n == 0));
        while (length.n > 1 && length.p[0] == '0')
            length = str_sub(length, 1, length.n);
        MUST(n == -1 || str_eq(told, length));
    }
    if (tus_checksum(c, rq, &piece) != E_OK || !piece.checked)
        return;
    struct str want = { (const char *)piece.want, digest_len(piece.kind) };
    struct str said_sum = request_header(rq, "Upload-Checksum");
    sum = base64_encode(c->arena, want);
    MUST(str_eq(sum, str_sub(said_sum, str_chr(said_sum, ' ', 0) + 1, said_sum.n)));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const char *const names[] = { "Upload-Length", "Upload-Defer-Length",
                                         "Upload-Checksum" };
    struct str in = { (const char *)p, n }, line = STR_NONE;
    struct http_header h[3], *list = NULL;
    struct arena *a = arena_new();
    struct call c = { .arena = a };
    (void)str_next(&in, '\n', &line);
    look_at_metadata(&c, line);
    for (size_t i = 0; i < 3; i++) {
        line = STR_NONE;
        (void)str_next(&in, '\n', &line);
        h[i] = (struct http_header){ list, str_of(names[i]), line };
        list = &h[i];
    }
    look_at_heads(&c, &(struct http_request){ .headers = list });
    arena_free(a);
    return 0;
}
