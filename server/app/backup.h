/* Backups of the whole house: rows and the files they name, made while the house goes on.
 *
 *   FOLDER/blobs/ab/<sha256>   contents, shared by all backups there and copied once
 *   FOLDER/<time>/             one backup: rows.db or rows.dump, secret, and the
 *                              manifest (manifest.h) of what belongs to it
 *
 * K1: a backup has its name only when all of it is on the disk. K2: rows first, then the files they
 * name; the sweeper of files is held off meanwhile. K3: a content goes only when no manifest names
 * it any more. */
#ifndef APP_BACKUP_H
#define APP_BACKUP_H

#include "server/app/call.h"

enum { BACKUP_NAME = 32 };
/* Until this time (ms UTC) no stored file may be swept: the name of a number in storage/counter.h.
 */
#define BACKUP_HOLD "backup_hold"
/* When the last one was made (ms UTC), and the last one without a file missing. */
#define BACKUP_MADE "backup_made"
#define BACKUP_GOOD "backup"

struct backup {
    char name[BACKUP_NAME]; /* its folder below FOLDER */
    int64_t blobs, missing;
    uint64_t bytes, copied;
    bool made; /* it stands there under its name, whatever is missing in it */
};

/* Where the nightly backups go: the setting backup_dir, or DIR/backups. */
enum err backup_folder(struct call *c, struct str *out) MUST_USE;
/* Makes one. E_BUSY: another one is being made there. E_CORRUPT with out->made: stored files are
 * missing or damaged (out->missing). A failure without out->made leaves no backup; the fault says
 * what to do. */
enum err backup_make(struct call *c, struct str folder, struct backup *out) MUST_USE;
/* Keeps the newest ones and removes the others with the contents that only they named. */
enum err backup_prune(struct call *c, struct str folder, int64_t keep) MUST_USE;
/* Into DIR/backups, before migrations change a schema that is in use: K4: it reads and writes only
 * what every release has had (counter, blob_list_bare). Says on standard error what went wrong;
 * that files are missing is said too, but keeps nobody from the upgrade. */
enum err backup_before_upgrade(struct house *h, char name[BACKUP_NAME]) MUST_USE;
/* Of a folder of backups: removes one set, the manifest first, because half a backup is none; and
 * what backups left that were cut off. By whoever holds the folder's lock. */
#define BACKUP_PARTIAL ".partial-"
enum err backup_remove(int root, const char *name) MUST_USE;
enum err backup_remove_partial(int root, struct arena *a) MUST_USE;
/* The newest complete backup below the folder, or the folder itself when it is one. E_NOT_FOUND. */
enum err backup_newest(const char *folder, struct arena *a, struct str *path) MUST_USE;

#endif
