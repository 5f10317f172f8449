/* The head of a request: is it one that we and every proxy before us read alike? Pure.
 * H1: at most one Content-Length, digits only. H2: no Content-Length beside Transfer-Encoding, and
 * no coding but chunked (RFC 9112, 6.1 and 6.3). H3: names are tokens; values hold no control
 * character. H4: one Host. H5: the path is valid percent-encoding of valid UTF-8 without control
 * characters. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "server/base/err.h"
#include "server/base/str.h"

enum { BODY_UNKNOWN = -1 }; /* chunked */

struct head {
    int lengths, codings, hosts;
    bool chunked, bad_name, bad_value, bad_length, bad_coding;
    int64_t length; /* of the body; BODY_UNKNOWN when chunked */
};

void head_see(struct head *h, struct str name, struct str value); /* once per header */
/* E_OK, E_SYNTAX (400), E_CODING (501), E_TOO_LARGE (no int64). one_one: HTTP/1.1. */
enum err head_verdict(const struct head *h, bool one_one) MUST_USE;
/* Splits a request target (origin form or absolute form) into path and query; E_SYNTAX by H5. */
enum err head_target(struct str target, struct str *path, struct str *query) MUST_USE;

#endif
