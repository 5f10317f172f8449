/* Places: towns, schools, groups, departments. */
#include "storage/place.h"

enum err place_name(struct db *db, struct arena *a, enum scope_kind kind, int64_t id,
                    struct str *name)
{
    struct rows r;
    *name = STR_NONE;
    switch (kind) {
    case SCOPE_DEPT: db_rows(db, &r, "SELECT name FROM dept WHERE id = ?1", I(id)); break;
    case SCOPE_SCHOOL: db_rows(db, &r, "SELECT name FROM school WHERE id = ?1", I(id)); break;
    case SCOPE_GROUP: db_rows(db, &r, "SELECT name FROM edu_group WHERE id = ?1", I(id)); break;
    case SCOPE_TOWN: db_rows(db, &r, "SELECT name FROM town WHERE id = ?1", I(id)); break;
    default: return id == 1 ? E_OK : E_NOT_FOUND;
    }
    bool found = rows_next(&r);
    if (found)
        *name = rows_text(&r, 0, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err place_school_code(struct db *db, struct arena *a, int64_t school, struct str *code)
{
    struct rows r;
    *code = STR_NONE;
    db_rows(db, &r, "SELECT code FROM school WHERE id = ?1", I(school));
    if (rows_next(&r))
        *code = rows_text(&r, 0, a);
    return rows_end(&r);
}

enum err place_works_at(struct db *db, int64_t person, int64_t school, int64_t now, int64_t *yes)
{
    return db_int(db, yes,
                  "SELECT count(*) FROM works_at w JOIN person p ON p.id = w.person_id"
                  " AND p.disabled_at = 0 WHERE w.person_id = ?1 AND w.school_id = ?2"
                  " AND w.from_at <= ?3 AND ?3 < w.until_at",
                  I(person), I(school), I(now));
}

enum err place_works_in(struct db *db, int64_t person, int64_t group, int64_t now, int64_t *yes)
{
    return db_int(db, yes,
                  "SELECT count(*) FROM works_at w JOIN person p ON p.id = w.person_id"
                  " AND p.disabled_at = 0 JOIN group_member m ON m.school_id = w.school_id"
                  " AND m.group_id = ?2 AND m.from_at <= ?3 AND ?3 < m.until_at"
                  " WHERE w.person_id = ?1 AND w.from_at <= ?3 AND ?3 < w.until_at",
                  I(person), I(group), I(now));
}
