/* Rows of the secret addresses of calendars: at most one for each person. */
#ifndef STORAGE_CALENDAR_FEED_H
#define STORAGE_CALENDAR_FEED_H

#include "storage/db.h"

/* 0: there is none. */
enum err calendar_feed_at(struct db *db, int64_t person, int64_t *made_at) MUST_USE;
/* Instead of the one there was; its moment is later than that one's. */
enum err calendar_feed_put(struct db *db, int64_t person, int64_t now, int64_t *made_at) MUST_USE;
enum err calendar_feed_drop(struct db *db, int64_t person) MUST_USE;

#endif
