/* What the functions that change files share. */
#ifndef APP_FILE_INT_H
#define APP_FILE_INT_H

#include "server/app/file.h"
#include "server/app/resource.h"

/* A name people may give a file: one line, no path, nothing Windows refuses. E_INPUT: why not. */
enum err file_name_check(struct call *c, struct str name, struct str *out) MUST_USE;
/* The resource for its author; discarded ones are E_STATE. */
enum err file_author_of(struct call *c, int64_t resource, struct resource_row *r) MUST_USE;
/* Is there room for one more? E_INPUT. */
enum err file_room(struct call *c, const struct resource_row *r) MUST_USE;
enum err file_and_author(struct call *c, int64_t id, struct file *f,
                         struct resource_row *r) MUST_USE;
/* After a change: totals, the resource's revision, a new approval where it is needed, the event. */
enum err file_finish(struct call *c, struct resource_row *r, const struct file *f,
                     struct file_done *out) MUST_USE;

#endif
