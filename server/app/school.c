/* Schools. A change of town changes what the town's office reaches. */
#include "server/app/school.h"

#include "server/app/audit.h"
#include "server/app/cursor.h"
#include "server/app/may.h"
#include "server/base/id.h"
#include "server/base/pinyin.h"
#include "storage/outbox.h"
#include "storage/viewer.h"

#include <inttypes.h>

enum err school_find(struct call *c, const struct school_query *q, struct school_page *out)
{
    struct school_filter f = {
        .town = q->town,
        .group = q->group,
        .q = str_trim(q->q),
        .disabled = q->disabled,
        .now = c->now,
        .after_ord = INT64_MIN,
    };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    struct str key;
    enum err e;
    if ((e = cursor_read(c, "schools", q->cursor, &key, &f.after_id)))
        return e;
    if (key.n && !str_int(key, &f.after_ord))
        return fail(c, E_INPUT, "cursor", "这个翻页位置不属于这份列表，请从第一页重新查看。");
    if ((e = school_list(c->db, c->arena, &f, limit + 1, &out->items, &out->items_n)))
        return e;
    if (out->items_n > limit) {
        const struct school *last = &out->items[limit - 1];
        out->items_n = limit;
        out->has_next = true;
        out->next =
            cursor_make(c->arena, "schools", arena_fmt(c->arena, "%" PRId64, last->ord), last->id);
    }
    return E_OK;
}

enum err school_show(struct call *c, int64_t id, struct school *out)
{
    return school_get(c->db, c->arena, id, out);
}

static void sound(struct call *c, struct school *s)
{
    struct pinyin py = pinyin_of(c->arena, s->name, false);
    s->pinyin = py.full;
    s->initials = py.initials;
}

static enum err taken(struct call *c, enum err e)
{
    return e == E_CONFLICT
               ? fail(c, E_CONFLICT, "name", "校名或学校代码与已有的重复，或乡镇不存在，请核对。")
               : e;
}

enum err school_add(struct call *c, struct school *s)
{
    s->uuid = id_uuid(c->arena);
    s->created_at = c->now;
    sound(c, s);
    if (s->name.n == 0)
        return fail(c, E_INPUT, "name", "请填写校名。");
    if (s->code.n == 0)
        return fail(c, E_INPUT, "code", "请填写学校代码。");
    return taken(c, school_put(c->db, s));
}

static enum err told(struct call *c, const struct school *s)
{
    return outbox_add(c->db, "school", s->id, s->rev, 13); /* the county's key */
}

enum err school_create(struct call *c, const struct school_new *in, struct school *out)
{
    struct txn tx = { 0 };
    enum err e = may(c, CAP_school_edit, &(struct place){ 0 });
    *out = (struct school){
        .code = str_trim(in->code),
        .name = str_trim(in->name),
        .type = in->type,
        .town = in->town,
        .ord = in->ord,
        .pupils = in->pupils,
    };
    if (e || (e = txn_begin(&tx, c->db)) || (e = school_add(c, out)) ||
        (e = viewer_stale_school(c->db, out->id)) || (e = viewer_rebuild(c->db, c->now)) ||
        (e = told(c, out)) || (e = audit_add(c, "school.create", "school", out->id, STR_NONE)))
        goto done;
    e = school_get(c->db, c->arena, out->id, out);
done:
    return txn_end(&tx, e);
}

static void apply(const struct school_edit *in, struct school *s, int64_t now)
{
    if (in->has_code)
        s->code = str_trim(in->code);
    if (in->has_name)
        s->name = str_trim(in->name);
    if (in->has_type)
        s->type = in->type;
    if (in->has_town)
        s->town = in->town;
    if (in->has_ord)
        s->ord = in->ord;
    if (in->has_pupils)
        s->pupils = in->pupils;
    if (in->has_disabled)
        s->disabled_at = !in->disabled ? 0 : s->disabled_at ? s->disabled_at : now;
}

enum err school_update(struct call *c, int64_t id, int64_t rev, const struct school_edit *in,
                       struct school *out)
{
    struct txn tx = { 0 };
    enum err e = may(c, CAP_school_edit, &(struct place){ .school = id });
    if (e || (e = txn_begin(&tx, c->db)) || (e = school_get(c->db, c->arena, id, out)))
        goto done;
    out->rev = rev;
    apply(in, out, c->now);
    sound(c, out);
    if ((e = taken(c, school_change(c->db, out))) || (e = viewer_stale_school(c->db, id)) ||
        (e = viewer_rebuild(c->db, c->now)) || (e = told(c, out)) ||
        (e = audit_add(c, in->has_disabled ? "school.disable" : "school.edit", "school", id,
                       STR_NONE)))
        goto done;
    e = school_get(c->db, c->arena, id, out);
done:
    return txn_end(&tx, e);
}
