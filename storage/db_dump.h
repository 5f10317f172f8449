/* All rows of a database, table by table in order of name, row by row in order of the primary key:
 * read, written, compared; from either engine into either. The texts of the statements are made
 * here from the catalogue, so the handles used must be closed before the arena is freed that was
 * given. */
#ifndef STORAGE_DB_DUMP_H
#define STORAGE_DB_DUMP_H

#include "storage/catalog.h"

/* ---- reading */
struct dump_to {
    /* Called once per table, before its rows. */
    enum err (*table)(void *arg, const struct table *t);
    enum err (*row)(void *arg, const struct table *t, const struct val *v);
    void *arg;
};
/* Inside a reading transaction, for one moment's rows. */
enum err dump_all(struct db *db, struct arena *a, const struct dump_to *to) MUST_USE;

/* One table, a page at a time, for comparing two. */
struct dump_walk;
struct dump_walk *dump_walk_new(struct db *db, struct arena *a, const struct table *t);
/* false: the end, or an error that *e tells. v has columns_n values, valid until the next call. */
bool dump_walk_next(struct dump_walk *w, const struct val **v, enum err *e);
void dump_walk_free(struct dump_walk *w);
/* A table that is made from others and differs between the engines. */
bool table_is_derived(struct str name);
bool val_same(const struct val *a, const struct val *b);

/* ---- writing: all rows of all tables are replaced. One writing transaction around begin … end. */
struct load;
/* Takes foreign keys and triggers aside and empties every table. foreign: the rows come from the
 * other engine, so the search index is not taken over but made again by its job. */
enum err load_begin(struct db *db, struct arena *a, bool foreign, struct load **out) MUST_USE;
/* The rows that follow belong to this table of the source. *known = false: the target has no such
 * table (another engine's search index); its rows are not to be given. E_CONFLICT: it has, but not
 * all of its columns. */
enum err load_table(struct load *l, const struct table *source, bool *known) MUST_USE;
enum err load_row(struct load *l, const struct val *v) MUST_USE;
/* Puts foreign keys and triggers back (which checks all rows) and the next ids behind the largest.
 */
enum err load_end(struct load *l) MUST_USE;

#endif
