/* Departments and their members. A change of who leads ends the row and begins another one only by
 * app's wish; here a flag is set, the audit log keeps who did it. */
#include "storage/dept.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT d.id, d.rev, d.school_id, d.group_id, d.uuid, d.kind, d.name, d.subject, d.grade,"     \
    " s.name, g.name, (SELECT count(*) FROM dept_member m WHERE m.dept_id = d.id"                  \
    " AND m.from_at <= ?1 AND ?1 < m.until_at), d.created_at, d.disabled_at FROM dept d"           \
    " LEFT JOIN school s ON s.id = d.school_id LEFT JOIN edu_group g ON g.id = d.group_id"

static struct dept dept_row(struct rows *r, struct arena *a)
{
    return (struct dept){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .school = rows_int(r, 2),
        .group = rows_int(r, 3),
        .uuid = rows_text(r, 4, a),
        .kind = rows_text(r, 5, a),
        .name = rows_text(r, 6, a),
        .subject = rows_text(r, 7, a),
        .grade = rows_text(r, 8, a),
        .school_name = rows_text(r, 9, a),
        .group_name = rows_text(r, 10, a),
        .members = rows_int(r, 11),
        .created_at = rows_int(r, 12),
        .disabled_at = rows_int(r, 13),
    };
}

enum err dept_get(struct db *db, struct arena *a, int64_t id, int64_t now, struct dept *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE d.id = ?2", I(now), I(id));
    bool found = rows_next(&r);
    if (found)
        *out = dept_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err dept_put(struct db *db, struct dept *d)
{
    d->rev = 1;
    return db_int(db, &d->id,
                  "INSERT INTO dept(uuid, kind, name, school_id, group_id, subject, grade,"
                  " created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
                  T(d->uuid), T(d->kind), T(d->name), d->school ? I(d->school) : NUL,
                  d->group ? I(d->group) : NUL, T(d->subject), T(d->grade), I(d->created_at));
}

enum err dept_change(struct db *db, struct dept *d)
{
    enum err e = db_run(db,
                        "UPDATE dept SET rev = rev + 1, kind = ?3, name = ?4, subject = ?5,"
                        " grade = ?6, disabled_at = ?7 WHERE id = ?1 AND rev = ?2",
                        I(d->id), I(d->rev), T(d->kind), T(d->name), T(d->subject), T(d->grade),
                        I(d->disabled_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    d->rev++;
    return E_OK;
}

enum err dept_list(struct db *db, struct arena *a, const struct dept_filter *f, size_t limit,
                   struct dept **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE d.id > ?2 AND (?3 = 0 OR d.school_id = ?3)"
                    " AND (?4 = 0 OR d.group_id = ?4) AND (?5 = 0 OR d.id IN (SELECT dept_id"
                    " FROM dept_member WHERE person_id = ?5 AND from_at <= ?1 AND ?1 < until_at))"
                    " AND (d.disabled_at > 0) = (?6 > 0) ORDER BY d.id LIMIT ?7",
            I(f->now), I(f->after), I(f->school), I(f->group), I(f->person), I(f->disabled),
            I((int64_t)limit));
    while (rows_next(&r))
        *(struct dept *)list_add(&l) = dept_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- members */

enum err dept_member_put(struct db *db, struct dept_member *m)
{
    return db_int(db, &m->id,
                  "INSERT INTO dept_member(dept_id, person_id, leader, from_at, until_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id",
                  I(m->dept), I(m->person), I(m->leader), I(m->from_at), I(m->until_at));
}

#define MEMBER_COLUMNS                                                                             \
    "SELECT m.id, m.dept_id, m.person_id, m.from_at, m.until_at, m.leader, p.name, s.name"         \
    " FROM dept_member m JOIN person p ON p.id = m.person_id"                                      \
    " LEFT JOIN school s ON s.id = p.school_id"

static struct dept_member member_row(struct rows *r, struct arena *a)
{
    return (struct dept_member){
        .id = rows_int(r, 0),
        .dept = rows_int(r, 1),
        .person = rows_int(r, 2),
        .from_at = rows_int(r, 3),
        .until_at = rows_int(r, 4),
        .leader = rows_int(r, 5) != 0,
        .person_name = rows_text(r, 6, a),
        .school_name = rows_text(r, 7, a),
    };
}

enum err dept_member_get(struct db *db, struct arena *a, int64_t id, struct dept_member *out)
{
    struct rows r;
    db_rows(db, &r, MEMBER_COLUMNS " WHERE m.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = member_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err dept_member_end(struct db *db, int64_t id, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE dept_member SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                        " ELSE ?2 END WHERE id = ?1 AND until_at > ?2",
                        I(id), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err dept_member_end_all(struct db *db, int64_t person, int64_t now)
{
    return db_run(db,
                  "UPDATE dept_member SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                  " ELSE ?2 END WHERE person_id = ?1 AND until_at > ?2",
                  I(person), I(now));
}

enum err dept_member_leads(struct db *db, int64_t id, bool leader)
{
    return db_run(db, "UPDATE dept_member SET leader = ?2 WHERE id = ?1", I(id), I(leader));
}

enum err dept_member_list(struct db *db, struct arena *a, int64_t dept, int64_t now,
                          struct dept_member **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            MEMBER_COLUMNS " WHERE m.dept_id = ?1 AND m.from_at <= ?2 AND ?2 < m.until_at"
                           " ORDER BY m.leader DESC, p.pinyin, p.id LIMIT 1000",
            I(dept), I(now));
    while (rows_next(&r))
        *(struct dept_member *)list_add(&l) = member_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

#define LEADS                                                                                      \
    "SELECT m.dept_id FROM dept_member m WHERE m.person_id = ?1 AND m.leader = 1"                  \
    " AND m.from_at <= ?3 AND ?3 < m.until_at"
#define IN_IT "person_id = ?2 AND from_at <= ?3 AND ?3 < until_at"

enum err dept_leads_over(struct db *db, int64_t from, int64_t to, int64_t now, int64_t *n)
{
    enum err e =
        db_run(db, "UPDATE dept_member SET leader = 1 WHERE " IN_IT " AND dept_id IN (" LEADS ")",
               I(from), I(to), I(now));
    *n = e ? 0 : db_changed(db);
    if (!e)
        e = db_run(db,
                   "INSERT INTO dept_member(dept_id, person_id, leader, from_at, until_at)"
                   " SELECT d.id, p.id, 1, ?3, 253402300799000 FROM dept d JOIN person p"
                   " ON p.id = ?2 AND (p.school_id = d.school_id OR EXISTS (SELECT 1"
                   " FROM group_member g WHERE g.group_id = d.group_id"
                   " AND g.school_id = p.school_id AND g.from_at <= ?3 AND ?3 < g.until_at))"
                   " WHERE d.id IN (" LEADS ") AND d.id NOT IN"
                   " (SELECT dept_id FROM dept_member WHERE " IN_IT ")",
                   I(from), I(to), I(now));
    *n += e ? 0 : db_changed(db);
    return e;
}
