/* Terms. The key is 2025-1 or 2025-2: the first or second term of the school year that begins in
 * 2025. A moved day says whose weekday's timetable runs. */
#include "server/app/term.h"

#include "server/app/audit.h"
#include "server/app/viewer.h"
#include "storage/outbox.h"

enum { DAYS_MAX = 300 };

enum err term_find(struct call *c, struct term_page *out)
{
    return term_list(c->db, c->arena, &out->items, &out->items_n);
}

static bool key_fine(struct str key)
{
    int64_t year;
    return key.n == 6 && key.p[4] == '-' && (key.p[5] == '1' || key.p[5] == '2') &&
           str_int(str_sub(key, 0, 4), &year) && year >= 2000;
}

static enum err check_change(struct call *c, const struct term *t, const struct day_change *d)
{
    if (d->day < t->first_day || d->day > t->last_day)
        return fail(c, E_INPUT, "changes", "放假和调休的日期要在学期之内。");
    bool work = str_eqz(d->kind, "work");
    if (work != (d->weekday >= 1 && d->weekday <= 7) || (!work && d->weekday))
        return fail(c, E_INPUT, "changes", "调休上课的日子要写明按星期几的课表，放假的不写。");
    return E_OK;
}

static enum err check(struct call *c, const struct term *t)
{
    enum err e = E_OK;
    if (!key_fine(t->key))
        return fail(c, E_INPUT, "key", "学期代号形如 2025-1（第一学期）或 2025-2（第二学期）。");
    if (t->name.n == 0)
        return fail(c, E_INPUT, "name", "请填写学期名称，如“2025—2026学年第一学期”。");
    if (t->last_day <= t->first_day || t->last_day - t->first_day > DAYS_MAX)
        return fail(c, E_INPUT, "last_day", "学期的结束日期要晚于开始日期，且不超过 300 天。");
    for (size_t i = 0; i < t->changes_n && !e; i++)
        e = check_change(c, t, &t->changes[i]);
    return e;
}

static enum err taken(struct call *c, enum err e)
{
    return e == E_CONFLICT ? fail(c, E_CONFLICT, "key", "已有这个学期，或同一天写了两次，请核对。")
                           : e;
}

static enum err told(struct call *c, const struct term *t, const char *action)
{
    enum err e = outbox_add(c->db, "term", t->id, t->rev, AUDIENCE(AUD_COUNTY, 1));
    return e ? e : audit_add(c, action, "term", t->id, t->key);
}

enum err term_add(struct call *c, struct term *t)
{
    enum err e = check(c, t);
    return e ? e : taken(c, term_put(c->db, t));
}

enum err term_create(struct call *c, const struct term_new *in, struct term *out)
{
    struct txn tx = { 0 };
    *out = (struct term){
        .key = in->key,
        .name = str_trim(in->name),
        .first_day = in->first_day,
        .last_day = in->last_day,
        .changes = in->changes,
        .changes_n = in->changes_n,
    };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = term_add(c, out)))
        goto done;
    e = told(c, out, "term.create");
done:
    return txn_end(&tx, e);
}

enum err term_update(struct call *c, int64_t id, int64_t rev, const struct term_edit *in,
                     struct term *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = term_get(c->db, c->arena, id, out)))
        goto done;
    out->rev = rev;
    if (in->has_key)
        out->key = in->key;
    if (in->has_name)
        out->name = str_trim(in->name);
    if (in->has_first_day)
        out->first_day = in->first_day;
    if (in->has_last_day)
        out->last_day = in->last_day;
    if (in->has_changes) {
        out->changes = in->changes;
        out->changes_n = in->changes_n;
    }
    if ((e = check(c, out)) || (e = taken(c, term_change(c->db, out))))
        goto done;
    e = told(c, out, "term.edit");
done:
    return txn_end(&tx, e);
}
