/* The address people type, and which pages may act for whoever is logged in: those that came from
 * there. Pure.
 *
 * O1: an address that was configured (--public-url) is the only one. O2: without one it is the
 * address the browser came by: "http://" and the Host it names, as long as that is a number or
 * localhost, which mean this machine and no other. A name counts only when it was configured:
 * anybody can make a name of his own point at us (DNS rebinding), and his pages would be ours. */
#ifndef BASE_SITE_H
#define BASE_SITE_H

#include "server/base/arena.h"
#include "server/base/err.h"

#include <stdbool.h>

struct site {
    const char *url; /* "http://host:port" without a slash at the end */
    bool configured; /* else it is where we listen */
};

enum { SITE_URL_MAX = 300 };
/* What was typed as our address, written as browsers write it in Origin: lower case, no slash at
 * the end, no port that goes without saying. false: no address of a site; a path, a name without
 * http:// or in Chinese characters (it has one of the form xn--) is none. */
bool site_read(struct str typed, char out[SITE_URL_MAX]);
/* May a page of this Origin act here? host: the Host of the same request. E_OK · E_SITE: it is a
 * page of ours, but by an address that O1 and O2 do not know · E_ORIGIN: it is somebody else's. */
enum err site_judge(const struct site *s, struct str origin, struct str host) MUST_USE;
/* The address that whoever sent this Host should be given in links. */
struct str site_address(const struct site *s, struct arena *a, struct str host);

/* Is this path the address of a WebSocket: /ws/events, /ws/doc/NUMBER? */
bool site_is_socket(struct str path);

#endif
