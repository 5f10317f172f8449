/* Passwords (hashes only), wrong attempts in a row, and devices that logged in before. */
#ifndef STORAGE_PASSWORD_H
#define STORAGE_PASSWORD_H

#include "storage/db.h"

/* E_NOT_FOUND: the person has no password yet. The hash lives in the arena. */
enum err password_get(struct db *db, struct arena *a, int64_t person, struct str *hash,
                      bool *must_change) MUST_USE;
enum err password_put(struct db *db, int64_t person, struct str hash, bool must_change,
                      int64_t now) MUST_USE;

/* Wrong attempts under one name (a digest); zeroes when there are none. */
enum err login_fail_get(struct db *db, struct str who, int64_t *fails, int64_t *failed_at) MUST_USE;
/* One more; begins at one again when the last was before `since`. */
enum err login_fail_add(struct db *db, struct str who, int64_t since, int64_t now) MUST_USE;
enum err login_fail_clear(struct db *db, struct str who) MUST_USE;
enum err login_fail_sweep(struct db *db, int64_t before) MUST_USE;

/* The device of this person with this name; E_NOT_FOUND: none. */
enum err device_get(struct db *db, int64_t person, struct str hash, int64_t *id) MUST_USE;
enum err device_put(struct db *db, int64_t person, struct str hash, int64_t now) MUST_USE;
enum err device_touch(struct db *db, int64_t id, int64_t now) MUST_USE;

#endif
