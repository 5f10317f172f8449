/* Lists of sessions, what happened to them, what is due, whose they become. */
#include "storage/list.h"
#include "storage/prep.h"

#define CARD_COLUMNS                                                                               \
    " s.id, s.rev, s.dept_id, s.stage, s.lead, s.host, s.starts_at, s.ends_at, s.at, s.term_id,"   \
    " s.week, s.opened_at, s.cancelled_at, s.changed_at, s.resource_id, s.title, s.subject,"       \
    " s.grade, s.way, s.place, (SELECT t.path FROM prep_place x JOIN taxon t ON t.id = x.taxon_id" \
    " WHERE x.session_id = s.id AND x.ord = 0), d.name, l.name, h.name, s.uuid"

#define CARD_JOINS                                                                                 \
    " JOIN dept d ON d.id = s.dept_id JOIN person l ON l.id = s.lead"                              \
    " JOIN person h ON h.id = s.host"

/* What all lists filter by: ?1 term, ?2 week, ?3 stage, ?4 and ?5 the days, ?6 and ?7 where to go
 * on, ?8 how many. */
#define CARD_WHERE                                                                                 \
    " (?1 = 0 OR s.term_id = ?1) AND (?2 = 0 OR s.week = ?2) AND (?3 = 0 OR s.stage = ?3)"         \
    " AND s.at >= ?4 AND s.at < ?5 AND (s.at < ?6 OR (s.at = ?6 AND s.id < ?7))"                   \
    " ORDER BY s.at DESC, s.id DESC LIMIT ?8"

static void card_read(struct rows *r, struct arena *a, struct prep_card *c)
{
    *c = (struct prep_card){
        .part = rows_text(r, 0, a),
        .id = rows_int(r, 1),
        .rev = rows_int(r, 2),
        .dept = rows_int(r, 3),
        .stage_no = rows_int(r, 4),
        .lead = rows_int(r, 5),
        .host = rows_int(r, 6),
        .starts_at = rows_int(r, 7),
        .ends_at = rows_int(r, 8),
        .at = rows_int(r, 9),
        .term = rows_int(r, 10),
        .week = rows_int(r, 11),
        .opened_at = rows_int(r, 12),
        .cancelled_at = rows_int(r, 13),
        .changed_at = rows_int(r, 14),
        .resource = rows_int(r, 15),
        .title = rows_text(r, 16, a),
        .subject = rows_text(r, 17, a),
        .grade = rows_text(r, 18, a),
        .way = rows_text(r, 19, a),
        .place = rows_text(r, 20, a),
        .spot = rows_text(r, 21, a),
        .dept_name = rows_text(r, 22, a),
        .lead_name = rows_text(r, 23, a),
        .host_name = rows_text(r, 24, a),
        .uuid = rows_text(r, 25, a),
    };
}

enum err prep_list(struct db *db, struct arena *a, const struct prep_filter *f,
                   struct prep_card **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
#define SAME                                                                                       \
    I(f->term), I(f->week), I(f->stage), I(f->from), I(f->until), I(f->after), I(f->after_id),     \
        I(f->limit)
    if (f->dept)
        db_rows(db, &r,
                "SELECT COALESCE(me.part, '')," CARD_COLUMNS " FROM prep_session s" CARD_JOINS
                " LEFT JOIN prep_person me ON me.session_id = s.id AND me.person_id = ?10"
                " WHERE s.dept_id = ?9 AND" CARD_WHERE,
                SAME, I(f->dept), I(f->person));
    else if (f->school || f->group)
        db_rows(db, &r,
                "SELECT COALESCE(me.part, '')," CARD_COLUMNS " FROM prep_session s" CARD_JOINS
                " LEFT JOIN prep_person me ON me.session_id = s.id AND me.person_id = ?11"
                " WHERE (d.school_id = ?9 OR d.group_id = ?10) AND" CARD_WHERE,
                SAME, I(f->school), I(f->group), I(f->person));
    else
        db_rows(db, &r,
                "SELECT me.part," CARD_COLUMNS " FROM prep_person me"
                " JOIN prep_session s ON s.id = me.session_id" CARD_JOINS
                " WHERE me.person_id = ?9 AND" CARD_WHERE,
                SAME, I(f->person));
#undef SAME
    while (rows_next(&r))
        card_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- what happened */

enum err prep_log_put(struct db *db, int64_t id, const struct prep_log *l)
{
    return db_run(db,
                  "INSERT INTO prep_log(session_id, at, person_id, act, was, became, note)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  I(id), I(l->at), I(l->person), T(l->act), I(l->was_no), I(l->became_no),
                  T(l->note));
}

enum err prep_log_list(struct db *db, struct arena *a, int64_t id, struct prep_log **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT l.at, l.person_id, l.act, l.was, l.became, l.note, p.name FROM prep_log l"
            " JOIN person p ON p.id = l.person_id WHERE l.session_id = ?1"
            " ORDER BY l.id DESC LIMIT 500",
            I(id));
    while (rows_next(&r))
        *(struct prep_log *)list_add(&l) = (struct prep_log){
            .at = rows_int(&r, 0),
            .person = rows_int(&r, 1),
            .act = rows_text(&r, 2, a),
            .was_no = rows_int(&r, 3),
            .became_no = rows_int(&r, 4),
            .note = rows_text(&r, 5, a),
            .person_name = rows_text(&r, 6, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- what is due */

enum err prep_due_list(struct db *db, struct arena *a, int64_t from, int64_t until,
                       struct prep_due **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT s.id, s.starts_at AS due, 0 AS stage, s.title FROM prep_session s"
            " WHERE s.starts_at > ?1 AND s.starts_at <= ?2 AND s.cancelled_at = 0"
            " AND s.told_at <> s.starts_at AND s.stage < 8"
            " UNION ALL SELECT s.id, x.at, x.stage, s.title FROM prep_deadline x"
            " JOIN prep_session s ON s.id = x.session_id WHERE x.at > ?1 AND x.at <= ?2"
            " AND x.told_at <> x.at AND s.cancelled_at = 0 AND s.stage = x.stage"
            " ORDER BY 2, 1, 3 LIMIT 200",
            I(from), I(until));
    while (rows_next(&r))
        *(struct prep_due *)list_add(&l) =
            (struct prep_due){ rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2),
                               rows_text(&r, 3, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_due_told(struct db *db, const struct prep_due *d)
{
    if (d->stage == 0)
        return db_run(db, "UPDATE prep_session SET told_at = ?2 WHERE id = ?1", I(d->id), I(d->at));
    return db_run(db, "UPDATE prep_deadline SET told_at = ?3 WHERE session_id = ?1 AND stage = ?2",
                  I(d->id), I(d->stage), I(d->at));
}

/* ---- whose they become */

/* Open ones in which ?1 has a part that ?2 may have. */
#define TO_HAND_OVER                                                                               \
    "(lead = ?1 OR host = ?1 OR recorder = ?1) AND cancelled_at = 0 AND stage < 8"                 \
    " AND EXISTS(SELECT 1 FROM dept_member m WHERE m.dept_id = prep_session.dept_id"               \
    " AND m.person_id = ?2 AND m.from_at <= ?3 AND ?3 < m.until_at)"

enum err prep_over(struct db *db, int64_t from, int64_t to, int64_t now, int64_t *n)
{
    enum err e = db_int(db, n, "SELECT count(*) FROM prep_session WHERE " TO_HAND_OVER, I(from),
                        I(to), I(now));
    if (!e)
        e = db_run(db,
                   "INSERT INTO prep_person(session_id, person_id, part, at)"
                   " SELECT prep_session.id, p.id, 'participant', at FROM prep_session"
                   " JOIN person p ON p.id = ?2 WHERE " TO_HAND_OVER " ON CONFLICT DO NOTHING",
                   I(from), I(to), I(now));
    if (!e)
        e = db_run(db,
                   "UPDATE prep_session SET rev = rev + 1,"
                   " lead = CASE WHEN lead = ?1 THEN ?2 ELSE lead END,"
                   " host = CASE WHEN host = ?1 THEN ?2 ELSE host END,"
                   " recorder = CASE WHEN recorder = ?1 THEN ?2 ELSE recorder END"
                   " WHERE " TO_HAND_OVER,
                   I(from), I(to), I(now));
    return e;
}
