/* Many resources at once, for benchmarks: rows as the library would have them, in transactions of
 * the caller. */
#ifndef STORAGE_BULK_H
#define STORAGE_BULK_H

#include "storage/resource.h"

/* A published resource of one file, with its place, author and rows of lists; fills r->id. */
enum err bulk_resource_put(struct db *db, struct resource_row *r, struct str file_name,
                           int64_t blob, int64_t size) MUST_USE;

#endif
