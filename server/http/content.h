/* Replies whose body is a stored file. */
#ifndef HTTP_CONTENT_H
#define HTTP_CONTENT_H

#include "server/app/content.h"
#include "server/http/route.h"

struct content_query {
    bool has_version, has_show;
    int64_t version;
    bool show; /* for showing in a page, where the kind allows it; otherwise for saving */
};

struct content_ask {
    int64_t file_id, version; /* version 0: the current one */
    bool show;
};

enum err content_reply(struct call *c, const struct input *in, struct output *out,
                       const struct content_ask *ask) MUST_USE;

#endif
