/* Backups of the whole house: rows and the files they name. */
#ifndef APP_BACKUP_H
#define APP_BACKUP_H

#include "server/app/call.h"

/* Where the nightly backups go: the setting backup_dir, or DIR/backups. */
enum err backup_folder(struct call *c, struct str *out) MUST_USE;

#endif
