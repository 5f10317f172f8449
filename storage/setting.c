/* Rows of the table setting. */
#include "storage/setting.h"

#include "storage/counter.h"

enum err setting_get(struct db *db, struct arena *a, const char *name, struct str *value)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT value FROM setting WHERE name = ?1", T(str_of(name)));
    while (rows_next(&r)) {
        *value = rows_text(&r, 0, a);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err setting_put(struct db *db, const char *name, struct str value, int64_t person, int64_t now)
{
    return db_run(db,
                  "INSERT INTO setting(name, value, at, person_id) VALUES(?1, ?2, ?3, ?4)"
                  " ON CONFLICT(name) DO UPDATE SET value = excluded.value, at = excluded.at,"
                  " person_id = excluded.person_id",
                  T(str_of(name)), T(value), I(now), I(person));
}

enum err setting_drop(struct db *db, const char *name)
{
    return db_run(db, "DELETE FROM setting WHERE name = ?1", T(str_of(name)));
}

enum err setting_rev(struct db *db, int64_t *rev)
{
    return counter_get(db, "settings", 1, rev);
}

enum err setting_rev_set(struct db *db, int64_t rev)
{
    return counter_set(db, "settings", rev);
}
