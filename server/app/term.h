/* Terms with their holidays and moved days (调休). */
#ifndef APP_TERM_H
#define APP_TERM_H

#include "server/app/call.h"
#include "storage/term.h"

struct term_page {
    struct term *items;
    size_t items_n;
};
struct term_new {
    struct str key, name;
    int64_t first_day, last_day;
    struct day_change *changes;
    size_t changes_n;
};
struct term_edit {
    struct str key, name;
    int64_t first_day, last_day;
    struct day_change *changes;
    size_t changes_n;
    bool has_key, has_name, has_first_day, has_last_day, has_changes;
};

enum err term_find(struct call *c, struct term_page *out) MUST_USE;
enum err term_create(struct call *c, const struct term_new *in, struct term *out) MUST_USE;
/* changes, when given, replace all that were there. */
enum err term_update(struct call *c, int64_t id, int64_t rev, const struct term_edit *in,
                     struct term *out) MUST_USE;
/* Inside a transaction, checked. */
enum err term_add(struct call *c, struct term *t) MUST_USE;

#endif
