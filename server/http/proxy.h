/* Proxies we trust and what they say of the client. Pure. */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include "server/base/str.h"

#include <sys/socket.h>

struct proxies;

/* "127.0.0.1/32,10.0.0.0/8,::1"; NULL when a part is no address. Empty: nobody is trusted. */
struct proxies *proxies_new(struct str list);
void proxies_free(struct proxies *p);

enum { IP_TEXT = 46 };
void ip_text(const struct sockaddr *a, char out[IP_TEXT]); /* "::ffff:1.2.3.4" is "1.2.3.4" */
bool proxy_trusted(const struct proxies *p, struct str ip);
/* The client's address: the peer's, or, when the peer is trusted, the last address in
 * X-Forwarded-For that is not trusted itself. Borrowed from its arguments. */
struct str proxy_client(const struct proxies *p, struct str peer, struct str forwarded_for);

#endif
