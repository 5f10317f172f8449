/* Live documents in search: their titles and what is written in them, indexed in the transactions
 * that make, rename or fold a document. */
#include "server/app/doc.h"

#include "server/app/doc_log.h"
#include "server/app/page.h"
#include "server/app/snippet.h"
#include "server/app/viewer.h"
#include "server/crdt/walk.h"
#include "storage/list.h"
#include "storage/search.h"

enum { BODY_CAP = 256 * 1024, QUERY_RUNS = 8, FILL = 20 };

/* The term all rows of documents have, so that a search among them reads no others. */
#define IS_DOC "w1"

/* ---- indexing */

static void on_open(void *arg, struct str name, const struct yformat *attrs, size_t n,
                    enum ywalk what)
{
    (void)arg;
    (void)name;
    (void)attrs;
    (void)n;
    (void)what;
}

/* A blank line keeps the words of one paragraph apart from the next. */
static void on_close(void *arg, struct str name)
{
    (void)name;
    buf_addz(arg, "\n\n");
}

static void on_text(void *arg, struct str text, const struct yformat *marks, size_t n,
                    enum ywalk what)
{
    (void)marks;
    (void)n;
    (void)what;
    buf_add(arg, text);
}

/* As much of the text as is indexed. */
static void read_body(const struct ydoc *d, struct buf *out)
{
    struct ydoc_walk w = { .arg = out, .open = on_open, .close = on_close, .text = on_text };
    if (ydoc_walk(d, S("body"), &w) || out->err)
        out->err = E_OK; /* the rest is too much, or too deep */
}

/* The key is a term, too: those who see little search by it. */
enum err doc_index(struct call *c, const struct doc *d, const struct ydoc *y)
{
    struct search_doc row = { .resource_id = SEARCH_DOC + d->id };
    struct buf body;
    row.akey = doc_audience(d);
    row.terms = arena_fmt(c->arena, SEARCH_TERM IS_DOC " " SEARCH_TERM "%c%lld", SEARCH_KEY,
                          (long long)row.akey);
    buf_init(&body, BODY_CAP);
    read_body(y, &body);
    enum err e = search_put(c->db, c->arena, &row, d->title, buf_str(&body));
    buf_fini(&body);
    return e;
}

enum err doc_index_stored(struct call *c, const struct doc *d)
{
    struct ydoc *y;
    enum err e = doc_open(c, d->id, &y, NULL, NULL);
    if (!e)
        e = doc_index(c, d, y);
    ydoc_free(y);
    return e;
}

static enum err fill_one(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    struct doc d;
    enum err e;
    if (!(e = txn_begin(&tx, c->db)) && !(e = doc_get(c->db, c->arena, id, &d)))
        e = doc_index_stored(c, &d);
    return txn_end(&tx, e);
}

enum err doc_search_fill(struct call *c)
{
    int64_t after = 0, *ids;
    size_t n = 1;
    enum err e = E_OK;
    while (!e && n) {
        e = search_missing_docs(c->db, c->arena, after, FILL, &ids, &n);
        for (size_t i = 0; i < n && !e; i++) {
            after = ids[i];
            e = fill_one(c, after);
        }
    }
    return e;
}

/* ---- finding */

static enum err show(struct call *c, const struct search_query *q, const struct search_hit *hit,
                     struct list *l)
{
    struct search_text text = { 0 };
    struct doc_hit found;
    enum err e = doc_show(c, hit->resource_id - SEARCH_DOC, &found.doc_view);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    if ((e = search_text(c->db, c->arena, hit->id, &text)))
        return e;
    found.snippet = snippet_of(c->arena, text.text, q->runs, q->runs_n);
    found.doc = &found.doc_view;
    *(struct doc_hit *)list_add(l) = found;
    return E_OK;
}

/* Rows of one document follow each other. */
static enum err collect(struct call *c, const struct search_query *q, size_t limit,
                        struct doc_hits *out, struct list *l)
{
    struct search_scan s;
    struct search_hit hit;
    struct list found = list_of(c->arena, sizeof hit);
    int64_t last = 0;
    search_begin(&s, c->db, c->arena, q);
    while (!out->more && search_next(&s, &hit)) {
        if (hit.slot == last)
            continue;
        last = hit.slot;
        if (found.n == limit)
            out->more = true;
        else
            *(struct search_hit *)list_add(&found) = hit;
    }
    enum err e = search_end(&s);
    for (size_t i = 0; i < found.n && !e; i++)
        e = show(c, q, (struct search_hit *)found.p + i, l);
    return e;
}

enum err doc_search(struct call *c, const struct doc_search_query *in, struct doc_hits *out)
{
    struct str is_doc = S(IS_DOC);
    struct search_query q = { .terms = &is_doc,
                              .terms_n = 1,
                              .viewer = c->viewer->person,
                              .keys = c->viewer->keys,
                              .keys_n = c->viewer->keys_n,
                              .docs = true };
    struct list l = list_of(c->arena, sizeof(struct doc_hit));
    search_runs(c->arena, in->q, &q.runs, &q.runs_n);
    if (q.runs_n == 0)
        return E_OK;
    if (q.runs_n > QUERY_RUNS)
        return fail(c, E_INPUT, "q", "要找的词太多，请少写几个。");
    enum err e = collect(c, &q, in->has_limit ? (size_t)in->limit : PAGE_STANDARD, out, &l);
    out->items = l.p;
    out->items_n = l.n;
    for (size_t i = 0; i < l.n; i++)
        out->items[i].doc = &out->items[i].doc_view;
    return e;
}
