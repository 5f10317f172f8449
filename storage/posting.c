/* Further schools of a person. What ends before it began keeps an empty interval. */
#include "storage/posting.h"

#include "storage/list.h"

enum err posting_put(struct db *db, struct posting *p)
{
    return db_int(db, &p->id,
                  "INSERT INTO posting(person_id, school_id, form, from_at, until_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id",
                  I(p->person), I(p->school), T(p->form), I(p->from_at), I(p->until_at));
}

#define COLUMNS                                                                                    \
    "SELECT t.id, t.person_id, t.school_id, t.from_at, t.until_at, t.form, s.name FROM posting t"  \
    " JOIN school s ON s.id = t.school_id"

static struct posting posting_row(struct rows *r, struct arena *a)
{
    return (struct posting){
        .id = rows_int(r, 0),
        .person = rows_int(r, 1),
        .school = rows_int(r, 2),
        .from_at = rows_int(r, 3),
        .until_at = rows_int(r, 4),
        .form = rows_text(r, 5, a),
        .school_name = rows_text(r, 6, a),
    };
}

enum err posting_get(struct db *db, struct arena *a, int64_t id, struct posting *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE t.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = posting_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err posting_end(struct db *db, int64_t id, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE posting SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                        " ELSE ?2 END WHERE id = ?1 AND until_at > ?2",
                        I(id), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err posting_end_all(struct db *db, int64_t person, int64_t now)
{
    return db_run(db,
                  "UPDATE posting SET until_at = CASE WHEN from_at > ?2 THEN from_at"
                  " ELSE ?2 END WHERE person_id = ?1 AND until_at > ?2",
                  I(person), I(now));
}

enum err posting_list(struct db *db, struct arena *a, int64_t person, struct posting **out,
                      size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r, COLUMNS " WHERE t.person_id = ?1 ORDER BY t.from_at DESC, t.id DESC LIMIT 500",
            I(person));
    while (rows_next(&r))
        *(struct posting *)list_add(&l) = posting_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
