/* Checking and merging a roster.
 *
 * R1: nothing is written while any row is wrong. R2: a row changes only what its columns say; an
 * empty cell leaves what is there. R3: a school's administrator writes only into that school; what
 * belongs to somebody with higher roles is not touched (person_guard). */
#include "server/app/roster.h"

#include "server/app/audit.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/app/roster_int.h"
#include "server/base/id.h"
#include "server/base/map.h"
#include "server/base/pinyin.h"
#include "storage/list.h"
#include "storage/outbox.h"
#include "storage/school.h"

#include <inttypes.h>

struct plan {
    struct person before, after; /* before.id 0: a new one */
    bool wrong;
};

struct work {
    struct call *c;
    const struct roster_table *t;
    struct roster *out;
    struct plan *plans;
    struct map *seen; /* "school|staff_no" of earlier rows */
    int64_t default_school;
};

static struct roster_row *wrong(struct work *w, size_t i, const char *field, struct str why)
{
    struct roster_row *r = &w->out->rows[i];
    if (w->plans[i].wrong)
        return r; /* the first reason counts */
    w->plans[i].wrong = true;
    r->act = S("wrong");
    r->error = why;
    r->field = str_of(field);
    return r;
}

/* Digits of a phone, whatever is written between them. */
static struct str digits(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '-')
            p[n++] = s.p[i];
    return (struct str){ p, n };
}

static enum err find_school(struct work *w, size_t i, struct person *p)
{
    struct str word = w->t->lines[i].cell[RF_SCHOOL];
    struct school s;
    enum err e = E_OK;
    p->school = w->default_school;
    if (word.n)
        e = school_by_word(w->c->db, word, &p->school);
    if (e == E_NOT_FOUND || p->school == 0) {
        wrong(w, i, "school",
              word.n ? S("没有这所学校，请按系统里的校名或学校代码填写。") : S("请填写学校。"));
        return E_OK;
    }
    if (!e)
        e = school_get(w->c->db, w->c->arena, p->school, &s);
    if (e)
        return e;
    struct place at = { .school = p->school };
    w->out->rows[i].school_name = s.name;
    if (s.disabled_at)
        wrong(w, i, "school", S("这所学校已停用。"));
    else if (!may_at(w->c->viewer, CAP_person_edit, &at))
        wrong(w, i, "school", S("您不能导入这所学校的人员。"));
    return E_OK;
}

/* The person this row is about; before.id stays 0 when it is somebody new. */
static enum err find_person(struct work *w, size_t i, struct plan *p)
{
    struct call *c = w->c;
    int64_t id = 0;
    enum err e = E_NOT_FOUND;
    if (p->after.staff_no.n)
        e = person_by_staff_no(c->db, p->after.school, p->after.staff_no, &id);
    else if (p->after.phone.n)
        e = person_by_phone(c->db, p->after.school, p->after.phone, &id);
    else
        wrong(w, i, "staff_no", S("请填写工号；没有工号的请填写手机号。"));
    if (!e)
        e = person_get(c->db, c->arena, id, &p->before);
    if (!e && p->before.disabled_at)
        wrong(w, i, "staff_no", S("这位老师的账号已停用，请先在人员里启用。"));
    return e == E_NOT_FOUND ? E_OK : e;
}

static void set(struct str *to, struct str cell)
{
    if (cell.n)
        *to = cell;
}

/* What stands in the row, over what is there (R2). */
static void merge(struct work *w, size_t i, struct plan *p)
{
    const struct roster_line *l = &w->t->lines[i];
    struct person said = p->after;
    if (p->before.id)
        p->after = p->before;
    p->after.school = said.school;
    set(&p->after.name, l->cell[RF_NAME]);
    set(&p->after.staff_no, said.staff_no);
    set(&p->after.phone, said.phone);
    set(&p->after.title, l->cell[RF_TITLE]);
    set(&p->after.login, l->cell[RF_LOGIN]);
    if (l->cell[RF_SUBJECT].n && (p->after.subject = roster_subject(l->cell[RF_SUBJECT])).n == 0)
        wrong(w, i, "subject", S("没有这个学科，请用课程标准里的名称，如“语文”。"));
    if (l->cell[RF_GRADE].n && (p->after.grade = roster_grade(l->cell[RF_GRADE])).n == 0)
        wrong(w, i, "grade", S("没有这个年级，请写“三年级”“七年级”“高一”这样的名称。"));
    struct pinyin py = pinyin_of(w->c->arena, p->after.name, true);
    p->after.pinyin = py.full;
    p->after.initials = py.initials;
}

static bool differs(const struct person *a, const struct person *b)
{
    return !str_eq(a->name, b->name) || !str_eq(a->phone, b->phone) ||
           !str_eq(a->title, b->title) || !str_eq(a->login, b->login) ||
           !str_eq(a->subject, b->subject) || !str_eq(a->grade, b->grade) ||
           !str_eq(a->staff_no, b->staff_no) || a->school != b->school;
}

static void check_twice(struct work *w, size_t i, const struct person *p)
{
    struct str key =
        p->staff_no.n ? arena_fmt(w->c->arena, "%" PRId64 "|n%.*s", p->school, STR_ARG(p->staff_no))
                      : arena_fmt(w->c->arena, "%" PRId64 "|p%.*s", p->school, STR_ARG(p->phone));
    if (map_put(w->seen, key, (void *)&w->t->lines[i]))
        wrong(w, i, p->staff_no.n ? "staff_no" : "phone", S("与前面的一行重复。"));
}

static enum err check_login(struct work *w, size_t i, const struct plan *p)
{
    enum err e = E_OK;
    struct str login = w->t->lines[i].cell[RF_LOGIN];
    if (login.n && !str_eq(login, p->before.login) &&
        (person_login_taken(w->c->db, login, &e) ||
         map_put(w->seen, arena_fmt(w->c->arena, "l%.*s", STR_ARG(login)),
                 (void *)&w->t->lines[i])))
        wrong(w, i, "login", S("这个登录名已有人用。"));
    return e;
}

static enum err check_row(struct work *w, size_t i)
{
    struct call *c = w->c;
    struct plan *p = &w->plans[i];
    struct roster_row *r = &w->out->rows[i];
    enum err e;
    p->after.staff_no = w->t->lines[i].cell[RF_STAFF_NO];
    p->after.phone = digits(c->arena, w->t->lines[i].cell[RF_PHONE]);
    if ((e = find_school(w, i, &p->after)) || p->wrong)
        return e;
    if ((e = find_person(w, i, p)) || p->wrong)
        return e;
    merge(w, i, p);
    check_twice(w, i, &p->after);
    if ((e = check_login(w, i, p)))
        return e;
    e = person_check(c, &p->after);
    if (!e && p->before.id)
        e = person_guard(c, &p->before, CAP_person_edit);
    if (e == E_INPUT || e == E_FORBIDDEN)
        wrong(w, i, e == E_INPUT ? arena_z(c->arena, c->fault.field) : "name",
              c->fault.text.n ? c->fault.text : str_of(err_row(e)->text));
    else if (e)
        return e;
    c->fault = (struct fault_note){ 0 };
    if (!p->wrong)
        r->act = p->before.id == 0                ? S("add")
                 : differs(&p->before, &p->after) ? S("change")
                                                  : S("same");
    return E_OK;
}

static enum err check_all(struct work *w)
{
    struct roster *out = w->out;
    enum err e = E_OK;
    for (size_t i = 0; i < w->t->lines_n && !e; i++) {
        const struct roster_line *l = &w->t->lines[i];
        out->rows[i] = (struct roster_row){ .row = l->row,
                                            .name = l->cell[RF_NAME],
                                            .staff_no = l->cell[RF_STAFF_NO] };
        e = check_row(w, i);
        char first = e ? 0 : out->rows[i].act.p[0];
        out->added += first == 'a';
        out->changed += first == 'c';
        out->same += first == 's';
        out->wrong += first == 'w';
    }
    return e;
}

/* ---- writing */

static enum err write_row(struct work *w, size_t i, struct str hash)
{
    struct call *c = w->c;
    struct person *p = &w->plans[i].after;
    enum err e = w->plans[i].before.id ? person_change(c->db, p) : person_add(c, p, hash, true);
    return e ? e : viewer_stale_person(c->db, p->id);
}

static enum err write_all(struct work *w, struct str *hashes)
{
    struct call *c = w->c;
    struct roster *out = w->out;
    size_t k = 0;
    enum err e = E_OK;
    for (size_t i = 0; i < w->t->lines_n && !e; i++) {
        bool add = out->rows[i].act.p[0] == 'a';
        if (!add && out->rows[i].act.p[0] != 'c')
            continue;
        struct slip *slip = add ? &out->slips[k] : NULL;
        e = write_row(w, i, add ? hashes[k] : STR_NONE);
        const struct person *p = &w->plans[i].after;
        if (!e && add)
            *slip = (struct slip){ p->id,    out->rows[i].school_name,
                                   p->name,  p->staff_no,
                                   p->login, slip->password };
        k += add;
    }
    if (!e)
        e = viewer_rebuild(c->db, c->now);
    if (!e)
        e = outbox_add(c->db, "person", 0, 0, AUDIENCE(AUD_COUNTY, 1));
    return e ? e
             : audit_add(c, "roster.apply", "person", 0,
                         arena_fmt(c->arena, "added:%" PRId64 " changed:%" PRId64, out->added,
                                   out->changed));
}

static enum err run(struct work *w, bool apply)
{
    struct call *c = w->c;
    struct roster *out = w->out;
    struct str *hashes = NULL;
    struct txn tx = { 0 };
    enum err e = check_all(w);
    if (e || !apply || out->wrong)
        return e; /* R1 */
    out->slips_n = (size_t)out->added;
    out->slips = arena_array(c->arena, out->slips_n, sizeof *out->slips);
    hashes = arena_array(c->arena, out->slips_n, sizeof *hashes);
    for (size_t i = 0; i < out->slips_n; i++) { /* costly: before the transaction */
        out->slips[i].password = password_make(c->arena);
        hashes[i] = password_hash_slip(c->arena, out->slips[i].password);
    }
    if ((e = txn_begin(&tx, c->db)))
        goto done;
    e = write_all(w, hashes);
    if (e == E_REV || e == E_CONFLICT)
        e = fail(c, E_CONFLICT, NULL, "导入时有人改动了人员资料，请重新检查后再导入。");
done:
    e = txn_end(&tx, e);
    out->applied = !e;
    return e;
}

/* Whoever administers one school only need not write its name in every row. */
static int64_t own_school(const struct viewer *v)
{
    int64_t school = 0;
    for (size_t i = 0; i < v->roles_n; i++)
        if (v->roles[i].role == ROLE_school_admin && v->roles[i].kind == SCOPE_SCHOOL) {
            if (school && school != v->roles[i].id)
                return 0;
            school = v->roles[i].id;
        }
    return school;
}

static enum err take(struct call *c, const struct roster_table *t, bool apply, struct roster *out)
{
    struct work w = { .c = c, .t = t, .out = out, .default_school = own_school(c->viewer) };
    w.plans = arena_array(c->arena, t->lines_n, sizeof *w.plans);
    w.seen = map_new();
    *out =
        (struct roster){ .columns = t->columns, .columns_n = t->columns_n, .rows_n = t->lines_n };
    out->rows = arena_array(c->arena, t->lines_n, sizeof *out->rows);
    enum err e = run(&w, apply);
    map_free(w.seen);
    return e;
}

enum err roster_paste(struct call *c, const struct roster_text *in, struct roster *out)
{
    struct roster_table t;
    enum err e = roster_read_text(c, in->text, &t);
    return e ? e : take(c, &t, in->apply, out);
}

enum err roster_upload(struct call *c, const struct roster_file *in, struct str bytes,
                       struct roster *out)
{
    struct roster_table t;
    if (bytes.n == 0)
        return fail(c, E_INPUT, "file", "文件是空的，请重新选择。");
    enum err e = roster_read_file(c, in->name, bytes, &t);
    return e ? e : take(c, &t, in->apply, out);
}
