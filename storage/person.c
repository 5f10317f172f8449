/* People as rows. */
#include "storage/person.h"

enum err person_standing(struct db *db, int64_t id, int64_t *school, int64_t *keys_until)
{
    struct rows r;
    db_rows(db, &r, "SELECT school_id, keys_until FROM person WHERE id = ?1 AND disabled_at = 0",
            I(id));
    bool found = rows_next(&r);
    if (found) {
        *school = rows_int(&r, 0);
        *keys_until = rows_int(&r, 1);
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}
