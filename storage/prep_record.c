/* Presence, the record, reflections, counts. */
#include "storage/prep_record.h"

#include "storage/list.h"

enum err prep_presence_put(struct db *db, int64_t session, int64_t person, int64_t now)
{
    return db_run(db,
                  "INSERT INTO prep_presence(session_id, person_id, slot) VALUES(?1, ?2, ?3)"
                  " ON CONFLICT DO NOTHING",
                  I(session), I(person), I(now / PREP_SLOT_MS));
}

enum err prep_presence_there(struct db *db, int64_t session, int64_t person, int64_t now, bool *out)
{
    int64_t slot;
    enum err e = db_int(db, &slot,
                        "SELECT slot FROM prep_presence WHERE session_id = ?1 AND person_id = ?2"
                        " AND slot = ?3",
                        I(session), I(person), I(now / PREP_SLOT_MS));
    *out = !e;
    return e == E_NOT_FOUND ? E_OK : e;
}

enum err prep_presence_list(struct db *db, struct arena *a, int64_t session, int64_t from,
                            int64_t until, struct prep_presence **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT person_id, count(*) FROM prep_presence WHERE session_id = ?1 AND slot >= ?2"
            " AND slot < ?3 GROUP BY person_id ORDER BY person_id",
            I(session), I(from / PREP_SLOT_MS), I((until + PREP_SLOT_MS - 1) / PREP_SLOT_MS));
    while (rows_next(&r))
        *(struct prep_presence *)list_add(&l) =
            (struct prep_presence){ rows_int(&r, 0), rows_int(&r, 1) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- the record */

enum err prep_record_get(struct db *db, struct arena *a, int64_t session, struct prep_record *out)
{
    struct rows r;
    *out = (struct prep_record){ .session = session,
                                 .summary = S(""),
                                 .agreed = S(""),
                                 .next_plan = S(""),
                                 .remark = S(""),
                                 .signed_name = S("") };
    db_rows(db, &r,
            "SELECT x.rev, x.changed_at, x.signed_by, x.signed_at, x.summary, x.agreed,"
            " x.next_plan, x.remark, p.name FROM prep_record x"
            " LEFT JOIN person p ON p.id = x.signed_by WHERE x.session_id = ?1",
            I(session));
    while (rows_next(&r))
        *out = (struct prep_record){
            .session = session,
            .rev = rows_int(&r, 0),
            .changed_at = rows_int(&r, 1),
            .signed_by = rows_int(&r, 2),
            .signed_at = rows_int(&r, 3),
            .summary = rows_text(&r, 4, a),
            .agreed = rows_text(&r, 5, a),
            .next_plan = rows_text(&r, 6, a),
            .remark = rows_text(&r, 7, a),
            .signed_name = rows_text(&r, 8, a),
        };
    return rows_end(&r);
}

enum err prep_record_set(struct db *db, struct prep_record *x)
{
    enum err e;
    if (x->rev == 0)
        e = db_run(db,
                   "INSERT INTO prep_record(session_id, summary, agreed, next_plan, remark,"
                   " changed_at, signed_by, signed_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                   " ON CONFLICT DO NOTHING",
                   I(x->session), T(x->summary), T(x->agreed), T(x->next_plan), T(x->remark),
                   I(x->changed_at), x->signed_by ? I(x->signed_by) : NUL, I(x->signed_at));
    else
        e = db_run(db,
                   "UPDATE prep_record SET rev = rev + 1, summary = ?3, agreed = ?4,"
                   " next_plan = ?5, remark = ?6, changed_at = ?7, signed_by = ?8, signed_at = ?9"
                   " WHERE session_id = ?1 AND rev = ?2",
                   I(x->session), I(x->rev), T(x->summary), T(x->agreed), T(x->next_plan),
                   T(x->remark), I(x->changed_at), x->signed_by ? I(x->signed_by) : NUL,
                   I(x->signed_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    x->rev++;
    return E_OK;
}

/* ---- reflections */

enum err prep_reflection_set(struct db *db, int64_t session, const struct prep_reflection *x)
{
    return db_run(db,
                  "INSERT INTO prep_reflection(session_id, person_id, at, changed_at, body)"
                  " VALUES(?1, ?2, ?3, ?3, ?4) ON CONFLICT(session_id, person_id)"
                  " DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at",
                  I(session), I(x->person), I(x->changed_at), T(x->body));
}

enum err prep_reflection_list(struct db *db, struct arena *a, int64_t session,
                              struct prep_reflection **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT x.person_id, x.at, x.changed_at, x.body, p.name, s.name"
            " FROM prep_reflection x JOIN person p ON p.id = x.person_id"
            " LEFT JOIN school s ON s.id = p.school_id WHERE x.session_id = ?1"
            " ORDER BY x.at, x.person_id",
            I(session));
    while (rows_next(&r))
        *(struct prep_reflection *)list_add(&l) = (struct prep_reflection){
            .person = rows_int(&r, 0),
            .at = rows_int(&r, 1),
            .changed_at = rows_int(&r, 2),
            .body = rows_text(&r, 3, a),
            .person_name = rows_text(&r, 4, a),
            .school_name = rows_text(&r, 5, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_reflected_before(struct db *db, int64_t dept, int64_t at, int64_t id, int64_t *before)
{
    return db_int(db, before,
                  "SELECT s.id FROM prep_session s WHERE s.dept_id = ?1"
                  " AND (s.at < ?2 OR (s.at = ?2 AND s.id < ?3)) AND EXISTS(SELECT 1"
                  " FROM prep_reflection x WHERE x.session_id = s.id)"
                  " ORDER BY s.at DESC, s.id DESC LIMIT 1",
                  I(dept), I(at), I(id));
}

/* ---- counts */

/* Came: the recorder says so, or says nothing and a slot lies in the time of the session
 * (PREP_EARLY_MS before, PREP_LATE_MS after; app/prep.h). */
#define CAME                                                                                       \
    "(x.attended = 'present' OR (x.attended = 'auto' AND EXISTS(SELECT 1 FROM prep_presence v"     \
    " WHERE v.session_id = x.session_id AND v.person_id = x.person_id"                             \
    " AND (s.starts_at = 0 OR (v.slot >= (s.starts_at - 900000) / 600000"                          \
    " AND v.slot < (s.ends_at + 2399999) / 600000)))))"
#define INVITED "FROM prep_person x WHERE x.session_id = s.id AND s.cancelled_at = 0"
#define SAID                                                                                       \
    "FROM prep_opinion o WHERE o.session_id = s.id AND o.withdrawn_at = 0 AND o.kind <> 'reply'"

/* A row for each session, then added up. */
#define COUNTED                                                                                    \
    "SELECT s.dept_id, CASE WHEN s.stage >= 6 THEN 1 ELSE 0 END AS finished,"                      \
    " CASE WHEN s.cancelled_at > 0 THEN 1 ELSE 0 END AS cancelled,"                                \
    " (SELECT count(*) " INVITED ") AS invited,"                                                   \
    " (SELECT count(*) " INVITED " AND " CAME ") AS present,"                                      \
    " (SELECT count(*) " SAID ") AS opinions,"                                                     \
    " (SELECT count(*) " SAID " AND o.decision = 'adopted') AS adopted,"                           \
    " (SELECT count(*) " SAID " AND o.decision = 'partly') AS partly,"                             \
    " (SELECT count(*) " SAID " AND o.decision = 'not') AS rejected,"                              \
    " (SELECT count(*) FROM prep_reflection z WHERE z.session_id = s.id) AS reflections,"          \
    " CASE WHEN s.resource_id IS NULL THEN 0 ELSE 1 END AS published"                              \
    " FROM prep_session s JOIN dept e ON e.id = s.dept_id WHERE s.term_id = ?1"                    \
    " AND (?2 = 0 OR s.dept_id = ?2) AND (?3 = 0 OR e.school_id = ?3)"                             \
    " AND (?4 = 0 OR e.group_id = ?4 OR e.school_id IN (SELECT m.school_id FROM group_member m"    \
    " WHERE m.group_id = ?4 AND m.until_at = 253402300799000))"

static void stat_read(struct rows *r, struct arena *a, struct prep_stat *out)
{
    *out = (struct prep_stat){
        .dept = rows_int(r, 0),
        .dept_name = rows_text(r, 1, a),
        .place_name = rows_text(r, 2, a),
        .sessions = rows_int(r, 3),
        .finished = rows_int(r, 4),
        .cancelled = rows_int(r, 5),
        .invited = rows_int(r, 6),
        .present = rows_int(r, 7),
        .opinions = rows_int(r, 8),
        .adopted = rows_int(r, 9),
        .partly = rows_int(r, 10),
        .rejected = rows_int(r, 11),
        .reflections = rows_int(r, 12),
        .published = rows_int(r, 13),
    };
}

enum err prep_stat_list(struct db *db, struct arena *a, const struct prep_stat_filter *f,
                        struct prep_stat **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT y.dept_id, d.name, COALESCE(c.name, g.name), count(*), sum(y.finished),"
            " sum(y.cancelled), sum(y.invited), sum(y.present), sum(y.opinions), sum(y.adopted),"
            " sum(y.partly), sum(y.rejected), sum(y.reflections), sum(y.published) FROM (" COUNTED
            ") y JOIN dept d ON d.id = y.dept_id LEFT JOIN school c ON c.id = d.school_id"
            " LEFT JOIN edu_group g ON g.id = d.group_id"
            " GROUP BY y.dept_id, d.name, c.name, g.name ORDER BY y.dept_id LIMIT 2000",
            I(f->term), I(f->dept), I(f->school), I(f->group));
    while (rows_next(&r))
        stat_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
