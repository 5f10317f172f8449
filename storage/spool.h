/* Spools: uploads on their way. Each is a file that only grows, DIR/<id>, with a running SHA-256
 * and CRC-32, so that finishing costs the same for a kilobyte and for 4 GiB.
 *
 * S1: an offset is told only after the bytes before it are on the disk, and so is the mark
 * (DIR/<id>.at) that says so. S2: pieces are written and hashed in the order they came, by one
 * runner at a time. S3: after a restart the file counts up to its mark and is hashed once more.
 * S4: when the disk fails or is full, the file goes back to the last offset that is true. S5: of a
 * stream with a checksum all bytes count, or none. S6: what is dropped is closed at once by whoever
 * dropped it or by the runner, for the last one to let go may be a network thread, and closing a
 * large file that has no name any more takes long; nothing makes it again.
 *
 * A spool has one stream at a time: the body of one request. stream_take() is called by a network
 * thread and never waits; runners of a pool of their own write, hash and sync. Everything else
 * here blocks and belongs to workers. */
#ifndef STORAGE_SPOOL_H
#define STORAGE_SPOOL_H

#include "server/base/hash.h"
#include "storage/disk.h"

struct spools;
struct spool;
struct stream;

/* Makes the folder when it is missing. */
enum err spools_open(const char *dir, int threads, struct spools **out) MUST_USE;
void spools_close(struct spools *s); /* no stream is open any more; NULL is fine */
int spools_folder(const struct spools *s);
/* Bytes of the spool file, as far as they are written; 0 when there is none. For lists. */
uint64_t spools_seen(struct spools *s, struct str id);
/* Removes the files of an upload; a stream that is open on it goes nowhere. */
enum err spools_drop(struct spools *s, struct str id) MUST_USE;
/* Calls each(arg, id, changed) for every spool file; an error of each() ends the walk. */
enum err spools_each(struct spools *s, enum err (*each)(void *arg, struct str id, int64_t changed),
                     void *arg) MUST_USE;
size_t spools_streams(struct spools *s); /* open now, for /metrics */

/* The spool of an id (hex digits); made when it is new. The caller holds it until spool_unref. */
struct spool *spool_ref(struct spools *s, struct str id);
void spool_unref(struct spool *sp); /* NULL is fine */
/* Ends a stream that is still open (by its cut()) and waits until its bytes are kept; then tells
 * the offset. E_BUSY: the old stream does not end. E_NOT_FOUND: dropped. */
enum err spool_offset(struct spool *sp, uint64_t *offset) MUST_USE;
/* Length, hash and CRC-32 of all that is there. E_BUSY: a stream is open, or nothing is known since
 * a failure or a restart; spool_offset helps. */
enum err spool_sums(struct spool *sp, uint64_t *size, unsigned char sha256[SHA256_LEN],
                    uint32_t *crc32) MUST_USE;

struct stream_setup {
    uint64_t offset;   /* where the body begins: must be the spool's offset */
    uint64_t limit;    /* how many bytes may come; what is more is dropped and E_TOO_LARGE */
    uint64_t expected; /* how many are announced, 0: unknown; only for the size of buffers */
    uint64_t whole;    /* length of the complete upload, UINT64_MAX while unknown */
    bool checked;      /* the body has a checksum: kind and want */
    enum digest_kind kind;
    unsigned char want[SHA256_LEN];
    /* Told under the spool's lock, so quick and without calling back: the stream can take more; it
     * should end now because somebody newer came or the disk failed. */
    void (*resume)(void *arg);
    void (*cut)(void *arg);
    void *arg;
};

/* E_OFFSET: the spool is elsewhere. E_BUSY, E_NOT_FOUND: as with spool_offset. Ends an older stream
 * first. */
enum err stream_open(struct spool *sp, const struct stream_setup *setup,
                     struct stream **out) MUST_USE;
/* How many of the bytes were taken; fewer than n: not now, resume() follows. */
size_t stream_take(struct stream *st, const char *p, size_t n);
/* After the last byte (whole) or when the line broke. ready(arg) is called once all is kept and
 * synced, at once or later. */
void stream_done(struct stream *st, bool whole, void (*ready)(void *arg), void *arg);
/* After ready(): how it went and the spool's offset now. E_CHECKSUM, E_TOO_LARGE, E_DISK_FULL,
 * E_IO. */
enum err stream_result(struct stream *st, uint64_t *offset) MUST_USE;
/* The last call; none of the functions given is called after it. */
void stream_unref(struct stream *st);

#endif
