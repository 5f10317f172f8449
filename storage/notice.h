/* Notices: what a person finds behind the bell. The sentence is made from the kind's row in
 * server/app/notices.def and the parameters kept here. */
#ifndef STORAGE_NOTICE_H
#define STORAGE_NOTICE_H

#include "storage/db.h"

struct notice {
    int64_t id, person;
    struct str kind, noun;
    int64_t noun_id;
    struct str params; /* a flat JSON object */
    int64_t at, read_at;
};

/* Inside a writing transaction; tells the person by an event. noun "" and noun_id 0: about nothing
 * one can open. params: a flat JSON object of strings and numbers, or "{}". */
enum err notice_put(struct db *db, int64_t person, const char *kind, const char *noun,
                    int64_t noun_id, struct str params) MUST_USE;
/* Newest first, ids below `before` (0: from the newest on). */
enum err notice_list(struct db *db, struct arena *a, int64_t person, bool unread, int64_t before,
                     size_t limit, struct notice **out, size_t *n) MUST_USE;
enum err notice_unread(struct db *db, int64_t person, int64_t *n) MUST_USE;
/* E_NOT_FOUND: the person has no such notice. Reading twice is fine. */
enum err notice_read(struct db *db, int64_t person, int64_t id, int64_t now) MUST_USE;
/* All up to and including this id. */
enum err notice_read_all(struct db *db, int64_t person, int64_t upto, int64_t now) MUST_USE;
/* What the kind said of this thing need not be read any more, by whomever. */
enum err notice_settle(struct db *db, const char *kind, int64_t noun_id, int64_t now) MUST_USE;

#endif
