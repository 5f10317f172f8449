/* Town offices, in the county's own order. There are some twenty: lists have no pages. */
#include "storage/town.h"

#include "storage/list.h"

static struct town town_row(struct rows *r, struct arena *a)
{
    return (struct town){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .ord = rows_int(r, 2),
        .disabled_at = rows_int(r, 3),
        .code = rows_text(r, 4, a),
        .name = rows_text(r, 5, a),
    };
}

enum err town_get(struct db *db, struct arena *a, int64_t id, struct town *out)
{
    struct rows r;
    db_rows(db, &r, "SELECT id, rev, ord, disabled_at, code, name FROM town WHERE id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = town_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err town_put(struct db *db, struct town *t)
{
    t->rev = 1;
    return db_int(db, &t->id, "INSERT INTO town(code, name, ord) VALUES(?1, ?2, ?3) RETURNING id",
                  T(t->code), T(t->name), I(t->ord));
}

enum err town_change(struct db *db, struct town *t)
{
    enum err e = db_run(db,
                        "UPDATE town SET rev = rev + 1, code = ?3, name = ?4, ord = ?5,"
                        " disabled_at = ?6 WHERE id = ?1 AND rev = ?2",
                        I(t->id), I(t->rev), T(t->code), T(t->name), I(t->ord), I(t->disabled_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    t->rev++;
    return E_OK;
}

enum err town_list(struct db *db, struct arena *a, struct town **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, rev, ord, disabled_at, code, name FROM town ORDER BY ord, id LIMIT 500");
    while (rows_next(&r))
        *(struct town *)list_add(&l) = town_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
