/* Rows of resources: what a card in a list needs, the whole of one, what happened to it, who took
 * it. R1: resource_at holds exactly the published ones, once under every taxon above each of their
 * places, with the published_at, akey, kind and school of the row; whoever changes one of these or
 * the places first drops and then puts them (resource_at_drop, resource_at_put). R2: files_n and
 * bytes count the current files (file.c). R3: taken_n counts the rows of resource_use. Numbers of
 * kinds, states and so on are those of the dictionaries; codes are filled in by the app. */
#ifndef STORAGE_RESOURCE_H
#define STORAGE_RESOURCE_H

#include "storage/db.h"

/* A row of a list. What ends in _no is the dictionary's number, beside it the code for the wire. */
struct resource_card {
    int64_t id, rev;
    int64_t state_no, kind_no, akey, taxon, owner, school;
    int64_t files, bytes, taken;
    int64_t published_at, changed_at;
    struct str title, place, owner_name, school_name;
    struct str state, kind, scope;
};

/* The columns and joins of a card, for statements of others that end in cards (search): the
 * resource is r. */
#define CARD_COLS                                                                                  \
    "r.id, r.rev, r.state, r.kind, r.akey, r.taxon, r.owner, r.school, r.files_n, r.bytes, "       \
    "r.taken_n, r.published_at, r.changed_at, r.title, COALESCE(t.path, ''), p.name, "             \
    "COALESCE(s.name, '')"
#define CARD_JOINS                                                                                 \
    "JOIN person p ON p.id = r.owner LEFT JOIN school s ON s.id = r.school "                       \
    "LEFT JOIN taxon t ON t.id = r.taxon "

struct resource_row {
    int64_t id, rev, state, kind, lesson_type, akey, owner, school, dept, taxon, licence, origin;
    int64_t files_n, bytes, taken_n;
    int64_t created_at, changed_at, published_at;
    int64_t approved_by, reviewer; /* 0: nobody */
    struct str title, origin_note, summary;
    struct str owner_name, school_name, place;
};

/* Filters of lists; 0 means any. Newest first, or with used the most taken first; goes on after the
 * row with these sort values. */
struct resource_filter {
    int64_t viewer; /* whose keys decide, a person */
    int64_t taxon, kind, school, lesson_type;
    bool used;
    int64_t after, after_id; /* what the last row had: time or count, and id; INT64_MAX to begin */
    int64_t limit;
};

enum err resource_put(struct db *db, struct resource_row *r) MUST_USE; /* fills id, rev = 1 */
enum err resource_get(struct db *db, struct arena *a, int64_t id, struct resource_row *r) MUST_USE;
/* Everything an author fills in; not the state. E_REV when rev is not the row's; r->rev becomes the
 * new one. */
enum err resource_edit(struct db *db, struct resource_row *r) MUST_USE;
/* state, published_at, approved_by, reviewer, changed_at; rev as above. */
enum err resource_move(struct db *db, struct resource_row *r) MUST_USE;
enum err resource_at_put(struct db *db, const struct resource_row *r) MUST_USE;
enum err resource_at_drop(struct db *db, const struct resource_row *r) MUST_USE;

/* Published and with one of the viewer's keys. */
enum err resource_list(struct db *db, struct arena *a, const struct resource_filter *f,
                       struct resource_card **out, size_t *n) MUST_USE;
/* The most taken of the newest 2,000 that fit, of one subtree; after is an offset. */
enum err resource_list_used_at(struct db *db, struct arena *a, const struct resource_filter *f,
                               struct resource_card **out, size_t *n) MUST_USE;
/* Somebody's own in a state (0: all but discarded), last changed first. */
enum err resource_list_own(struct db *db, struct arena *a, const struct resource_filter *f,
                           int64_t state, struct resource_card **out, size_t *n) MUST_USE;
/* A school's in a state, whoever made them, last changed first; but what somebody keeps to himself.
 */
enum err resource_list_school(struct db *db, struct arena *a, const struct resource_filter *f,
                              int64_t state, struct resource_card **out, size_t *n) MUST_USE;
/* Waiting for an approval of somebody who leads the department or administers the school. */
enum err resource_list_waiting(struct db *db, struct arena *a, const struct resource_filter *f,
                               struct resource_card **out, size_t *n) MUST_USE;
enum err resource_count_waiting(struct db *db, int64_t person, int64_t *n) MUST_USE;
/* One card, whatever its state; no rights asked. */
enum err resource_card_get(struct db *db, struct arena *a, int64_t id,
                           struct resource_card *card) MUST_USE;

/* Small lists that belong to a resource; set replaces all. */
enum err resource_places(struct db *db, struct arena *a, int64_t id, int64_t **out,
                         size_t *n) MUST_USE;
enum err resource_places_set(struct db *db, int64_t id, const int64_t *taxa, size_t n) MUST_USE;
enum err resource_tags(struct db *db, struct arena *a, int64_t id, struct str **out,
                       size_t *n) MUST_USE;
enum err resource_tags_set(struct db *db, int64_t id, const struct str *tags, size_t n) MUST_USE;
enum err resource_authors(struct db *db, struct arena *a, int64_t id, struct str **out,
                          size_t *n) MUST_USE;
enum err resource_authors_set(struct db *db, int64_t id, const struct str *names,
                              size_t n) MUST_USE;

/* ---- what happened */
struct resource_log {
    int64_t id, at, person, act_no, was_no, became_no;
    bool undone;
    struct str note, person_name;
    struct str act, was, became; /* codes, by the app */
};
enum err resource_log_put(struct db *db, int64_t resource, const struct resource_log *l) MUST_USE;
enum err resource_log_list(struct db *db, struct arena *a, int64_t resource,
                           struct resource_log **out, size_t *n) MUST_USE;
/* The last row that was not taken back; E_NOT_FOUND. */
enum err resource_log_last(struct db *db, struct arena *a, int64_t resource,
                           struct resource_log *l) MUST_USE;
enum err resource_log_undo(struct db *db, int64_t id) MUST_USE;

/* ---- who took it */
struct resource_use {
    int64_t person, first_at, last_at, times;
    struct str person_name, school_name;
};
/* fresh: this person's first time. */
enum err resource_use_put(struct db *db, int64_t resource, int64_t person, int64_t now,
                          bool *fresh) MUST_USE;
enum err resource_use_list(struct db *db, struct arena *a, int64_t resource,
                           struct resource_use **out, size_t *n) MUST_USE;

/* ---- who has to do with it */
/* The 备课组 whose leader approves what this person makes: his first of the present; 0: none. */
enum err resource_dept_of(struct db *db, int64_t person, int64_t now, int64_t *dept) MUST_USE;
/* Those who may approve: leaders of the department, administrators of the school. */
enum err resource_approvers(struct db *db, struct arena *a, int64_t school, int64_t dept,
                            int64_t **out, size_t *n) MUST_USE;
/* What others know of `from`'s (neither a draft nor for himself alone) is `to`'s from now on; the
 * name of who made it stays as its author. *n: how many. */
enum err resource_owner_over(struct db *db, int64_t from, int64_t to, int64_t *n) MUST_USE;
/* Ids of what somebody owns, above `after`, ascending, at most limit. */
enum err resource_owned(struct db *db, struct arena *a, int64_t owner, int64_t after, int64_t limit,
                        int64_t **out, size_t *n) MUST_USE;
/* What an audience is called: the department's, school's or group's name; "" for the rest. */
enum err resource_scope_name(struct db *db, struct arena *a, int64_t akey,
                             struct str *name) MUST_USE;
enum err resource_person_name(struct db *db, struct arena *a, int64_t person,
                              struct str *name) MUST_USE; /* person 0: "" */

#endif
