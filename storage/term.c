/* Terms and their changed days, written together. */
#include "storage/term.h"

#include "storage/list.h"

static enum err changes_get(struct db *db, struct arena *a, struct term *t)
{
    struct rows r;
    struct list l = list_of(a, sizeof *t->changes);
    db_rows(db, &r,
            "SELECT day, weekday, kind, name FROM day_change WHERE term_id = ?1 ORDER BY day",
            I(t->id));
    while (rows_next(&r))
        *(struct day_change *)list_add(&l) = (struct day_change){
            .day = rows_int(&r, 0),
            .weekday = rows_int(&r, 1),
            .kind = rows_text(&r, 2, a),
            .name = rows_text(&r, 3, a),
        };
    t->changes = l.p;
    t->changes_n = l.n;
    return rows_end(&r);
}

static struct term term_row(struct rows *r, struct arena *a)
{
    return (struct term){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .first_day = rows_int(r, 2),
        .last_day = rows_int(r, 3),
        .key = rows_text(r, 4, a),
        .name = rows_text(r, 5, a),
    };
}

enum err term_get(struct db *db, struct arena *a, int64_t id, struct term *out)
{
    struct rows r;
    db_rows(db, &r, "SELECT id, rev, first_day, last_day, key, name FROM term WHERE id = ?1",
            I(id));
    bool found = rows_next(&r);
    if (found)
        *out = term_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? changes_get(db, a, out) : E_NOT_FOUND;
}

static enum err changes_put(struct db *db, const struct term *t)
{
    enum err e = db_run(db, "DELETE FROM day_change WHERE term_id = ?1", I(t->id));
    for (size_t i = 0; i < t->changes_n && !e; i++)
        e = db_run(db,
                   "INSERT INTO day_change(term_id, day, kind, weekday, name)"
                   " VALUES(?1, ?2, ?3, ?4, ?5)",
                   I(t->id), I(t->changes[i].day), T(t->changes[i].kind), I(t->changes[i].weekday),
                   T(t->changes[i].name));
    return e;
}

enum err term_put(struct db *db, struct term *t)
{
    t->rev = 1;
    enum err e = db_int(db, &t->id,
                        "INSERT INTO term(key, name, first_day, last_day) VALUES(?1, ?2, ?3, ?4)"
                        " RETURNING id",
                        T(t->key), T(t->name), I(t->first_day), I(t->last_day));
    return e ? e : changes_put(db, t);
}

enum err term_change(struct db *db, struct term *t)
{
    enum err e =
        db_run(db,
               "UPDATE term SET rev = rev + 1, key = ?3, name = ?4, first_day = ?5,"
               " last_day = ?6 WHERE id = ?1 AND rev = ?2",
               I(t->id), I(t->rev), T(t->key), T(t->name), I(t->first_day), I(t->last_day));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    t->rev++;
    return changes_put(db, t);
}

enum err term_list(struct db *db, struct arena *a, struct term **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, rev, first_day, last_day, key, name FROM term ORDER BY first_day DESC"
            " LIMIT 100");
    while (rows_next(&r))
        *(struct term *)list_add(&l) = term_row(&r, a);
    *out = l.p;
    *n = l.n;
    enum err e = rows_end(&r);
    for (size_t i = 0; i < *n && !e; i++)
        e = changes_get(db, a, &(*out)[i]);
    return e;
}

enum err term_at(struct db *db, int64_t day, int64_t *id)
{
    enum err e =
        db_int(db, id, "SELECT id FROM term WHERE last_day >= ?1 ORDER BY first_day LIMIT 1",
               I(day));
    if (e == E_NOT_FOUND)
        e = db_int(db, id, "SELECT id FROM term ORDER BY last_day DESC LIMIT 1");
    return e;
}
