/* Rows of the table counter. */
#include "storage/counter.h"

enum err counter_get(struct db *db, const char *name, int64_t standard, int64_t *out)
{
    enum err e = db_int(db, out, "SELECT value FROM counter WHERE name = ?1", T(str_of(name)));
    if (e == E_NOT_FOUND)
        *out = standard;
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err counter_set(struct db *db, const char *name, int64_t value)
{
    return db_run(db,
                  "INSERT INTO counter(name, value) VALUES(?1, ?2)"
                  " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                  T(str_of(name)), I(value));
}
