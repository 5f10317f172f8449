/* Cursors: where the next page of a list begins, as a text nobody needs to understand. */
#ifndef APP_CURSOR_H
#define APP_CURSOR_H

#include "server/app/page.h"

/* list: the list's own name, so that another list's cursor is refused. */
struct str cursor_make(struct arena *a, const char *list, struct str key, int64_t id);
/* An empty cursor gives an empty key and 0; one that is not from this list E_INPUT. */
enum err cursor_read(struct call *c, const char *list, struct str cursor, struct str *key,
                     int64_t *id) MUST_USE;

#endif
