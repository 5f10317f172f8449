/* Sessions as rows. A session ends by being marked, so that the list of what was stays. */
#include "storage/session.h"

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
            .must_change = rows_int(r, 5) != 0,
        };
    enum err e = rows_end(r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err session_by_hash(struct db *db, struct str hash, struct proven *out)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT s.id, s.person_id, p.school_id, s.seen_at, p.keys_until, w.must_change"
            " FROM session s JOIN person p ON p.id = s.person_id AND p.disabled_at = 0"
            " LEFT JOIN password w ON w.person_id = s.person_id"
            " WHERE s.token_hash = ?1 AND s.ended_at = 0",
            BYTES(hash));
    return proven_row(&r, out);
}

enum err session_proven(struct db *db, int64_t id, struct proven *out)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT s.id, s.person_id, p.school_id, s.seen_at, p.keys_until, w.must_change"
            " FROM session s JOIN person p ON p.id = s.person_id AND p.disabled_at = 0"
            " LEFT JOIN password w ON w.person_id = s.person_id"
            " WHERE s.id = ?1 AND s.ended_at = 0",
            I(id));
    return proven_row(&r, out);
}

enum err session_touch(struct db *db, int64_t id, int64_t now)
{
    return db_run(db, "UPDATE session SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2", I(id),
                  I(now));
}

enum err session_put(struct db *db, int64_t person, struct str hash, int64_t now, struct str ip,
                     struct str agent, int64_t *id)
{
    return db_int(db, id,
                  "INSERT INTO session(person_id, token_hash, created_at, seen_at, ip, agent)"
                  " VALUES(?1, ?2, ?3, ?3, ?4, ?5) RETURNING id",
                  I(person), BYTES(hash), I(now), T(ip), T(agent));
}

enum err session_end(struct db *db, int64_t id, int64_t now)
{
    return db_run(db, "UPDATE session SET ended_at = ?2 WHERE id = ?1 AND ended_at = 0", I(id),
                  I(now));
}

enum err session_end_others(struct db *db, int64_t person, int64_t but, int64_t now, int64_t *n)
{
    enum err e = db_run(db,
                        "UPDATE session SET ended_at = ?3"
                        " WHERE person_id = ?1 AND id <> ?2 AND ended_at = 0",
                        I(person), I(but), I(now));
    *n = db_changed(db);
    return e;
}

static struct session session_row(struct rows *r, struct arena *a)
{
    return (struct session){
        .id = rows_int(r, 0),
        .person = rows_int(r, 1),
        .created_at = rows_int(r, 2),
        .seen_at = rows_int(r, 3),
        .ip = rows_text(r, 4, a),
        .agent = rows_text(r, 5, a),
    };
}

enum err session_get(struct db *db, struct arena *a, int64_t id, struct session *out)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT id, person_id, created_at, seen_at, ip, agent FROM session"
            " WHERE id = ?1 AND ended_at = 0",
            I(id));
    bool found = rows_next(&r);
    if (found)
        *out = session_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err session_list(struct db *db, struct arena *a, int64_t person, int64_t since,
                      struct session **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, person_id, created_at, seen_at, ip, agent FROM session"
            " WHERE person_id = ?1 AND ended_at = 0 AND seen_at > ?2"
            " ORDER BY seen_at DESC, id DESC LIMIT 200",
            I(person), I(since));
    while (rows_next(&r))
        *(struct session *)list_add(&l) = session_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
