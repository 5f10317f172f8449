/* Which stored bytes a file stands for, and whether the caller may read them. Whoever serves, packs
 * or previews a file asks here first: the answer follows from the state and the audience of the
 * file's resource. */
#ifndef APP_FILE_ACCESS_H
#define APP_FILE_ACCESS_H

#include "server/app/call.h"

struct file_access {
    int64_t resource_id, file_id, version;
    int64_t blob_id;
    int64_t size;
    struct str sha256, mime; /* of the content */
    bool quarantined;        /* the content does not fit its name */
    struct str name;         /* as the author named it, with its extension */
    struct str title;        /* of the resource */
    struct str
        place; /* its first place, for names in packs: "语文 · 统编版 · 三年级下册 · …" or "" */
    struct str owner_name;
    int64_t kind; /* of the resource, a row of the dictionary resource_kind */
    bool current; /* false: an older version or a removed file */
};

/* version 0: the current one. E_LOGIN, E_NOT_FOUND: no such file or not for this caller (they look
 * alike). */
enum err file_readable(struct call *c, int64_t file_id, int64_t version,
                       struct file_access *out) MUST_USE;
/* All current files of a resource in their order, checked once; E_NOT_FOUND as above. */
enum err resource_readable(struct call *c, int64_t resource_id, struct file_access **out,
                           size_t *n) MUST_USE;
/* The caller took the resource (a download, a pack, a link that was opened): counted once per
 * person, the last time is kept. The author's own and nobody's (no session) count nothing. Call it
 * in no transaction. */
enum err use_add(struct call *c, int64_t resource_id) MUST_USE;

#endif
