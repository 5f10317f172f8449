/* Files and their versions in rows; see file.h. */
#include "storage/file.h"

#include "storage/blob.h"
#include "storage/list.h"

#define FILE_COLS                                                                                  \
    "f.id, f.resource_id, f.ord, f.version, f.removed_at, v.blob_id, v.size, v.at, f.name, "       \
    "b.mime, b.kind, b.verdict, b.reason, f.path, b.sha256 FROM file f "                           \
    "JOIN file_version v ON v.file_id = f.id AND v.version = f.version "                           \
    "JOIN blob b ON b.id = v.blob_id "
#define VERSION_COLS                                                                               \
    "v.version, v.blob_id, v.size, v.at, v.person, v.name, p.name FROM file_version v "            \
    "JOIN person p ON p.id = v.person "

static void file_read(struct rows *r, struct arena *a, struct file *f)
{
    *f = (struct file){
        .id = rows_int(r, 0),
        .resource_id = rows_int(r, 1),
        .ord = rows_int(r, 2),
        .version = rows_int(r, 3),
        .removed_at = rows_int(r, 4),
        .blob_id = rows_int(r, 5),
        .size = rows_int(r, 6),
        .at = rows_int(r, 7),
        .name = rows_text(r, 8, a),
        .mime = rows_text(r, 9, a),
        .kind = rows_text(r, 10, a),
        .quarantined = rows_int(r, 11) == BLOB_QUARANTINED,
        .reason = rows_text(r, 12, a),
        .path = rows_text(r, 13, a),
        .sha256 = rows_text(r, 14, a),
    };
}

static enum err version_row(struct db *db, const struct file *f, int64_t person)
{
    return db_run(db,
                  "INSERT INTO file_version(file_id, version, blob_id, size, at, person, name) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  I(f->id), I(f->version), I(f->blob_id), I(f->size), I(f->at), I(person),
                  T(f->name));
}

enum err file_put(struct db *db, struct file *f, int64_t person)
{
    f->version = 1;
    enum err e = db_int(db, &f->id,
                        "INSERT INTO file(resource_id, ord, name, path) VALUES(?1, ?2, ?3, ?4) "
                        "RETURNING id",
                        I(f->resource_id), I(f->ord), T(f->name), T(f->path));
    return e ? e : version_row(db, f, person);
}

enum err file_version_put(struct db *db, struct file *f, int64_t person)
{
    enum err e = db_int(db, &f->version,
                        "SELECT max(version) + 1 FROM file_version WHERE file_id = ?1", I(f->id));
    if (e || (e = version_row(db, f, person)))
        return e;
    return db_run(db, "UPDATE file SET version = ?1, name = ?2 WHERE id = ?3", I(f->version),
                  T(f->name), I(f->id));
}

enum err file_get(struct db *db, struct arena *a, int64_t id, struct file *f)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT " FILE_COLS "WHERE f.id = ?1", I(id));
    while (rows_next(&r)) {
        file_read(&r, a, f);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err file_list(struct db *db, struct arena *a, int64_t resource, struct file **out, size_t *n)
{
    struct list l = list_of(a, sizeof(struct file));
    struct rows r;
    db_rows(db, &r,
            "SELECT " FILE_COLS
            "WHERE f.resource_id = ?1 AND f.removed_at = 0 ORDER BY f.ord, f.id",
            I(resource));
    while (rows_next(&r))
        file_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

static void version_read(struct rows *r, struct arena *a, struct file_version *v)
{
    *v = (struct file_version){
        .version = rows_int(r, 0),
        .blob_id = rows_int(r, 1),
        .size = rows_int(r, 2),
        .at = rows_int(r, 3),
        .person = rows_int(r, 4),
        .name = rows_text(r, 5, a),
        .person_name = rows_text(r, 6, a),
    };
}

enum err file_versions(struct db *db, struct arena *a, int64_t id, struct file_version **out,
                       size_t *n)
{
    struct list l = list_of(a, sizeof(struct file_version));
    struct rows r;
    db_rows(db, &r, "SELECT " VERSION_COLS "WHERE v.file_id = ?1 ORDER BY v.version DESC", I(id));
    while (rows_next(&r))
        version_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err file_version_get(struct db *db, struct arena *a, int64_t id, int64_t version,
                          struct file_version *v)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT " VERSION_COLS "WHERE v.file_id = ?1 AND v.version = ?2", I(id),
            I(version));
    while (rows_next(&r)) {
        version_read(&r, a, v);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err file_edit(struct db *db, const struct file *f)
{
    return db_run(db, "UPDATE file SET name = ?1, ord = ?2, removed_at = ?3 WHERE id = ?4",
                  T(f->name), I(f->ord), I(f->removed_at), I(f->id));
}

enum err file_totals(struct db *db, int64_t resource, int64_t rev, int64_t now)
{
    enum err e =
        db_run(db,
               "UPDATE resource SET rev = rev + 1, changed_at = ?3, "
               "files_n = (SELECT count(*) FROM file WHERE resource_id = ?1 AND removed_at = 0), "
               "bytes = (SELECT CAST(COALESCE(sum(v.size), 0) AS bigint) FROM file f "
               "JOIN file_version v ON v.file_id = f.id AND v.version = f.version "
               "WHERE f.resource_id = ?1 AND f.removed_at = 0) WHERE id = ?1 AND rev = ?2",
               I(resource), I(rev), I(now));
    return e ? e : db_changed(db) == 1 ? E_OK : E_REV;
}
