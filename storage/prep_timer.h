/* The agenda's timer of a 集体备课: at most one row for each session. */
#ifndef STORAGE_PREP_TIMER_H
#define STORAGE_PREP_TIMER_H

#include "storage/db.h"

struct prep_timer_row {
    int64_t began_at, ms; /* ms: how long it may last */
    struct str words;
};

/* E_NOT_FOUND: none runs. */
enum err prep_timer_get(struct db *db, struct arena *a, int64_t session,
                        struct prep_timer_row *out) MUST_USE;
/* Instead of the one that runs. */
enum err prep_timer_set(struct db *db, int64_t session, const struct prep_timer_row *t) MUST_USE;
enum err prep_timer_end(struct db *db, int64_t session) MUST_USE;

#endif
