/* What the parts of `jibei export` share. */
#ifndef APP_EXPORT_H
#define APP_EXPORT_H

#include "server/app/call.h"
#include "server/base/buf.h"

/* The name of a thing's folder, the same in every export of this county. */
struct str export_uuid(struct call *c, const char *noun, int64_t id);
/* A file in the folder, on the disk when this returns. */
enum err export_save(int dir, const char *name, struct str bytes) MUST_USE;
/* One member of a manifest: ,"name": "value". */
void export_text(struct buf *b, const char *name, struct str value);

/* Live documents, each in a folder of its own under root, and listed in index as JSON objects:
 * those a person wrote, or (person 0) those of a school. n: how many. */
enum err export_docs(struct call *c, int root, int64_t person, int64_t school, struct buf *index,
                     int64_t *n) MUST_USE;

#endif
