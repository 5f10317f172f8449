/* Passwords, wrong attempts, devices as rows. */
#include "storage/password.h"

enum err password_get(struct db *db, struct arena *a, int64_t person, struct str *hash,
                      bool *must_change)
{
    struct rows r;
    db_rows(db, &r, "SELECT hash, must_change FROM password WHERE person_id = ?1", I(person));
    bool found = rows_next(&r);
    if (found) {
        *hash = rows_text(&r, 0, a);
        *must_change = rows_int(&r, 1) != 0;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err password_put(struct db *db, int64_t person, struct str hash, bool must_change, int64_t now)
{
    return db_run(db,
                  "INSERT INTO password(person_id, hash, must_change, changed_at)"
                  " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(person_id) DO UPDATE SET"
                  " hash = excluded.hash, must_change = excluded.must_change,"
                  " changed_at = excluded.changed_at",
                  I(person), T(hash), I(must_change), I(now));
}

enum err login_fail_get(struct db *db, struct str who, int64_t *fails, int64_t *failed_at)
{
    struct rows r;
    *fails = *failed_at = 0;
    db_rows(db, &r, "SELECT fails, failed_at FROM login_fail WHERE who = ?1", BYTES(who));
    if (rows_next(&r)) {
        *fails = rows_int(&r, 0);
        *failed_at = rows_int(&r, 1);
    }
    return rows_end(&r);
}

enum err login_fail_add(struct db *db, struct str who, int64_t since, int64_t now)
{
    return db_run(db,
                  "INSERT INTO login_fail(who, fails, failed_at) VALUES(?1, 1, ?3)"
                  " ON CONFLICT(who) DO UPDATE SET failed_at = excluded.failed_at, fails ="
                  " CASE WHEN login_fail.failed_at < ?2 THEN 1 ELSE login_fail.fails + 1 END",
                  BYTES(who), I(since), I(now));
}

enum err login_fail_clear(struct db *db, struct str who)
{
    return db_run(db, "DELETE FROM login_fail WHERE who = ?1", BYTES(who));
}

enum err login_fail_sweep(struct db *db, int64_t before)
{
    return db_run(db, "DELETE FROM login_fail WHERE failed_at < ?1", I(before));
}

enum err device_get(struct db *db, int64_t person, struct str hash, int64_t *id)
{
    return db_int(db, id, "SELECT id FROM device WHERE token_hash = ?2 AND person_id = ?1",
                  I(person), BYTES(hash));
}

enum err device_put(struct db *db, int64_t person, struct str hash, int64_t now)
{
    return db_run(db,
                  "INSERT INTO device(person_id, token_hash, first_at, last_at)"
                  " VALUES(?1, ?2, ?3, ?3)",
                  I(person), BYTES(hash), I(now));
}

enum err device_touch(struct db *db, int64_t id, int64_t now)
{
    return db_run(db, "UPDATE device SET last_at = ?2 WHERE id = ?1", I(id), I(now));
}
