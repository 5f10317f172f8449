/* Schools. */
#ifndef APP_SCHOOL_H
#define APP_SCHOOL_H

#include "server/app/call.h"
#include "storage/school.h"

struct school_query {
    struct str q, cursor;
    int64_t town, group, limit;
    bool disabled;
    bool has_q, has_cursor, has_town, has_group, has_limit, has_disabled;
};
struct school_page {
    struct school *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct school_new {
    struct str code, name, type;
    int64_t town, ord, pupils;
    bool has_type, has_town, has_ord, has_pupils;
};
struct school_edit {
    struct str code, name, type;
    int64_t town, ord, pupils;
    bool disabled;
    bool has_code, has_name, has_type, has_town, has_ord, has_pupils, has_disabled;
};

enum err school_find(struct call *c, const struct school_query *q,
                     struct school_page *out) MUST_USE;
enum err school_show(struct call *c, int64_t id, struct school *out) MUST_USE;
enum err school_create(struct call *c, const struct school_new *in, struct school *out) MUST_USE;
enum err school_update(struct call *c, int64_t id, int64_t rev, const struct school_edit *in,
                       struct school *out) MUST_USE;
/* Puts a school with uuid and pinyin filled in; inside a transaction. */
enum err school_add(struct call *c, struct school *s) MUST_USE;

#endif
