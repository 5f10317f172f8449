/* The life of a resource: who does what when, what is logged and who is told.
 *
 * A submit beyond the school by somebody who may approve it himself is approved in the same
 * transaction; both steps are logged. Approvers hear of what waits, authors of what was decided. */
#include "server/app/resource.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/app/search.h"
#include "server/base/buf.h"
#include "server/base/log.h"
#include "storage/notice.h"
#include "storage/outbox.h"

#include <inttypes.h>

static struct str title_params(struct call *c, const struct resource_row *r, struct str note)
{
    struct buf b;
    buf_init(&b, 16 * 1024);
    buf_json_open(&b, NULL, '{');
    buf_json_text(&b, "title", r->title);
    buf_json_text(&b, "who", r->owner_name);
    buf_json_text(&b, "note", note);
    buf_char(&b, '}');
    struct str s = arena_str(c->arena, buf_str(&b));
    buf_fini(&b);
    return s;
}

static enum err tell_approvers(struct call *c, const struct resource_row *r)
{
    int64_t *who;
    size_t n;
    enum err e = resource_approvers(c->db, c->arena, r->school, r->dept, &who, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (who[i] != c->viewer->person)
            e = notice_put(c->db, who[i], "resource.submitted", "resource", r->id,
                           title_params(c, r, S("")));
    return e;
}

static enum err tell_author(struct call *c, const struct resource_row *r, enum resource_act act,
                            struct str note)
{
    const char *kind = act == RA_APPROVE    ? "resource.approved"
                       : act == RA_RETURN   ? "resource.returned"
                       : act == RA_WITHDRAW ? "resource.withdrawn"
                                            : NULL;
    if (!kind || r->owner == c->viewer->person)
        return E_OK;
    return notice_put(c->db, r->owner, kind, "resource", r->id, title_params(c, r, note));
}

enum err resource_touched(struct call *c, const struct resource_row *r)
{
    struct place at = resource_place_of(r);
    enum err e = search_index_resource(c, r->id);
    return e ? e : outbox_add(c->db, "resource", r->id, r->rev, at.audience);
}

/* Writes the new state, keeps the lists in step, logs and tells. */
static enum err put_state(struct call *c, struct resource_row *r, enum resource_act act,
                          enum resource_state to, struct str note)
{
    enum resource_state was = (enum resource_state)r->state;
    struct resource_log log = { .at = c->now,
                                .person = c->viewer->person,
                                .act_no = (int64_t)act,
                                .was_no = (int64_t)was,
                                .became_no = (int64_t)to,
                                .note = note };
    enum err e;
    if (was == RS_PUBLISHED && ((e = resource_at_drop(c->db, r)) ||
                                (e = outbox_add(c->db, "resource", r->id, r->rev + 1, r->akey))))
        return e;
    r->state = (int64_t)to;
    r->changed_at = c->now;
    if ((e = resource_move(c->db, r)) || (to == RS_PUBLISHED && (e = resource_at_put(c->db, r))) ||
        (e = resource_log_put(c->db, r->id, &log)))
        return e;
    struct str detail = arena_fmt(c->arena, "%.*s: %.*s → %.*s",
                                  STR_ARG(dict_code(DICT_resource_act, (int64_t)act)),
                                  STR_ARG(dict_code(DICT_resource_state, (int64_t)was)),
                                  STR_ARG(dict_code(DICT_resource_state, (int64_t)to)));
    if ((e = audit_add(c, "resource.state", "resource", r->id, detail)) ||
        (e = tell_author(c, r, act, note)))
        return e;
    if (to == RS_SUBMITTED && act != RA_RELEASE && act != RA_UNDO && (e = tell_approvers(c, r)))
        return e;
    log_info("resource.state id=%" PRId64 " act=%d was=%d became=%d", r->id, (int)act, (int)was,
             (int)to);
    return resource_touched(c, r);
}

/* The one function that changes the state: rows, lists, log, audit, event. */
static enum err shift(struct call *c, struct resource_row *r, enum resource_act act,
                      struct str note)
{
    enum resource_state to = resource_next((enum resource_state)r->state, act);
    if (to == RS_NONE)
        return fail(c, E_STATE, NULL, "%.*s的资源不能“%.*s”，请刷新后查看。",
                    STR_ARG(dict_text(DICT_resource_state, r->state)),
                    STR_ARG(dict_text(DICT_resource_act, (int64_t)act)));
    if (to == RS_PUBLISHED)
        r->published_at = c->now;
    if (act == RA_APPROVE)
        r->approved_by = c->viewer->person;
    else if (to != RS_WITHDRAWN) /* kept there, so that an undo finds it approved */
        r->approved_by = 0;
    r->reviewer = act == RA_CLAIM || act == RA_APPROVE || act == RA_RETURN ? c->viewer->person : 0;
    return put_state(c, r, act, to, note);
}

enum err resource_content_changed(struct call *c, struct resource_row *r)
{
    struct place at = resource_place_of(r);
    if (r->state == RS_WITHDRAWN && r->approved_by) { /* an undo must not publish the change */
        r->approved_by = 0;
        return resource_move(c->db, r);
    }
    if (r->state != RS_PUBLISHED || !resource_beyond(r->akey))
        return E_OK;
    if (!may_at(c->viewer, CAP_resource_approve, &at))
        return shift(c, r, RA_CHANGE, S(""));
    if (r->approved_by)
        return E_OK;
    r->approved_by = c->viewer->person;
    r->changed_at = c->now;
    return resource_move(c->db, r);
}

/* ---- what people do */

static enum err ready(struct call *c, const struct resource_row *r)
{
    if (r->files_n == 0)
        return fail(c, E_INPUT, "files", "还没有文件，请先上传再发布。");
    if (r->origin == 0)
        return fail(c, E_INPUT, "origin", "请选择资源的来源。");
    if (r->origin != origin_own && r->origin != origin_team && r->origin_note.n == 0)
        return fail(c, E_INPUT, "origin_note", "请写明出处（原作者、网址或书名）。");
    if (r->licence == 0)
        return fail(c, E_INPUT, "licence", "请选择使用许可。");
    return E_OK;
}

static enum err submit(struct call *c, struct resource_row *r, struct str note)
{
    struct place at = resource_place_of(r);
    enum err e = ready(c, r);
    if (e || (e = shift(c, r, RA_SUBMIT, note)))
        return e;
    return may_at(c->viewer, CAP_resource_approve, &at) ? shift(c, r, RA_APPROVE, S("")) : E_OK;
}

/* Takes back the last act, when it was the caller's own and a moment ago. */
static enum err undo(struct call *c, struct resource_row *r)
{
    struct resource_log last;
    enum err e = resource_log_last(c->db, c->arena, r->id, &last);
    bool fits = !e && last.person == c->viewer->person && c->now - last.at <= UNDO_MS &&
                last.act_no != RA_CREATE && last.act_no != RA_UNDO && last.act_no != RA_CHANGE &&
                last.became_no == r->state;
    if (e && e != E_NOT_FOUND)
        return e;
    if (!fits)
        return fail(c, E_STATE, NULL, "已不能撤销：只能在十分钟内撤销自己的上一步操作。");
    if ((e = resource_log_undo(c->db, last.id)))
        return e;
    if (last.was_no == RS_PUBLISHED && resource_beyond(r->akey) && !r->approved_by)
        return fail(c, E_STATE, NULL, "资源的公开范围已变，请重新提交审批。");
    if (last.was_no != RS_PUBLISHED && last.was_no != RS_WITHDRAWN)
        r->approved_by = 0;
    return put_state(c, r, RA_UNDO, (enum resource_state)last.was_no, S(""));
}

static bool own_last(struct call *c, int64_t id)
{
    struct resource_log last;
    return resource_log_last(c->db, c->arena, id, &last) == E_OK &&
           last.person == c->viewer->person;
}

static enum err right_to(struct call *c, const struct resource_row *r, enum resource_act act)
{
    static const enum cap caps[] = { [WHO_AUTHOR] = CAP_resource_edit,
                                     [WHO_APPROVER] = CAP_resource_approve,
                                     [WHO_KEEPER] = CAP_resource_withdraw };
    struct place at = resource_place_of(r);
    if (act == RA_UNDO) { /* whose act it was is asked of the log; here only that he sees it */
        bool any = may_at(c->viewer, CAP_resource_withdraw, &at) ||
                   may_at(c->viewer, CAP_resource_approve, &at);
        return any ? E_OK : resource_may(c, r, CAP_resource_edit);
    }
    return resource_may(c, r, caps[resource_act_who(act)]);
}

static enum err act_on(struct call *c, struct resource_row *r, enum resource_act act,
                       struct str note)
{
    struct resource_row same;
    enum err e = resource_for_reader(c, r->id, &same);
    if (e == E_NOT_FOUND &&
        act == RA_UNDO) /* who returned it may not see it, but may take that back */
        e = own_last(c, r->id) ? E_OK : E_NOT_FOUND;
    if (e || (e = right_to(c, r, act)))
        return e;
    switch (act) {
    case RA_UNDO: return undo(c, r);
    case RA_SUBMIT:
        if (!resource_beyond(r->akey))
            return fail(c, E_STATE, NULL, "公开范围在本校以内，不需要审批，请直接发布。");
        return submit(c, r, note);
    case RA_PUBLISH:
        if (resource_beyond(r->akey))
            return fail(c, E_STATE, NULL, "公开到校外须经审批，请提交审批。");
        if ((e = ready(c, r)))
            return e;
        break;
    case RA_RETURN:
        if (note.n == 0)
            return fail(c, E_INPUT, "note", "请写明退回的原因，方便作者修改。");
        break;
    case RA_NONE:
    case RA_CREATE:
    case RA_CHANGE:
    case RA_count: return fail(c, E_INPUT, "act", "没有这项操作。");
    default: break;
    }
    return shift(c, r, act, note);
}

enum err resource_step(struct call *c, int64_t id, enum resource_act act, struct str note,
                       struct resource_acted *out)
{
    struct resource_row r;
    enum err e;
    if (!(e = resource_get(c->db, c->arena, id, &r)) && !(e = act_on(c, &r, act, str_trim(note))))
        *out = (struct resource_acted){ r.id, r.rev, dict_code(DICT_resource_state, r.state) };
    return e;
}

enum err resource_do(struct call *c, int64_t id, enum resource_act act, struct str note,
                     struct resource_acted *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    return txn_end(&tx, e ? e : resource_step(c, id, act, note, out));
}

enum err resource_events_get(struct call *c, int64_t id, struct resource_events *out)
{
    struct resource_row r;
    struct place at;
    enum err e = resource_for_reader(c, id, &r);
    if (e)
        return e;
    at = resource_place_of(&r);
    if (!may_at(c->viewer, CAP_resource_withdraw, &at) &&
        (e = resource_may(c, &r, CAP_resource_approve_see)))
        return e;
    if ((e = resource_log_list(c->db, c->arena, id, &out->items, &out->items_n)))
        return e;
    for (size_t i = 0; i < out->items_n; i++) {
        struct resource_log *l = &out->items[i];
        l->act = dict_code(DICT_resource_act, l->act_no);
        l->was = dict_code(DICT_resource_state, l->was_no);
        l->became = dict_code(DICT_resource_state, l->became_no);
    }
    return E_OK;
}

enum err resource_uses_get(struct call *c, int64_t id, struct resource_uses *out)
{
    struct resource_row r;
    enum err e = resource_for_author(c, id, &r);
    if (e)
        return e;
    return resource_use_list(c->db, c->arena, id, &out->items, &out->items_n);
}
