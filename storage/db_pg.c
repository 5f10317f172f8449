/* The PostgreSQL engine is landing next; opening one says so instead of pretending. */
#include "storage/db_int.h"

static enum err pg_open(struct store *s, struct db *db)
{
    (void)db;
    return db_failed(E_DB, "pg", 0, "this build has no PostgreSQL engine", s->url);
}

const struct engine engine_pg = { .name = "pg", .open = pg_open };
