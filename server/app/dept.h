/* 教研组 and 备课组: of a school, or across the schools of a group. */
#ifndef APP_DEPT_H
#define APP_DEPT_H

#include "server/app/call.h"
#include "storage/dept.h"

struct dept_query {
    int64_t school, group, person, limit;
    bool disabled;
    struct str cursor;
    bool has_school, has_group, has_person, has_limit, has_disabled, has_cursor;
};
struct dept_page {
    struct dept *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct dept_new {
    struct str kind, name, subject, grade;
    int64_t school, group;
    bool has_subject, has_grade, has_school, has_group;
};
struct dept_edit {
    struct str kind, name, subject, grade;
    bool disabled;
    bool has_kind, has_name, has_subject, has_grade, has_disabled;
};
struct dept_member_new {
    int64_t person;
    bool leader, has_leader;
};
struct dept_member_edit {
    bool leader;
};
struct dept_member_page {
    struct dept_member *items;
    size_t items_n;
};

enum err dept_find(struct call *c, const struct dept_query *q, struct dept_page *out) MUST_USE;
enum err dept_show(struct call *c, int64_t id, struct dept *out) MUST_USE;
enum err dept_create(struct call *c, const struct dept_new *in, struct dept *out) MUST_USE;
enum err dept_update(struct call *c, int64_t id, int64_t rev, const struct dept_edit *in,
                     struct dept *out) MUST_USE;
enum err dept_members(struct call *c, int64_t id, struct dept_member_page *out) MUST_USE;
/* Members come from the school, or from the schools of the group. */
enum err dept_join(struct call *c, int64_t id, const struct dept_member_new *in,
                   struct dept_member *out) MUST_USE;
enum err dept_lead(struct call *c, int64_t id, int64_t member, bool leader) MUST_USE;
enum err dept_leave(struct call *c, int64_t id, int64_t member) MUST_USE;

#endif
