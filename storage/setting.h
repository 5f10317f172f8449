/* Settings that were changed at run time, as text. What they mean, their defaults and bounds are
 * rows of server/app/settings.def; ask server/app/setting.h for a value. */
#ifndef STORAGE_SETTING_H
#define STORAGE_SETTING_H

#include "storage/db.h"

/* E_NOT_FOUND: nobody changed it. */
enum err setting_get(struct db *db, struct arena *a, const char *name, struct str *value) MUST_USE;
enum err setting_put(struct db *db, const char *name, struct str value, int64_t person,
                     int64_t now) MUST_USE;
enum err setting_drop(struct db *db, const char *name) MUST_USE; /* back to the default */
/* The revision of all settings together; 1 before the first change. */
enum err setting_rev(struct db *db, int64_t *rev) MUST_USE;
enum err setting_rev_set(struct db *db, int64_t rev) MUST_USE;

#endif
