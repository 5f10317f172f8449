/* Rows of import_source. */
#include "storage/import.h"

enum err import_get(struct db *db, int64_t person, struct str source, int64_t *resource)
{
    return db_int(db, resource,
                  "SELECT resource_id FROM import_source WHERE person_id = ?1 AND source = ?2",
                  I(person), T(source));
}

enum err import_put(struct db *db, int64_t person, struct str source, int64_t resource)
{
    return db_run(db,
                  "INSERT INTO import_source(person_id, source, resource_id) VALUES(?1, ?2, ?3)",
                  I(person), T(source), I(resource));
}

enum err import_has(struct db *db, int64_t resource, struct str name, bool *has)
{
    int64_t n = 0;
    enum err e = db_int(db, &n,
                        "SELECT count(*) FROM file f JOIN file_version v ON v.file_id = f.id"
                        " WHERE f.resource_id = ?1 AND v.name = ?2",
                        I(resource), T(name));
    *has = n > 0;
    return e;
}
