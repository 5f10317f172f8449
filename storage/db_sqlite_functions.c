/* Our own functions inside SQLite. The search tokenizer registers itself here. */
#include "storage/db_sqlite.h"

#include <sqlite3.h>

enum err sqlite_functions(struct sqlite3 *db)
{
    (void)db;
    return E_OK;
}
