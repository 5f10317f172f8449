/* Schools as rows. */
#include "storage/school.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT s.id, s.rev, s.town_id, s.ord, s.pupils, s.created_at, s.disabled_at, s.uuid, s.code," \
    " s.name, s.pinyin, s.initials, s.type, t.name FROM school s"                                  \
    " LEFT JOIN town t ON t.id = s.town_id"

static struct school school_row(struct rows *r, struct arena *a)
{
    return (struct school){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .town = rows_int(r, 2),
        .ord = rows_int(r, 3),
        .pupils = rows_int(r, 4),
        .created_at = rows_int(r, 5),
        .disabled_at = rows_int(r, 6),
        .uuid = rows_text(r, 7, a),
        .code = rows_text(r, 8, a),
        .name = rows_text(r, 9, a),
        .pinyin = rows_text(r, 10, a),
        .initials = rows_text(r, 11, a),
        .type = rows_text(r, 12, a),
        .town_name = rows_text(r, 13, a),
    };
}

enum err school_get(struct db *db, struct arena *a, int64_t id, struct school *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE s.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = school_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err school_put(struct db *db, struct school *s)
{
    s->rev = 1;
    return db_int(db, &s->id,
                  "INSERT INTO school(uuid, code, name, pinyin, initials, type, town_id, ord,"
                  " pupils, created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                  " RETURNING id",
                  T(s->uuid), T(s->code), T(s->name), T(s->pinyin), T(s->initials), T(s->type),
                  s->town ? I(s->town) : NUL, I(s->ord), I(s->pupils), I(s->created_at));
}

enum err school_change(struct db *db, struct school *s)
{
    enum err e =
        db_run(db,
               "UPDATE school SET rev = rev + 1, code = ?3, name = ?4, pinyin = ?5,"
               " initials = ?6, type = ?7, town_id = ?8, ord = ?9, pupils = ?10,"
               " disabled_at = ?11 WHERE id = ?1 AND rev = ?2",
               I(s->id), I(s->rev), T(s->code), T(s->name), T(s->pinyin), T(s->initials),
               T(s->type), s->town ? I(s->town) : NUL, I(s->ord), I(s->pupils), I(s->disabled_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    s->rev++;
    return E_OK;
}

enum err school_by_word(struct db *db, struct str word, int64_t *id)
{
    return db_int(db, id, "SELECT id FROM school WHERE code = ?1 OR name = ?1 ORDER BY id",
                  T(word));
}

enum err school_list(struct db *db, struct arena *a, const struct school_filter *f, size_t limit,
                     struct school **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE (s.ord > ?1 OR (s.ord = ?1 AND s.id > ?2))"
                    " AND (?3 = 0 OR s.town_id = ?3) AND (?4 = 0 OR s.id IN (SELECT school_id"
                    " FROM group_member WHERE group_id = ?4 AND from_at <= ?5 AND ?5 < until_at))"
                    " AND (s.disabled_at > 0) = (?6 > 0)"
                    " AND (?7 = '' OR replace(s.name, ?7, '') <> s.name"
                    " OR substr(s.initials, 1, CAST(?8 AS INTEGER)) = ?7"
                    " OR substr(replace(s.pinyin, ' ', ''), 1, CAST(?8 AS INTEGER)) = ?7)"
                    " ORDER BY s.ord, s.id LIMIT ?9",
            I(f->after_ord), I(f->after_id), I(f->town), I(f->group), I(f->now), I(f->disabled),
            T(f->q), I((int64_t)f->q.n), I((int64_t)limit));
    while (rows_next(&r))
        *(struct school *)list_add(&l) = school_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
