/* Lists of sessions, and one's own as a calendar. */
#include "server/app/prep.h"

#include "server/app/cursor.h"
#include "server/base/clock.h"
#include "server/format/ics.h"
#include "storage/dept.h"

enum { CALENDAR_MAX = 500 };

/* Of a 备课组 those who see it, of a school or group those who check the work there; of both those
 * who check both. */
static enum err list_right(struct call *c, const struct prep_query *q)
{
    struct dept d;
    if (q->has_dept) {
        enum err e = dept_get(c->db, c->arena, q->dept, c->now, &d);
        struct place at = prep_place_of_dept(d.id, d.school, d.group);
        if (e)
            return e;
        return may_at(c->viewer, CAP_prep_check, &at) ? E_OK : may(c, CAP_prep_read, &at);
    }
    struct place school = { .school = q->school }, group = { .group = q->group };
    enum err e = q->has_school ? may(c, CAP_prep_check, &school) : E_OK;
    return e || !q->has_group ? e : may(c, CAP_prep_check, &group);
}

enum err prep_find(struct call *c, const struct prep_query *q, struct prep_page *out)
{
    struct prep_filter f = { .person = c->viewer->person,
                             .dept = q->dept,
                             .school = q->school,
                             .group = q->group,
                             .term = q->term,
                             .week = q->week,
                             .stage = q->has_stage ? prep_stage_number(q->stage) : 0,
                             .from = q->from,
                             .until = q->has_until ? q->until : INT64_MAX,
                             .after = INT64_MAX,
                             .after_id = INT64_MAX };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    struct str key;
    enum err e = list_right(c, q);
    if (e || (e = cursor_read(c, "preps", q->cursor, &key, &f.after_id)))
        return e;
    if (q->has_cursor && !str_int(key, &f.after))
        return E_INPUT;
    if (!q->has_cursor)
        f.after_id = INT64_MAX;
    f.limit = (int64_t)limit + 1;
    if ((e = prep_list(c->db, c->arena, &f, &out->items, &out->items_n)))
        return e;
    for (size_t i = 0; i < out->items_n; i++)
        out->items[i].stage = prep_stage_code(out->items[i].stage_no);
    if (out->items_n > limit) {
        const struct prep_card *last = &out->items[limit - 1];
        out->items_n = limit;
        out->has_next = true;
        out->next = cursor_make(c->arena, "preps", arena_fmt(c->arena, "%lld", (long long)last->at),
                                last->id);
    }
    return E_OK;
}

enum err prep_ics(struct call *c, struct buf *out)
{
    struct prep_filter f = { .person = c->viewer->person,
                             .from = c->now - 30 * DAY_MS,
                             .until = INT64_MAX,
                             .after = INT64_MAX,
                             .after_id = INT64_MAX,
                             .limit = CALENDAR_MAX };
    struct prep_card *p;
    size_t n;
    enum err e = prep_list(c->db, c->arena, &f, &p, &n);
    if (e)
        return e;
    ics_begin(out, S("集体备课"));
    for (size_t i = 0; i < n; i++)
        if (p[i].starts_at)
            ics_event(out,
                      &(struct ics_event){
                          .uid = arena_fmt(c->arena, "%.*s@jibei", STR_ARG(p[i].uuid)),
                          .summary = arena_fmt(c->arena, "集体备课：%.*s", STR_ARG(p[i].title)),
                          .location = p[i].place,
                          .description = arena_fmt(c->arena, "%.*s\n主备：%.*s\n主持：%.*s\n%.*s",
                                                   STR_ARG(p[i].dept_name), STR_ARG(p[i].lead_name),
                                                   STR_ARG(p[i].host_name), STR_ARG(p[i].spot)),
                          .starts_at = p[i].starts_at,
                          .ends_at = p[i].ends_at,
                          .changed_at = p[i].changed_at,
                          .sequence = p[i].rev,
                          .cancelled = p[i].cancelled_at > 0,
                      });
    ics_end(out);
    return out->err;
}
