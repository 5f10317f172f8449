/* The agenda's timer of a 集体备课. */
#include "storage/prep_timer.h"

enum err prep_timer_get(struct db *db, struct arena *a, int64_t session, struct prep_timer_row *out)
{
    struct rows r;
    db_rows(db, &r, "SELECT began_at, ms, words FROM prep_timer WHERE session_id = ?1", I(session));
    bool found = rows_next(&r);
    if (found)
        *out = (struct prep_timer_row){ rows_int(&r, 0), rows_int(&r, 1), rows_text(&r, 2, a) };
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err prep_timer_set(struct db *db, int64_t session, const struct prep_timer_row *t)
{
    return db_run(db,
                  "INSERT INTO prep_timer(session_id, words, began_at, ms) VALUES(?1, ?2, ?3, ?4)"
                  " ON CONFLICT(session_id) DO UPDATE SET words = excluded.words,"
                  " began_at = excluded.began_at, ms = excluded.ms",
                  I(session), T(t->words), I(t->began_at), I(t->ms));
}

enum err prep_timer_end(struct db *db, int64_t session)
{
    return db_run(db, "DELETE FROM prep_timer WHERE session_id = ?1", I(session));
}
