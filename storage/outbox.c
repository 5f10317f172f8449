/* Rows of the table outbox. O1: a number is given once and numbers only grow, over restarts too
 * (table counter). O2: fresh rows are taken by id; who committed late is simply taken later. */
#include "storage/outbox.h"

#include "server/base/clock.h"

enum err outbox_add(struct db *db, const char *noun, int64_t noun_id, int64_t rev, int64_t audience)
{
    db_tell(db);
    return db_run(db,
                  "INSERT INTO outbox(noun, noun_id, rev, audience, at, seq)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, 0)",
                  T(str_of(noun)), I(noun_id), I(rev), I(audience), I(clock_now()));
}

enum err outbox_fresh(struct db *db, struct arena *a, size_t limit, struct outbox_row **out,
                      size_t *n)
{
    struct outbox_row *list = arena_array(a, limit, sizeof *list);
    struct rows r;
    size_t k = 0;
    db_rows(db, &r,
            "SELECT id, noun, noun_id, rev, audience, at FROM outbox WHERE seq = 0"
            " ORDER BY id LIMIT ?1",
            I((int64_t)limit));
    for (; k < limit && rows_next(&r); k++)
        list[k] = (struct outbox_row){
            .id = rows_int(&r, 0),
            .noun = rows_text(&r, 1, a),
            .noun_id = rows_int(&r, 2),
            .rev = rows_int(&r, 3),
            .audience = rows_int(&r, 4),
            .at = rows_int(&r, 5),
        };
    *out = list;
    *n = k;
    return rows_end(&r);
}

enum err outbox_number(struct db *db, struct outbox_row *list, size_t n)
{
    int64_t last = 0;
    enum err e = db_int(db, &last,
                        "INSERT INTO counter(name, value) VALUES('outbox', ?1)"
                        " ON CONFLICT(name) DO UPDATE SET value = counter.value + excluded.value"
                        " RETURNING value",
                        I((int64_t)n));
    for (size_t i = 0; i < n && !e; i++) {
        list[i].seq = last - (int64_t)(n - 1 - i);
        e = db_run(db, "UPDATE outbox SET seq = ?1 WHERE id = ?2 AND seq = 0", I(list[i].seq),
                   I(list[i].id));
        if (!e && db_changed(db) == 0)
            list[i].seq = 0; /* another dispatcher was quicker */
    }
    return e;
}

enum err outbox_sweep(struct db *db, int64_t before)
{
    return db_run(db, "DELETE FROM outbox WHERE seq > 0 AND at < ?1", I(before));
}

enum err outbox_waiting(struct db *db, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM outbox WHERE seq = 0");
}
