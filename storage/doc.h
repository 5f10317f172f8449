/* Live documents: their rows, the log of their updates, versions. What the bytes of an update mean
 * is not known here.
 *
 * L1: the number of a log row is counted in the transaction that adds it: per document 1, 2, 3 …
 * without a gap. L2: the state together with the log behind it is the document. */
#ifndef STORAGE_DOC_H
#define STORAGE_DOC_H

#include "storage/db.h"

struct doc {
    int64_t id, rev;
    struct str kind, title, owner_noun;
    int64_t owner_id, author, school, parent, base; /* 0: none */
    int64_t read_key, write_key;                    /* audience keys, 0: nobody */
    int64_t made_at, changed_at;
    bool template; /* others may begin theirs with it */
    struct str author_name, school_name;
};

/* Sets id and rev; the document is empty. Inside a writing transaction, as all that writes. */
enum err doc_put(struct db *db, struct doc *d) MUST_USE;
enum err doc_get(struct db *db, struct arena *a, int64_t id, struct doc *out) MUST_USE;
/* Another title, another base, a template or none; E_REV: somebody changed it since. Sets rev. */
enum err doc_change(struct db *db, struct doc *d) MUST_USE;

struct doc_filter {
    int64_t person;               /* who asks: his own, and those he holds a key to */
    bool own;                     /* only his own */
    struct str owner_noun;        /* empty: any */
    int64_t owner_id, parent;     /* 0: any */
    bool templates;               /* these alone */
    int64_t before_at, before_id; /* the last one of the page before; 0: the first page */
};
/* Newest change first. */
enum err doc_list(struct db *db, struct arena *a, const struct doc_filter *f, size_t limit,
                  struct doc **out, size_t *n) MUST_USE;

/* ---- the log */

/* Adds one row; seq: its number. E_NOT_FOUND: no such document. */
enum err doc_append(struct db *db, int64_t id, int64_t at, struct str updates,
                    int64_t *seq) MUST_USE;
enum err doc_seq(struct db *db, int64_t id,
                 int64_t *seq) MUST_USE; /* of its last row; E_NOT_FOUND */
struct doc_client {
    int64_t client, person;
    struct str name;
};
/* Unless somebody else wrote with it before. */
enum err doc_client_put(struct db *db, int64_t id, const struct doc_client *c, int64_t at) MUST_USE;
enum err doc_client_list(struct db *db, struct arena *a, int64_t id, struct doc_client **out,
                         size_t *n) MUST_USE;

struct doc_stored {
    int64_t seq, folded;
    struct str state; /* empty: nothing was folded yet */
    struct str *logs; /* in order, behind folded */
    size_t logs_n;
};
/* As of one moment; in the arena. E_NOT_FOUND. */
enum err doc_read(struct db *db, struct arena *a, int64_t id, struct doc_stored *out) MUST_USE;
/* Only the log behind this number: seq, logs, logs_n. E_CONFLICT: some of it was folded already. */
enum err doc_read_behind(struct db *db, struct arena *a, int64_t id, int64_t seq,
                         struct doc_stored *out) MUST_USE;
/* state holds everything up to seq: the rows until then go. Nothing where it was folded further. */
enum err doc_fold(struct db *db, int64_t id, int64_t seq, struct str state) MUST_USE;

/* ---- versions */

struct doc_version {
    int64_t id, doc, number, person, at, seq; /* person 0: made by itself */
    struct str name, person_name;
};
/* Sets id and number. */
enum err doc_version_put(struct db *db, struct doc_version *v, struct str state) MUST_USE;
/* Newest first; before: a number, 0: from the newest on. */
enum err doc_version_list(struct db *db, struct arena *a, int64_t doc, int64_t before, size_t limit,
                          struct doc_version **out, size_t *n) MUST_USE;
/* The newest one that somebody named; 0: none. */
enum err doc_version_named(struct db *db, int64_t doc, int64_t *number) MUST_USE;
/* state may be NULL. */
enum err doc_version_get(struct db *db, struct arena *a, int64_t doc, int64_t number,
                         struct doc_version *out, struct str *state) MUST_USE;
/* The newest one that has all that is written; 0: none. */
enum err doc_version_whole(struct db *db, int64_t doc, int64_t *number) MUST_USE;
/* Of those made by themselves without a name, older than at, one a day stays, and every one that a
 * branch began with. */
enum err doc_version_thin(struct db *db, int64_t doc, int64_t at) MUST_USE;

/* The next document after this id, for walking all; 0: none. */
enum err doc_next(struct db *db, int64_t after, int64_t *id) MUST_USE;

#endif
