/* Is the database sound? The engine's own checks, references, and what storage/check.def lists. */
#ifndef STORAGE_CHECK_H
#define STORAGE_CHECK_H

#include "storage/db.h"

/* said(arg, sentence) is called for each finding, in Chinese. An error is one of reading, not a
 * finding. */
enum err check_rows(struct db *db, void (*said)(void *arg, struct str what), void *arg) MUST_USE;

#endif
