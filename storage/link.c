/* Rows of one-time links. */
#include "storage/link.h"

enum err link_put(struct db *db, struct link *l)
{
    return db_int(db, &l->id,
                  "INSERT INTO link(person, what, made_at, expires_at) VALUES(?1, ?2, ?3, ?4) "
                  "RETURNING id",
                  I(l->person), T(l->what), I(l->made_at), I(l->expires_at));
}

enum err link_get(struct db *db, struct arena *a, int64_t id, struct link *l)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r,
            "SELECT person, what, made_at, expires_at, used_at, agent FROM link WHERE id = ?1",
            I(id));
    while (rows_next(&r)) {
        found = true;
        *l = (struct link){ .id = id,
                            .person = rows_int(&r, 0),
                            .what = rows_text(&r, 1, a),
                            .made_at = rows_int(&r, 2),
                            .expires_at = rows_int(&r, 3),
                            .used_at = rows_int(&r, 4),
                            .agent = rows_text(&r, 5, a) };
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err link_open(struct db *db, int64_t id, struct str agent, int64_t now)
{
    enum err e = db_run(
        db,
        "UPDATE link SET used_at = CASE WHEN used_at = 0 THEN ?2 ELSE used_at END, agent = ?3"
        " WHERE id = ?1 AND (used_at = 0 OR agent = ?3)",
        I(id), I(now), T(agent));
    return e ? e : db_changed(db) ? E_OK : E_STATE;
}

enum err link_sweep(struct db *db, int64_t before)
{
    return db_run(db, "DELETE FROM link WHERE expires_at < ?1", I(before));
}
