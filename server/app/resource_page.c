/* Pages of resources: the library as one sees it, one's own, what waits for one's approval, a
 * school's.
 *
 * A cursor is the sort value and the id of the last row, "TIME.ID" in base 10: it says nothing
 * secret, and a wrong one only leads to another place of the same list. The most taken of a subtree
 * go on by an offset. */
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/app/resource.h"

#include <inttypes.h>

/* Fills in the codes. */
static void cards_finish(struct resource_card *cards, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cards[i].state = dict_code(DICT_resource_state, cards[i].state_no);
        cards[i].kind = dict_code(DICT_resource_kind, cards[i].kind_no);
        cards[i].scope = dict_code(DICT_scope, cards[i].akey % 8);
    }
}

enum err resource_cards(struct call *c, const int64_t *ids, size_t n, struct resource_card **out,
                        size_t *out_n)
{
    struct resource_card *cards = arena_array(c->arena, n ? n : 1, sizeof *cards);
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        enum err e = resource_card_get(c->db, c->arena, ids[i], &cards[*out_n]);
        if (e && e != E_NOT_FOUND)
            return e;
        *out_n += !e;
    }
    cards_finish(cards, *out_n);
    *out = cards;
    return E_OK;
}

static enum err after_in(struct call *c, const struct resource_query *q, struct resource_filter *f)
{
    size_t dot;
    f->after = f->after_id = INT64_MAX;
    if (!q->has_cursor)
        return E_OK;
    dot = str_chr(q->cursor, '.', 0);
    if (dot == SIZE_MAX || !str_int(str_sub(q->cursor, 0, dot), &f->after) ||
        !str_int(str_sub(q->cursor, dot + 1, q->cursor.n), &f->after_id) || f->after < 0 ||
        f->after_id < 0)
        return fail(c, E_INPUT, "cursor", "翻页位置不对，请回到第一页。");
    return E_OK;
}

static enum err filter_in(struct call *c, const struct resource_query *q, struct resource_filter *f,
                          int64_t *state)
{
    *f = (struct resource_filter){
        .viewer = c->viewer->person,
        .taxon = q->has_taxon ? q->taxon : 0,
        .school = q->has_school ? q->school : 0,
        .used = q->has_sort && str_eqz(q->sort, "used"),
        .limit =
            (q->has_limit ? q->limit : 20) + 1, /* one more tells whether there is a next page */
    };
    if (q->has_kind && !(f->kind = dict_number(DICT_resource_kind, q->kind)))
        return fail(c, E_INPUT, "kind", "没有这种资源类型，请从列表中选择。");
    if (q->has_lesson_type && !(f->lesson_type = dict_number(DICT_lesson_type, q->lesson_type)))
        return fail(c, E_INPUT, "lesson_type", "没有这种课型，请从列表中选择。");
    if (q->has_state && !(*state = dict_number(DICT_resource_state, q->state)))
        return fail(c, E_INPUT, "state", "没有这种状态，请从列表中选择。");
    return after_in(c, q, f);
}

/* Cuts the row too many and says where to go on. */
static void page_end(struct call *c, const struct resource_filter *f, bool by_changed, bool offset,
                     struct resource_page *out)
{
    cards_finish(out->items, out->items_n);
    if ((int64_t)out->items_n < f->limit)
        return;
    out->items_n--;
    out->has_next = true;
    const struct resource_card *last = &out->items[out->items_n - 1];
    if (offset)
        out->next = arena_fmt(c->arena, "%" PRId64 ".0", f->after + f->limit - 1);
    else
        out->next = arena_fmt(c->arena, "%" PRId64 ".%" PRId64,
                              by_changed ? last->changed_at
                              : f->used  ? last->taken
                                         : last->published_at,
                              last->id);
}

static enum err page_library(struct call *c, struct resource_filter *f, struct resource_page *out)
{
    bool offset = f->taxon && f->used;
    enum err e;
    if (offset) {
        f->after = f->after == INT64_MAX ? 0 : f->after;
        e = resource_list_used_at(c->db, c->arena, f, &out->items, &out->items_n);
    } else {
        e = resource_list(c->db, c->arena, f, &out->items, &out->items_n);
    }
    if (!e)
        page_end(c, f, false, offset, out);
    return e;
}

static enum err page_school(struct call *c, struct resource_filter *f, int64_t state,
                            struct resource_page *out)
{
    if (f->school == 0)
        f->school = c->viewer->school;
    struct place at = { .school = f->school };
    enum err e = may(c, CAP_resource_school, &at);
    if (e)
        return e;
    if (state != RS_SUBMITTED && state != RS_REVIEWING && state != RS_PUBLISHED &&
        state != RS_WITHDRAWN) /* the rest is between an author and his approver */
        return fail(c, E_INPUT, "state", "请选择待审批、已发布或已撤回中的一种状态。");
    return resource_list_school(c->db, c->arena, f, state, &out->items, &out->items_n);
}

enum err resource_page_get(struct call *c, const struct resource_query *q,
                           struct resource_page *out)
{
    struct resource_filter f;
    int64_t state = 0;
    enum err e = filter_in(c, q, &f, &state);
    if (e)
        return e;
    *out = (struct resource_page){ 0 };
    if (!q->has_view || str_eqz(q->view, "library"))
        return page_library(c, &f, out);
    if (str_eqz(q->view, "mine"))
        e = resource_list_own(c->db, c->arena, &f, state, &out->items, &out->items_n);
    else if (str_eqz(q->view, "waiting"))
        e = resource_list_waiting(c->db, c->arena, &f, &out->items, &out->items_n);
    else
        e = page_school(c, &f, state, out);
    if (!e)
        page_end(c, &f, true, false, out);
    return e;
}
