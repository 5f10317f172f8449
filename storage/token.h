/* API tokens of a person; only hashes are kept. */
#ifndef STORAGE_TOKEN_H
#define STORAGE_TOKEN_H

#include "storage/session.h"

struct token {
    int64_t id, person;
    struct str name;
    int64_t scopes; /* a sum of 1 read, 2 write, 4 admin */
    int64_t created_at, expires_at, used_at, revoked_at;
};

/* E_NOT_FOUND: no such token, revoked, or the person is disabled. Expiry is the caller's. */
enum err token_by_hash(struct db *db, struct str hash, struct proven *out) MUST_USE;
enum err token_proven(struct db *db, int64_t id, struct proven *out) MUST_USE;
enum err token_touch(struct db *db, int64_t id, int64_t now) MUST_USE;
enum err token_put(struct db *db, struct token *t, struct str hash) MUST_USE; /* sets id */
enum err token_revoke(struct db *db, int64_t id, int64_t person, int64_t now) MUST_USE;
enum err token_revoke_all(struct db *db, int64_t person, int64_t now) MUST_USE;
enum err token_list(struct db *db, struct arena *a, int64_t person, struct token **out,
                    size_t *n) MUST_USE;

#endif
