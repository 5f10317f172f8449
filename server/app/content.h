/* The bytes of a file, for whoever may read it. */
#ifndef APP_CONTENT_H
#define APP_CONTENT_H

#include "server/app/call.h"

struct content {
    int fd; /* the caller's to close */
    int64_t resource_id;
    uint64_t size;
    struct str sha256, mime, name;
    bool shown; /* a browser may show it inside a page; everything else is only saved */
};

/* version 0: the current one. E_LOGIN, E_NOT_FOUND: none, or not for this caller. E_CORRUPT: the
 * row is there, the bytes are not. */
enum err content_open(struct call *c, int64_t file_id, int64_t version,
                      struct content *out) MUST_USE;

#endif
