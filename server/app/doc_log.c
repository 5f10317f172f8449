/* The log of live documents: opening, committing, folding. */
#include "server/app/doc_log.h"

#include "server/app/doc.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/crdt/in.h"
#include "server/crdt/ydoc.h"
#include "storage/outbox.h"

enum { WHOLE_DAYS = 7 /* so long all automatic versions are kept; then one a day */ };

/* What a document may grow to: a book with its history. The state of one is an update, too; what
 * comes over a line is limited there. */
static const struct ydoc_setup setup = {
    .limits = { .update = 256 << 20, .structs = 4000000, .content = 128 << 20, .pending = 4 << 20 }
};

static enum err broken(int64_t id, const struct ydoc_fault *why)
{
    log_error("doc.broken id=%lld what=%s at=%zu", (long long)id, why->what, why->at);
    return E_CORRUPT;
}

/* news may be NULL. */
static enum err apply_log(struct ydoc *d, int64_t id, struct str log, struct buf *news)
{
    struct ydoc_fault why = { "a length reaches past the end", 0 };
    struct in in = in_of(log);
    while (in_left(&in) && !in.what) {
        struct str update = in_bytes(&in);
        if (in.what || ydoc_apply(d, update, &why))
            return broken(id, &why);
        if (!news || !ydoc_changed(d))
            continue;
        buf_varuint(news, update.n);
        buf_add(news, update);
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
        e = apply_log(d, id, s->logs[i], NULL);
    return e;
}

enum err doc_open(struct call *c, int64_t id, struct ydoc **out, int64_t *seq, int64_t *folded)
{
    struct doc_stored s;
    enum err e = doc_read(c->db, c->arena, id, &s);
    *out = NULL;
    if (e)
        return e;
    struct ydoc *d = ydoc_new(&setup);
    if ((e = put_together(d, id, &s))) {
        ydoc_free(d);
        return e;
    }
    *out = d;
    if (seq)
        *seq = s.seq;
    if (folded)
        *folded = s.folded;
    return E_OK;
}

enum err doc_advance(struct call *c, int64_t id, struct ydoc *d, int64_t *seq, struct buf *news)
{
    struct doc_stored s;
    enum err e = doc_read_behind(c->db, c->arena, id, *seq, &s);
    for (size_t i = 0; i < s.logs_n && !e; i++)
        e = apply_log(d, id, s.logs[i], news);
    if (!e)
        *seq = s.seq;
    return e;
}

/* Whoever has it open hears that the log went on. */
enum err doc_write(struct call *c, int64_t id, struct str update)
{
    struct buf log;
    int64_t seq;
    buf_init(&log, update.n + 16);
    buf_varuint(&log, update.n);
    buf_add(&log, update);
    enum err e = doc_append(c->db, id, c->now, buf_str(&log), &seq);
    buf_fini(&log);
    return e ? e : outbox_add(c->db, "doc_log", id, seq, 0);
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

static enum err keep_version(struct call *c, int64_t id, int64_t seq, struct str state)
{
    struct doc_version v = { .doc = id, .at = c->now, .seq = seq }, *last;
    size_t n;
    enum err e = doc_version_list(c->db, c->arena, id, 0, 1, &last, &n);
    if (e || (n && c->now - last->at < DOC_VERSION_EVERY_S * SECOND_MS))
        return e;
    if ((e = doc_version_put(c->db, &v, state)))
        return e;
    return doc_version_thin(c->db, id, c->now - WHOLE_DAYS * DAY_MS);
}

static enum err fold(struct call *c, int64_t id, const struct ydoc *d, int64_t seq,
                     struct str state)
{
    struct doc row;
    enum err e;
    if ((e = doc_get(c->db, c->arena, id, &row)) || (e = doc_fold(c->db, id, seq, state)) ||
        (e = doc_index(c, &row, d)))
        return e;
    return keep_version(c, id, seq, state);
}

enum err doc_rest(struct call *c, int64_t id, const struct ydoc *d, int64_t seq)
{
    struct txn tx = { 0 };
    struct buf state;
    buf_init(&state, DOC_STATE_CAP);
    enum err e = ydoc_diff(d, STR_NONE, &state);
    if (!e && !(e = txn_begin(&tx, c->db)))
        e = fold(c, id, d, seq, buf_str(&state));
    e = txn_end(&tx, e);
    buf_fini(&state);
    return e;
}
