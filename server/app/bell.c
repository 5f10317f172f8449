/* Bells. Periods stand in the order of the day and do not overlap. */
#include "server/app/bell.h"

#include "server/app/audit.h"
#include "server/app/may.h"
#include "storage/outbox.h"
#include "storage/place.h"

enum err bell_find(struct call *c, int64_t school, struct bell_page *out)
{
    struct str name;
    enum err e = place_name(c->db, c->arena, SCOPE_SCHOOL, school, &name);
    return e ? e : bell_list(c->db, c->arena, school, &out->items, &out->items_n);
}

static enum err check(struct call *c, const struct bell *b)
{
    if (b->name.n == 0)
        return fail(c, E_INPUT, "name", "请填写名称，如“秋冬季作息”。");
    if (b->periods_n == 0)
        return fail(c, E_INPUT, "periods", "请至少填写一节。");
    for (size_t i = 0; i < b->periods_n; i++) {
        const struct period *p = &b->periods[i];
        if (p->name.n == 0 || p->start_min >= p->end_min)
            return fail(c, E_INPUT, "periods", "第 %zu 行：要有名称，结束时间要晚于开始时间。",
                        i + 1);
        if (i && p->start_min < b->periods[i - 1].end_min)
            return fail(c, E_INPUT, "periods", "第 %zu 行与上一行时间重叠，请按先后顺序填写。",
                        i + 1);
    }
    return E_OK;
}

static enum err taken(struct call *c, enum err e)
{
    return e == E_CONFLICT
               ? fail(c, E_CONFLICT, "from_day", "这一天起已有一份作息，请改那一份或换个日期。")
               : e;
}

static enum err told(struct call *c, const struct bell *b, const char *action)
{
    enum err e = outbox_add(c->db, "bell", b->id, b->rev, AUDIENCE(AUD_COUNTY, 1));
    return e ? e : audit_add(c, action, "bell", b->id, STR_NONE);
}

enum err bell_add(struct call *c, struct bell *b)
{
    enum err e = check(c, b);
    return e ? e : taken(c, bell_put(c->db, b));
}

enum err bell_create(struct call *c, int64_t school, const struct bell_new *in, struct bell *out)
{
    struct txn tx = { 0 };
    struct str name;
    enum err e = place_name(c->db, c->arena, SCOPE_SCHOOL, school, &name);
    if (!e)
        e = may(c, CAP_bell_edit, &(struct place){ .school = school });
    *out = (struct bell){
        .school = school,
        .name = str_trim(in->name),
        .from_day = in->from_day,
        .periods = in->periods,
        .periods_n = in->periods_n,
    };
    if (e || (e = txn_begin(&tx, c->db)) || (e = bell_add(c, out)))
        goto done;
    e = told(c, out, "bell.create");
done:
    return txn_end(&tx, e);
}

enum err bell_update(struct call *c, int64_t id, int64_t rev, const struct bell_edit *in,
                     struct bell *out)
{
    struct txn tx = { 0 };
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = bell_get(c->db, c->arena, id, out)) ||
        (e = may(c, CAP_bell_edit, &(struct place){ .school = out->school })))
        goto done;
    out->rev = rev;
    if (in->has_name)
        out->name = str_trim(in->name);
    if (in->has_from_day)
        out->from_day = in->from_day;
    if (in->has_periods) {
        out->periods = in->periods;
        out->periods_n = in->periods_n;
    }
    if ((e = check(c, out)) || (e = taken(c, bell_change(c->db, out))))
        goto done;
    e = told(c, out, "bell.edit");
done:
    return txn_end(&tx, e);
}
