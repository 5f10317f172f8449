/* Resources in rows; see resource.h. Lists are in resource_list.c, what happened in resource_log.c.
 */
#include "storage/resource.h"

#include "storage/list.h"

/* An id that may be missing. */
static struct val ref(int64_t id)
{
    return id ? I(id) : NUL;
}

enum err resource_put(struct db *db, struct resource_row *r)
{
    r->rev = 1;
    return db_int(
        db, &r->id,
        "INSERT INTO resource(state, kind, lesson_type, akey, owner, school, dept, taxon, "
        "licence, origin, created_at, changed_at, title, origin_note, summary) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14) "
        "RETURNING id",
        I(r->state), I(r->kind), I(r->lesson_type), I(r->akey), I(r->owner), ref(r->school),
        ref(r->dept), ref(r->taxon), I(r->licence), I(r->origin), I(r->created_at), T(r->title),
        T(r->origin_note), T(r->summary));
}

enum err resource_get(struct db *db, struct arena *a, int64_t id, struct resource_row *r)
{
    struct rows q;
    bool found = false;
    db_rows(
        db, &q,
        "SELECT r.id, r.rev, r.state, r.kind, r.lesson_type, r.akey, r.owner, r.school, r.dept, "
        "r.taxon, r.licence, r.origin, r.files_n, r.bytes, r.taken_n, r.created_at, "
        "r.changed_at, r.published_at, r.approved_by, r.reviewer, r.title, r.origin_note, "
        "r.summary, p.name, COALESCE(s.name, ''), COALESCE(t.path, '') FROM resource r " CARD_JOINS
        "WHERE r.id = ?1",
        I(id));
    while (rows_next(&q)) {
        found = true;
        *r = (struct resource_row){
            .id = rows_int(&q, 0),
            .rev = rows_int(&q, 1),
            .state = rows_int(&q, 2),
            .kind = rows_int(&q, 3),
            .lesson_type = rows_int(&q, 4),
            .akey = rows_int(&q, 5),
            .owner = rows_int(&q, 6),
            .school = rows_int(&q, 7),
            .dept = rows_int(&q, 8),
            .taxon = rows_int(&q, 9),
            .licence = rows_int(&q, 10),
            .origin = rows_int(&q, 11),
            .files_n = rows_int(&q, 12),
            .bytes = rows_int(&q, 13),
            .taken_n = rows_int(&q, 14),
            .created_at = rows_int(&q, 15),
            .changed_at = rows_int(&q, 16),
            .published_at = rows_int(&q, 17),
            .approved_by = rows_int(&q, 18),
            .reviewer = rows_int(&q, 19),
            .title = rows_text(&q, 20, a),
            .origin_note = rows_text(&q, 21, a),
            .summary = rows_text(&q, 22, a),
            .owner_name = rows_text(&q, 23, a),
            .school_name = rows_text(&q, 24, a),
            .place = rows_text(&q, 25, a),
        };
    }
    enum err e = rows_end(&q);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err resource_edit(struct db *db, struct resource_row *r)
{
    enum err e =
        db_run(db,
               "UPDATE resource SET rev = rev + 1, kind = ?1, lesson_type = ?2, akey = ?3, "
               "dept = ?4, taxon = ?5, licence = ?6, origin = ?7, changed_at = ?8, "
               "title = ?9, origin_note = ?10, summary = ?11 WHERE id = ?12 AND rev = ?13",
               I(r->kind), I(r->lesson_type), I(r->akey), ref(r->dept), ref(r->taxon),
               I(r->licence), I(r->origin), I(r->changed_at), T(r->title), T(r->origin_note),
               T(r->summary), I(r->id), I(r->rev));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    r->rev++;
    return E_OK;
}

enum err resource_move(struct db *db, struct resource_row *r)
{
    enum err e =
        db_run(db,
               "UPDATE resource SET rev = rev + 1, state = ?1, published_at = ?2, "
               "approved_by = ?3, reviewer = ?4, changed_at = ?5 WHERE id = ?6 AND rev = ?7",
               I(r->state), I(r->published_at), ref(r->approved_by), ref(r->reviewer),
               I(r->changed_at), I(r->id), I(r->rev));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    r->rev++;
    return E_OK;
}

enum err resource_at_put(struct db *db, const struct resource_row *r)
{
    return db_run(
        db,
        "INSERT INTO resource_at(taxon, at, resource_id, akey, kind, school) "
        "SELECT DISTINCT u.ancestor, r.published_at, r.id, r.akey, r.kind, COALESCE(r.school, 0) "
        "FROM resource r JOIN resource_place l ON l.resource_id = r.id "
        "JOIN taxon_up u ON u.taxon_id = l.taxon WHERE r.id = ?1 AND r.state = 5",
        I(r->id));
}

enum err resource_at_drop(struct db *db, const struct resource_row *r)
{
    return db_run(db,
                  "DELETE FROM resource_at WHERE taxon IN (SELECT u.ancestor FROM resource_place l "
                  "JOIN taxon_up u ON u.taxon_id = l.taxon WHERE l.resource_id = ?1) "
                  "AND at = ?2 AND resource_id = ?1",
                  I(r->id), I(r->published_at));
}

enum err resource_places(struct db *db, struct arena *a, int64_t id, int64_t **out, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    struct rows r;
    db_rows(db, &r, "SELECT taxon FROM resource_place WHERE resource_id = ?1 ORDER BY ord", I(id));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err resource_places_set(struct db *db, int64_t id, const int64_t *taxa, size_t n)
{
    enum err e = db_run(db, "DELETE FROM resource_place WHERE resource_id = ?1", I(id));
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db, "INSERT INTO resource_place(resource_id, ord, taxon) VALUES(?1, ?2, ?3)",
                   I(id), I((int64_t)i), I(taxa[i]));
    return e;
}

static enum err strs_read(struct rows *r, struct arena *a, struct str **out, size_t *n)
{
    struct list l = list_of(a, sizeof(struct str));
    while (rows_next(r))
        *(struct str *)list_add(&l) = rows_text(r, 0, a);
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

enum err resource_tags(struct db *db, struct arena *a, int64_t id, struct str **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r, "SELECT name FROM resource_tag WHERE resource_id = ?1 ORDER BY ord", I(id));
    return strs_read(&r, a, out, n);
}

enum err resource_tags_set(struct db *db, int64_t id, const struct str *tags, size_t n)
{
    enum err e = db_run(db, "DELETE FROM resource_tag WHERE resource_id = ?1", I(id));
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db, "INSERT INTO resource_tag(resource_id, ord, name) VALUES(?1, ?2, ?3)", I(id),
                   I((int64_t)i), T(tags[i]));
    return e;
}

enum err resource_authors(struct db *db, struct arena *a, int64_t id, struct str **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r, "SELECT name FROM resource_author WHERE resource_id = ?1 ORDER BY ord", I(id));
    return strs_read(&r, a, out, n);
}

enum err resource_authors_set(struct db *db, int64_t id, const struct str *names, size_t n)
{
    enum err e = db_run(db, "DELETE FROM resource_author WHERE resource_id = ?1", I(id));
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db, "INSERT INTO resource_author(resource_id, ord, name) VALUES(?1, ?2, ?3)",
                   I(id), I((int64_t)i), T(names[i]));
    return e;
}
