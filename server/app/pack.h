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

struct pack_body; /* its bytes, for longer than the call */

struct pack_job {
    struct pack_body *body;  /* the caller's to pack_body_free */
    struct pack_file *files; /* in the order of its members */
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

/* For pack_make: takes the pack, copies the rest. */
struct pack_body *pack_body_new(struct house *h, struct pack *pack, const struct pack_file *files,
                                size_t n);
void pack_body_free(struct pack_body *b); /* NULL is fine */
uint64_t pack_body_size(const struct pack_body *b);
/* Some of the bytes at an offset, at most n; 0 only at the end. Any thread, one at a time; may
 * block. E_CORRUPT, E_IO: a stored file is not as it should be. */
enum err pack_body_read(struct pack_body *b, uint64_t offset, char *out, size_t n,
                        size_t *got) MUST_USE;

#endif
