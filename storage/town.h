/* Town offices (乡镇教育组) as rows. */
#ifndef STORAGE_TOWN_H
#define STORAGE_TOWN_H

#include "storage/db.h"

struct town {
    int64_t id, rev, ord, disabled_at;
    struct str code, name;
};

enum err town_get(struct db *db, struct arena *a, int64_t id, struct town *out) MUST_USE;
enum err town_put(struct db *db, struct town *t) MUST_USE;    /* sets id, rev; E_CONFLICT */
enum err town_change(struct db *db, struct town *t) MUST_USE; /* E_REV, E_CONFLICT; sets rev */
enum err town_list(struct db *db, struct arena *a, struct town **out, size_t *n) MUST_USE;

#endif
