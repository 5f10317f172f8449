/* Files on their way into a backup and out of it: copied with their hash compared, durable before
 * they count. */
#ifndef APP_BACKUP_FILES_H
#define APP_BACKUP_FILES_H

#include "server/base/buf.h"
#include "server/base/hash.h"

/* A folder of contents as the blob store has it: 256 folders by the first byte, opened as they are
 * needed. */
struct content_folder {
    int root, folders[256];
    bool dirty[256]; /* names were added and are not synced */
};
enum err contents_open(const char *path, struct content_folder *out) MUST_USE;
enum err contents_at(struct content_folder *f, struct str sha256, int *fd) MUST_USE;
enum err contents_sync(struct content_folder *f) MUST_USE;
void contents_close(struct content_folder *f);

/* The content is in `to` afterwards: it was there already with this size, got a second name, or was
 * copied and its hash compared. copied: bytes that were really copied are added. E_NOT_FOUND:
 * `from` has no such file; E_CORRUPT: it is another content. */
enum err content_bring(struct content_folder *from, struct content_folder *to, struct str sha256,
                       uint64_t size, uint64_t *copied) MUST_USE;
/* The same, but never by a second name: what is restored must not share bytes with the backup. */
enum err content_bring_copy(struct content_folder *from, struct content_folder *to,
                            struct str sha256, uint64_t size, uint64_t *copied) MUST_USE;
/* Copies from/name to to/as, which is durable afterwards but for its name; gives hash and size. */
enum err file_copy(int from, const char *name, int to, const char *as, char sha256[SHA256_HEX + 1],
                   uint64_t *size) MUST_USE;
/* Hash and size of a file that is there. */
enum err file_hash(int dir, const char *name, char sha256[SHA256_HEX + 1], uint64_t *size) MUST_USE;
/* Writes a small file and makes it durable but for its name. */
enum err file_write(int dir, const char *name, struct str bytes) MUST_USE;

#endif
