/* Being in: login, logout, the sessions of a person, changing one's password. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "server/app/call.h"
#include "storage/session.h"

/* How long a session lives without a request, in ms. */
enum err session_idle_ms(struct call *c, int64_t *ms) MUST_USE;

struct login {
    struct str login, password; /* login name, staff number or phone */
};

struct entered {
    struct str cookie; /* the session's name, for COOKIE_SESSION */
    struct str device; /* a new name for COOKIE_DEVICE; empty: the old one stays */
};

/* Logs in and makes c->viewer the person. device: value of COOKIE_DEVICE or empty. E_CREDENTIALS,
 * E_LOCKED. Runs in the pool for passwords. */
enum err session_enter(struct call *c, const struct login *in, struct str device,
                       struct entered *out) MUST_USE;
enum err session_leave(struct call *c) MUST_USE; /* the viewer's own; nothing to do without one */

struct password_change {
    struct str old_password, new_password;
};
/* The viewer's own. Ends his other sessions. E_CREDENTIALS: the old one is wrong. */
enum err session_change_password(struct call *c, const struct password_change *in) MUST_USE;

struct session_page {
    struct session *items;
    size_t items_n;
};
/* Those of a person that still hold. */
enum err session_of_person(struct call *c, int64_t person, struct session_page *out) MUST_USE;
enum err session_kick(struct call *c, int64_t person, int64_t id) MUST_USE;
/* All of a person; of oneself: all but this one. */
enum err session_kick_all(struct call *c, int64_t person) MUST_USE;

#endif
