/* Town offices. */
#ifndef APP_TOWN_H
#define APP_TOWN_H

#include "server/app/call.h"
#include "storage/town.h"

struct town_page {
    struct town *items;
    size_t items_n;
};
struct town_new {
    struct str code, name;
    int64_t ord;
    bool has_ord;
};
struct town_edit {
    struct str code, name;
    int64_t ord;
    bool disabled;
    bool has_code, has_name, has_ord, has_disabled;
};

enum err town_find(struct call *c, struct town_page *out) MUST_USE;
enum err town_create(struct call *c, const struct town_new *in, struct town *out) MUST_USE;
enum err town_update(struct call *c, int64_t id, int64_t rev, const struct town_edit *in,
                     struct town *out) MUST_USE;

#endif
