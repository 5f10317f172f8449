/* Term plans. */
#include "storage/prep_plan.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT p.id, p.rev, p.dept_id, p.term_id, p.created_by, p.created_at, p.changed_at,"          \
    " d.school_id, d.group_id, d.name, t.key, t.name, d.subject, d.grade FROM prep_plan p"         \
    " JOIN dept d ON d.id = p.dept_id JOIN term t ON t.id = p.term_id"

static void plan_read(struct rows *r, struct arena *a, struct prep_plan *p)
{
    *p = (struct prep_plan){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .dept = rows_int(r, 2),
        .term = rows_int(r, 3),
        .created_by = rows_int(r, 4),
        .created_at = rows_int(r, 5),
        .changed_at = rows_int(r, 6),
        .school = rows_int(r, 7),
        .group = rows_int(r, 8),
        .dept_name = rows_text(r, 9, a),
        .term_key = rows_text(r, 10, a),
        .term_name = rows_text(r, 11, a),
        .subject = rows_text(r, 12, a),
        .grade = rows_text(r, 13, a),
    };
}

enum err prep_plan_put(struct db *db, struct prep_plan *p)
{
    p->rev = 1;
    return db_int(db, &p->id,
                  "INSERT INTO prep_plan(dept_id, term_id, created_by, created_at, changed_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?4) RETURNING id",
                  I(p->dept), I(p->term), I(p->created_by), I(p->created_at));
}

enum err prep_plan_get(struct db *db, struct arena *a, int64_t id, struct prep_plan *p)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE p.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        plan_read(&r, a, p);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err prep_plan_list(struct db *db, struct arena *a, int64_t dept, int64_t term, size_t limit,
                        struct prep_plan **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE (?1 = 0 OR p.dept_id = ?1) AND (?2 = 0 OR p.term_id = ?2)"
                    " ORDER BY t.first_day DESC, p.id LIMIT ?3",
            I(dept), I(term), I((int64_t)limit));
    while (rows_next(&r))
        plan_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_plan_rows(struct db *db, struct arena *a, struct prep_plan *p)
{
    struct rows r;
    struct list l = list_of(a, sizeof *p->rows);
    db_rows(db, &r,
            "SELECT x.id, x.week, x.taxon_id, x.lead, x.session_id, x.title, t.path, q.name,"
            " s.stage, s.cancelled_at, s.starts_at FROM prep_plan_row x"
            " LEFT JOIN taxon t ON t.id = x.taxon_id LEFT JOIN person q ON q.id = x.lead"
            " LEFT JOIN prep_session s ON s.id = x.session_id WHERE x.plan_id = ?1"
            " ORDER BY x.week, x.ord, x.id",
            I(p->id));
    while (rows_next(&r))
        *(struct prep_plan_row *)list_add(&l) = (struct prep_plan_row){
            .id = rows_int(&r, 0),
            .week = rows_int(&r, 1),
            .taxon = rows_int(&r, 2),
            .lead = rows_int(&r, 3),
            .session = rows_int(&r, 4),
            .title = rows_text(&r, 5, a),
            .path = rows_text(&r, 6, a),
            .lead_name = rows_text(&r, 7, a),
            .stage_no = rows_int(&r, 8),
            .cancelled_at = rows_int(&r, 9),
            .starts_at = rows_int(&r, 10),
        };
    p->rows = l.p;
    p->rows_n = l.n;
    return rows_end(&r);
}

#define OR_NUL(x) ((x) ? I(x) : NUL)

static enum err row_put(struct db *db, const struct prep_plan *p, struct prep_plan_row *x,
                        int64_t ord)
{
    if (!x->id)
        return db_int(db, &x->id,
                      "INSERT INTO prep_plan_row(plan_id, ord, week, title, taxon_id, lead)"
                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
                      I(p->id), I(ord), I(x->week), T(x->title), OR_NUL(x->taxon), OR_NUL(x->lead));
    enum err e = db_run(db,
                        "UPDATE prep_plan_row SET ord = ?3, week = ?4, title = ?5, taxon_id = ?6,"
                        " lead = ?7 WHERE id = ?1 AND plan_id = ?2",
                        I(x->id), I(p->id), I(ord), I(x->week), T(x->title), OR_NUL(x->taxon),
                        OR_NUL(x->lead));
    return e ? e : db_changed(db) ? E_OK : E_NOT_FOUND;
}

static bool listed(const struct prep_plan *p, int64_t id)
{
    for (size_t i = 0; i < p->rows_n; i++)
        if (p->rows[i].id == id)
            return true;
    return false;
}

static enum err drop_others(struct db *db, const struct prep_plan *p)
{
    struct arena *a = arena_new();
    struct prep_plan now = { .id = p->id };
    enum err e = prep_plan_rows(db, a, &now);
    for (size_t i = 0; i < now.rows_n && !e; i++)
        if (!listed(p, now.rows[i].id))
            e = db_run(db, "DELETE FROM prep_plan_row WHERE id = ?1", I(now.rows[i].id));
    arena_free(a);
    return e;
}

enum err prep_plan_set(struct db *db, struct prep_plan *p, int64_t now)
{
    enum err e = db_run(db,
                        "UPDATE prep_plan SET rev = rev + 1, changed_at = ?3"
                        " WHERE id = ?1 AND rev = ?2",
                        I(p->id), I(p->rev), I(now));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    p->rev++;
    e = drop_others(db, p);
    for (size_t i = 0; i < p->rows_n && !e; i++)
        e = row_put(db, p, &p->rows[i], (int64_t)i);
    return e;
}

enum err prep_plan_row_session(struct db *db, int64_t row, int64_t session)
{
    return db_run(db, "UPDATE prep_plan_row SET session_id = ?2 WHERE id = ?1", I(row), I(session));
}
