/* What only storage may know of SQLite itself. */
#ifndef STORAGE_DB_SQLITE_H
#define STORAGE_DB_SQLITE_H

#include "storage/db.h"

struct sqlite3;

/* What every handle keeps of the database, 1600 KiB; whoever changes that puts it back. */
#define SQLITE_CACHE "PRAGMA cache_size=-1600"

/* Adds our own functions and tokenizers to a new connection. */
enum err sqlite_functions(struct sqlite3 *db) MUST_USE;

#endif
