/* Uploads: files on their way into the house (tus 1.0). Pieces go to a spool file, the complete
 * file is looked at by the probe and becomes a blob; then a resource takes it. Expired and refused
 * ones are swept. */
#ifndef APP_UPLOAD_H
#define APP_UPLOAD_H

#include "server/app/call.h"
#include "server/base/hash.h"

/* What an upload became. Text lives in the call's arena. */
struct taken {
    int64_t blob_id;
    int64_t size, crc32;
    struct str sha256, mime;
    struct str kind; /* document slides sheet pdf image video audio text archive package other */
    struct str name; /* as the browser told it, made safe; with its extension */
    struct str path; /* the folders above it when a folder was chosen: "第一单元/课件", or "" */
    bool quarantined;  /* its content does not fit its name: kept, but only its owner gets it */
    struct str reason; /* Chinese, when quarantined */
};

/* A finished upload of the caller becomes his to attach: inside the caller's writing transaction it
 * is marked as taken, its bytes are counted for the person and his school, and what must be read
 * out of it is queued. E_NOT_FOUND: no such upload of his. E_STATE: taken before. E_OFFSET: not yet
 * complete. E_FILE_REFUSED: with the reason. */
enum err upload_take(struct call *c, struct str upload_id, struct taken *out) MUST_USE;

/* The bytes of a finished upload of the caller's, which stays as it is. E_FILE_REFUSED also where
 * they are kept back; other errors as above. */
struct content;
enum err upload_content(struct call *c, struct str upload_id, struct content *out) MUST_USE;

/* ---- on their way (the way of tus, but nothing of HTTP) */
struct upload_now {
    struct str id;
    int64_t offset, length; /* length -1: not yet told */
    int64_t expires_at;     /* ms UTC */
    struct str metadata;    /* as the client sent it */
};

/* metadata: "key base64,key base64" (tus): filename, relativePath, modified (ms), resource, file.
 * length -1: told later. E_INPUT, E_TOO_LARGE, E_QUOTA, E_DISK_FULL, E_RATE (too many unfinished).
 * An upload of nothing is complete at once. */
enum err upload_create(struct call *c, int64_t length, struct str metadata,
                       struct upload_now *out) MUST_USE;
/* Ends a piece that is still coming (a newer request wins over a stalled one), so the offset is
 * true. E_GONE: it was given up or expired. E_FILE_REFUSED: complete, and not taken. */
enum err upload_look(struct call *c, struct str id, struct upload_now *out) MUST_USE;
/* Is there room for so many bytes more of the caller's? E_QUOTA. */
enum err upload_quota(struct call *c, int64_t bytes) MUST_USE;
/* The largest file that may come, in bytes. */
int64_t upload_max(struct call *c);
enum err upload_drop(struct call *c, struct str id) MUST_USE;

struct upload_item {
    struct str id, name, path, reason;
    int64_t offset, length, created_at, changed_at, expires_at;
    int64_t resource_id, file_id;
    bool complete;
};
struct upload_items {
    struct upload_item *items;
    size_t items_n;
};
enum err upload_mine(struct call *c, struct upload_items *out) MUST_USE;

/* One body of bytes for an upload. Opened and ended by a worker; take and done are called by a
 * network thread. */
struct upload_body;
struct upload_piece {
    int64_t offset;    /* where the client thinks it is */
    int64_t announced; /* bytes that will come, -1: not told */
    int64_t length;    /* the whole upload's, told now; -1: known before or not yet */
    bool checked;
    enum digest_kind kind;
    unsigned char want[SHA256_LEN];
    void (*resume)(void *arg);
    void (*cut)(void *arg);
    void *arg;
};
/* E_OFFSET, E_STATE (complete), E_GONE, E_RATE (too many at once), E_INPUT. */
enum err upload_body_open(struct call *c, struct str id, const struct upload_piece *p,
                          struct upload_body **out) MUST_USE;
size_t upload_body_take(struct upload_body *b, const char *p, size_t n);
void upload_body_done(struct upload_body *b, bool whole, void (*ready)(void *arg), void *arg);
void upload_body_unref(struct upload_body *b);
/* After ready: what is kept; when nothing is missing any more the file is looked at and stored. */
enum err upload_body_end(struct call *c, struct upload_body *b, struct upload_now *out) MUST_USE;

#endif
