/* Packs: the files of a resource, of a lesson or of a choice as one ZIP, made while it is sent. */
#ifndef APP_PACK_H
#define APP_PACK_H

#include "server/app/call.h"
#include "server/format/pack.h"

enum { PACK_FILES_MAX = 2000 };

struct pack_file {
    int64_t resource_id;
    struct str sha256;
    uint64_t size;
};

struct pack_job {
    struct pack *pack;       /* the caller's to pack_free */
    struct pack_file *files; /* as many as the pack has members, in their order */
    size_t n;
    struct str name; /* of the ZIP, "….zip" */
    struct str etag; /* with its quotes */
};

struct pack_want {
    int64_t resource, taxon; /* one of these two, or files */
    const int64_t *files;
    size_t files_n;
    enum pack_names names;
};

/* E_LOGIN, E_NOT_FOUND: nothing of it is there for the caller. E_TOO_LARGE: more than
 * PACK_FILES_MAX files. */
enum err pack_make(struct call *c, const struct pack_want *w, struct pack_job *out) MUST_USE;

#endif
