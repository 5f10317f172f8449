/* What the headers of a tus request say (tus.io, protocol 1.0.x). Pure; what is wrong is E_INPUT
 * and names its header. */
#ifndef HTTP_TUS_H
#define HTTP_TUS_H

#include "server/app/upload.h"
#include "server/http/request.h"

#define TUS_VERSION "1.0.0"

enum err tus_version(struct call *c, const struct http_request *rq) MUST_USE; /* E_TUS_VERSION */
/* A header that is a whole number from 0 to ID_MAX; -1: absent. */
enum err tus_number(struct call *c, const struct http_request *rq, const char *name,
                    int64_t *out) MUST_USE;
bool tus_is_body(const struct http_request *rq);
/* Upload-Length, or -1 where it is told later. */
enum err tus_length(struct call *c, const struct http_request *rq, int64_t *length) MUST_USE;
/* Upload-Checksum, "sha1 BASE64" or "sha256 BASE64": sets kind, checked and want of the piece. */
enum err tus_checksum(struct call *c, const struct http_request *rq,
                      struct upload_piece *p) MUST_USE;

#endif
