/* Images of live documents. */
#include "storage/doc_image.h"

enum err doc_image_put(struct db *db, struct doc_image *i)
{
    return db_int(db, &i->id,
                  "INSERT INTO doc_image(doc_id, blob_id, name, person, at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id",
                  I(i->doc), I(i->blob), T(i->name), I(i->person), I(i->at));
}

enum err doc_image_get(struct db *db, struct arena *a, int64_t doc, int64_t id,
                       struct doc_image *out)
{
    struct rows r;
    (void)
        db_rows(db, &r,
                "SELECT i.id, i.doc_id, i.blob_id, i.person, i.at, i.name, b.size, b.sha256, b.mime"
                " FROM doc_image i JOIN blob b ON b.id = i.blob_id"
                " WHERE i.doc_id = ?1 AND i.id = ?2",
                I(doc), I(id));
    bool found = rows_next(&r);
    if (found)
        *out = (struct doc_image){ .id = rows_int(&r, 0),
                                   .doc = rows_int(&r, 1),
                                   .blob = rows_int(&r, 2),
                                   .person = rows_int(&r, 3),
                                   .at = rows_int(&r, 4),
                                   .name = rows_text(&r, 5, a),
                                   .size = rows_int(&r, 6),
                                   .sha256 = rows_text(&r, 7, a),
                                   .mime = rows_text(&r, 8, a) };
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err doc_image_same(struct db *db, int64_t doc, int64_t blob, int64_t *id)
{
    return db_int(db, id,
                  "SELECT id FROM doc_image WHERE doc_id = ?1 AND blob_id = ?2 ORDER BY id LIMIT 1",
                  I(doc), I(blob));
}

enum err doc_image_kept(struct db *db, int64_t id, int64_t author, bool *out)
{
    int64_t n;
    enum err e = db_int(db, &n,
                        "SELECT count(*) FROM doc_image i JOIN doc b ON b.parent = i.doc_id"
                        " JOIN doc_version v ON v.doc_id = b.parent AND v.number = b.base"
                        " WHERE i.id = ?1 AND b.author = ?2 AND i.at <= v.at",
                        I(id), I(author));
    *out = !e && n > 0;
    return e;
}
