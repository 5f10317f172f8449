/* The register of people.
 *
 * P1: a login is never only digits, so it is never taken for somebody's phone or staff number.
 * P2: what somebody's roles give, only those may touch who could have granted them: a school's
 * administrator cannot make himself the security administrator by resetting a password.
 * P3: nobody is deleted; who leaves is disabled, and all that gave rights ends. */
#include "server/app/person.h"

#include "server/app/audit.h"
#include "server/app/cursor.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/base/buf.h"
#include "server/base/id.h"
#include "server/base/pinyin.h"
#include "server/base/utf.h"
#include "storage/calendar_feed.h"
#include "storage/dept.h"
#include "storage/notice.h"
#include "storage/outbox.h"
#include "storage/password.h"
#include "storage/place.h"
#include "storage/role.h"
#include "storage/session.h"
#include "storage/token.h"

static struct place place_of(const struct person *p)
{
    return (struct place){ .owner = p->id, .school = p->school };
}

/* ---- looking */

/* 13812345678 → 138****5678 */
static struct str masked(struct arena *a, struct str phone)
{
    if (phone.n < 7)
        return phone.n ? S("****") : phone;
    return arena_fmt(a, "%.*s****%.*s", 3, phone.p, 4, phone.p + phone.n - 4);
}

static void mask(struct call *c, struct person *p)
{
    struct place at = place_of(p);
    if (!may_at(c->viewer, CAP_person_phone, &at))
        p->phone = masked(c->arena, p->phone);
}

enum err person_find(struct call *c, const struct person_query *q, struct person_page *out)
{
    struct person_filter f = {
        .school = q->school,
        .group = q->group,
        .dept = q->dept,
        .q = str_trim(q->q),
        .disabled = q->disabled,
        .now = c->now,
    };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    enum err e;
    if ((e = cursor_read(c, "people", q->cursor, &f.after, &f.after_id)) ||
        (e = person_list(c->db, c->arena, &f, limit + 1, &out->items, &out->items_n)))
        return e;
    if (out->items_n > limit) {
        struct person *last = &out->items[limit - 1];
        out->items_n = limit;
        out->has_next = true;
        out->next = cursor_make(c->arena, "people", last->pinyin, last->id);
    }
    for (size_t i = 0; i < out->items_n; i++)
        mask(c, &out->items[i]);
    return E_OK;
}

enum err person_show(struct call *c, int64_t id, struct person *out)
{
    enum err e = person_get(c->db, c->arena, id, out);
    if (!e)
        mask(c, out);
    return e;
}

/* ---- what must hold of a row */

static bool only(struct str s, const char *more, bool letters)
{
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool fine = (ch >= '0' && ch <= '9') || (letters && ch >= 'a' && ch <= 'z');
        for (const char *m = more; *m && !fine; m++)
            fine = *m == ch;
        if (!fine)
            return false;
    }
    return true;
}

static bool known(enum dict d, struct str code)
{
    return code.n == 0 || dict_number(d, code) > 0;
}

static bool name_fine(struct str name)
{
    size_t n = utf_count(name);
    while (name.n) {
        uint32_t rune;
        name = str_sub(name, utf_get(name, &rune), name.n);
        if (utf_is_control(rune) || rune == '<' || rune == '>')
            return false;
    }
    return n > 0 && n <= 30;
}

enum err person_check(struct call *c, const struct person *p)
{
    if (!name_fine(p->name))
        return fail(c, E_INPUT, "name", "请填写姓名，30 个字以内，不带特殊符号。");
    if (p->phone.n && (p->phone.n < 7 || p->phone.n > 20 || !only(p->phone, "-", false)))
        return fail(c, E_INPUT, "phone", "手机号只能是数字，请检查位数。");
    if (p->staff_no.n > 40)
        return fail(c, E_INPUT, "staff_no", "工号太长，最多 40 个字符。");
    if (!known(DICT_subject, p->subject))
        return fail(c, E_INPUT, "subject", "没有这个学科，请从列表里选择。");
    if (!known(DICT_grade, p->grade))
        return fail(c, E_INPUT, "grade", "没有这个年级，请从列表里选择。");
    if (p->login.n && (p->login.n < 2 || p->login.n > 60 || !only(p->login, "._-@", true) ||
                       only(p->login, "", false))) /* P1 */
        return fail(c, E_INPUT, "login",
                    "登录名用小写字母、数字和 . _ - @，2 到 60 个字符，不能全是数字。");
    return E_OK;
}

/* ASCII only; p is this call's own. */
static struct str lower(struct str s)
{
    char *p = (char *)(uintptr_t)s.p;
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
    return s;
}

/* School's code and staff number, else letters of the name and a number nobody has yet. */
static enum err make_login(struct call *c, struct person *p)
{
    struct str code = STR_NONE;
    enum err e = E_OK;
    if (p->school && p->staff_no.n)
        e = place_school_code(c->db, c->arena, p->school, &code);
    struct str made = lower(arena_fmt(c->arena, "%.*s-%.*s", STR_ARG(code), STR_ARG(p->staff_no)));
    if (!e && code.n && only(made, "._-@", true) && !person_login_taken(c->db, made, &e)) {
        p->login = made;
        return e;
    }
    int latin = p->initials.n && only(p->initials, "", true) ? 20 : 0; /* tries */
    do
        p->login = latin-- > 0
                       ? arena_fmt(c->arena, "%.*s-%04d", STR_ARG(utf_head(p->initials, 20)),
                                   (int)id_random(10000))
                       : arena_fmt(c->arena, "t-%.12s", id_hex(c->arena).p);
    while (!e && person_login_taken(c->db, p->login, &e));
    return e;
}

/* The conflict a write would meet, said before it does. */
static enum err check_free(struct call *c, const struct person *p)
{
    int64_t other = 0;
    enum err e = E_OK;
    struct person before = { 0 };
    if (p->id)
        e = person_get(c->db, c->arena, p->id, &before);
    if (!e && !str_eq(before.login, p->login) && person_login_taken(c->db, p->login, &e))
        return fail(c, E_CONFLICT, "login", "这个登录名已有人用，请换一个。");
    if (!e && p->school && p->staff_no.n) {
        e = person_by_staff_no(c->db, p->school, p->staff_no, &other);
        if (!e && other != p->id)
            return fail(c, E_CONFLICT, "staff_no", "这所学校已有人用这个工号，请核对。");
        if (e == E_NOT_FOUND)
            e = E_OK;
    }
    return e;
}

enum err person_add(struct call *c, struct person *p, struct str hash, bool must_change)
{
    struct pinyin py = pinyin_of(c->arena, p->name, true);
    enum err e = person_check(c, p);
    p->uuid = id_uuid(c->arena);
    p->pinyin = py.full;
    p->initials = py.initials;
    p->created_at = c->now;
    if (!e && p->login.n == 0)
        e = make_login(c, p);
    if (e || (e = check_free(c, p)) || (e = person_put(c->db, p)))
        return e;
    return hash.n ? password_put(c->db, p->id, hash, must_change, c->now) : E_OK;
}

enum err person_guard(struct call *c, const struct person *p, int cap)
{
    struct role_filter f = { .person = p->id, .now = c->now };
    struct place at = place_of(p);
    struct role_grant *g;
    size_t n;
    enum err e = may(c, (enum cap)cap, &at);
    if (!e)
        e = role_list(c->db, c->arena, &f, &g, &n);
    for (size_t i = 0; !e && i < n; i++) {
        enum role role;
        struct place where = {
            .school = g[i].scope_kind == SCOPE_SCHOOL ? g[i].scope_id : 0,
            .group = g[i].scope_kind == SCOPE_GROUP ? g[i].scope_id : 0,
        };
        if (role_of_text(g[i].role, &role) && !may_at(c->viewer, role_kinds[role].by, &where))
            return fail(c, E_FORBIDDEN, NULL, "对方是%s，请找能授予这一角色的管理员办理。",
                        role_kinds[role].text); /* P2 */
    }
    return e;
}

/* ---- writing */

static enum err told(struct call *c, const struct person *p)
{
    return outbox_add(c->db, "person", p->id, p->rev, AUDIENCE(AUD_COUNTY, 1));
}

static struct slip slip_of(const struct person *p, struct str password)
{
    return (struct slip){ p->id, p->school_name, p->name, p->staff_no, p->login, password };
}

enum err person_create(struct call *c, const struct person_new *in, struct person_made *out)
{
    struct person *p = out->person = ARENA_NEW(c->arena, struct person);
    struct txn tx = { 0 };
    *p = (struct person){
        .school = in->school,
        .name = str_trim(in->name),
        .login = in->login,
        .staff_no = in->staff_no,
        .phone = in->phone,
        .subject = in->subject,
        .grade = in->grade,
        .title = in->title,
    };
    struct place at = place_of(p);
    enum err e = may(c, CAP_person_edit, &at);
    if (e)
        return e;
    struct str password = password_make(c->arena);
    struct str hash = password_hash_slip(c->arena, password);
    if ((e = txn_begin(&tx, c->db)) || (e = person_add(c, p, hash, true)) ||
        (e = viewer_anew(c, p->id)) || (e = told(c, p)) ||
        (e = person_get(c->db, c->arena, p->id, p)))
        goto done;
    e = audit_add(c, "person.create", "person", p->id, STR_NONE);
done:
    if (e == E_CONFLICT && !c->fault.text.n)
        e = fail(c, E_INPUT, "school", "没有这所学校，请重新选择。");
    e = txn_end(&tx, e);
    out->slip = ARENA_NEW(c->arena, struct slip);
    *out->slip = slip_of(p, password);
    return e;
}

static void apply(const struct person_edit *in, struct person *p)
{
    if (in->has_name)
        p->name = str_trim(in->name);
    if (in->has_login)
        p->login = in->login;
    if (in->has_staff_no)
        p->staff_no = in->staff_no;
    if (in->has_phone)
        p->phone = in->phone;
    if (in->has_subject)
        p->subject = in->subject;
    if (in->has_grade)
        p->grade = in->grade;
    if (in->has_title)
        p->title = in->title;
    if (in->has_school)
        p->school = in->school;
}

enum err person_update(struct call *c, int64_t id, int64_t rev, const struct person_edit *in,
                       struct person *out)
{
    struct txn tx = { 0 };
    struct person before;
    struct place to;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = person_get(c->db, c->arena, id, &before)) ||
        (e = person_guard(c, &before, CAP_person_edit)))
        goto done;
    *out = before;
    out->rev = rev;
    apply(in, out);
    struct pinyin py = pinyin_of(c->arena, out->name, true);
    out->pinyin = py.full;
    out->initials = py.initials;
    to = place_of(out);
    if ((e = may(c, CAP_person_edit, &to)) || (e = person_check(c, out)) ||
        (e = check_free(c, out)) || (e = person_change(c->db, out)) || (e = viewer_anew(c, id)) ||
        (e = told(c, out)))
        goto done;
    if ((e = audit_add(c, "person.edit", "person", id, STR_NONE)))
        goto done;
    e = person_get(c->db, c->arena, id, out);
done:
    e = txn_end(&tx, e);
    if (!e)
        mask(c, out);
    return e;
}

static enum err end_sessions(struct call *c, int64_t id)
{
    int64_t n;
    enum err e = session_end_others(c->db, id, 0, c->now, &n);
    if (e || (e = token_revoke_all(c->db, id, c->now)))
        return e;
    return calendar_feed_drop(c->db, id);
}

static enum err reset_one(struct call *c, int64_t id, struct slip *slip, struct str hash)
{
    struct person p;
    struct attempt at = { .person = id };
    enum err e;
    if ((e = person_get(c->db, c->arena, id, &p)) ||
        (e = person_guard(c, &p, CAP_password_reset)) ||
        (e = password_put(c->db, id, hash, true, c->now)) || (e = attempt_succeeded(c, &at)) ||
        (e = end_sessions(c, id)) || (e = viewer_anew(c, id)))
        return e;
    *slip = slip_of(&p, slip->password);
    return audit_add(c, "password.reset", "person", id, STR_NONE);
}

/* Of two slips for one person only the second would open anything. */
static bool named_twice(const struct person_ids *in)
{
    for (size_t i = 0; i < in->persons_n; i++)
        for (size_t k = 0; k < i; k++)
            if (in->persons[k] == in->persons[i])
                return true;
    return false;
}

enum err person_reset(struct call *c, const struct person_ids *in, struct slip_page *out)
{
    struct txn tx = { 0 };
    if (named_twice(in))
        return fail(c, E_INPUT, "persons", "同一个人选择了两次，请去掉一个。");
    struct str *hashes = arena_array(c->arena, in->persons_n, sizeof *hashes);
    enum err e;
    out->items = arena_array(c->arena, in->persons_n, sizeof *out->items);
    out->items_n = in->persons_n;
    for (size_t i = 0; i < in->persons_n; i++) { /* costly: before the transaction */
        out->items[i].password = password_make(c->arena);
        hashes[i] = password_hash_slip(c->arena, out->items[i].password);
    }
    e = txn_begin(&tx, c->db);
    for (size_t i = 0; i < in->persons_n && !e; i++)
        e = reset_one(c, in->persons[i], &out->items[i], hashes[i]);
    return txn_end(&tx, e);
}

/* ---- leaving */

static struct str handed_params(struct call *c, const struct person *p,
                                const struct person_handed *n)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_json_open(&b, NULL, '{');
    buf_json_text(&b, "who", p->name);
    buf_json_int(&b, "resources", n->resources);
    buf_json_int(&b, "depts", n->depts);
    buf_char(&b, '}');
    struct str s = arena_str(c->arena, buf_str(&b));
    buf_fini(&b);
    return s;
}

static enum err hand_over(struct call *c, const struct person *p, int64_t to,
                          struct person_handed *out)
{
    struct person heir;
    enum err e = person_get(c->db, c->arena, to, &heir);
    if (e == E_NOT_FOUND || (!e && (heir.disabled_at || heir.school != p->school || to == p->id)))
        return fail(c, E_INPUT, "to", "请选择本校一位在职的同事来接手。");
#define HANDOVER(noun, field, text)                                                                \
    if (!e)                                                                                        \
        e = handover_##noun(c, p->id, to, &out->field);
#include "server/app/handover.def"
#undef HANDOVER
    if (!e)
        e = notice_put(c->db, to, "handed_over", "", 0, handed_params(c, p, out));
    return e ? e : viewer_anew(c, to);
}

/* All rights that are rows end now. */
static enum err strip(struct call *c, int64_t id)
{
    enum err e;
    if ((e = posting_end_all(c->db, id, c->now)) || (e = role_end_all(c->db, id, c->now)) ||
        (e = dept_member_end_all(c->db, id, c->now)))
        return e;
    return end_sessions(c, id);
}

enum err person_hand_over(struct call *c, int64_t id, int64_t to, struct person_handed *out)
{
    struct txn tx = { 0 };
    struct person p;
    enum err e;
    *out = (struct person_handed){ 0 };
    if ((e = txn_begin(&tx, c->db)) || (e = person_get(c->db, c->arena, id, &p)) ||
        (e = person_guard(c, &p, CAP_person_edit)) || (e = hand_over(c, &p, to, out)))
        goto done;
    e = audit_add(c, "person.hand_over", "person", id,
                  arena_fmt(c->arena, "to:%lld resources:%lld depts:%lld", (long long)to,
                            (long long)out->resources, (long long)out->depts));
done:
    return txn_end(&tx, e);
}

static enum err set_disabled(struct call *c, struct person *p, int64_t at, const char *action)
{
    enum err e;
    if ((p->disabled_at > 0) == (at > 0))
        return E_OK;
    p->disabled_at = at;
    if ((at && (e = strip(c, p->id))) || (e = person_change(c->db, p)) ||
        (e = viewer_anew(c, p->id)) || (e = told(c, p)))
        return e;
    return audit_add(c, action, "person", p->id, STR_NONE);
}

enum err person_leave(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    struct person p;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = person_get(c->db, c->arena, id, &p)) ||
        (e = person_guard(c, &p, CAP_person_edit)))
        goto done;
    e = id == c->viewer->person
            ? fail(c, E_STATE, NULL, "不能停用自己的账号，请由另一位管理员办理。")
            : set_disabled(c, &p, c->now, "person.disable");
done:
    return txn_end(&tx, e);
}

enum err person_return(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    struct person p;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = person_get(c->db, c->arena, id, &p)) ||
        (e = person_guard(c, &p, CAP_person_edit)))
        goto done;
    e = set_disabled(c, &p, 0, "person.enable");
done:
    return txn_end(&tx, e);
}
