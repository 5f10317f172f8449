/* Search: the rows of the index and how they are found, over SQLite's FTS5 and PostgreSQL's
 * tsvector.
 *
 * Every published resource has a slot; slots grow with publications, so descending slots are newest
 * first. In the index it has heads (title, people, places, summary, file names) and parts (passages
 * of its files). A row is found when every run of the query is in it as a phrase.
 *
 * S1: nobody finds what he may not see: the row of search_doc carries the audience key, it changes
 * in the transaction that changes the resource, and every statement joins it with viewer_key. S2:
 * filters, and keys of those who see little, are terms in the index itself (U+001F, a letter, a
 * value). Terms of parts may be behind for the moment a job needs: then a part is not found yet.
 * S3: heads are in step with the resource always; parts follow by search_parts_step, which may be
 * stopped anywhere and goes on. */
#ifndef STORAGE_SEARCH_H
#define STORAGE_SEARCH_H

#include "storage/db.h"

enum { SEARCH_PARTS = 4096, SEARCH_HEADS = 64, SEARCH_SLICE = 64 };
#define SEARCH_TERM "\x1f"
#define SEARCH_KEY 'k' /* the letter of the terms that are audience keys */

/* Live documents have rows of heads only, under this number plus their own in place of a
 * resource's. */
#define SEARCH_DOC (INT64_C(1) << 52)

struct search_doc {
    int64_t slot, resource_id, akey;
    struct str terms;      /* SEARCH_TERM-words with a space between */
    struct str part_terms; /* the same as the parts have them */
};

/* Puts the resource's row and heads, or replaces them; fills d->slot. title and body may hold
 * anything; they are cleaned here. Inside a writing transaction. */
enum err search_put(struct db *db, struct arena *a, struct search_doc *d, struct str title,
                    struct str body) MUST_USE;
/* From now on nobody finds it. slot: whose parts wait to be taken out, 0: none. Inside a writing
 * transaction. */
enum err search_drop(struct db *db, struct arena *a, int64_t resource, int64_t *slot) MUST_USE;
/* Brings at most SEARCH_SLICE parts of a slot in step with its files. Inside a writing transaction.
 */
enum err search_parts_step(struct db *db, struct arena *a, int64_t slot, bool *more) MUST_USE;
/* Published resources that have this content in a current file: their slots. */
enum err search_slots_of_blob(struct db *db, struct arena *a, int64_t blob, int64_t **out,
                              size_t *n) MUST_USE;
/* Published resources without a row, in order of publication, after this one: to fill an empty
 * index. */
enum err search_missing(struct db *db, struct arena *a, int64_t after_at, int64_t after_id,
                        int64_t limit, int64_t **ids, int64_t **at, size_t *n) MUST_USE;
/* Live documents without a row that have something in them; ids ascending, after this one. */
enum err search_missing_docs(struct db *db, struct arena *a, int64_t after, int64_t limit,
                             int64_t **ids, size_t *n) MUST_USE;
/* Where rows came from another engine, its index did not come with them: then search_doc and its
 * like are emptied too, so that all is missing and can be filled. Inside a writing transaction. */
enum err search_reset_lost(struct db *db) MUST_USE;
/* Before and after filling an empty index with very many rows. */
enum err search_bulk(struct db *db, bool begin) MUST_USE;
/* Folds the index's small pieces into large ones, a little at a time; more: there is more to do. */
enum err search_tidy(struct db *db, bool *more) MUST_USE;

/* ---- finding */
struct search_query {
    struct str *runs; /* each a phrase: folded characters of one run, or one word */
    size_t runs_n;
    struct str *terms; /* each must be there; without SEARCH_TERM */
    size_t terms_n;
    int64_t viewer;
    const int64_t *keys; /* the viewer's */
    size_t keys_n;
    bool title; /* only in titles */
    bool docs;  /* live documents, otherwise resources */
    enum search_sort { SEARCH_NEWEST, SEARCH_FIT, SEARCH_USED } sort;
    int64_t below; /* slots below this one; 0: from the newest */
};

/* Cuts what somebody typed into runs; none when there is nothing to look for. */
void search_runs(struct arena *a, struct str q, struct str **runs, size_t *n);

struct search_hit {
    int64_t id, slot, resource_id, score; /* id of the row; score by the query's sort */
    struct str terms;                     /* borrowed until the next one */
};

struct search_scan {
    struct db *db;
    struct arena *arena;
    const struct search_query *q;
    struct rows rows;
    bool open, few;
    int64_t below, floor;       /* PostgreSQL: this stage's rows lie in [floor, below) */
    int64_t top, rows_n, given; /* where the first began; rows of those before, of this one */
    struct str match;
    enum err err;
};
/* Rows newest first: search_begin, while (search_next), search_end. Not inside a writing
 * transaction unless it is short. */
void search_begin(struct search_scan *s, struct db *db, struct arena *a,
                  const struct search_query *q);
bool search_next(struct search_scan *s, struct search_hit *hit);
enum err search_end(struct search_scan *s) MUST_USE;

/* What a hit's row says, for the snippet; file 0 and page 0 for heads and names in archives. */
struct search_text {
    struct str text;
    int64_t blob, page;
};
enum err search_text(struct db *db, struct arena *a, int64_t id, struct search_text *out) MUST_USE;

/* Names for facets and snippets; "" when there is none. */
enum err search_school_name(struct db *db, struct arena *a, int64_t school,
                            struct str *name) MUST_USE;
enum err search_file_name(struct db *db, struct arena *a, int64_t resource, int64_t blob,
                          struct str *name) MUST_USE;

/* ---- suggestions: each fills up to limit names */
struct search_name {
    int64_t id;
    struct str text, hint;
};
enum err search_people(struct db *db, struct arena *a, struct str q, int64_t limit,
                       struct search_name **out, size_t *n) MUST_USE;
enum err search_taxa(struct db *db, struct arena *a, struct str q, int64_t limit,
                     struct search_name **out, size_t *n) MUST_USE;

#endif
