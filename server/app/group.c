/* Education groups. G1: the lead school is a member. G2: a school is in one group at a time. A
 * change of members changes the keys of all who work there, in the same transaction. */
#include "server/app/group.h"

#include "server/app/audit.h"
#include "server/app/cursor.h"
#include "server/app/may.h"
#include "server/base/id.h"
#include "storage/outbox.h"

#include <inttypes.h>

enum err group_find(struct call *c, const struct group_query *q, struct group_page *out)
{
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    int64_t ord = INT64_MIN, id;
    struct str key;
    enum err e;
    if ((e = cursor_read(c, "groups", q->cursor, &key, &id)))
        return e;
    if (key.n && !str_int(key, &ord))
        return fail(c, E_INPUT, "cursor", "这个翻页位置不属于这份列表，请从第一页重新查看。");
    if ((e = group_list(c->db, c->arena, c->now, q->disabled, ord, id, limit + 1, &out->items,
                        &out->items_n)))
        return e;
    if (out->items_n > limit) {
        const struct group *last = &out->items[limit - 1];
        out->items_n = limit;
        out->has_next = true;
        out->next =
            cursor_make(c->arena, "groups", arena_fmt(c->arena, "%" PRId64, last->ord), last->id);
    }
    return E_OK;
}

enum err group_show(struct call *c, int64_t id, struct group *out)
{
    return group_get(c->db, c->arena, id, c->now, out);
}

static enum err told(struct call *c, const struct group *g)
{
    enum err e = viewer_stale_group(c->db, g->id);
    if (!e)
        e = viewer_rebuild(c->db, c->now);
    return e ? e : outbox_add(c->db, "group", g->id, g->rev, AUDIENCE(AUD_COUNTY, 1));
}

/* G2 */
static enum err member_put(struct call *c, struct group_member *m)
{
    int64_t other = 0;
    enum err e = group_of_school(c->db, m->school, c->now, &other);
    if (!e && other)
        return fail(c, E_CONFLICT, "school",
                    other == m->group ? "这所学校已经在本集团里了。"
                                      : "这所学校已在另一个集团里，请先办理退出。");
    if (!e)
        e = group_member_put(c->db, m);
    return e == E_CONFLICT ? fail(c, E_INPUT, "school", "没有这所学校，请重新选择。") : e;
}

static enum err lead_joins(struct call *c, const struct group *g)
{
    struct group_member m = {
        .group = g->id, .school = g->lead_school, .from_at = c->now, .until_at = FOREVER_MS
    };
    int64_t other = 0;
    enum err e = group_of_school(c->db, g->lead_school, c->now, &other);
    if (e || other == g->id)
        return e;
    return member_put(c, &m);
}

static enum err taken(struct call *c, enum err e)
{
    return e == E_CONFLICT
               ? fail(c, E_CONFLICT, "name", "已有同名的集团，或龙头学校不存在，请核对。")
               : e;
}

enum err group_create(struct call *c, const struct group_new *in, struct group *out)
{
    struct txn tx = { 0 };
    enum err e = may(c, CAP_group_edit, &(struct place){ 0 });
    *out = (struct group){
        .uuid = id_uuid(c->arena),
        .name = str_trim(in->name),
        .mode = in->mode,
        .lead_school = in->lead_school,
        .ord = in->ord,
        .founded_at = in->has_founded_at ? in->founded_at : c->now,
    };
    if (e || (e = txn_begin(&tx, c->db)) || (e = taken(c, group_put(c->db, out))) ||
        (e = lead_joins(c, out)) || (e = told(c, out)) ||
        (e = audit_add(c, "group.create", "group", out->id, STR_NONE)))
        goto done;
    e = group_get(c->db, c->arena, out->id, c->now, out);
done:
    return txn_end(&tx, e);
}

enum err group_update(struct call *c, int64_t id, int64_t rev, const struct group_edit *in,
                      struct group *out)
{
    struct txn tx = { 0 };
    enum err e = may(c, CAP_group_edit, &(struct place){ .group = id });
    if (e || (e = txn_begin(&tx, c->db)) || (e = group_get(c->db, c->arena, id, c->now, out)))
        goto done;
    out->rev = rev;
    if (in->has_name)
        out->name = str_trim(in->name);
    if (in->has_mode)
        out->mode = in->mode;
    if (in->has_lead_school)
        out->lead_school = in->lead_school;
    if (in->has_ord)
        out->ord = in->ord;
    if (in->has_founded_at)
        out->founded_at = in->founded_at;
    if (in->has_disabled)
        out->disabled_at = !in->disabled ? 0 : out->disabled_at ? out->disabled_at : c->now;
    if ((e = taken(c, group_change(c->db, out))) || (e = lead_joins(c, out)) ||
        (e = told(c, out)) || (e = audit_add(c, "group.edit", "group", id, out->mode)))
        goto done;
    e = group_get(c->db, c->arena, id, c->now, out);
done:
    return txn_end(&tx, e);
}

enum err group_members(struct call *c, int64_t id, bool all, struct group_member_page *out)
{
    struct group g;
    enum err e = group_show(c, id, &g);
    return e ? e : group_member_list(c->db, c->arena, id, c->now, all, &out->items, &out->items_n);
}

static struct str school_detail(struct call *c, int64_t school)
{
    return arena_fmt(c->arena, "school:%" PRId64, school);
}

enum err group_join(struct call *c, int64_t id, const struct group_member_new *in,
                    struct group_member *out)
{
    struct txn tx = { 0 };
    struct group g;
    enum err e = may(c, CAP_group_edit, &(struct place){ .group = id });
    *out = (struct group_member){
        .group = id,
        .school = in->school,
        .from_at = in->has_from_at ? in->from_at : c->now,
        .until_at = in->has_until_at ? in->until_at : FOREVER_MS,
    };
    if (!e && out->until_at <= out->from_at)
        return fail(c, E_INPUT, "until_at", "结束时间要晚于开始时间。");
    if (e || (e = txn_begin(&tx, c->db)) || (e = group_get(c->db, c->arena, id, c->now, &g)) ||
        (e = member_put(c, out)) || (e = told(c, &g)) ||
        (e = audit_add(c, "group.join", "group", id, school_detail(c, in->school))))
        goto done;
    e = group_member_get(c->db, c->arena, out->id, out);
done:
    return txn_end(&tx, e);
}

enum err group_leave(struct call *c, int64_t id, int64_t member)
{
    struct txn tx = { 0 };
    struct group g;
    struct group_member m;
    enum err e = may(c, CAP_group_edit, &(struct place){ .group = id });
    if (e || (e = txn_begin(&tx, c->db)) || (e = group_get(c->db, c->arena, id, c->now, &g)) ||
        (e = group_member_get(c->db, c->arena, member, &m)))
        goto done;
    if (m.group != id)
        e = E_NOT_FOUND;
    else if (m.school == g.lead_school && !g.disabled_at)
        e = fail(c, E_STATE, NULL, "龙头学校不能退出，请先更换龙头学校。"); /* G1 */
    if (e || (e = group_member_end(c->db, member, c->now)) || (e = told(c, &g)))
        goto done;
    e = audit_add(c, "group.leave", "group", id, school_detail(c, m.school));
done:
    return txn_end(&tx, e);
}
