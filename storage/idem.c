/* Rows of the table idem. */
#include "storage/idem.h"

enum err idem_put(struct db *db, const struct idem *row)
{
    return db_run(db,
                  "INSERT INTO idem(person_id, route, name, request, status, rev, reply, process,"
                  " at) VALUES(?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?7)",
                  I(row->person), T(row->route), T(row->name), BYTES(row->request), BYTES(S("")),
                  T(row->process), I(row->at));
}

enum err idem_get(struct db *db, struct arena *a, int64_t person, struct str route, struct str name,
                  struct idem *out)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r,
            "SELECT request, status, rev, reply, process, at FROM idem"
            " WHERE person_id = ?1 AND route = ?2 AND name = ?3",
            I(person), T(route), T(name));
    while (rows_next(&r)) {
        found = true;
        *out = (struct idem){
            .person = person,
            .route = route,
            .name = name,
            .request = rows_text(&r, 0, a),
            .status = rows_int(&r, 1),
            .rev = rows_int(&r, 2),
            .reply = rows_text(&r, 3, a),
            .process = rows_text(&r, 4, a),
            .at = rows_int(&r, 5),
        };
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err idem_done(struct db *db, const struct idem *row)
{
    return db_run(db,
                  "UPDATE idem SET status = ?1, rev = ?2, reply = ?3"
                  " WHERE person_id = ?4 AND route = ?5 AND name = ?6",
                  I(row->status), I(row->rev), BYTES(row->reply), I(row->person), T(row->route),
                  T(row->name));
}

enum err idem_drop(struct db *db, int64_t person, struct str route, struct str name)
{
    return db_run(db, "DELETE FROM idem WHERE person_id = ?1 AND route = ?2 AND name = ?3",
                  I(person), T(route), T(name));
}

enum err idem_sweep(struct db *db, int64_t before, struct str process)
{
    enum err e = db_run(db, "DELETE FROM idem WHERE at < ?1", I(before));
    if (!e && process.n)
        e = db_run(db, "DELETE FROM idem WHERE status = 0 AND process <> ?1", T(process));
    return e;
}
