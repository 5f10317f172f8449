/* The textbook spine in rows; see taxon.h. */
#include "storage/taxon.h"

#include "storage/list.h"

#define COLS                                                                                       \
    "t.id, t.rev, t.parent, t.kind, t.ord, t.disabled_at, t.code, t.name, t.stage, t.subject, "    \
    "t.grade, t.path, (SELECT count(*) FROM taxon k WHERE k.parent = t.id AND k.disabled_at = 0)"

static void read_row(struct rows *r, struct arena *a, struct taxon *t)
{
    *t = (struct taxon){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .parent = rows_int(r, 2),
        .level = rows_int(r, 3),
        .ord = rows_int(r, 4),
        .disabled_at = rows_int(r, 5),
        .code = rows_text(r, 6, a),
        .name = rows_text(r, 7, a),
        .stage = rows_text(r, 8, a),
        .subject = rows_text(r, 9, a),
        .grade = rows_text(r, 10, a),
        .path = rows_text(r, 11, a),
        .children = rows_int(r, 12),
    };
}

static enum err read_all(struct rows *r, struct arena *a, struct taxon **out, size_t *n)
{
    struct list l = list_of(a, sizeof(struct taxon));
    while (rows_next(r))
        read_row(r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

enum err taxon_put(struct db *db, struct taxon *t)
{
    struct val parent = t->parent ? I(t->parent) : NUL;
    enum err e =
        db_int(db, &t->id,
               "INSERT INTO taxon(kind, parent, ord, code, name, stage, subject, grade, path) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id",
               I(t->level), parent, I(t->ord), T(t->code), T(t->name), T(t->stage), T(t->subject),
               T(t->grade), T(t->path));
    if (e)
        return e;
    t->rev = 1;
    if ((e = db_run(db, "INSERT INTO taxon_up(taxon_id, depth, ancestor) VALUES(?1, 0, ?1)",
                    I(t->id))))
        return e;
    if (!t->parent)
        return E_OK;
    return db_run(
        db,
        "INSERT INTO taxon_up(taxon_id, depth, ancestor) "
        "SELECT CAST(?1 AS bigint), depth + 1, ancestor FROM taxon_up WHERE taxon_id = ?2",
        I(t->id), I(t->parent));
}

enum err taxon_get(struct db *db, struct arena *a, int64_t id, struct taxon *t)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT " COLS " FROM taxon t WHERE t.id = ?1", I(id));
    while (rows_next(&r)) {
        read_row(&r, a, t);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err taxon_children(struct db *db, struct arena *a, int64_t parent, bool all,
                        struct taxon **out, size_t *n)
{
    struct rows r;
    if (parent)
        db_rows(db, &r,
                "SELECT " COLS " FROM taxon t WHERE t.parent = ?1 AND t.disabled_at <= ?2 "
                "ORDER BY t.ord, t.id",
                I(parent), I(all ? INT64_MAX : 0));
    else
        db_rows(db, &r,
                "SELECT " COLS " FROM taxon t WHERE t.parent IS NULL AND t.disabled_at <= ?1 "
                "ORDER BY t.ord, t.id",
                I(all ? INT64_MAX : 0));
    return read_all(&r, a, out, n);
}

enum err taxon_path(struct db *db, struct arena *a, int64_t id, struct taxon **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " COLS " FROM taxon_up u JOIN taxon t ON t.id = u.ancestor "
            "WHERE u.taxon_id = ?1 ORDER BY u.depth DESC",
            I(id));
    return read_all(&r, a, out, n);
}

enum err taxon_subtree(struct db *db, struct arena *a, int64_t id, struct taxon **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " COLS " FROM taxon_up u JOIN taxon t ON t.id = u.taxon_id "
            "WHERE u.ancestor = ?1 ORDER BY u.depth, t.parent, t.ord, t.id",
            I(id));
    return read_all(&r, a, out, n);
}

enum err taxon_find(struct db *db, int64_t parent, struct str name, int64_t *id)
{
    if (parent)
        return db_int(db, id, "SELECT id FROM taxon WHERE parent = ?1 AND name = ?2", I(parent),
                      T(name));
    return db_int(db, id, "SELECT id FROM taxon WHERE parent IS NULL AND name = ?1", T(name));
}

enum err taxon_next_ord(struct db *db, int64_t parent, int64_t *ord)
{
    if (parent)
        return db_int(db, ord, "SELECT COALESCE(max(ord), 0) + 1 FROM taxon WHERE parent = ?1",
                      I(parent));
    return db_int(db, ord, "SELECT COALESCE(max(ord), 0) + 1 FROM taxon WHERE parent IS NULL");
}

enum err taxon_edit(struct db *db, const struct taxon *t)
{
    enum err e = db_run(db,
                        "UPDATE taxon SET name = ?1, code = ?2, ord = ?3, disabled_at = ?4, "
                        "rev = rev + 1 WHERE id = ?5 AND rev = ?6",
                        T(t->name), T(t->code), I(t->ord), I(t->disabled_at), I(t->id), I(t->rev));
    return e ? e : db_changed(db) == 1 ? E_OK : E_REV;
}

enum err taxon_path_set(struct db *db, int64_t id, struct str path)
{
    return db_run(db, "UPDATE taxon SET path = ?1 WHERE id = ?2", T(path), I(id));
}

enum err taxon_lessons(struct db *db, struct arena *a, int64_t volume, struct taxon **out,
                       size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " COLS " FROM taxon_up d JOIN taxon t ON t.id = d.taxon_id "
            "JOIN taxon u ON u.id = t.parent "
            "WHERE d.ancestor = ?1 AND d.depth = 2 AND t.kind = 6 AND t.disabled_at = 0 "
            "AND u.disabled_at = 0 ORDER BY u.ord, u.id, t.ord, t.id",
            I(volume));
    return read_all(&r, a, out, n);
}

enum err taxon_volumes(struct db *db, struct arena *a, struct str subject, struct str grade,
                       struct str edition, struct taxon **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " COLS " FROM taxon t JOIN taxon e ON e.id = t.parent "
            "WHERE t.kind = 4 AND t.subject = ?1 AND t.grade = ?2 AND (?3 = '' OR e.name = ?3) "
            "AND t.disabled_at = 0 ORDER BY t.ord, t.id",
            T(subject), T(grade), T(edition));
    return read_all(&r, a, out, n);
}
