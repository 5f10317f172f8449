/* Puts on record who did what to what, the person and the session being the caller's; and the
 * auditor's pages. */
#include "server/app/audit.h"

#include "server/app/cursor.h"
#include "server/app/viewer.h"
#include "storage/disk.h"
#include "storage/spool.h"

enum err audit_add(struct call *c, const char *action, const char *noun, int64_t id,
                   struct str detail)
{
    struct audit row = {
        .at = c->now,
        .person = c->viewer->person,
        .session = c->viewer->session,
        .ip = c->ip,
        .action = str_of(action),
        .noun = str_of(noun),
        .noun_id = id,
        .detail = detail,
    };
    if (!db_in_txn(c->db))
        BUG("what goes on record belongs in the transaction that does it");
    return audit_put(c->db, &row);
}

enum { EXPORT_SLICE = 1000, SLICE_CAP = 32 * 1024 * 1024 };

enum err audit_find(struct call *c, const struct audit_query *q, struct audit_page *out)
{
    struct audit_filter f = {
        .person = q->person,
        .noun_id = q->noun_id,
        .from_at = q->from_at,
        .until_at = q->until_at,
        .action = q->action,
        .noun = q->noun,
    };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    struct str key;
    enum err e;
    if ((e = cursor_read(c, "audit", q->cursor, &key, &f.before)) ||
        (e = audit_list(c->db, c->arena, &f, limit + 1, &out->items, &out->items_n)))
        return e;
    if (out->items_n > limit) {
        out->items_n = limit;
        out->has_next = true;
        out->next = cursor_make(c->arena, "audit", STR_NONE, out->items[limit - 1].seq);
    }
    return E_OK;
}

enum err audit_check(struct call *c, struct audit_verdict *out)
{
    return audit_verify(c->db, &out->rows, &out->bad);
}

static void put_line(struct buf *out, const struct audit *r)
{
    buf_json_open(out, NULL, '{');
    buf_json_int(out, "seq", r->seq);
    buf_json_int(out, "at", r->at);
    buf_json_int(out, "person", r->person);
    buf_json_int(out, "session", r->session);
    buf_json_text(out, "ip", r->ip);
    buf_json_text(out, "action", r->action);
    buf_json_text(out, "noun", r->noun);
    buf_json_int(out, "noun_id", r->noun_id);
    buf_json_text(out, "detail", r->detail);
    buf_json_name(out, "hash");
    buf_char(out, '"');
    buf_hex(out, r->hash.p, r->hash.n);
    buf_addz(out, "\"}\n");
}

/* From seq `from`, at most `left`, written behind each other. */
static enum err write_lines(struct call *c, int fd, int64_t from, int64_t left, uint64_t *size)
{
    struct arena *a = arena_new();
    struct buf b;
    size_t n = 1;
    enum err e = E_OK;
    buf_init(&b, SLICE_CAP);
    while (!e && n && left > 0) {
        struct audit *rows;
        arena_reset(a);
        buf_clear(&b);
        e = audit_walk(c->db, a, from, left < EXPORT_SLICE ? (size_t)left : EXPORT_SLICE, &rows,
                       &n);
        for (size_t i = 0; i < n && !e; i++)
            put_line(&b, &rows[i]);
        if (!e && !(e = b.err))
            e = disk_write(fd, b.p, b.n, *size);
        *size += b.n;
        from += (int64_t)n;
        left -= (int64_t)n;
    }
    buf_fini(&b);
    arena_free(a);
    return e;
}

enum err audit_export(struct call *c, const struct audit_export_query *q, int *fd, uint64_t *size)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = audit_add(c, "audit.export", "audit", 0, STR_NONE);
    if ((e = txn_end(&tx, e)) || (e = disk_open_unnamed(spools_folder(c->house->spools), fd)))
        return e;
    *size = 0;
    e = write_lines(c, *fd, q->has_from ? q->from : 1, q->has_limit ? q->limit : INT64_MAX, size);
    if (e)
        disk_close(*fd);
    return e;
}
