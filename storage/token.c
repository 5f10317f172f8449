/* API tokens as rows. */
#include "storage/token.h"

#include "storage/list.h"

static enum err proven_row(struct rows *r, struct proven *out)
{
    bool found = rows_next(r);
    if (found)
        *out = (struct proven){
            .id = rows_int(r, 0),
            .person = rows_int(r, 1),
            .school = rows_int(r, 2),
            .seen_at = rows_int(r, 3),
            .keys_until = rows_int(r, 4),
            .scopes = rows_int(r, 5),
            .expires_at = rows_int(r, 6),
        };
    enum err e = rows_end(r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err token_by_hash(struct db *db, struct str hash, struct proven *out)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT t.id, t.person_id, p.school_id, t.used_at, p.keys_until, t.scopes, t.expires_at"
            " FROM api_token t JOIN person p ON p.id = t.person_id AND p.disabled_at = 0"
            " WHERE t.token_hash = ?1 AND t.revoked_at = 0",
            BYTES(hash));
    return proven_row(&r, out);
}

enum err token_proven(struct db *db, int64_t id, struct proven *out)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT t.id, t.person_id, p.school_id, t.used_at, p.keys_until, t.scopes, t.expires_at"
            " FROM api_token t JOIN person p ON p.id = t.person_id AND p.disabled_at = 0"
            " WHERE t.id = ?1 AND t.revoked_at = 0",
            I(id));
    return proven_row(&r, out);
}

enum err token_touch(struct db *db, int64_t id, int64_t now)
{
    return db_run(db, "UPDATE api_token SET used_at = ?2 WHERE id = ?1 AND used_at < ?2", I(id),
                  I(now));
}

enum err token_put(struct db *db, struct token *t, struct str hash)
{
    return db_int(
        db, &t->id,
        "INSERT INTO api_token(person_id, name, token_hash, scopes, created_at, expires_at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        I(t->person), T(t->name), BYTES(hash), I(t->scopes), I(t->created_at), I(t->expires_at));
}

enum err token_revoke(struct db *db, int64_t id, int64_t person, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE api_token SET revoked_at = ?3"
                        " WHERE id = ?1 AND person_id = ?2 AND revoked_at = 0",
                        I(id), I(person), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err token_revoke_all(struct db *db, int64_t person, int64_t now)
{
    return db_run(db,
                  "UPDATE api_token SET revoked_at = ?2 WHERE person_id = ?1 AND revoked_at = 0",
                  I(person), I(now));
}

enum err token_list(struct db *db, struct arena *a, int64_t person, struct token **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, person_id, name, scopes, created_at, expires_at, used_at FROM api_token"
            " WHERE person_id = ?1 AND revoked_at = 0 ORDER BY id DESC LIMIT 200",
            I(person));
    while (rows_next(&r))
        *(struct token *)list_add(&l) = (struct token){
            .id = rows_int(&r, 0),
            .person = rows_int(&r, 1),
            .name = rows_text(&r, 2, a),
            .scopes = rows_int(&r, 3),
            .created_at = rows_int(&r, 4),
            .expires_at = rows_int(&r, 5),
            .used_at = rows_int(&r, 6),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
