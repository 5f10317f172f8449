/* The outbox: an event is written in the transaction that makes it true, so nobody hears of what
 * was rolled back and nothing that was committed stays unsaid. The one dispatcher
 * (server/app/dispatch.c) takes rows, numbers them in the order of taking (a number given at insert
 * would be lost to a slow transaction that commits late) and posts them on the bus. */
#ifndef STORAGE_OUTBOX_H
#define STORAGE_OUTBOX_H

#include "storage/db.h"

/* An event as it goes over the wire: something about noun/id changed, it has revision rev now, and
 * whoever holds the audience key may hear of it. */
struct outbox_row {
    int64_t id, noun_id, rev, audience, at, seq;
    struct str noun;
};

/* Inside a writing transaction. rev 0: the noun has none. */
enum err outbox_add(struct db *db, const char *noun, int64_t noun_id, int64_t rev,
                    int64_t audience) MUST_USE;

/* Up to limit events that have no number yet, oldest first, in the arena. Outside a transaction. */
enum err outbox_fresh(struct db *db, struct arena *a, size_t limit, struct outbox_row **out,
                      size_t *n) MUST_USE;
/* Numbers them; inside a writing transaction. Fills seq; 0: another dispatcher took the row. */
enum err outbox_number(struct db *db, struct outbox_row *list, size_t n) MUST_USE;
/* Forgets numbered events older than this. */
enum err outbox_sweep(struct db *db, int64_t before) MUST_USE;
/* How many wait, for /metrics. */
enum err outbox_waiting(struct db *db, int64_t *n) MUST_USE;

#endif
