/* Audience keys and roles, derived by a handful of statements over whole sets of people, so that a
 * school that joins a group costs the write gate milliseconds.
 *
 * K1: a key means that a thing with this audience may be seen. One holds the keys of oneself, the
 * county, the schools where one works, their groups, one's own departments; a role adds the keys of
 * its own place (school, group, all groups for the county's) and of the departments there.
 * K2: a disabled person holds nothing.
 * K3: a role over a town or a group reaches its schools for what may() asks, but gives no key of
 * theirs: what a school keeps to itself stays there.
 * K4: a change of rights is an event: whoever is made anew, his open sockets hear of it. */
#include "storage/viewer.h"

#include "server/base/clock.h"
#include "storage/list.h"

enum err viewer_stale_person(struct db *db, int64_t person)
{
    return db_run(db,
                  "INSERT INTO viewer_stale(person_id) SELECT id FROM person WHERE id = ?1"
                  " ON CONFLICT DO NOTHING",
                  I(person));
}

enum err viewer_stale_school(struct db *db, int64_t school)
{
    return db_run(db,
                  "INSERT INTO viewer_stale(person_id) SELECT x.person_id FROM ("
                  " SELECT person_id FROM works_at WHERE school_id = ?1"
                  " UNION SELECT person_id FROM role_grant WHERE scope_kind = 3 AND scope_id = ?1"
                  " UNION SELECT r.person_id FROM role_grant r"
                  "  JOIN group_member m ON m.group_id = r.scope_id AND m.school_id = ?1"
                  "  WHERE r.scope_kind = 4"
                  " UNION SELECT person_id FROM role_grant WHERE scope_kind = 6) x"
                  " WHERE x.person_id > 0 ON CONFLICT DO NOTHING",
                  I(school));
}

enum err viewer_stale_group(struct db *db, int64_t group)
{
    return db_run(
        db,
        "INSERT INTO viewer_stale(person_id) SELECT x.person_id FROM ("
        " SELECT w.person_id FROM group_member m JOIN works_at w ON w.school_id = m.school_id"
        "  WHERE m.group_id = ?1"
        " UNION SELECT r.person_id FROM group_member m"
        "  JOIN role_grant r ON r.scope_kind = 3 AND r.scope_id = m.school_id WHERE m.group_id = ?1"
        " UNION SELECT person_id FROM role_grant WHERE scope_kind = 4 AND scope_id = ?1"
        " UNION SELECT person_id FROM role_grant WHERE scope_kind = 5) x"
        " WHERE x.person_id > 0 ON CONFLICT DO NOTHING",
        I(group));
}

enum err viewer_stale_dept(struct db *db, int64_t dept)
{
    return db_run(
        db,
        "INSERT INTO viewer_stale(person_id) SELECT x.person_id FROM ("
        " SELECT person_id FROM dept_member WHERE dept_id = ?1"
        " UNION SELECT r.person_id FROM dept d"
        "  JOIN role_grant r ON r.scope_kind = 3 AND r.scope_id = d.school_id WHERE d.id = ?1"
        " UNION SELECT r.person_id FROM dept d"
        "  JOIN role_grant r ON r.scope_kind = 4 AND r.scope_id = d.group_id WHERE d.id = ?1) x"
        " WHERE x.person_id > 0 ON CONFLICT DO NOTHING",
        I(dept));
}

static enum err forget(struct db *db)
{
    enum err e = db_run(db, "DELETE FROM viewer_key WHERE person_id IN"
                            " (SELECT person_id FROM viewer_stale)");
    if (!e)
        e = db_run(db, "DELETE FROM viewer_role WHERE person_id IN"
                       " (SELECT person_id FROM viewer_stale)");
    return e;
}

static enum err make_roles(struct db *db, int64_t now)
{
    return db_run(
        db,
        "INSERT INTO viewer_role(person_id, role, scope_kind, scope_id)"
        " SELECT x.person_id, x.role, x.scope_kind, x.scope_id FROM ("
        " SELECT r.person_id, r.role, r.scope_kind, r.scope_id FROM role_grant r"
        "  WHERE r.from_at <= ?1 AND ?1 < r.until_at"
        "  AND r.person_id IN (SELECT person_id FROM viewer_stale)"
        " UNION SELECT r.person_id, r.role, 3, m.school_id FROM role_grant r"
        "  JOIN group_member m ON m.group_id = r.scope_id AND m.from_at <= ?1 AND ?1 < m.until_at"
        "  WHERE r.scope_kind = 4 AND r.from_at <= ?1 AND ?1 < r.until_at"
        "  AND r.person_id IN (SELECT person_id FROM viewer_stale)"
        " UNION SELECT r.person_id, r.role, 3, c.id FROM role_grant r"
        "  JOIN school c ON c.town_id = r.scope_id"
        "  WHERE r.scope_kind = 6 AND r.from_at <= ?1 AND ?1 < r.until_at"
        "  AND r.person_id IN (SELECT person_id FROM viewer_stale)"
        " UNION SELECT d.person_id, 'prep_leader', 2, d.dept_id FROM dept_member d"
        "  WHERE d.leader = 1 AND d.from_at <= ?1 AND ?1 < d.until_at"
        "  AND d.person_id IN (SELECT person_id FROM viewer_stale)"
        " UNION SELECT w.person_id, 'teacher', 3, w.school_id FROM works_at w"
        "  WHERE w.from_at <= ?1 AND ?1 < w.until_at"
        "  AND w.person_id IN (SELECT person_id FROM viewer_stale)) x"
        " JOIN person p ON p.id = x.person_id AND p.disabled_at = 0",
        I(now));
}

static enum err make_keys(struct db *db, int64_t now)
{
    return db_run(
        db,
        "INSERT INTO viewer_key(person_id, akey) SELECT x.person_id, x.akey FROM ("
        " SELECT person_id, person_id * 8 + 1 AS akey FROM viewer_stale"
        " UNION SELECT person_id, 13 FROM viewer_stale"
        " UNION SELECT r.person_id, r.scope_id * 8 + 3 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 3"
        "  AND r.role IN ('teacher', 'school_admin', 'venue_keeper')"
        " UNION SELECT r.person_id, m.group_id * 8 + 4 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 3"
        "  AND r.role IN ('teacher', 'school_admin', 'venue_keeper')"
        "  JOIN group_member m ON m.school_id = r.scope_id AND m.from_at <= ?1 AND ?1 < m.until_at"
        " UNION SELECT r.person_id, r.scope_id * 8 + 4 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 4"
        " UNION SELECT r.person_id, g.id * 8 + 4 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 5"
        "  AND r.role IN ('bureau', 'researcher') CROSS JOIN edu_group g"
        " UNION SELECT d.person_id, d.dept_id * 8 + 2 FROM viewer_stale s"
        "  JOIN dept_member d ON d.person_id = s.person_id AND d.from_at <= ?1 AND ?1 < d.until_at"
        " UNION SELECT r.person_id, d.id * 8 + 2 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 3"
        "  AND r.role = 'school_admin' JOIN dept d ON d.school_id = r.scope_id"
        " UNION SELECT r.person_id, d.id * 8 + 2 FROM viewer_stale s"
        "  JOIN viewer_role r ON r.person_id = s.person_id AND r.scope_kind = 4"
        "  AND r.role = 'group_admin' JOIN dept d ON d.group_id = r.scope_id) x"
        " JOIN person p ON p.id = x.person_id AND p.disabled_at = 0",
        I(now));
}

/* The next moment at which any of it changes by itself. The few boundaries of groups count for
 * everybody. */
static enum err set_until(struct db *db, int64_t now)
{
    return db_run(
        db,
        "UPDATE person SET keys_until = (SELECT coalesce(min(x.t), 253402300799000) FROM ("
        " SELECT from_at AS t FROM posting WHERE person_id = person.id"
        " UNION ALL SELECT until_at FROM posting WHERE person_id = person.id"
        " UNION ALL SELECT from_at FROM dept_member WHERE person_id = person.id"
        " UNION ALL SELECT until_at FROM dept_member WHERE person_id = person.id"
        " UNION ALL SELECT from_at FROM role_grant WHERE person_id = person.id"
        " UNION ALL SELECT until_at FROM role_grant WHERE person_id = person.id"
        " UNION ALL SELECT from_at FROM group_member WHERE from_at > ?1"
        " UNION ALL SELECT until_at FROM group_member WHERE until_at > ?1) x WHERE x.t > ?1)"
        " WHERE id IN (SELECT person_id FROM viewer_stale)",
        I(now));
}

/* K4 */
static enum err tell(struct db *db)
{
    db_tell(db);
    return db_run(db,
                  "INSERT INTO outbox(noun, noun_id, rev, audience, at, seq)"
                  " SELECT 'viewer', person_id, 0, person_id * 8 + 1, ?1, 0 FROM viewer_stale",
                  I(clock_now()));
}

enum err viewer_rebuild(struct db *db, int64_t now)
{
    enum err e;
    if ((e = forget(db)) || (e = make_roles(db, now)) || (e = make_keys(db, now)) ||
        (e = set_until(db, now)) || (e = tell(db)))
        return e;
    return db_run(db, "DELETE FROM viewer_stale");
}

enum err viewer_next_due(struct db *db, int64_t now, int64_t from, int64_t *person)
{
    *person = 0;
    enum err e = db_int(db, person,
                        "SELECT id FROM person WHERE keys_until <= ?1 AND id >= ?2"
                        " ORDER BY id LIMIT 1",
                        I(now), I(from));
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err viewer_load(struct db *db, struct arena *a, int64_t person, int64_t **keys, size_t *keys_n,
                     struct role_row **roles, size_t *roles_n)
{
    struct rows r;
    struct list k = list_of(a, sizeof **keys), held = list_of(a, sizeof **roles);
    db_rows(db, &r,
            "SELECT akey, '' AS role, 0 AS scope_kind, 0 AS scope_id FROM viewer_key"
            " WHERE person_id = ?1"
            " UNION ALL SELECT 0, role, scope_kind, scope_id FROM viewer_role WHERE person_id = ?1"
            " ORDER BY 1, 2, 3, 4",
            I(person));
    while (rows_next(&r)) {
        int64_t key = rows_int(&r, 0);
        if (key)
            *(int64_t *)list_add(&k) = key;
        else
            *(struct role_row *)list_add(&held) =
                (struct role_row){ rows_text(&r, 1, a), rows_int(&r, 2), rows_int(&r, 3) };
    }
    *keys = k.p;
    *keys_n = k.n;
    *roles = held.p;
    *roles_n = held.n;
    return rows_end(&r);
}
