/* Files that come from this machine instead of over the line: the demo's, and an old net disk's.
 * They pass the same look of the probe and end as the same blobs and rows as uploads do. */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include "server/app/file.h"
#include "storage/blob.h"

/* Stores bytes, or a copy of the file at path, as a blob; name decides with the content what it is.
 * No transaction may be open. E_FILE_REFUSED: the probe's verdict, or path cannot be read; the
 * fault says why. b->id is set by intake_attach. */
enum err intake_bytes(struct call *c, struct str bytes, struct str name, struct blob *b) MUST_USE;
enum err intake_path(struct call *c, const char *path, struct str name, struct blob *b) MUST_USE;
/* The stored content becomes a file of the caller's resource, as file_add does with an upload.
 * Inside a writing transaction. */
enum err intake_attach(struct call *c, int64_t resource, struct str name, struct str folder,
                       struct blob *b, struct file_done *out) MUST_USE;
/* Bytes that were kept count for who brought them, and for his school (0: none). Inside a writing
 * transaction. */
enum err intake_count(struct call *c, int64_t person, int64_t school, int64_t bytes) MUST_USE;

#endif
