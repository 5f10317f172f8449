/* What tables a database has, for those who read or write all of them: dump, copy, check. Tables
 * that belong to one engine only in their nature (virtual tables and their shadows) are not told.
 */
#ifndef STORAGE_CATALOG_H
#define STORAGE_CATALOG_H

#include "storage/db.h"

struct column {
    struct str name;
    enum val_type type;
    struct str cast; /* PostgreSQL: a type of its own that travels as text; else "" */
    int64_t key;     /* place in the primary key from 1, 0: not in it */
};

struct table {
    struct str name;
    struct column *columns;
    size_t columns_n, keys_n;
};

enum { COLUMNS_MAX = 48 };

/* All ordinary tables in order of name, without the list of migrations. E_CORRUPT: one without a
 * primary key or with too many columns. */
enum err catalog_tables(struct db *db, struct arena *a, struct table **out, size_t *n) MUST_USE;
const struct table *catalog_find(const struct table *list, size_t n, struct str name); /* or NULL */
/* The names of the migrations that have run, in order; none in a database without a house. */
enum err catalog_steps(struct db *db, struct arena *a, struct str **out, size_t *n) MUST_USE;

#endif
