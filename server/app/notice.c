/* Notices to the caller. The parameters of a notice are put into its kind's sentence here, so that
 * a sentence may be bettered for old notices too. */
#include "server/app/notice.h"

#include "server/app/page.h"
#include "server/app/viewer.h"
#include "server/base/buf.h"
#include "storage/notice.h"

#include <jansson.h>

static const struct sentence {
    const char *kind, *text;
} sentences[] = {
#define NOTICE(kind, text) { #kind, text },
#include "server/app/notices.def"
#undef NOTICE
};

static const char *sentence_of(struct str kind)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (str_eqz(kind, sentences[i].kind))
            return sentences[i].text;
    return "有一条新消息。";
}

static void put_param(struct buf *out, const json_t *params, struct str name)
{
    const json_t *v = json_object_getn(params, name.p, name.n);
    if (json_is_string(v))
        buf_put(out, json_string_value(v), json_string_length(v));
    else if (json_is_integer(v))
        buf_int(out, json_integer_value(v));
}

static struct str told(struct arena *a, const struct notice *n)
{
    struct str rest = str_of(sentence_of(n->kind));
    json_t *params = json_loadb(n->params.p, n->params.n, 0, NULL);
    struct buf out;
    buf_init(&out, 4096);
    for (size_t at; (at = str_chr(rest, '{', 0)) != SIZE_MAX;) {
        size_t end = str_chr(rest, '}', at);
        if (end == SIZE_MAX)
            BUG("a sentence with an open brace");
        buf_add(&out, str_sub(rest, 0, at));
        put_param(&out, params, str_sub(rest, at + 1, end));
        rest = str_sub(rest, end + 1, rest.n);
    }
    buf_add(&out, rest);
    struct str text = arena_str(a, buf_str(&out));
    json_decref(params);
    buf_fini(&out);
    return text;
}

enum err notice_page_get(struct call *c, const struct notice_query *q, struct notice_page *out)
{
    struct notice *list = NULL;
    struct page p;
    size_t n = 0;
    enum err e = page_of(c, q->cursor, q->has_limit ? q->limit : 0, &p);
    if (e || (e = notice_list(c->db, c->arena, c->viewer->person, q->unread, p.before, p.limit + 1,
                              &list, &n)))
        return e;
    out->has_next = n > p.limit;
    out->items_n = out->has_next ? p.limit : n;
    out->items = arena_array(c->arena, out->items_n, sizeof *out->items);
    for (size_t i = 0; i < out->items_n; i++)
        out->items[i] = (struct notice_view){ .id = list[i].id,
                                              .at = list[i].at,
                                              .noun_id = list[i].noun_id,
                                              .kind = list[i].kind,
                                              .text = told(c->arena, &list[i]),
                                              .noun = list[i].noun,
                                              .read_at = list[i].read_at };
    if (out->has_next)
        out->next = page_cursor(c, out->items[out->items_n - 1].id);
    return notice_unread(c->db, c->viewer->person, &out->unread);
}

enum err notice_mark(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = notice_read(c->db, c->viewer->person, id, c->now);
    return txn_end(&tx, e);
}

enum err notice_mark_all(struct call *c, int64_t upto)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = notice_read_all(c->db, c->viewer->person, upto, c->now);
    return txn_end(&tx, e);
}
