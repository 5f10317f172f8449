/* Granting and revoking roles. */
#ifndef APP_ROLE_H
#define APP_ROLE_H

#include "server/app/call.h"
#include "storage/role.h"

struct role_new {
    int64_t scope_id, from_at, until_at;
    struct str role, scope_kind; /* school, group, county, town */
    bool has_scope_id, has_from_at, has_until_at;
};
struct role_query {
    int64_t scope_id;
    struct str role, scope_kind;
    bool has_scope_id, has_role, has_scope_kind;
};
struct role_view {
    int64_t id, person, scope_id, from_at, until_at;
    struct str role, text, scope_kind, scope_name, person_name, school_name;
};
struct role_page {
    struct role_view *items;
    size_t items_n;
};
/* One row of perms.def, for choosing. kinds: where it can be granted. */
struct role_word {
    struct str role, text;
    struct str *kinds;
    size_t kinds_n;
    bool grantable; /* by the viewer, somewhere */
};
struct role_word_page {
    struct role_word *items;
    size_t items_n;
};

enum err role_words(struct call *c, struct role_word_page *out) MUST_USE;
/* Those at places where the viewer may look; one's own always. */
enum err role_find(struct call *c, const struct role_query *q, struct role_page *out) MUST_USE;
enum err role_of_person(struct call *c, int64_t person, struct role_page *out) MUST_USE;
enum err role_grant_to(struct call *c, int64_t person, const struct role_new *in,
                       struct role_view *out) MUST_USE;
enum err role_revoke(struct call *c, int64_t person, int64_t id) MUST_USE;

#endif
