/* Many resources at once, for benchmarks: rows as the library would have them, in transactions of
 * the caller. */
#ifndef STORAGE_BULK_H
#define STORAGE_BULK_H

#include "storage/resource.h"

/* A published resource of one file, with its place, author and rows of lists; fills r->id. */
enum err bulk_resource_put(struct db *db, struct resource_row *r, struct str file_name,
                           int64_t blob, int64_t size) MUST_USE;

/* This handle's commits no longer wait for the disk: only for what is made anew when the machine
 * fails meanwhile. relaxed false: they wait again, and what was written before is on the disk. */
enum err bulk_relax(struct db *db, bool relaxed) MUST_USE;

#endif
