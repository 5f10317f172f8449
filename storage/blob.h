/* Blobs: stored contents. Each distinct content is one file, named by its SHA-256, below a folder
 * named by the hash's first byte (DIR/ab/ab12…), and one row that knows its length, CRC-32 and
 * type.
 *
 * B1: a row never points at a missing file: the file is in its folder and the folder synced before
 * the row is committed, and the row is gone before the file is removed. B2: a file is never changed
 * once it has its name. B3: whoever brings or needs a content makes the file's time and the row's
 * seen_at new, so that the sweeper leaves it alone. */
#ifndef STORAGE_BLOB_H
#define STORAGE_BLOB_H

#include "storage/db.h"

struct blobs; /* the folder, shared by all threads */

/* Makes what is missing: the folder and its 256 folders, synced. */
enum err blobs_open(const char *dir, struct blobs **out) MUST_USE;
void blobs_close(struct blobs *b); /* NULL is fine */

/* The file open_dir/name becomes the content sha256 (64 hex digits); on return it is durable under
 * its name. The file keeps its old name too, which the caller removes after its transaction. When
 * the content is there already with the same size, the old file stays and becomes new (B3). */
enum err blobs_keep(struct blobs *b, int from_dir, const char *name, struct str sha256,
                    uint64_t size) MUST_USE;
int blobs_root(const struct blobs *b); /* the folder, for files on their way to a name */
/* Opens for reading. E_CORRUPT: it is not there or its size is another; *fd is -1 then, as after
 * any error. */
enum err blobs_fd(struct blobs *b, struct str sha256, uint64_t size, int *fd) MUST_USE;
bool blobs_have(struct blobs *b, struct str sha256);
/* Removes the file unless it became new after `before` (ms UTC); E_OK either way. */
enum err blobs_drop(struct blobs *b, struct str sha256, int64_t before) MUST_USE;
/* Reads the whole file and compares. E_CORRUPT: hash or size differ, or it is missing. */
enum err blobs_verify(struct blobs *b, struct str sha256, uint64_t size, uint32_t crc32) MUST_USE;
/* Calls each(arg, sha256, changed) for every file of one of the 256 folders (0 … 255). Files with
 * other names are strangers and not told. An error of each() ends the walk. */
enum err blobs_each(struct blobs *b, int folder,
                    enum err (*each)(void *arg, struct str sha256, int64_t changed),
                    void *arg) MUST_USE;

/* ---- rows */
enum blob_verdict { BLOB_ACCEPTED = 1, BLOB_QUARANTINED };
enum blob_read { BLOB_UNREAD, BLOB_READ, BLOB_UNREADABLE };

struct blob {
    int64_t id, size, crc32;
    int64_t verdict, read_state, created_at, seen_at;
    struct str sha256; /* 64 hex digits */
    struct str mime;   /* never with parameters */
    struct str kind;   /* document slides sheet pdf image video audio text archive package other */
    struct str reason; /* Chinese, when it is quarantined */
};

/* Inserts, or finds the row of this content and makes it new (an accepted verdict wins). b->id and
 * b->read_state are filled. Inside a writing transaction. */
enum err blob_put(struct db *db, struct blob *b) MUST_USE;
enum err blob_get(struct db *db, struct arena *a, int64_t id, struct blob *b) MUST_USE;
enum err blob_by_sha(struct db *db, struct arena *a, struct str sha256, struct blob *b) MUST_USE;
/* Up to limit rows with ids above after, in their order. */
enum err blob_list(struct db *db, struct arena *a, int64_t after, size_t limit, struct blob **out,
                   size_t *n) MUST_USE;
/* The same, of each only id, sha256 and size: what every release has had, since the backup before
 * an upgrade reads the rows of an older one. */
enum err blob_list_bare(struct db *db, struct arena *a, int64_t after, size_t limit,
                        struct blob **out, size_t *n) MUST_USE;
enum err blob_read_state(struct db *db, int64_t id, enum blob_read state) MUST_USE;

#endif
