/* Pages of a list that is ordered by id, newest first. The cursor is the last id of the page
 * before, as text that clients pass on and do not read. */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "server/app/call.h"

enum { PAGE_STANDARD = 50, PAGE_MAX = 200 };

struct page {
    int64_t before; /* ids below this; 0: from the newest */
    size_t limit;
};

/* cursor "" is the first page; limit 0 the standard. E_INPUT: a cursor that is none of ours. */
enum err page_of(struct call *c, struct str cursor, int64_t limit, struct page *out) MUST_USE;
struct str page_cursor(struct call *c, int64_t last);

#endif
