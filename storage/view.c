/* Rows of what was read out of contents. */
#include "storage/view.h"

enum err blob_view_put(struct db *db, const struct blob_view *v)
{
    return db_run(
        db,
        "INSERT INTO blob_view(blob_id, outline, list, pages, thumb_mime, thumb,"
        " list_more) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(blob_id) DO UPDATE SET"
        " outline = excluded.outline, list = excluded.list, pages = excluded.pages,"
        " thumb_mime = excluded.thumb_mime, thumb = excluded.thumb,"
        " list_more = excluded.list_more",
        I(v->blob_id), T(v->outline), T(v->list), I(v->pages), T(v->thumb_mime), BYTES(v->thumb),
        T(v->list_more));
}

enum err blob_text_put(struct db *db, int64_t blob, const struct blob_page *p, size_t n)
{
    enum err e = db_run(db, "DELETE FROM blob_text WHERE blob_id = ?1", I(blob));
    for (size_t i = 0; !e && i < n; i++)
        e = db_run(db, "INSERT INTO blob_text(blob_id, page, text) VALUES(?1, ?2, ?3)", I(blob),
                   I(p[i].page), T(p[i].text));
    return e;
}

enum err blob_view_get(struct db *db, struct arena *a, int64_t blob, struct blob_view *v)
{
    struct rows r;
    (void)db_rows(
        db, &r,
        "SELECT outline, list, pages, thumb_mime, list_more FROM blob_view WHERE blob_id = ?1",
        I(blob));
    bool found = rows_next(&r);
    *v = (struct blob_view){ .blob_id = blob };
    if (found) {
        v->outline = rows_text(&r, 0, a);
        v->list = rows_text(&r, 1, a);
        v->pages = rows_int(&r, 2);
        v->thumb_mime = rows_text(&r, 3, a);
        v->list_more = rows_text(&r, 4, a);
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err blob_thumb_get(struct db *db, struct arena *a, int64_t blob, struct str *mime,
                        struct str *bytes)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT thumb_mime, thumb FROM blob_view WHERE blob_id = ?1 AND thumb_mime <> ''",
                  I(blob));
    bool found = rows_next(&r);
    if (found) {
        *mime = rows_text(&r, 0, a);
        *bytes = rows_text(&r, 1, a);
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err blob_text_get(struct db *db, struct arena *a, int64_t blob, int64_t from, size_t limit,
                       struct blob_page **out, size_t *n)
{
    struct rows r;
    *out = arena_array(a, limit ? limit : 1, sizeof **out);
    *n = 0;
    (void)db_rows(db, &r,
                  "SELECT page, text FROM blob_text WHERE blob_id = ?1 AND page >= ?2"
                  " ORDER BY page LIMIT ?3",
                  I(blob), I(from), I((int64_t)limit));
    while (*n < limit && rows_next(&r)) {
        struct blob_page *p = &(*out)[(*n)++];
        p->page = rows_int(&r, 0);
        p->text = rows_text(&r, 1, a);
    }
    return rows_end(&r);
}

enum err blob_name(struct db *db, struct arena *a, int64_t blob, struct str *name)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT name FROM file_version WHERE blob_id = ?1 ORDER BY at DESC LIMIT 1",
                  I(blob));
    bool found = rows_next(&r);
    if (found)
        *name = rows_text(&r, 0, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}
