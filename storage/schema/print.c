/* Prints the schema that SQLite has after all migrations, for storage/schema.sql: its difference is
 * the review of a migration. */
#include "server/base/log.h"
#include "storage/db.h"

#include <stdio.h>

int main(void)
{
    struct store *s = NULL;
    struct db *db = NULL;
    struct rows r;
    log_level("error");
    enum err e = store_open("sqlite:file:schema?mode=memory&cache=shared", &s);
    if (!e && !(e = db_open(s, &db)) && !(e = store_migrate(s, NULL))) {
        db_rows(db, &r,
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
                " AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY tbl_name, type DESC, name");
        while (rows_next(&r))
            printf("%.*s;\n", STR_ARG(rows_str(&r, 0)));
        e = rows_end(&r);
    }
    db_close(db);
    store_close(s);
    return e != E_OK;
}
