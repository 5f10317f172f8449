/* All rows in one file, for backups of PostgreSQL. The format is our own and the same for both
 * engines:
 *
 *   "JIBEIDMP1\n"
 *   'S' name                          a migration that had run
 *   'T' name, number of columns, then name and type (1 integer, 2 text, 3 bytes) of each
 *   'R' a value per column            0 | 1 eight bytes, little endian | 2 or 3 length, bytes
 *   'Z' number of rows in all         the end
 * names are a length and bytes; numbers and lengths are LEB128. */
#ifndef STORAGE_DUMP_FILE_H
#define STORAGE_DUMP_FILE_H

#include "storage/db_dump.h"

/* Writes all rows of one moment to the open, empty file; does not sync. */
enum err dump_write(struct db *db, struct arena *a, int fd) MUST_USE;
/* Is the file's schema the one this database has (whatever the engine of either)? */
bool dump_fits(struct db *db, struct arena *a, int fd);
/* Replaces all rows by those of the file, in one transaction. E_CORRUPT: the file is broken;
 * nothing was changed. */
enum err dump_read(struct db *db, struct arena *a, int fd, int64_t *rows) MUST_USE;

#endif
