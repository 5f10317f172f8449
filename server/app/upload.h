/* Uploads: files on their way into the house (tus 1.0). Pieces go to a spool file, the complete
 * file is looked at by the probe and becomes a blob; then a resource takes it. Expired and refused
 * ones are swept. */
#ifndef APP_UPLOAD_H
#define APP_UPLOAD_H

#include "server/app/call.h"

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

#endif
