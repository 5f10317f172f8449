/* People as rows. Lists are in order of pinyin; an index over (pinyin, id) carries them. */
#include "storage/person.h"

#include "storage/list.h"

enum err person_standing(struct db *db, int64_t id, int64_t *school, int64_t *keys_until)
{
    struct rows r;
    db_rows(db, &r, "SELECT school_id, keys_until FROM person WHERE id = ?1 AND disabled_at = 0",
            I(id));
    bool found = rows_next(&r);
    if (found) {
        *school = rows_int(&r, 0);
        *keys_until = rows_int(&r, 1);
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

#define COLUMNS                                                                                    \
    "SELECT p.id, p.rev, p.school_id, p.uuid, p.login, p.staff_no, p.phone, p.name, p.pinyin,"     \
    " p.initials, p.subject, p.grade, p.title, s.name, p.created_at, p.disabled_at"                \
    " FROM person p LEFT JOIN school s ON s.id = p.school_id"

static struct person person_row(struct rows *r, struct arena *a)
{
    return (struct person){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .school = rows_int(r, 2),
        .uuid = rows_text(r, 3, a),
        .login = rows_text(r, 4, a),
        .staff_no = rows_text(r, 5, a),
        .phone = rows_text(r, 6, a),
        .name = rows_text(r, 7, a),
        .pinyin = rows_text(r, 8, a),
        .initials = rows_text(r, 9, a),
        .subject = rows_text(r, 10, a),
        .grade = rows_text(r, 11, a),
        .title = rows_text(r, 12, a),
        .school_name = rows_text(r, 13, a),
        .created_at = rows_int(r, 14),
        .disabled_at = rows_int(r, 15),
    };
}

enum err person_get(struct db *db, struct arena *a, int64_t id, struct person *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE p.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = person_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err person_put(struct db *db, struct person *p)
{
    p->rev = 1;
    return db_int(db, &p->id,
                  "INSERT INTO person(uuid, login, staff_no, phone, school_id, name, pinyin,"
                  " initials, subject, grade, title, created_at)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id",
                  T(p->uuid), T(p->login), T(p->staff_no), T(p->phone),
                  p->school ? I(p->school) : NUL, T(p->name), T(p->pinyin), T(p->initials),
                  T(p->subject), T(p->grade), T(p->title), I(p->created_at));
}

enum err person_change(struct db *db, struct person *p)
{
    enum err e = db_run(db,
                        "UPDATE person SET rev = rev + 1, login = ?3, staff_no = ?4, phone = ?5,"
                        " school_id = ?6, name = ?7, pinyin = ?8, initials = ?9, subject = ?10,"
                        " grade = ?11, title = ?12, disabled_at = ?13 WHERE id = ?1 AND rev = ?2",
                        I(p->id), I(p->rev), T(p->login), T(p->staff_no), T(p->phone),
                        p->school ? I(p->school) : NUL, T(p->name), T(p->pinyin), T(p->initials),
                        T(p->subject), T(p->grade), T(p->title), I(p->disabled_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    p->rev++;
    return E_OK;
}

enum err person_count(struct db *db, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM person");
}

/* The only row's id; E_NOT_FOUND when there is none or more than one. */
static enum err only_one(struct rows *r, int64_t *id)
{
    int n = 0;
    while (rows_next(r)) {
        *id = rows_int(r, 0);
        n++;
    }
    enum err e = rows_end(r);
    return e ? e : n == 1 ? E_OK : E_NOT_FOUND;
}

enum err person_by_login(struct db *db, struct str login, int64_t *id)
{
    struct rows r;
    db_rows(db, &r, "SELECT id FROM person WHERE login = ?1 AND disabled_at = 0", T(login));
    enum err e = only_one(&r, id);
    if (e != E_NOT_FOUND || login.n == 0)
        return e;
    db_rows(db, &r, "SELECT id FROM person WHERE phone = ?1 AND phone <> '' AND disabled_at = 0",
            T(login));
    if ((e = only_one(&r, id)) != E_NOT_FOUND)
        return e;
    db_rows(db, &r,
            "SELECT id FROM person WHERE staff_no IN (?1, upper(?1)) AND staff_no <> ''"
            " AND disabled_at = 0",
            T(login));
    return only_one(&r, id);
}

enum err person_by_staff_no(struct db *db, int64_t school, struct str staff_no, int64_t *id)
{
    return db_int(db, id,
                  "SELECT id FROM person WHERE school_id = ?1 AND staff_no = ?2 AND staff_no <> ''",
                  I(school), T(staff_no));
}

enum err person_by_phone(struct db *db, int64_t school, struct str phone, int64_t *id)
{
    struct rows r;
    db_rows(db, &r, "SELECT id FROM person WHERE phone = ?2 AND phone <> '' AND school_id = ?1",
            I(school), T(phone));
    return only_one(&r, id);
}

bool person_login_taken(struct db *db, struct str login, enum err *e)
{
    int64_t n = 0;
    if (!*e)
        *e = db_int(db, &n, "SELECT count(*) FROM person WHERE login = ?1", T(login));
    return n > 0;
}

#define WHERE                                                                                      \
    " WHERE (p.disabled_at > 0) = (?1 > 0) AND (p.pinyin > ?2 OR (p.pinyin = ?2 AND p.id > ?3))"   \
    " AND (?4 = '' OR replace(p.name, ?4, '') <> p.name OR substr(p.initials, 1, CAST(?5 AS "      \
    "INTEGER)) = ?4"                                                                               \
    " OR substr(replace(p.pinyin, ' ', ''), 1, CAST(?5 AS INTEGER)) = ?4)"
#define ORDER " ORDER BY p.pinyin, p.id LIMIT ?6"

enum err person_list(struct db *db, struct arena *a, const struct person_filter *f, size_t limit,
                     struct person **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    int64_t id = f->dept ? f->dept : f->school ? f->school : f->group;
    const struct val v[] = {
        I(f->disabled),     T(f->after),       I(f->after_id), T(f->q),
        I((int64_t)f->q.n), I((int64_t)limit), I(id),          I(f->now),
    };
    if (f->dept)
        db_rows_vals(db, &r,
                     COLUMNS WHERE " AND p.id IN (SELECT person_id FROM dept_member"
                                   " WHERE dept_id = ?7 AND from_at <= ?8 AND ?8 < until_at)" ORDER,
                     v, 8);
    else if (f->school)
        db_rows_vals(db, &r,
                     COLUMNS WHERE
                     " AND (p.school_id = ?7 OR p.id IN (SELECT person_id FROM posting"
                     " WHERE school_id = ?7 AND from_at <= ?8 AND ?8 < until_at))" ORDER,
                     v, 8);
    else if (f->group)
        db_rows_vals(db, &r,
                     COLUMNS WHERE
                     " AND p.school_id IN (SELECT school_id FROM group_member"
                     " WHERE group_id = ?7 AND from_at <= ?8 AND ?8 < until_at)" ORDER,
                     v, 8);
    else
        db_rows_vals(db, &r, COLUMNS WHERE ORDER, v, 6);
    while (rows_next(&r))
        *(struct person *)list_add(&l) = person_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
