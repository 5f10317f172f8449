/* Groups and their members. */
#include "storage/group.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT g.id, g.rev, g.lead_school, g.ord, g.founded_at, g.disabled_at, (SELECT count(*)"      \
    " FROM group_member m WHERE m.group_id = g.id AND m.from_at <= ?1 AND ?1 < m.until_at),"       \
    " g.uuid, g.name, g.mode, s.name FROM edu_group g JOIN school s ON s.id = g.lead_school"

static struct group group_row(struct rows *r, struct arena *a)
{
    return (struct group){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .lead_school = rows_int(r, 2),
        .ord = rows_int(r, 3),
        .founded_at = rows_int(r, 4),
        .disabled_at = rows_int(r, 5),
        .schools = rows_int(r, 6),
        .uuid = rows_text(r, 7, a),
        .name = rows_text(r, 8, a),
        .mode = rows_text(r, 9, a),
        .lead_school_name = rows_text(r, 10, a),
    };
}

enum err group_get(struct db *db, struct arena *a, int64_t id, int64_t now, struct group *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE g.id = ?2", I(now), I(id));
    bool found = rows_next(&r);
    if (found)
        *out = group_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err group_put(struct db *db, struct group *g)
{
    g->rev = 1;
    return db_int(db, &g->id,
                  "INSERT INTO edu_group(uuid, name, mode, lead_school, ord, founded_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
                  T(g->uuid), T(g->name), T(g->mode), I(g->lead_school), I(g->ord),
                  I(g->founded_at));
}

enum err group_change(struct db *db, struct group *g)
{
    enum err e = db_run(db,
                        "UPDATE edu_group SET rev = rev + 1, name = ?3, mode = ?4,"
                        " lead_school = ?5, ord = ?6, founded_at = ?7, disabled_at = ?8"
                        " WHERE id = ?1 AND rev = ?2",
                        I(g->id), I(g->rev), T(g->name), T(g->mode), I(g->lead_school), I(g->ord),
                        I(g->founded_at), I(g->disabled_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    g->rev++;
    return E_OK;
}

enum err group_list(struct db *db, struct arena *a, int64_t now, bool disabled, int64_t after_ord,
                    int64_t after_id, size_t limit, struct group **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE (g.disabled_at > 0) = (?2 > 0)"
                    " AND (g.ord > ?3 OR (g.ord = ?3 AND g.id > ?4)) ORDER BY g.ord, g.id LIMIT ?5",
            I(now), I(disabled), I(after_ord), I(after_id), I((int64_t)limit));
    while (rows_next(&r))
        *(struct group *)list_add(&l) = group_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- members */

enum err group_member_put(struct db *db, struct group_member *m)
{
    return db_int(db, &m->id,
                  "INSERT INTO group_member(group_id, school_id, from_at, until_at)"
                  " VALUES(?1, ?2, ?3, ?4) RETURNING id",
                  I(m->group), I(m->school), I(m->from_at), I(m->until_at));
}

#define MEMBER_COLUMNS                                                                             \
    "SELECT m.id, m.group_id, m.school_id, m.from_at, m.until_at, s.name FROM group_member m"      \
    " JOIN school s ON s.id = m.school_id"

static struct group_member member_row(struct rows *r, struct arena *a)
{
    return (struct group_member){
        .id = rows_int(r, 0),
        .group = rows_int(r, 1),
        .school = rows_int(r, 2),
        .from_at = rows_int(r, 3),
        .until_at = rows_int(r, 4),
        .school_name = rows_text(r, 5, a),
    };
}

enum err group_member_get(struct db *db, struct arena *a, int64_t id, struct group_member *out)
{
    struct rows r;
    db_rows(db, &r, MEMBER_COLUMNS " WHERE m.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = member_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err group_member_end(struct db *db, int64_t id, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE group_member SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                        " ELSE ?2 END WHERE id = ?1 AND until_at > ?2",
                        I(id), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err group_member_list(struct db *db, struct arena *a, int64_t group, int64_t now, bool all,
                           struct group_member **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            MEMBER_COLUMNS " WHERE m.group_id = ?1 AND (?3 > 0 OR m.until_at > ?2)"
                           " ORDER BY s.ord, s.id, m.from_at LIMIT 1000",
            I(group), I(now), I(all));
    while (rows_next(&r))
        *(struct group_member *)list_add(&l) = member_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err group_of_school(struct db *db, int64_t school, int64_t now, int64_t *group)
{
    *group = 0;
    enum err e = db_int(db, group,
                        "SELECT group_id FROM group_member WHERE school_id = ?1 AND until_at > ?2"
                        " ORDER BY from_at, id LIMIT 1",
                        I(school), I(now));
    return e == E_NOT_FOUND ? E_OK : e;
}
