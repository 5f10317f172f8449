/* Headers of tus as values. */
#include "server/http/tus.h"

#include "server/base/id.h"
#include "server/http/shape.h"

#include <string.h>

#define TUS_TYPE "application/offset+octet-stream"

enum err tus_version(struct call *c, const struct http_request *rq)
{
    struct str v = request_header(rq, "Tus-Resumable");
    return str_eqz(v, TUS_VERSION)
               ? E_OK
               : fail(c, E_TUS_VERSION, "Tus-Resumable", "上传协议应为 tus " TUS_VERSION "。");
}

enum err tus_number(struct call *c, const struct http_request *rq, const char *name, int64_t *out)
{
    struct str v = request_header(rq, name);
    *out = -1;
    if (v.n == 0)
        return E_OK;
    return v.p[0] != '-' && str_int(v, out) && *out <= ID_MAX
               ? E_OK
               : fail(c, E_INPUT, name, "%s 应是不小于零的整数。", name);
}

bool tus_is_body(const struct http_request *rq)
{
    return str_ieqz(str_trim(request_header(rq, "Content-Type")), TUS_TYPE);
}

enum err tus_checksum(struct call *c, const struct http_request *rq, struct upload_piece *p)
{
    struct str rest = request_header(rq, "Upload-Checksum"), algorithm, sum;
    if (rest.n == 0)
        return E_OK;
    (void)str_next(&rest, ' ', &algorithm);
    bool sha1 = str_eqz(algorithm, "sha1");
    if (!sha1 && !str_eqz(algorithm, "sha256"))
        return fail(c, E_INPUT, "Upload-Checksum", "校验方式只支持 sha1 和 sha256。");
    p->kind = sha1 ? DIGEST_SHA1 : DIGEST_SHA256;
    p->checked = true;
    if (!base64_decode(c->arena, rest, &sum) || sum.n != digest_len(p->kind))
        return fail(c, E_INPUT, "Upload-Checksum", "校验值的格式不对。");
    memcpy(p->want, sum.p, sum.n);
    return E_OK;
}

enum err tus_length(struct call *c, const struct http_request *rq, int64_t *length)
{
    enum err e = tus_number(c, rq, "Upload-Length", length);
    struct str defer = request_header(rq, "Upload-Defer-Length");
    if (e)
        return e;
    if ((*length >= 0) == (defer.n > 0) || (defer.n && !str_eqz(defer, "1")))
        return fail(c, E_INPUT, "Upload-Length", "请给出文件长度（或说明稍后给出）。");
    return E_OK;
}
