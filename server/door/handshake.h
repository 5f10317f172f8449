/* What the first bytes of a connection are. Pure. */
#ifndef DOOR_HANDSHAKE_H
#define DOOR_HANDSHAKE_H

#include "server/base/site.h"

enum knock {
    KNOCK_WAIT, /* the head is not complete */
    KNOCK_HTTP, /* for http, which also answers what is wrong with a handshake */
    KNOCK_LIVE, /* a complete WebSocket handshake (RFC 6455, 4.2.1) for a path under /ws/ */
    KNOCK_NONE, /* another protocol: TLS, say, of somebody who typed https:// */
};

/* head: what was peeked; full: nothing more can be peeked. site: whose pages may come. */
enum knock knock_of(struct str head, bool full, const struct site *site);
/* The value of a header in a head, trimmed; STR_NONE when absent. count: how often it stands there.
 */
struct str head_value(struct str head, const char *name, int *count);

#endif
