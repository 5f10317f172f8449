/* Rights: the roles, the capabilities and who may what are rows of perms.def.
 *
 * may() is asked at the door, before any input is read: has this person the capability of the
 * route's row (http/routes.def) at all? Where that depends on the thing, the app function that does
 * the thing asks it again with the thing's place; where it does not, the door's answer is the
 * answer. */
#ifndef APP_MAY_H
#define APP_MAY_H

#include "server/app/call.h"
#include "server/app/viewer.h"
#include "storage/viewer.h"

enum role {
#define ROLE(name, where, by, text) ROLE_##name,
#define CAP(name, code, flags, text)
#define PERM(cap, role, reach)
#include "server/app/perms.def"
#undef ROLE
#undef CAP
    ROLE_count
};

enum cap {
#define ROLE(name, where, by, text)
#define CAP(name, code, flags, text) CAP_##name,
#include "server/app/perms.def"
#undef ROLE
#undef CAP
#undef PERM
    CAP_count
};

enum role_where {
    AT_SCHOOL = 1 << SCOPE_SCHOOL,
    AT_GROUP = 1 << SCOPE_GROUP,
    AT_COUNTY = 1 << SCOPE_COUNTY,
    AT_TOWN = 1 << SCOPE_TOWN,
    ALONE = 1,
};

enum cap_flag { FOR_ADMIN = 1 };

struct role_kind {
    const char *code, *text;
    unsigned where; /* AT_*, ALONE */
    enum cap by;
};
extern const struct role_kind role_kinds[ROLE_count];

struct cap_kind {
    const char *code, *text;
    unsigned flags;
};
extern const struct cap_kind cap_kinds[CAP_count];

struct role_held {
    enum role role;
    enum scope_kind kind;
    int64_t id;
};

/* Where a thing is: what of it is known, zeroes for the rest. A place of zeroes is the county
 * itself: only roles held over the county cover it. */
struct place {
    int64_t owner, dept, school, group, audience;
};

/* E_OK · E_LOGIN: nobody asks · E_NOT_FOUND: may not even see the thing (its audience is given and
 * not held) · E_FORBIDDEN. at NULL asks whether there is any place at all where one may. */
enum err may(struct call *c, enum cap cap, const struct place *at) MUST_USE;
/* The same as a question, for what a reply says about rows: no reason is kept. */
bool may_at(const struct viewer *v, enum cap cap, const struct place *at);
/* Does holding the role somewhere give the capability? */
bool role_may(enum role role, enum cap cap);
bool role_of_text(struct str code, enum role *out);
bool viewer_holds(const struct viewer *v, enum role role); /* anywhere */

#endif
