/* Sessions: names are stored as SHA-256 only. */
#ifndef STORAGE_SESSION_H
#define STORAGE_SESSION_H

#include "storage/db.h"

/* What a request needs of whoever shows a session's or a token's name. */
struct proven {
    int64_t id; /* of the session or the token */
    int64_t person, school;
    int64_t seen_at;    /* when it was last used */
    int64_t expires_at; /* tokens */
    int64_t scopes;     /* tokens: a sum of 1 read, 2 write, 4 admin */
    int64_t keys_until; /* person.keys_until */
    bool must_change;
};

/* E_NOT_FOUND: no such name, ended, or the person is disabled. */
enum err session_by_hash(struct db *db, struct str hash, struct proven *out) MUST_USE;
enum err session_proven(struct db *db, int64_t id, struct proven *out) MUST_USE;
enum err session_touch(struct db *db, int64_t id, int64_t now) MUST_USE;

struct session {
    int64_t id, person;
    int64_t created_at, seen_at;
    struct str ip, agent;
    bool current; /* set by app */
};

enum err session_put(struct db *db, int64_t person, struct str hash, int64_t now, struct str ip,
                     struct str agent, int64_t *id) MUST_USE;
enum err session_end(struct db *db, int64_t id, int64_t now) MUST_USE;
/* All of a person but one; *n: how many. */
enum err session_end_others(struct db *db, int64_t person, int64_t but, int64_t now,
                            int64_t *n) MUST_USE;
enum err session_get(struct db *db, struct arena *a, int64_t id, struct session *out) MUST_USE;
/* Those that still hold (not ended, seen after since), newest first, at most 200. */
enum err session_list(struct db *db, struct arena *a, int64_t person, int64_t since,
                      struct session **out, size_t *n) MUST_USE;

#endif
