/* The bell: what was told to the caller, as sentences made from notices.def. Telling is done by
 * storage/notice.h, inside the transaction it is about. */
#ifndef APP_NOTICE_H
#define APP_NOTICE_H

#include "server/app/call.h"

struct notice_view {
    int64_t id, at, read_at, noun_id; /* read_at 0: unread */
    struct str kind, text, noun;
};
struct notice_query {
    bool has_unread, has_cursor, has_limit;
    bool unread;
    int64_t limit;
    struct str cursor;
};
struct notice_page {
    struct notice_view *items;
    size_t items_n;
    int64_t unread; /* how many in all */
    struct str next;
    bool has_next;
};
struct notice_upto {
    int64_t upto;
};

enum err notice_page_get(struct call *c, const struct notice_query *q,
                         struct notice_page *out) MUST_USE;
/* E_NOT_FOUND: the caller has no such notice. */
enum err notice_mark(struct call *c, int64_t id) MUST_USE;
/* All the caller's notices up to and including this id. */
enum err notice_mark_all(struct call *c, int64_t upto) MUST_USE;

#endif
