/* Education groups and their member schools. */
#ifndef APP_GROUP_H
#define APP_GROUP_H

#include "server/app/call.h"
#include "storage/group.h"

struct group_query {
    struct str cursor;
    int64_t limit;
    bool disabled;
    bool has_cursor, has_limit, has_disabled;
};
struct group_page {
    struct group *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct group_new {
    struct str name, mode;
    int64_t lead_school, ord, founded_at;
    bool has_ord, has_founded_at;
};
struct group_edit {
    struct str name, mode;
    int64_t lead_school, ord, founded_at;
    bool disabled;
    bool has_name, has_mode, has_lead_school, has_ord, has_founded_at, has_disabled;
};
struct group_member_query {
    bool all, has_all; /* past ones too */
};
struct group_member_new {
    int64_t school, from_at, until_at;
    bool has_from_at, has_until_at;
};
struct group_member_page {
    struct group_member *items;
    size_t items_n;
};

enum err group_find(struct call *c, const struct group_query *q, struct group_page *out) MUST_USE;
enum err group_show(struct call *c, int64_t id, struct group *out) MUST_USE;
/* The lead school is its first member. */
enum err group_create(struct call *c, const struct group_new *in, struct group *out) MUST_USE;
enum err group_update(struct call *c, int64_t id, int64_t rev, const struct group_edit *in,
                      struct group *out) MUST_USE;
enum err group_members(struct call *c, int64_t id, bool all,
                       struct group_member_page *out) MUST_USE;
/* A school is in one group at a time; E_CONFLICT otherwise. */
enum err group_join(struct call *c, int64_t id, const struct group_member_new *in,
                    struct group_member *out) MUST_USE;
enum err group_leave(struct call *c, int64_t id, int64_t member) MUST_USE; /* not the lead school */

#endif
