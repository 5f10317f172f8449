/* Seals: that we ourselves made an address, told by a MAC in it (HMAC-SHA256 of the house's secret,
 * 128 bits, in hexadecimal digits). The text says what is sealed and begins with a word for the
 * kind, so that one kind's seal is no good for another. */
#ifndef APP_SEAL_H
#define APP_SEAL_H

#include "server/app/call.h"

struct str seal_of(struct call *c, struct str text);
/* In the same time whatever is wrong. */
bool seal_fits(struct call *c, struct str text, struct str seal);

#endif
