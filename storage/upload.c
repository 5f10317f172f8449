/* Rows of uploads, space and orphans. */
#include "storage/upload.h"

#include "storage/blob.h"

#define COLUMNS                                                                                    \
    "id, person, school, process, state, length, resource_id, file_id, modified, created_at,"      \
    " changed_at, expires_at, blob_id, verdict, reason, name, path, metadata"

enum err upload_put(struct db *db, const struct upload *u)
{
    return db_run(db,
                  "INSERT INTO upload(id, person, school, process, state, length, resource_id,"
                  " file_id, modified, created_at, changed_at, expires_at, name, path, metadata)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14)",
                  T(u->id), I(u->person), I(u->school), T(u->process), I(u->state), I(u->length),
                  I(u->resource_id), I(u->file_id), I(u->modified), I(u->created_at),
                  I(u->expires_at), T(u->name), T(u->path), T(u->metadata));
}

static void upload_row(struct rows *r, struct arena *a, struct upload *u)
{
    u->id = rows_text(r, 0, a);
    u->person = rows_int(r, 1);
    u->school = rows_int(r, 2);
    u->process = rows_text(r, 3, a);
    u->state = rows_int(r, 4);
    u->length = rows_int(r, 5);
    u->resource_id = rows_int(r, 6);
    u->file_id = rows_int(r, 7);
    u->modified = rows_int(r, 8);
    u->created_at = rows_int(r, 9);
    u->changed_at = rows_int(r, 10);
    u->expires_at = rows_int(r, 11);
    u->blob_id = rows_int(r, 12);
    u->verdict = rows_int(r, 13);
    u->reason = rows_text(r, 14, a);
    u->name = rows_text(r, 15, a);
    u->path = rows_text(r, 16, a);
    u->metadata = rows_text(r, 17, a);
}

static enum err upload_rows(struct rows *r, struct arena *a, size_t limit, struct upload **out,
                            size_t *n)
{
    *out = arena_array(a, limit ? limit : 1, sizeof **out);
    *n = 0;
    while (*n < limit && rows_next(r))
        upload_row(r, a, &(*out)[(*n)++]);
    return rows_end(r);
}

enum err upload_get(struct db *db, struct arena *a, struct str id, struct upload *u)
{
    struct rows r;
    (void)db_rows(db, &r, "SELECT " COLUMNS " FROM upload WHERE id = ?1", T(id));
    bool found = rows_next(&r);
    if (found)
        upload_row(&r, a, u);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err upload_list(struct db *db, struct arena *a, int64_t person, size_t limit,
                     struct upload **out, size_t *n)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT " COLUMNS " FROM upload WHERE person = ?1 AND state IN (1, 2)"
                  " ORDER BY changed_at DESC, id LIMIT ?2",
                  I(person), I((int64_t)limit));
    return upload_rows(&r, a, limit, out, n);
}

/* A statement that must touch its one row. */
static enum err one(struct db *db, enum err e)
{
    return e ? e : db_changed(db) == 1 ? E_OK : E_STATE;
}

enum err upload_length(struct db *db, struct str id, int64_t length)
{
    return one(db, db_run(db,
                          "UPDATE upload SET length = ?2 WHERE id = ?1 AND state = 1"
                          " AND (length = -1 OR length = ?2)",
                          T(id), I(length)));
}

enum err upload_done(struct db *db, const struct upload *u)
{
    struct val blob = u->blob_id ? I(u->blob_id) : NUL;
    return one(db,
               db_run(db,
                      "UPDATE upload SET state = ?2, blob_id = ?3, verdict = ?4, reason = ?5,"
                      " changed_at = ?6 WHERE id = ?1 AND state = 1",
                      T(u->id), I(u->state), blob, I(u->verdict), T(u->reason), I(u->changed_at)));
}

enum err upload_move(struct db *db, struct str id, enum upload_state from, enum upload_state to,
                     int64_t now)
{
    return one(db, db_run(db,
                          "UPDATE upload SET state = ?3, changed_at = ?4,"
                          " blob_id = CASE WHEN ?3 IN (2, 3) THEN blob_id ELSE NULL END"
                          " WHERE id = ?1 AND state = ?2",
                          T(id), I(from), I(to), I(now)));
}

enum err upload_open(struct db *db, const struct upload_ask *ask, int64_t *n, int64_t *bytes)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT CAST(COALESCE(SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END), 0) AS BIGINT),"
                  " CAST(COALESCE(SUM(CASE WHEN length >= 0 THEN length ELSE ?3 END), 0) AS BIGINT)"
                  " FROM upload WHERE person = ?1 AND state IN (1, 2) AND expires_at > ?2"
                  " AND id <> ?4",
                  I(ask->person), I(ask->now), I(ask->unknown), T(ask->but));
    *n = *bytes = 0;
    if (rows_next(&r)) {
        *n = rows_int(&r, 0);
        *bytes = rows_int(&r, 1);
    }
    return rows_end(&r);
}

enum err upload_expired(struct db *db, struct arena *a, enum upload_state state, int64_t now,
                        size_t limit, struct upload **out, size_t *n)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT " COLUMNS " FROM upload WHERE state = ?1 AND expires_at <= ?2"
                  " ORDER BY expires_at LIMIT ?3",
                  I(state), I(now), I((int64_t)limit));
    return upload_rows(&r, a, limit, out, n);
}

enum err upload_sweep(struct db *db, int64_t before)
{
    return db_run(db, "DELETE FROM upload WHERE state IN (3, 4, 5) AND expires_at < ?1", I(before));
}

/* ---- space */

enum err space_get(struct db *db, int64_t akey, int64_t *used)
{
    enum err e = db_int(db, used, "SELECT used FROM space WHERE akey = ?1", I(akey));
    if (e == E_NOT_FOUND)
        *used = 0;
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err space_add(struct db *db, int64_t akey, int64_t bytes)
{
    if (bytes < 0)
        return db_run(db,
                      "UPDATE space SET used = CASE WHEN used < -?2 THEN 0 ELSE used + ?2 END"
                      " WHERE akey = ?1",
                      I(akey), I(bytes));
    return db_run(db,
                  "INSERT INTO space(akey, used) VALUES(?1, ?2)"
                  " ON CONFLICT(akey) DO UPDATE SET used = space.used + excluded.used",
                  I(akey), I(bytes));
}

/* ---- orphans */

enum err blob_orphans(struct db *db, struct arena *a, int64_t before, int64_t after, size_t limit,
                      struct blob **out, size_t *n)
{
    struct rows r;
    *out = arena_array(a, limit ? limit : 1, sizeof **out);
    *n = 0;
    (void)db_rows(db, &r,
                  "SELECT id, sha256, size, seen_at FROM blob WHERE id > ?2 AND seen_at < ?1"
                  " AND NOT EXISTS (SELECT 1 FROM file_version v WHERE v.blob_id = blob.id)"
                  " AND NOT EXISTS (SELECT 1 FROM doc_image i WHERE i.blob_id = blob.id)"
                  " AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = blob.id"
                  " AND u.state = 2) ORDER BY id LIMIT ?3",
                  I(before), I(after), I((int64_t)limit));
    while (*n < limit && rows_next(&r)) {
        struct blob *b = &(*out)[(*n)++];
        b->id = rows_int(&r, 0);
        b->sha256 = rows_text(&r, 1, a);
        b->size = rows_int(&r, 2);
        b->seen_at = rows_int(&r, 3);
    }
    return rows_end(&r);
}

enum err blob_forget(struct db *db, int64_t id, int64_t before)
{
    int64_t still = 0;
    enum err e = db_int(db, &still,
                        "SELECT COUNT(*) FROM blob WHERE id = ?1 AND seen_at < ?2"
                        " AND NOT EXISTS (SELECT 1 FROM file_version v WHERE v.blob_id = blob.id)"
                        " AND NOT EXISTS (SELECT 1 FROM doc_image i WHERE i.blob_id = blob.id)"
                        " AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = blob.id"
                        " AND u.state = 2)",
                        I(id), I(before));
    if (e || still == 0)
        return e ? e : E_CONFLICT;
    if ((e = db_run(db,
                    "UPDATE upload SET blob_id = NULL, state = 5 WHERE blob_id = ?1 AND state = 3",
                    I(id))) ||
        (e = db_run(db, "DELETE FROM blob_text WHERE blob_id = ?1", I(id))) ||
        (e = db_run(db, "DELETE FROM blob_view WHERE blob_id = ?1", I(id))))
        return e;
    return db_run(db, "DELETE FROM blob WHERE id = ?1", I(id));
}
