/* The log of live documents: opening, committing, folding. */
#include "server/app/doc_log.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/crdt/in.h"
#include "server/crdt/ydoc.h"

enum { STATE_CAP = 1 << 30, AUTOMATIC_WHOLE_DAYS = 7 };

static enum err broken(int64_t id, const struct ydoc_fault *why)
{
    log_error("doc.broken id=%lld what=%s at=%zu", (long long)id, why->what, why->at);
    return E_DB;
}

static enum err apply_log(struct ydoc *d, int64_t id, struct str log)
{
    struct ydoc_fault why = { "a length reaches past the end", 0 };
    struct in in = in_of(log);
    while (in_left(&in) && !in.what) {
        struct str update = in_bytes(&in);
        if (in.what || ydoc_apply(d, update, &why))
            return broken(id, &why);
    }
    return E_OK;
}

static enum err put_together(struct ydoc *d, int64_t id, const struct doc_stored *s)
{
    struct ydoc_fault why;
    enum err e = E_OK;
    if (s->state.n && ydoc_apply(d, s->state, &why))
        return broken(id, &why);
    for (size_t i = 0; i < s->logs_n && !e; i++)
        e = apply_log(d, id, s->logs[i]);
    return e;
}

enum err doc_open(struct call *c, int64_t id, struct ydoc **out, int64_t *seq, int64_t *folded)
{
    struct doc_stored s;
    enum err e = doc_read(c->db, c->arena, id, &s);
    *out = NULL;
    if (e)
        return e;
    struct ydoc *d = ydoc_new(NULL);
    if ((e = put_together(d, id, &s))) {
        ydoc_free(d);
        return e;
    }
    *out = d;
    *seq = s.seq;
    *folded = s.folded;
    return E_OK;
}

static enum err commit_one(struct call *c, struct doc_batch *b)
{
    enum err e = doc_append(c->db, b->doc, c->now, b->updates, &b->seq);
    for (size_t i = 0; i < b->clients_n && !e; i++)
        e = doc_client_put(c->db, b->doc, &b->clients[i], c->now);
    if (e == E_NOT_FOUND) {
        log_warn("doc.gone id=%lld", (long long)b->doc);
        return E_OK;
    }
    return e;
}

enum err doc_commit(struct call *c, struct doc_batch *list, size_t n)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    for (size_t i = 0; i < n && !e; i++) {
        list[i].seq = 0;
        e = commit_one(c, &list[i]);
    }
    return txn_end(&tx, e);
}

enum err doc_rest(struct call *c, int64_t id, const struct ydoc *d, int64_t seq, bool version)
{
    struct txn tx = { 0 };
    struct buf state;
    struct doc_version v = { .doc = id, .at = c->now, .seq = seq };
    buf_init(&state, STATE_CAP);
    enum err e = ydoc_diff(d, STR_NONE, &state);
    if (e || (e = txn_begin(&tx, c->db)) || (e = doc_fold(c->db, id, seq, buf_str(&state))))
        goto done;
    if (version && (e = doc_version_put(c->db, &v, buf_str(&state))))
        goto done;
    if (version)
        e = doc_version_thin(c->db, id, c->now - AUTOMATIC_WHOLE_DAYS * DAY_MS);
done:
    e = txn_end(&tx, e);
    buf_fini(&state);
    return e;
}
