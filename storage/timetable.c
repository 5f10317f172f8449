/* Lessons of the week. */
#include "storage/timetable.h"

#include "storage/list.h"

enum err timetable_clear(struct db *db, int64_t term, int64_t school, int64_t *n)
{
    enum err e = db_run(db, "DELETE FROM timetable_lesson WHERE term_id = ?1 AND school_id = ?2",
                        I(term), I(school));
    *n = e ? 0 : db_changed(db);
    return e;
}

enum err timetable_put(struct db *db, int64_t term, const struct timetable_lesson *l)
{
    return db_run(db,
                  "INSERT INTO timetable_lesson(term_id, school_id, person_id, weekday, period,"
                  " weeks, class, subject) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                  I(term), I(l->school), I(l->person), I(l->weekday), I(l->period), I(l->weeks),
                  T(l->class_name), T(l->subject));
}

#define LESSONS                                                                                    \
    "SELECT x.term_id, x.school_id, x.person_id, x.weekday, x.period, x.weeks, x.class,"           \
    " x.subject, p.name, p.staff_no, s.name FROM timetable_lesson x"                               \
    " JOIN person p ON p.id = x.person_id JOIN school s ON s.id = x.school_id WHERE "
#define ORDER " ORDER BY x.term_id, x.weekday, x.period, p.pinyin, x.person_id, x.weeks LIMIT 10000"

static void lessons(struct db *db, struct rows *r, const struct timetable_filter *f)
{
    if (f->dept)
        db_rows(db, r,
                LESSONS "x.term_id = ?1 AND x.person_id IN (SELECT m.person_id FROM dept_member m"
                        " WHERE m.dept_id = ?2 AND m.from_at <= ?3 AND ?3 < m.until_at)" ORDER,
                I(f->term), I(f->dept), I(f->now));
    else if (f->person)
        db_rows(db, r,
                LESSONS "x.person_id = ?1 AND (?2 = 0 OR x.term_id = ?2)"
                        " AND (?3 = 0 OR x.school_id = ?3)" ORDER,
                I(f->person), I(f->term), I(f->school));
    else
        db_rows(db, r, LESSONS "x.term_id = ?1 AND x.school_id = ?2" ORDER, I(f->term),
                I(f->school));
}

enum err timetable_list(struct db *db, struct arena *a, const struct timetable_filter *f,
                        struct timetable_lesson **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    lessons(db, &r, f);
    while (rows_next(&r))
        *(struct timetable_lesson *)list_add(&l) = (struct timetable_lesson){
            .term = rows_int(&r, 0),
            .school = rows_int(&r, 1),
            .person = rows_int(&r, 2),
            .weekday = rows_int(&r, 3),
            .period = rows_int(&r, 4),
            .weeks = rows_int(&r, 5),
            .class_name = rows_text(&r, 6, a),
            .subject = rows_text(&r, 7, a),
            .person_name = rows_text(&r, 8, a),
            .staff_no = rows_text(&r, 9, a),
            .school_name = rows_text(&r, 10, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err timetable_teachers(struct db *db, struct arena *a, int64_t term, int64_t school,
                            struct timetable_teacher **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT p.id, COUNT(*), p.name, p.staff_no FROM timetable_lesson x"
            " JOIN person p ON p.id = x.person_id WHERE x.term_id = ?1 AND x.school_id = ?2"
            " GROUP BY p.id, p.name, p.staff_no, p.pinyin ORDER BY p.pinyin, p.id LIMIT 5000",
            I(term), I(school));
    while (rows_next(&r))
        *(struct timetable_teacher *)list_add(&l) =
            (struct timetable_teacher){ .person = rows_int(&r, 0),
                                        .lessons = rows_int(&r, 1),
                                        .name = rows_text(&r, 2, a),
                                        .staff_no = rows_text(&r, 3, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* People who work there, by what the sheet says of them. */
enum err timetable_person(struct db *db, int64_t school, struct str staff_no, struct str name,
                          int64_t *person)
{
    struct rows r;
    int64_t found = 0, n = 0;
    db_rows(db, &r,
            "SELECT DISTINCT p.id FROM works_at w JOIN person p ON p.id = w.person_id"
            " WHERE w.school_id = ?1 AND p.disabled_at = 0"
            " AND ((?2 <> '' AND p.staff_no = ?2 AND (?3 = '' OR replace(p.name, ' ', '') = ?3))"
            " OR (?2 = '' AND replace(p.name, ' ', '') = ?3))",
            I(school), T(staff_no), T(name));
    while (rows_next(&r)) {
        found = rows_int(&r, 0);
        n++;
    }
    *person = n > 1 ? -1 : found;
    return rows_end(&r);
}

enum err timetable_meetings(struct db *db, struct arena *a, int64_t dept, int64_t now, int64_t from,
                            int64_t until, struct timetable_meeting **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT x.person_id, s.starts_at, s.ends_at FROM dept_member m"
            " JOIN prep_person x ON x.person_id = m.person_id"
            " JOIN prep_session s ON s.id = x.session_id WHERE m.dept_id = ?1 AND m.from_at <= ?2"
            " AND ?2 < m.until_at AND s.cancelled_at = 0 AND s.way <> 'async'"
            " AND s.starts_at > 0 AND s.starts_at < ?4 AND s.ends_at > ?3 LIMIT 10000",
            I(dept), I(now), I(from), I(until));
    while (rows_next(&r))
        *(struct timetable_meeting *)list_add(&l) =
            (struct timetable_meeting){ rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
