/* The raw calls to the disk, in one place: each passes fault_at(FAULT_DISK), every sync is counted,
 * and errno becomes an error (ENOSPC and EDQUOT are E_DISK_FULL). Files are named by a folder's
 * descriptor and a name in it. Any thread. */
#ifndef STORAGE_DISK_H
#define STORAGE_DISK_H

#include "server/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes the folder when it is missing and opens it. made: it was missing, and the caller syncs the
 * folder above; NULL: that is done here. */
enum err disk_folder(int parent, const char *name, int *fd, bool *made) MUST_USE;
enum err disk_open_read(int dir, const char *name, int *fd) MUST_USE; /* E_NOT_FOUND: no such */
/* For reading and writing, made when missing. */
enum err disk_open_write(int dir, const char *name, int *fd) MUST_USE;
/* For reading and writing, in that folder but without a name: gone when it is closed. */
enum err disk_open_unnamed(int dir, int *fd) MUST_USE;
enum err disk_size(int fd, uint64_t *size) MUST_USE;
/* Writes all n bytes at an offset, or says why not; then some of them may be there. */
enum err disk_write(int fd, const void *p, size_t n, uint64_t at) MUST_USE;
/* A second descriptor of a file, for writing past the page cache; -1 where the file system has no
 * such way. */
enum err disk_open_past(int dir, const char *name, int *past) MUST_USE;
/* As disk_write, but whole blocks of a long piece go past the page cache: nothing has to be copied,
 * written out later, or pushed out of memory for it. For that p must lie in its block as the bytes
 * do in the file. fd: for the rest; past: -1 is fine. */
enum err disk_write_past(int fd, int past, const void *p, size_t n, uint64_t at) MUST_USE;
enum { DISK_BLOCK = 4096 };
/* Reads n bytes, fewer only at the end of the file. */
enum err disk_read(int fd, void *p, size_t n, uint64_t at, size_t *got) MUST_USE;
enum err disk_truncate(int fd, uint64_t size) MUST_USE;
/* The content and the length are on the disk. */
enum err disk_sync(int fd) MUST_USE;
/* The names in a folder are on the disk. */
enum err disk_sync_folder(int fd) MUST_USE;
/* Begins to write out what lies in the stretch, so that a later sync has less to do; a hint. */
void disk_hurry(int fd, uint64_t at, uint64_t n);
/* A second name for a file. E_CONFLICT: the name is taken. */
enum err disk_link(int from, const char *name, int to, const char *as) MUST_USE;
enum err disk_rename(int from, const char *name, int to, const char *as) MUST_USE;
enum err disk_remove(int dir, const char *name) MUST_USE; /* E_OK when it is gone already */
/* The file's time becomes now. */
enum err disk_touch(int dir, const char *name) MUST_USE;
/* E_NOT_FOUND: no such file. changed: ms UTC; both may be NULL. */
enum err disk_stat(int dir, const char *name, uint64_t *size, int64_t *changed) MUST_USE;
void disk_close(int fd); /* below 0 is fine */

int64_t disk_syncs(void); /* since the start, for /metrics */
/* Bytes free for us where this folder lies, and of how many. */
enum err disk_room(const char *path, uint64_t *free, uint64_t *of) MUST_USE;

#endif
