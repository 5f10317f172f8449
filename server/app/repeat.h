/* Repeated requests: a creating request that carries an Idempotency-Key is worked on once; whoever
 * repeats it within 24 h gets the same reply. Per person and route. */
#ifndef APP_REPEAT_H
#define APP_REPEAT_H

#include "server/app/call.h"

struct repeat {
    const char *route;
    struct str key;        /* the client's, empty: the request is not protected */
    struct str path, body; /* must be the same each time */
};

struct kept_reply {
    int status;
    int64_t rev;
    struct str body;
};

/* again = true: *kept is the reply of the first time. E_BUSY_KEY: somebody works on it now.
 * E_KEY_REUSED: the key came with another path or body. E_INPUT: no proper key. */
enum err repeat_begin(struct call *c, const struct repeat *r, struct kept_reply *kept,
                      bool *again) MUST_USE;
/* Keeps the reply when e is E_OK; otherwise forgets the key, so that the request may be tried
 * again. */
void repeat_end(struct call *c, const struct repeat *r, enum err e, const struct kept_reply *reply);

#endif
