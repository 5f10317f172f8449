/* Teaching and adoptions as rows. */
#include "storage/teaching.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT t.id, t.term_id, t.person_id, t.school_id, t.class_no, t.taxon_id, t.ended_at,"        \
    " m.name, p.name, s.name, t.grade, t.subject, x.path FROM teaching t"                          \
    " JOIN term m ON m.id = t.term_id JOIN person p ON p.id = t.person_id"                         \
    " JOIN school s ON s.id = t.school_id LEFT JOIN taxon x ON x.id = t.taxon_id"

static struct teaching teaching_row(struct rows *r, struct arena *a)
{
    return (struct teaching){
        .id = rows_int(r, 0),
        .term = rows_int(r, 1),
        .person = rows_int(r, 2),
        .school = rows_int(r, 3),
        .class_no = rows_int(r, 4),
        .taxon = rows_int(r, 5),
        .ended_at = rows_int(r, 6),
        .term_name = rows_text(r, 7, a),
        .person_name = rows_text(r, 8, a),
        .school_name = rows_text(r, 9, a),
        .grade = rows_text(r, 10, a),
        .subject = rows_text(r, 11, a),
        .taxon_path = rows_text(r, 12, a),
    };
}

enum err teaching_get(struct db *db, struct arena *a, int64_t id, struct teaching *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE t.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = teaching_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err teaching_put(struct db *db, struct teaching *t)
{
    return db_int(db, &t->id,
                  "INSERT INTO teaching(term_id, person_id, school_id, grade, class_no, subject,"
                  " taxon_id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
                  I(t->term), I(t->person), I(t->school), T(t->grade), I(t->class_no),
                  T(t->subject), I(t->taxon));
}

enum err teaching_end(struct db *db, int64_t id, int64_t now)
{
    enum err e = db_run(db, "UPDATE teaching SET ended_at = ?2 WHERE id = ?1 AND ended_at = 0",
                        I(id), I(now));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err teaching_list(struct db *db, struct arena *a, const struct teaching_filter *f,
                       struct teaching **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    const struct val v[] = { I(f->term), I(f->person), I(f->school) };
    if (f->person)
        db_rows_vals(db, &r,
                     COLUMNS " WHERE t.person_id = ?2 AND t.ended_at = 0"
                             " AND (?1 = 0 OR t.term_id = ?1) AND (?3 = 0 OR t.school_id = ?3)"
                             " ORDER BY m.first_day DESC, t.grade, t.class_no, t.id LIMIT 1000",
                     v, 3);
    else
        db_rows_vals(db, &r,
                     COLUMNS " WHERE t.school_id = ?3 AND t.ended_at = 0"
                             " AND (?1 = 0 OR t.term_id = ?1) AND ?2 = 0"
                             " ORDER BY m.first_day DESC, t.grade, t.class_no, t.id LIMIT 1000",
                     v, 3);
    while (rows_next(&r))
        *(struct teaching *)list_add(&l) = teaching_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- adoptions */

enum err adoption_set(struct db *db, struct adoption *a)
{
    enum err e = db_run(db,
                        "INSERT INTO adoption(school_id, year, grade, subject, edition)"
                        " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(school_id, year, grade, subject)"
                        " DO UPDATE SET edition = excluded.edition, rev = adoption.rev + 1",
                        I(a->school), I(a->year), T(a->grade), T(a->subject), T(a->edition));
    struct rows r;
    if (e)
        return e;
    db_rows(db, &r,
            "SELECT id, rev FROM adoption WHERE school_id = ?1 AND year = ?2 AND grade = ?3"
            " AND subject = ?4",
            I(a->school), I(a->year), T(a->grade), T(a->subject));
    if (rows_next(&r)) {
        a->id = rows_int(&r, 0);
        a->rev = rows_int(&r, 1);
    }
    return rows_end(&r);
}

enum err adoption_list(struct db *db, struct arena *a, int64_t school, int64_t year,
                       struct adoption **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT id, rev, school_id, year, grade, subject, edition FROM adoption"
            " WHERE school_id = ?1 AND year = ?2 ORDER BY grade, subject LIMIT 500",
            I(school), I(year));
    while (rows_next(&r))
        *(struct adoption *)list_add(&l) = (struct adoption){
            .id = rows_int(&r, 0),
            .rev = rows_int(&r, 1),
            .school = rows_int(&r, 2),
            .year = rows_int(&r, 3),
            .grade = rows_text(&r, 4, a),
            .subject = rows_text(&r, 5, a),
            .edition = rows_text(&r, 6, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
