/* Sessions and who takes part. */
#include "storage/prep.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT s.id, s.rev, s.dept_id, s.stage, s.stage_at, s.lead, s.host, s.recorder, s.at,"        \
    " s.starts_at, s.ends_at, s.term_id, s.week, s.opened_at, s.resource_id, s.created_by,"        \
    " s.created_at, s.changed_at, s.cancelled_at, d.school_id, d.group_id, s.silent, s.uuid,"      \
    " s.subject, s.grade, s.title, s.way, s.place, s.agenda, d.name, l.name, h.name, r.name"       \
    " FROM prep_session s JOIN dept d ON d.id = s.dept_id JOIN person l ON l.id = s.lead"          \
    " JOIN person h ON h.id = s.host JOIN person r ON r.id = s.recorder"

static void row_read(struct rows *r, struct arena *a, struct prep_row *p)
{
    *p = (struct prep_row){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .dept = rows_int(r, 2),
        .stage = rows_int(r, 3),
        .stage_at = rows_int(r, 4),
        .lead = rows_int(r, 5),
        .host = rows_int(r, 6),
        .recorder = rows_int(r, 7),
        .at = rows_int(r, 8),
        .starts_at = rows_int(r, 9),
        .ends_at = rows_int(r, 10),
        .term = rows_int(r, 11),
        .week = rows_int(r, 12),
        .opened_at = rows_int(r, 13),
        .resource = rows_int(r, 14),
        .created_by = rows_int(r, 15),
        .created_at = rows_int(r, 16),
        .changed_at = rows_int(r, 17),
        .cancelled_at = rows_int(r, 18),
        .school = rows_int(r, 19),
        .group = rows_int(r, 20),
        .silent = rows_int(r, 21) != 0,
        .uuid = rows_text(r, 22, a),
        .subject = rows_text(r, 23, a),
        .grade = rows_text(r, 24, a),
        .title = rows_text(r, 25, a),
        .way = rows_text(r, 26, a),
        .place = rows_text(r, 27, a),
        .agenda = rows_text(r, 28, a),
        .dept_name = rows_text(r, 29, a),
        .lead_name = rows_text(r, 30, a),
        .host_name = rows_text(r, 31, a),
        .recorder_name = rows_text(r, 32, a),
    };
}

enum err prep_get(struct db *db, struct arena *a, int64_t id, struct prep_row *p)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE s.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        row_read(&r, a, p);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

#define OR_NUL(x) ((x) ? I(x) : NUL)

enum err prep_put(struct db *db, struct prep_row *p)
{
    p->rev = 1;
    return db_int(db, &p->id,
                  "INSERT INTO prep_session(uuid, dept_id, stage, stage_at, lead, host, recorder,"
                  " subject, grade, title, way, place, agenda, at, starts_at, ends_at, term_id,"
                  " week, silent, created_by, created_at, changed_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
                  " ?17, ?18, ?19, ?20, ?21, ?22) RETURNING id",
                  T(p->uuid), I(p->dept), I(p->stage), I(p->stage_at), I(p->lead), I(p->host),
                  I(p->recorder), T(p->subject), T(p->grade), T(p->title), T(p->way), T(p->place),
                  T(p->agenda), I(p->at), I(p->starts_at), I(p->ends_at), OR_NUL(p->term),
                  I(p->week), I(p->silent), I(p->created_by), I(p->created_at), I(p->changed_at));
}

enum err prep_change(struct db *db, struct prep_row *p)
{
    enum err e =
        db_run(db,
               "UPDATE prep_session SET rev = rev + 1, lead = ?3, host = ?4, recorder = ?5,"
               " subject = ?6, grade = ?7, title = ?8, way = ?9, place = ?10, agenda = ?11,"
               " at = ?12, starts_at = ?13, ends_at = ?14, term_id = ?15, week = ?16,"
               " silent = ?17, changed_at = ?18, opened_at = ?19 WHERE id = ?1 AND rev = ?2",
               I(p->id), I(p->rev), I(p->lead), I(p->host), I(p->recorder), T(p->subject),
               T(p->grade), T(p->title), T(p->way), T(p->place), T(p->agenda), I(p->at),
               I(p->starts_at), I(p->ends_at), OR_NUL(p->term), I(p->week), I(p->silent),
               I(p->changed_at), I(p->opened_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    p->rev++;
    return db_run(db, "UPDATE prep_person SET at = ?2 WHERE session_id = ?1 AND at <> ?2", I(p->id),
                  I(p->at)); /* P2 */
}

enum err prep_move(struct db *db, struct prep_row *p)
{
    enum err e = db_run(db,
                        "UPDATE prep_session SET rev = rev + 1, stage = ?3, stage_at = ?4,"
                        " opened_at = ?5, resource_id = ?6, cancelled_at = ?7, changed_at = ?8"
                        " WHERE id = ?1 AND rev = ?2",
                        I(p->id), I(p->rev), I(p->stage), I(p->stage_at), I(p->opened_at),
                        OR_NUL(p->resource), I(p->cancelled_at), I(p->changed_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    p->rev++;
    return E_OK;
}

/* ---- who takes part */

static bool holds(const int64_t *list, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == id)
            return true;
    return false;
}

static enum err ids_read(struct rows *r, struct arena *a, int64_t **out, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    while (rows_next(r))
        *(int64_t *)list_add(&l) = rows_int(r, 0);
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

enum err prep_people_drop(struct db *db, int64_t id, const int64_t *people, size_t n,
                          const char *part)
{
    struct arena *a = arena_new();
    struct rows r;
    int64_t *now;
    size_t now_n;
    db_rows(db, &r, "SELECT person_id FROM prep_person WHERE session_id = ?1 AND part = ?2", I(id),
            T(str_of(part)));
    enum err e = ids_read(&r, a, &now, &now_n);
    for (size_t i = 0; i < now_n && !e; i++)
        if (!holds(people, n, now[i]))
            e = db_run(db, "DELETE FROM prep_person WHERE session_id = ?1 AND person_id = ?2",
                       I(id), I(now[i]));
    arena_free(a);
    return e;
}

enum err prep_people_set(struct db *db, const struct prep_row *p, const int64_t *people, size_t n,
                         const char *part)
{
    enum err e = prep_people_drop(db, p->id, people, n, part);
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db,
                   "INSERT INTO prep_person(session_id, person_id, part, at)"
                   " VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                   I(p->id), I(people[i]), T(str_of(part)), I(p->at));
    return e;
}

#define PERSON_COLUMNS                                                                             \
    "SELECT x.person_id, x.part, x.answer, x.attended, x.reason, p.name, s.name,"                  \
    " (SELECT count(*) FROM prep_opinion o WHERE o.session_id = x.session_id"                      \
    " AND o.person_id = x.person_id AND o.kind <> 'reply' AND o.withdrawn_at = 0)"                 \
    " FROM prep_person x JOIN person p ON p.id = x.person_id"                                      \
    " LEFT JOIN school s ON s.id = p.school_id WHERE x.session_id = ?1"

static void person_read(struct rows *r, struct arena *a, struct prep_person *p)
{
    *p = (struct prep_person){
        .person = rows_int(r, 0),
        .part = rows_text(r, 1, a),
        .answer = rows_text(r, 2, a),
        .attended = rows_text(r, 3, a),
        .reason = rows_text(r, 4, a),
        .name = rows_text(r, 5, a),
        .school_name = rows_text(r, 6, a),
        .spoke = rows_int(r, 7) > 0,
    };
}

enum err prep_people(struct db *db, struct arena *a, int64_t id, struct prep_person **out,
                     size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r, PERSON_COLUMNS " ORDER BY x.part DESC, p.pinyin, p.id LIMIT 1000", I(id));
    while (rows_next(&r))
        person_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_person_get(struct db *db, struct arena *a, int64_t id, int64_t person,
                         struct prep_person *out)
{
    struct rows r;
    db_rows(db, &r, PERSON_COLUMNS " AND x.person_id = ?2", I(id), I(person));
    bool found = rows_next(&r);
    if (found)
        person_read(&r, a, out);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

static enum err one_changed(struct db *db, enum err e)
{
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

enum err prep_answer_set(struct db *db, int64_t id, int64_t person, struct str answer,
                         struct str reason)
{
    return one_changed(db, db_run(db,
                                  "UPDATE prep_person SET answer = ?3, reason = ?4"
                                  " WHERE session_id = ?1 AND person_id = ?2",
                                  I(id), I(person), T(answer), T(reason)));
}

enum err prep_attended_set(struct db *db, int64_t id, int64_t person, struct str attended,
                           struct str reason)
{
    return one_changed(db, db_run(db,
                                  "UPDATE prep_person SET attended = ?3, reason = ?4"
                                  " WHERE session_id = ?1 AND person_id = ?2",
                                  I(id), I(person), T(attended), T(reason)));
}

enum err prep_outsiders(struct db *db, struct arena *a, int64_t id, int64_t akey, int64_t **out,
                        size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT x.person_id FROM prep_person x WHERE x.session_id = ?1 AND NOT EXISTS("
            "SELECT 1 FROM viewer_key k WHERE k.person_id = x.person_id AND k.akey = ?2)",
            I(id), I(akey));
    return ids_read(&r, a, out, n);
}

enum err prep_fits(struct db *db, int64_t person, int64_t dept, int64_t now, bool *out)
{
    int64_t found = 0;
    enum err e = db_int(db, &found,
                        "SELECT count(*) FROM person p WHERE p.id = ?1 AND p.disabled_at = 0"
                        " AND (?2 = 0 OR EXISTS(SELECT 1 FROM dept_member m WHERE m.dept_id = ?2"
                        " AND m.person_id = p.id AND m.from_at <= ?3 AND ?3 < m.until_at))",
                        I(person), I(dept), I(now));
    *out = found > 0;
    return e;
}

/* ---- small lists that belong to a session; set replaces all */

enum err prep_places_set(struct db *db, int64_t id, const int64_t *taxa, size_t n)
{
    enum err e = db_run(db, "DELETE FROM prep_place WHERE session_id = ?1", I(id));
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db, "INSERT INTO prep_place(session_id, ord, taxon_id) VALUES(?1, ?2, ?3)",
                   I(id), I((int64_t)i), I(taxa[i]));
    return e;
}

enum err prep_places(struct db *db, struct arena *a, int64_t id, struct prep_spot **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT t.id, t.name, t.path FROM prep_place x JOIN taxon t ON t.id = x.taxon_id"
            " WHERE x.session_id = ?1 ORDER BY x.ord",
            I(id));
    while (rows_next(&r))
        *(struct prep_spot *)list_add(&l) =
            (struct prep_spot){ rows_int(&r, 0), rows_text(&r, 1, a), rows_text(&r, 2, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_materials_set(struct db *db, int64_t id, const int64_t *ids, size_t n)
{
    enum err e = db_run(db, "DELETE FROM prep_material WHERE session_id = ?1", I(id));
    for (size_t i = 0; i < n && !e; i++)
        e = db_run(db, "INSERT INTO prep_material(session_id, ord, resource_id) VALUES(?1, ?2, ?3)",
                   I(id), I((int64_t)i), I(ids[i]));
    return e;
}

enum err prep_materials(struct db *db, struct arena *a, int64_t id, struct prep_material **out,
                        size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT r.id, r.title, r.kind FROM prep_material x JOIN resource r"
            " ON r.id = x.resource_id WHERE x.session_id = ?1 ORDER BY x.ord",
            I(id));
    while (rows_next(&r))
        *(struct prep_material *)list_add(&l) = (struct prep_material){
            .id = rows_int(&r, 0), .title = rows_text(&r, 1, a), .kind_no = rows_int(&r, 2)
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* Each is put in place of its stage's, so that nobody is reminded twice of the same moment. */
enum err prep_deadlines_set(struct db *db, int64_t id, const struct prep_deadline *d, size_t n)
{
    enum err e = E_OK;
    for (int64_t stage = 1; stage <= 8 && !e; stage++) {
        size_t i = 0;
        while (i < n && d[i].stage_no != stage)
            i++;
        if (i == n)
            e = db_run(db, "DELETE FROM prep_deadline WHERE session_id = ?1 AND stage = ?2", I(id),
                       I(stage));
        else
            e = db_run(db,
                       "INSERT INTO prep_deadline(session_id, stage, at) VALUES(?1, ?2, ?3)"
                       " ON CONFLICT(session_id, stage) DO UPDATE SET at = excluded.at",
                       I(id), I(stage), I(d[i].at));
    }
    return e;
}

enum err prep_deadlines(struct db *db, struct arena *a, int64_t id, struct prep_deadline **out,
                        size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r, "SELECT stage, at FROM prep_deadline WHERE session_id = ?1 ORDER BY stage",
            I(id));
    while (rows_next(&r))
        *(struct prep_deadline *)list_add(&l) =
            (struct prep_deadline){ .stage_no = rows_int(&r, 0), .at = rows_int(&r, 1) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
