/* A school's bells (作息时间): periods that hold from a day on. */
#ifndef APP_BELL_H
#define APP_BELL_H

#include "server/app/call.h"
#include "storage/bell.h"

struct bell_page {
    struct bell *items;
    size_t items_n;
};
struct bell_new {
    struct str name;
    int64_t from_day;
    struct period *periods;
    size_t periods_n;
};
struct bell_edit {
    struct str name;
    int64_t from_day;
    struct period *periods;
    size_t periods_n;
    bool has_name, has_from_day, has_periods;
};

enum err bell_find(struct call *c, int64_t school, struct bell_page *out) MUST_USE;
enum err bell_create(struct call *c, int64_t school, const struct bell_new *in,
                     struct bell *out) MUST_USE;
enum err bell_update(struct call *c, int64_t id, int64_t rev, const struct bell_edit *in,
                     struct bell *out) MUST_USE;
/* Inside a transaction, checked. */
enum err bell_add(struct call *c, struct bell *b) MUST_USE;

#endif
