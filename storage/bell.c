/* Bells and their periods, written together. */
#include "storage/bell.h"

#include "storage/list.h"

static enum err periods_get(struct db *db, struct arena *a, struct bell *b)
{
    struct rows r;
    struct list l = list_of(a, sizeof *b->periods);
    db_rows(db, &r,
            "SELECT name, lesson, start_min, end_min FROM bell_period WHERE bell_id = ?1"
            " ORDER BY ord",
            I(b->id));
    while (rows_next(&r))
        *(struct period *)list_add(&l) = (struct period){
            .name = rows_text(&r, 0, a),
            .lesson = rows_int(&r, 1) != 0,
            .start_min = rows_int(&r, 2),
            .end_min = rows_int(&r, 3),
        };
    b->periods = l.p;
    b->periods_n = l.n;
    return rows_end(&r);
}

static struct bell bell_row(struct rows *r, struct arena *a)
{
    return (struct bell){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .school = rows_int(r, 2),
        .from_day = rows_int(r, 3),
        .name = rows_text(r, 4, a),
    };
}

enum err bell_get(struct db *db, struct arena *a, int64_t id, struct bell *out)
{
    struct rows r;
    db_rows(db, &r, "SELECT id, rev, school_id, from_day, name FROM bell WHERE id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = bell_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? periods_get(db, a, out) : E_NOT_FOUND;
}

static enum err periods_put(struct db *db, const struct bell *b)
{
    enum err e = db_run(db, "DELETE FROM bell_period WHERE bell_id = ?1", I(b->id));
    for (size_t i = 0; i < b->periods_n && !e; i++)
        e = db_run(db,
                   "INSERT INTO bell_period(bell_id, ord, name, lesson, start_min, end_min)"
                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                   I(b->id), I((int64_t)i + 1), T(b->periods[i].name), I(b->periods[i].lesson),
                   I(b->periods[i].start_min), I(b->periods[i].end_min));
    return e;
}

enum err bell_put(struct db *db, struct bell *b)
{
    b->rev = 1;
    enum err e = db_int(db, &b->id,
                        "INSERT INTO bell(school_id, name, from_day) VALUES(?1, ?2, ?3)"
                        " RETURNING id",
                        I(b->school), T(b->name), I(b->from_day));
    return e ? e : periods_put(db, b);
}

enum err bell_change(struct db *db, struct bell *b)
{
    enum err e = db_run(db,
                        "UPDATE bell SET rev = rev + 1, name = ?3, from_day = ?4"
                        " WHERE id = ?1 AND rev = ?2",
                        I(b->id), I(b->rev), T(b->name), I(b->from_day));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    b->rev++;
    return periods_put(db, b);
}

enum err bell_list(struct db *db, struct arena *a, int64_t school, struct bell **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, rev, school_id, from_day, name FROM bell WHERE school_id = ?1"
            " ORDER BY from_day DESC LIMIT 100",
            I(school));
    while (rows_next(&r))
        *(struct bell *)list_add(&l) = bell_row(&r, a);
    *out = l.p;
    *n = l.n;
    enum err e = rows_end(&r);
    for (size_t i = 0; i < *n && !e; i++)
        e = periods_get(db, a, &(*out)[i]);
    return e;
}
