/* The manifest of a backup: a text file that names all that belongs to it, with hashes, and ends
 * with its own.
 *
 *   jibei-backup 1
 *   made <ms UTC>
 *   version <of the program>
 *   rows <rows.db or rows.dump> <bytes> <sha256>
 *   secret <sha256>
 *   blob <sha256> <bytes>            as often as needed
 *   missing <sha256> <bytes>         named by a row, but not there when the backup was made
 *   end <sha256 of all before this line> */
#ifndef APP_MANIFEST_H
#define APP_MANIFEST_H

#include "server/app/backup_files.h"

struct manifest {
    int64_t made;
    struct str version, rows_name, rows_sha, secret_sha;
    uint64_t rows_size;
    size_t blobs_n, missing_n;
    struct str blobs; /* the blob lines, for manifest_next */
};

enum { MANIFEST_CAP = 1 << 30 };

/* Reads and checks; the texts live in text. E_CORRUPT: broken; E_NOT_FOUND: there is none. */
enum err manifest_read(int dir, struct buf *text, struct manifest *out) MUST_USE;
/* The next blob; missing ones are passed over. false: no more. rest begins as m->blobs. */
bool manifest_next(struct str *rest, struct str *sha256, uint64_t *size);
/* Adds the last line. */
void manifest_end(struct buf *text);

#endif
