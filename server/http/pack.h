/* Replies whose body is a pack. */
#ifndef HTTP_PACK_H
#define HTTP_PACK_H

#include "server/app/pack.h"
#include "server/http/route.h"

struct pack_query {
    bool has_names, has_files;
    struct str names; /* utf8 or gbk (for Windows 7) */
    int64_t *files;
    size_t files_n;
};

enum err pack_reply(struct call *c, const struct input *in, struct output *out,
                    const struct pack_want *w) MUST_USE;

#endif
