/* Being in: login, the session's end, the sessions of a person, passwords. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "server/app/call.h"
#include "storage/session.h"

/* How long a session lives without a request, in ms. */
enum err session_idle_ms(struct call *c, int64_t *ms) MUST_USE;

#endif
