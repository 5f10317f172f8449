/* Named numbers that outlive the process: the outbox's last number, the settings' revision, the
 * time of the last good backup. */
#ifndef STORAGE_COUNTER_H
#define STORAGE_COUNTER_H

#include "storage/db.h"

/* standard: the value when there is no such number. */
enum err counter_get(struct db *db, const char *name, int64_t standard, int64_t *out) MUST_USE;
enum err counter_set(struct db *db, const char *name, int64_t value) MUST_USE;

#endif
