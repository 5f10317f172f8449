/* Which version of a thing a request has, what part of a file it wants, and under which name that
 * is saved. Pure. Sources: RFC 9110 (13 conditional requests, 14 ranges), RFC 6266 and RFC 8187
 * (names). */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include "server/base/arena.h"
#include "server/base/err.h"

enum range_kind {
    RANGE_WHOLE,   /* 200 */
    RANGE_PART,    /* 206, from … from + length */
    RANGE_NONE,    /* 416 */
    RANGE_SAME,    /* 304, the client has it */
    RANGE_CHANGED, /* 412, If-Match names another */
};

struct range {
    enum range_kind kind;
    uint64_t from, length;
};

struct range_ask {
    struct str range, if_range, if_none_match, if_match; /* header values, empty when absent */
    struct str etag;                                     /* of what is there, with its quotes */
    uint64_t size;
};

/* Is the tag (with its quotes) one of a list like: "a", W/"b", * ? Of an empty list none is. weak:
 * If-None-Match, for which a tag that a compressing proxy weakened is as good; If-Match wants the
 * tag itself (RFC 9110, 13.1). */
bool etag_listed(struct str list, struct str etag, bool weak);

/* Several ranges at once, or a unit other than bytes, are answered with the whole (RFC 9110, 14.2).
 */
struct range range_of(const struct range_ask *ask);

/* Content-Disposition for a name of any characters: an ASCII shadow and the name itself in UTF-8.
 */
struct str disposition(struct arena *a, bool attachment, struct str name);

#endif
