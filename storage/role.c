/* Roles granted at places. */
#include "storage/role.h"

#include "storage/list.h"

enum err role_put(struct db *db, struct role_grant *g)
{
    return db_int(db, &g->id,
                  "INSERT INTO role_grant(person_id, role, scope_kind, scope_id, from_at, until_at,"
                  " granted_by) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
                  I(g->person), T(g->role), I(g->scope_kind), I(g->scope_id), I(g->from_at),
                  I(g->until_at), g->granted_by ? I(g->granted_by) : NUL);
}

#define COLUMNS                                                                                    \
    "SELECT g.id, g.person_id, g.scope_kind, g.scope_id, g.from_at, g.until_at, g.granted_by,"     \
    " g.role, p.name, s.name FROM role_grant g JOIN person p ON p.id = g.person_id"                \
    " LEFT JOIN school s ON s.id = p.school_id"

static struct role_grant grant_row(struct rows *r, struct arena *a)
{
    return (struct role_grant){
        .id = rows_int(r, 0),
        .person = rows_int(r, 1),
        .scope_kind = rows_int(r, 2),
        .scope_id = rows_int(r, 3),
        .from_at = rows_int(r, 4),
        .until_at = rows_int(r, 5),
        .granted_by = rows_int(r, 6),
        .role = rows_text(r, 7, a),
        .person_name = rows_text(r, 8, a),
        .school_name = rows_text(r, 9, a),
    };
}

enum err role_get(struct db *db, struct arena *a, int64_t id, struct role_grant *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE g.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = grant_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err role_end(struct db *db, int64_t id, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE role_grant SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                        " ELSE ?2 END WHERE id = ?1 AND until_at > ?2",
                        I(id), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err role_end_all(struct db *db, int64_t person, int64_t now)
{
    return db_run(db,
                  "UPDATE role_grant SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                  " ELSE ?2 END WHERE person_id = ?1 AND until_at > ?2",
                  I(person), I(now));
}

enum err role_list(struct db *db, struct arena *a, const struct role_filter *f,
                   struct role_grant **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE g.until_at > ?1 AND (?2 = 0 OR g.person_id = ?2)"
                    " AND (?3 = 0 OR (g.scope_kind = ?3 AND g.scope_id = ?4))"
                    " AND (?5 = '' OR g.role = ?5) ORDER BY p.pinyin, p.id, g.id LIMIT 1000",
            I(f->now), I(f->person), I(f->scope_kind), I(f->scope_id), T(f->role));
    while (rows_next(&r))
        *(struct role_grant *)list_add(&l) = grant_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err role_holders(struct db *db, struct str role, int64_t now, int64_t *n)
{
    return db_int(db, n,
                  "SELECT count(DISTINCT g.person_id) FROM role_grant g"
                  " JOIN person p ON p.id = g.person_id AND p.disabled_at = 0"
                  " WHERE g.role = ?1 AND g.scope_kind = 5 AND g.from_at <= ?2 AND ?2 < g.until_at",
                  T(role), I(now));
}
