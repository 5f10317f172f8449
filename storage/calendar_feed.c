/* Rows of the secret addresses of calendars. */
#include "storage/calendar_feed.h"

enum err calendar_feed_at(struct db *db, int64_t person, int64_t *made_at)
{
    return db_int(db, made_at,
                  "SELECT coalesce(max(made_at), 0) FROM calendar_feed WHERE person_id = ?1",
                  I(person));
}

enum err calendar_feed_put(struct db *db, int64_t person, int64_t now, int64_t *made_at)
{
    return db_int(db, made_at,
                  "INSERT INTO calendar_feed(person_id, made_at) VALUES(?1, ?2)"
                  " ON CONFLICT(person_id) DO UPDATE SET made_at = CASE"
                  " WHEN excluded.made_at > calendar_feed.made_at THEN excluded.made_at"
                  " ELSE calendar_feed.made_at + 1 END RETURNING made_at",
                  I(person), I(now));
}

enum err calendar_feed_drop(struct db *db, int64_t person)
{
    return db_run(db, "DELETE FROM calendar_feed WHERE person_id = ?1", I(person));
}
