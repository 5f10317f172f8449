/* The head of a reply whose body is stored bytes or made from them: ranges, conditions, names. */
#ifndef HTTP_PARTIAL_H
#define HTTP_PARTIAL_H

#include "server/http/range.h"
#include "server/http/route.h"

struct partial {
    struct str etag; /* with its quotes */
    struct str mime, name;
    uint64_t size;
    bool attachment;
};

/* Sets status and headers of out->reply from the request's conditions, and offset and length; gives
 * whether a body follows (not for 304, 412 and 416). HEAD is the transport's: it sends the head
 * alone. */
bool partial_head(struct call *c, const struct input *in, struct output *out,
                  const struct partial *p);
/* Is this a download from its beginning (not a continued piece, not a HEAD)? Such a one is counted
 * as a use. */
bool partial_begins(const struct input *in, const struct output *out);

#endif
