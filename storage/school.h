/* Schools as rows, in the county's own order. */
#ifndef STORAGE_SCHOOL_H
#define STORAGE_SCHOOL_H

#include "storage/db.h"

struct school {
    int64_t id, rev, town, ord, pupils, created_at, disabled_at;
    struct str uuid, code, name, pinyin, initials, type, town_name;
};

enum err school_get(struct db *db, struct arena *a, int64_t id, struct school *out) MUST_USE;
enum err school_put(struct db *db, struct school *s) MUST_USE;    /* sets id, rev; E_CONFLICT */
enum err school_change(struct db *db, struct school *s) MUST_USE; /* E_REV, E_CONFLICT; sets rev */
/* By code or exact name; E_NOT_FOUND. */
enum err school_by_word(struct db *db, struct str word, int64_t *id) MUST_USE;
/* q: part of the name, beginning of pinyin or initials; 0 and "" are any. After (ord, id). */
struct school_filter {
    int64_t town, group, after_ord, after_id, now;
    struct str q;
    bool disabled;
};
enum err school_list(struct db *db, struct arena *a, const struct school_filter *f, size_t limit,
                     struct school **out, size_t *n) MUST_USE;

#endif
