/* Versions of live documents: the whole document as the log had it at a moment. */
#include "server/app/doc.h"

#include "server/app/audit.h"
#include "server/app/doc_log.h"
#include "server/app/page.h"
#include "server/app/viewer.h"
#include "server/crdt/ydoc.h"
#include "storage/outbox.h"

static struct doc_version_view version_view(const struct doc_version *v)
{
    return (struct doc_version_view){ .number = v->number,
                                      .at = v->at,
                                      .person = v->person,
                                      .name = v->name,
                                      .person_name = v->person_name,
                                      .automatic = v->person == 0 };
}

enum err doc_versions(struct call *c, int64_t id, const struct doc_version_query *q,
                      struct doc_version_page *out)
{
    struct doc d;
    struct doc_version *list;
    size_t n, limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD;
    enum err e;
    if ((e = doc_need(c, id, DOC_READ, &d)) ||
        (e = doc_version_list(c->db, c->arena, id, q->before, limit, &list, &n)))
        return e;
    out->items = arena_array(c->arena, n + 1, sizeof *out->items);
    for (size_t i = 0; i < n; i++)
        out->items[out->items_n++] = version_view(&list[i]);
    return E_OK;
}

/* The transaction writes, so that no row of the log comes between. */
enum err doc_version_keep(struct call *c, struct doc_version *v)
{
    struct ydoc *y;
    struct buf state;
    v->at = c->now;
    enum err e = doc_open(c, v->doc, &y, &v->seq, NULL);
    if (e)
        return e;
    buf_init(&state, DOC_STATE_CAP);
    if (!(e = ydoc_diff(y, STR_NONE, &state)))
        e = doc_version_put(c->db, v, buf_str(&state));
    buf_fini(&state);
    ydoc_free(y);
    return e;
}

enum err doc_version_add(struct call *c, const struct doc *d, struct doc_version *v)
{
    enum err e = doc_version_keep(c, v);
    if (e || (e = audit_add(c, "doc.version", "doc", d->id, v->name)))
        return e;
    return outbox_add(c->db, "doc_version", d->id, v->number, doc_audience(d));
}

enum err doc_version_make(struct call *c, int64_t id, const struct doc_version_new *in,
                          struct doc_version_view *out)
{
    struct txn tx = { 0 };
    struct doc d;
    struct doc_version v = { .doc = id, .person = c->viewer->person };
    enum err e;
    v.name = str_trim(in->name);
    if ((e = txn_begin(&tx, c->db)) || (e = doc_need(c, id, DOC_WRITE, &d)) ||
        (e = doc_version_add(c, &d, &v)) ||
        (e = doc_version_get(c->db, c->arena, id, v.number, &v, NULL)))
        goto done;
    *out = version_view(&v);
done:
    return txn_end(&tx, e);
}

enum err doc_version_state(struct call *c, int64_t id, int64_t number, struct str *out)
{
    struct doc d;
    struct doc_version v;
    enum err e = doc_need(c, id, DOC_READ, &d);
    return e ? e : doc_version_get(c->db, c->arena, id, number, &v, out);
}

enum err doc_authors_get(struct call *c, int64_t id, struct doc_authors *out)
{
    struct doc d;
    enum err e = doc_need(c, id, DOC_READ, &d);
    return e ? e : doc_client_list(c->db, c->arena, id, &out->items, &out->items_n);
}
