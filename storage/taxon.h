/* Rows of the textbook spine. A taxon hangs under its parent; taxon_up lists each with all above
 * it, so a path or a subtree is one range and no text is ever compared. T1: taxon_up has a row (x,
 * 0, x) for every taxon and one for each ancestor. T2: stage, subject and grade are copied down
 * from the taxon that says them. T3: path is the names from the subject down, joined by " · ". T4:
 * a taxon never changes its parent. */
#ifndef STORAGE_TAXON_H
#define STORAGE_TAXON_H

#include "storage/db.h"

enum taxon_kind {
    TAXON_STAGE = 1,
    TAXON_SUBJECT,
    TAXON_EDITION,
    TAXON_VOLUME,
    TAXON_UNIT,
    TAXON_LESSON,
};

struct taxon {
    int64_t id, rev;
    int64_t parent; /* 0: none, a stage */
    int64_t level;  /* enum taxon_kind; its code for the wire is filled in by the app */
    int64_t ord;
    int64_t disabled_at; /* ms UTC, 0: in use */
    int64_t children;
    struct str code, name;
    struct str stage, subject,
        grade; /* codes of the dictionaries; "" above the taxon that says them */
    struct str path;
    struct str kind;
};

/* Puts a row and its rows of taxon_up; t->id is filled. E_CONFLICT: the parent has a child of this
 * name. */
enum err taxon_put(struct db *db, struct taxon *t) MUST_USE;
enum err taxon_get(struct db *db, struct arena *a, int64_t id, struct taxon *t) MUST_USE;
/* Children in order; parent 0: the stages. all: the disabled too. */
enum err taxon_children(struct db *db, struct arena *a, int64_t parent, bool all,
                        struct taxon **out, size_t *n) MUST_USE;
/* From the stage down to the taxon itself. */
enum err taxon_path(struct db *db, struct arena *a, int64_t id, struct taxon **out,
                    size_t *n) MUST_USE;
/* Everything under a taxon and itself, those above before those below. */
enum err taxon_subtree(struct db *db, struct arena *a, int64_t id, struct taxon **out,
                       size_t *n) MUST_USE;
enum err taxon_find(struct db *db, int64_t parent, struct str name, int64_t *id) MUST_USE;
/* The next free order number under a parent. */
enum err taxon_next_ord(struct db *db, int64_t parent, int64_t *ord) MUST_USE;
/* Name, code, order, disabled_at; E_REV when rev is not the row's. */
enum err taxon_edit(struct db *db, const struct taxon *t) MUST_USE;
enum err taxon_path_set(struct db *db, int64_t id, struct str path) MUST_USE;
/* The lessons of a volume in teaching order, disabled ones left out. */
enum err taxon_lessons(struct db *db, struct arena *a, int64_t volume, struct taxon **out,
                       size_t *n) MUST_USE;
/* The volumes of an edition's name for a subject and grade, e.g. 统编版 chinese P3; edition "": of
 * every edition. */
enum err taxon_volumes(struct db *db, struct arena *a, struct str subject, struct str grade,
                       struct str edition, struct taxon **out, size_t *n) MUST_USE;

#endif
