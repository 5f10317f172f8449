/* The answer to a head that nobody may trust: a whole reply, problem+json and Connection: close, as
 * bytes, for those who have a socket but no request yet (the door). */
#ifndef HTTP_REFUSAL_H
#define HTTP_REFUSAL_H

#include "server/base/err.h"

#include <stddef.h>

enum { REFUSAL_MAX = 1024 };

/* more: further header lines, each with its CRLF, or "". Gives the length. */
size_t refusal_write(char out[REFUSAL_MAX], enum err e, const char *more);

#endif
