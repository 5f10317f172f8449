/* Rows of one published resource, written without looking; see bulk.h. */
#include "storage/bulk.h"

#include "storage/file.h"

enum err bulk_resource_put(struct db *db, struct resource_row *r, struct str file_name,
                           int64_t blob, int64_t size)
{
    struct file f = {
        .ord = 1, .blob_id = blob, .size = size, .at = r->created_at, .name = file_name
    };
    enum err e =
        db_int(db, &r->id,
               "INSERT INTO resource(rev, state, kind, lesson_type, akey, owner, school, taxon, "
               "licence, origin, files_n, bytes, created_at, changed_at, published_at, "
               "approved_by, title, summary) VALUES(3, 5, ?1, ?2, ?3, ?4, ?5, ?6, 1, 1, 1, "
               "?7, ?8, ?9, ?9, ?10, ?11, ?12) RETURNING id",
               I(r->kind), I(r->lesson_type), I(r->akey), I(r->owner), I(r->school), I(r->taxon),
               I(size), I(r->created_at), I(r->published_at),
               r->approved_by ? I(r->approved_by) : NUL, T(r->title), T(r->summary));
    if (e)
        return e;
    f.resource_id = r->id;
    if ((e = resource_places_set(db, r->id, &r->taxon, 1)) || (e = resource_at_put(db, r)))
        return e;
    return file_put(db, &f, r->owner);
}

enum err bulk_relax(struct db *db, bool relaxed)
{
    if (db_is_pg(db))
        return relaxed ? db_run(db, "SET synchronous_commit TO off")
                       : db_run(db, "SET synchronous_commit TO on");
    db_unsettled(db, relaxed);
    if (relaxed)
        return db_run(db, "PRAGMA synchronous = OFF");
    enum err e = db_run(db, "PRAGMA synchronous = NORMAL");
    return e ? e : db_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}
