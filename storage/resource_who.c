/* The people around a resource: who approves it, what its audience is called. */
#include "storage/list.h"
#include "storage/resource.h"

enum err resource_dept_of(struct db *db, int64_t person, int64_t now, int64_t *dept)
{
    enum err e =
        db_int(db, dept,
               "SELECT d.id FROM dept_member m JOIN dept d ON d.id = m.dept_id "
               "WHERE m.person_id = ?1 AND m.from_at <= ?2 AND m.until_at > ?2 "
               "AND d.kind = 'prep' AND d.disabled_at = 0 ORDER BY m.from_at, m.id LIMIT 1",
               I(person), I(now));
    if (e != E_NOT_FOUND)
        return e;
    *dept = 0;
    return E_OK;
}

enum err resource_approvers(struct db *db, struct arena *a, int64_t school, int64_t dept,
                            int64_t **out, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    struct rows r;
    db_rows(db, &r,
            "SELECT person_id FROM viewer_role WHERE scope_kind = 3 AND scope_id = ?1 "
            "AND role = 'school_admin' UNION SELECT person_id FROM viewer_role "
            "WHERE scope_kind = 2 AND scope_id = ?2 AND role = 'prep_leader' ORDER BY 1",
            I(school), I(dept));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

static enum err name_read(struct rows *r, struct arena *a, struct str *name)
{
    *name = S("");
    while (rows_next(r))
        *name = rows_text(r, 0, a);
    return rows_end(r);
}

enum err resource_scope_name(struct db *db, struct arena *a, int64_t akey, struct str *name)
{
    struct rows r;
    *name = S("");
    switch (akey % 8) {
    case 2: db_rows(db, &r, "SELECT name FROM dept WHERE id = ?1", I(akey / 8)); break;
    case 3: db_rows(db, &r, "SELECT name FROM school WHERE id = ?1", I(akey / 8)); break;
    case 4: db_rows(db, &r, "SELECT name FROM edu_group WHERE id = ?1", I(akey / 8)); break;
    default: return E_OK;
    }
    return name_read(&r, a, name);
}

enum err resource_person_name(struct db *db, struct arena *a, int64_t person, struct str *name)
{
    struct rows r;
    db_rows(db, &r, "SELECT name FROM person WHERE id = ?1", I(person));
    return name_read(&r, a, name);
}

#define KNOWN " owner = ?1 AND state BETWEEN 2 AND 6 AND akey % 8 <> 1"

enum err resource_owner_over(struct db *db, int64_t from, int64_t to, int64_t *n)
{
    enum err e = db_run(db,
                        "INSERT INTO resource_author(resource_id, ord, name)"
                        " SELECT r.id, 1, p.name FROM resource r JOIN person p ON p.id = ?1"
                        " WHERE r.id IN (SELECT id FROM resource WHERE" KNOWN ")"
                        " AND NOT EXISTS (SELECT 1 FROM resource_author a"
                        " WHERE a.resource_id = r.id)",
                        I(from));
    if (!e)
        e = db_run(db, "UPDATE resource SET owner = ?2, rev = rev + 1 WHERE" KNOWN, I(from), I(to));
    *n = e ? 0 : db_changed(db);
    return e;
}

enum err resource_owned(struct db *db, struct arena *a, int64_t owner, int64_t after, int64_t limit,
                        int64_t **out, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    struct rows r;
    db_rows(db, &r, "SELECT id FROM resource WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            I(owner), I(after), I(limit));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
