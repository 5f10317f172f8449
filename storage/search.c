/* Rows of the index. The two engines differ in two statements, put and drop of one row; the rest is
 * theirs in common.
 *
 * FTS5 keeps no text of its own here, so dropping a row needs exactly the text it was put with:
 * title and body of search_head or the passage, and the terms of search_doc, which is why those are
 * kept. */
#include "storage/search.h"

#include "server/base/buf.h"
#include "storage/db_sqlite.h"
#include "storage/gram.h"
#include "storage/list.h"
#include "storage/passage.h"
#include "storage/search_block.h"

enum { TEXT_CAP = 1 << 20, VECTOR_CAP = 4 << 20 };

/* ---- one row */

static void lexeme(struct buf *b, const char *p, size_t n, unsigned at, bool title)
{
    buf_fmt(b, "'%.*s':%u%s ", (int)n, p, at, title ? "A" : "");
}

/* A tsvector in its input form. Our tokens hold neither quotes nor backslashes. */
static void vector_add(struct buf *b, struct str text, unsigned from, bool title)
{
    struct grams g = grams_of(text);
    struct gram_seen seen;
    struct gram k;
    gram_seen_init(&seen);
    while (grams_next(&g, &k)) {
        lexeme(b, k.p, k.n, from + k.position, title);
        if (gram_first(&seen, &k))
            lexeme(b, k.p, k.first_n, from + k.position, title);
    }
}

static enum err vec_put(struct db *db, int64_t id, struct str title, struct str text)
{
    struct buf b;
    buf_init(&b, VECTOR_CAP);
    vector_add(&b, text, 1, false);
    vector_add(&b, title, 2000, true);
    for (int level = 0; level < BLOCK_LEVELS; level++) {
        block_term(&b, level, id / SEARCH_PARTS / SEARCH_BLOCK);
        buf_char(&b, ' ');
    }
    enum err e = b.err;
    if (!e)
        e = db_run(db, "INSERT INTO search_vec(id, v) VALUES(?1, CAST(?2 AS tsvector))", I(id),
                   T(buf_str(&b)));
    buf_fini(&b);
    return e;
}

static struct str with_terms(struct buf *b, struct str text, struct str terms)
{
    buf_init(b, TEXT_CAP);
    buf_add(b, text);
    buf_char(b, ' ');
    buf_add(b, terms);
    return buf_str(b);
}

static enum err row_put(struct db *db, int64_t id, struct str title, struct str text,
                        struct str terms)
{
    struct buf b;
    struct str x = with_terms(&b, text, terms);
    enum err e = b.err;
    if (!e && db_is_pg(db))
        e = vec_put(db, id, title, x);
    else if (!e)
        e = db_run(db, "INSERT INTO search_fts(rowid, x, t) VALUES(?1, ?2, ?3)", I(id), T(x),
                   T(title));
    buf_fini(&b);
    return e;
}

static enum err row_drop(struct db *db, int64_t id, struct str title, struct str text,
                         struct str terms)
{
    struct buf b;
    if (db_is_pg(db))
        return db_run(db, "DELETE FROM search_vec WHERE id = ?1", I(id));
    struct str x = with_terms(&b, text, terms);
    enum err e = b.err;
    if (!e)
        e = db_run(db,
                   "INSERT INTO search_fts(search_fts, rowid, x, t) VALUES('delete', ?1, ?2, ?3)",
                   I(id), T(x), T(title));
    buf_fini(&b);
    return e;
}

/* ---- docs and heads */

static enum err doc_read(struct rows *r, struct arena *a, struct search_doc *d)
{
    bool found = false;
    while (rows_next(r)) {
        *d = (struct search_doc){
            .slot = rows_int(r, 0),
            .resource_id = rows_int(r, 1),
            .akey = rows_int(r, 2),
            .terms = rows_text(r, 3, a),
            .part_terms = rows_text(r, 4, a),
        };
        found = true;
    }
    enum err e = rows_end(r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

static enum err doc_of_resource(struct db *db, struct arena *a, int64_t id, struct search_doc *d)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT slot, resource_id, akey, terms, part_terms FROM search_doc "
            "WHERE resource_id = ?1",
            I(id));
    return doc_read(&r, a, d);
}

static enum err doc_of_slot(struct db *db, struct arena *a, int64_t slot, struct search_doc *d)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT slot, resource_id, akey, terms, part_terms FROM search_doc WHERE slot = ?1",
            I(slot));
    return doc_read(&r, a, d);
}

struct head {
    int64_t id;
    struct str title, body;
};

static enum err heads_drop(struct db *db, struct arena *a, const struct search_doc *d)
{
    struct list l = list_of(a, sizeof(struct head));
    struct rows r;
    int64_t from = d->slot * SEARCH_PARTS;
    db_rows(db, &r, "SELECT id, title, body FROM search_head WHERE id >= ?1 AND id < ?2", I(from),
            I(from + SEARCH_HEADS));
    while (rows_next(&r))
        *(struct head *)list_add(&l) =
            (struct head){ rows_int(&r, 0), rows_text(&r, 1, a), rows_text(&r, 2, a) };
    enum err e = rows_end(&r);
    for (size_t i = 0; i < l.n && !e; i++) {
        const struct head *h = (struct head *)l.p + i;
        e = row_drop(db, h->id, h->title, h->body, d->terms);
    }
    return e ? e
             : db_run(db, "DELETE FROM search_head WHERE id >= ?1 AND id < ?2", I(from),
                      I(from + SEARCH_HEADS));
}

static enum err head_put(struct db *db, const struct search_doc *d, int64_t id, struct str title,
                         struct str body)
{
    enum err e = db_run(db, "INSERT INTO search_head(id, title, body) VALUES(?1, ?2, ?3)", I(id),
                        T(title), T(body));
    return e ? e : row_put(db, id, title, body, d->terms);
}

static enum err heads_put(struct db *db, const struct search_doc *d, struct str title,
                          struct str body)
{
    int64_t first = d->slot * SEARCH_PARTS, id = first;
    struct str piece = STR_NONE;
    enum err e = E_OK;
    while (!e && id < first + SEARCH_HEADS && (passage_cut(&body, &piece) || id == first)) {
        e = head_put(db, d, id, id == first ? title : S(""), piece);
        piece = STR_NONE;
        id++;
    }
    return e;
}

static enum err doc_put(struct db *db, struct arena *a, struct search_doc *d)
{
    struct search_doc old;
    enum err e = doc_of_resource(db, a, d->resource_id, &old);
    if (e == E_NOT_FOUND)
        return db_int(db, &d->slot,
                      "INSERT INTO search_doc(resource_id, akey, terms, part_terms) "
                      "VALUES(?1, ?2, ?3, ?3) RETURNING slot",
                      I(d->resource_id), I(d->akey), T(d->terms));
    if (e || (e = heads_drop(db, a, &old)))
        return e;
    d->slot = old.slot;
    return db_run(db, "UPDATE search_doc SET akey = ?2, terms = ?3 WHERE slot = ?1", I(d->slot),
                  I(d->akey), T(d->terms));
}

enum err search_put(struct db *db, struct arena *a, struct search_doc *d, struct str title,
                    struct str body)
{
    struct buf t, b;
    buf_init(&t, TEXT_CAP);
    buf_init(&b, TEXT_CAP);
    text_clean(&t, title);
    text_clean(&b, body);
    enum err e = t.err ? t.err : b.err;
    if (!e && !(e = doc_put(db, a, d)))
        e = heads_put(db, d, buf_str(&t), buf_str(&b));
    buf_fini(&t);
    buf_fini(&b);
    return e;
}

enum err search_drop(struct db *db, struct arena *a, int64_t resource, int64_t *slot)
{
    struct search_doc d;
    int64_t part;
    *slot = 0;
    enum err e = doc_of_resource(db, a, resource, &d);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    if ((e = heads_drop(db, a, &d)))
        return e;
    e = db_int(db, &part, "SELECT id FROM search_part WHERE id >= ?1 AND id < ?2 LIMIT 1",
               I(d.slot * SEARCH_PARTS), I((d.slot + 1) * SEARCH_PARTS));
    if (e == E_NOT_FOUND)
        return db_run(db, "DELETE FROM search_doc WHERE slot = ?1", I(d.slot));
    if (e)
        return e;
    *slot = d.slot;
    return db_run(db, "UPDATE search_doc SET akey = 0, resource_id = -slot WHERE slot = ?1",
                  I(d.slot));
}

/* ---- parts */

struct part {
    int64_t id, passage;
    bool wanted;
};

static enum err parts_are(struct db *db, const struct search_doc *d, struct list *l)
{
    struct rows r;
    db_rows(db, &r, "SELECT id, passage_id FROM search_part WHERE id >= ?1 AND id < ?2 ORDER BY id",
            I(d->slot * SEARCH_PARTS), I((d->slot + 1) * SEARCH_PARTS));
    while (rows_next(&r))
        *(struct part *)list_add(l) = (struct part){ rows_int(&r, 0), rows_int(&r, 1), false };
    return rows_end(&r);
}

static enum err blobs_of(struct db *db, int64_t resource, struct list *l)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT v.blob_id FROM file f JOIN file_version v ON v.file_id = f.id "
            "AND v.version = f.version WHERE f.resource_id = ?1 AND f.removed_at = 0 "
            "ORDER BY f.ord, f.id",
            I(resource));
    while (rows_next(&r))
        *(int64_t *)list_add(l) = rows_int(&r, 0);
    return rows_end(&r);
}

/* The passages it should have, each once, cut now if need be. */
static enum err parts_wanted(struct db *db, struct arena *a, const struct search_doc *d,
                             struct list *l)
{
    struct list blobs = list_of(a, sizeof(int64_t));
    enum err e = d->akey ? blobs_of(db, d->resource_id, &blobs) : E_OK;
    const int64_t *b = blobs.p;
    for (size_t i = 0; i < blobs.n && !e; i++) {
        struct rows r;
        bool again = false;
        for (size_t j = 0; j < i; j++)
            again = again || b[j] == b[i];
        if (again || (e = passages_make(db, a, b[i])))
            continue;
        db_rows(db, &r, "SELECT id FROM passage WHERE blob_id = ?1 ORDER BY id", I(b[i]));
        while (rows_next(&r))
            if (l->n < SEARCH_PARTS - SEARCH_HEADS)
                *(struct part *)list_add(l) = (struct part){ 0, rows_int(&r, 0), false };
        e = rows_end(&r);
    }
    return e;
}

/* Both lists are short; what is in both is marked in both. */
static void parts_match(struct list *are, struct list *want)
{
    struct part *p = are->p, *w = want->p;
    for (size_t i = 0, j = 0; i < are->n; i++)
        for (size_t k = 0; k < want->n; k++, j = (j + 1) % want->n)
            if (!w[j].wanted && w[j].passage == p[i].passage) {
                p[i].wanted = w[j].wanted = true;
                break;
            }
}

static enum err part_drop(struct db *db, struct arena *a, const struct search_doc *d,
                          const struct part *p)
{
    struct passage text;
    enum err e = passage_get(db, a, p->passage, &text);
    if (!e)
        e = row_drop(db, p->id, S(""), text.text, d->part_terms);
    return e ? e : db_run(db, "DELETE FROM search_part WHERE id = ?1", I(p->id));
}

static enum err part_put(struct db *db, struct arena *a, const struct search_doc *d,
                         const struct part *p)
{
    struct passage text;
    enum err e = passage_get(db, a, p->passage, &text);
    if (!e)
        e = db_run(db, "INSERT INTO search_part(id, passage_id) VALUES(?1, ?2)", I(p->id),
                   I(p->passage));
    return e ? e : row_put(db, p->id, S(""), text.text, d->part_terms);
}

/* Takes out what is not wanted, or everything while the terms differ. */
static enum err parts_out(struct db *db, struct arena *a, const struct search_doc *d,
                          const struct list *are, bool all, int *done)
{
    const struct part *p = are->p;
    enum err e = E_OK;
    for (size_t i = 0; i < are->n && !e && *done < SEARCH_SLICE; i++)
        if (all || !p[i].wanted) {
            e = part_drop(db, a, d, &p[i]);
            ++*done;
        }
    return e;
}

static enum err parts_in(struct db *db, struct arena *a, const struct search_doc *d,
                         const struct list *are, const struct list *want, int *done)
{
    const struct part *p = are->p;
    struct part *w = want->p;
    int64_t id = d->slot * SEARCH_PARTS + SEARCH_HEADS;
    size_t at = 0;
    enum err e = E_OK;
    for (size_t i = 0; i < want->n && !e && *done < SEARCH_SLICE; i++) {
        if (w[i].wanted)
            continue;
        for (; at < are->n && p[at].id == id; at++) /* the next free number */
            id++;
        w[i].id = id++;
        e = part_put(db, a, d, &w[i]);
        ++*done;
    }
    return e;
}

enum err search_parts_step(struct db *db, struct arena *a, int64_t slot, bool *more)
{
    struct search_doc d;
    struct list are = list_of(a, sizeof(struct part)), want = are;
    int done = 0;
    *more = false;
    enum err e = doc_of_slot(db, a, slot, &d);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    bool stale = !str_eq(d.terms, d.part_terms);
    if ((e = parts_are(db, &d, &are)) || (!stale && (e = parts_wanted(db, a, &d, &want))))
        return e;
    parts_match(&are, &want);
    if ((e = parts_out(db, a, &d, &are, stale, &done)))
        return e;
    *more = stale || done > 0;
    if (*more && (size_t)done < are.n)
        return E_OK;
    if (d.akey == 0) {
        *more = false;
        return db_run(db, "DELETE FROM search_doc WHERE slot = ?1", I(slot));
    }
    if (stale)
        return db_run(db, "UPDATE search_doc SET part_terms = terms WHERE slot = ?1", I(slot));
    if (done == 0 && !(e = parts_in(db, a, &d, &are, &want, &done)))
        *more = done == SEARCH_SLICE;
    return e;
}

/* ---- filling */

static enum err ids(struct rows *r, struct arena *a, int64_t **out, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    while (rows_next(r))
        *(int64_t *)list_add(&l) = rows_int(r, 0);
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

enum err search_slots_of_blob(struct db *db, struct arena *a, int64_t blob, int64_t **out,
                              size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT DISTINCT d.slot FROM file_version v JOIN file f ON f.id = v.file_id "
            "AND f.version = v.version AND f.removed_at = 0 "
            "JOIN search_doc d ON d.resource_id = f.resource_id WHERE v.blob_id = ?1",
            I(blob));
    return ids(&r, a, out, n);
}

enum err search_missing(struct db *db, struct arena *a, int64_t after_at, int64_t after_id,
                        int64_t limit, int64_t **out, int64_t **at, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t)), times = l;
    struct rows r;
    db_rows(db, &r,
            "SELECT r.id, r.published_at FROM resource r WHERE r.state = 5 "
            "AND (r.published_at, r.id) > (?1, ?2) "
            "AND NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.resource_id = r.id) "
            "ORDER BY r.published_at, r.id LIMIT ?3",
            I(after_at), I(after_id), I(limit));
    while (rows_next(&r)) {
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
        *(int64_t *)list_add(&times) = rows_int(&r, 1);
    }
    *out = l.p;
    *at = times.p;
    *n = l.n;
    return rows_end(&r);
}

enum err search_missing_docs(struct db *db, struct arena *a, int64_t after, int64_t limit,
                             int64_t **ids, size_t *n)
{
    struct list l = list_of(a, sizeof(int64_t));
    struct rows r;
    db_rows(db, &r,
            "SELECT h.doc_id FROM doc_head h WHERE h.doc_id > ?1 AND h.seq > 0 AND NOT EXISTS"
            " (SELECT 1 FROM search_doc d WHERE d.resource_id = h.doc_id + ?2)"
            " ORDER BY h.doc_id LIMIT ?3",
            I(after), I(SEARCH_DOC), I(limit));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    *ids = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err search_reset_lost(struct db *db)
{
    int64_t one;
    enum err e = db_int(db, &one, "SELECT slot FROM search_doc LIMIT 1");
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    if (db_is_pg(db))
        e = db_int(db, &one, "SELECT id FROM search_vec LIMIT 1");
    else
        e = db_int(db, &one, "SELECT segid FROM search_fts_idx LIMIT 1");
    if (e != E_NOT_FOUND)
        return e;
    if ((e = db_run(db, "DELETE FROM search_part")) || (e = db_run(db, "DELETE FROM search_head")))
        return e;
    return db_run(db, "DELETE FROM search_doc");
}

/* SQLite: no merging while rows come, as much memory as it takes to write every page once. */
static enum err run_all(struct db *db, const char *const *sql)
{
    enum err e = E_OK;
    for (; *sql && !e; sql++)
        e = db_run(db, *sql);
    return e;
}

enum err search_bulk(struct db *db, bool begin)
{
    static const char *const lite_begin[] = {
        "PRAGMA cache_size=-262144",
        "PRAGMA wal_autocheckpoint=20000",
        "INSERT INTO search_fts(search_fts, rank) VALUES('automerge', 0)",
        "INSERT INTO search_fts(search_fts, rank) VALUES('crisismerge', 400)",
        "INSERT INTO search_fts(search_fts, rank) VALUES('hashsize', 67108864)",
        NULL,
    };
    static const char *const lite_end[] = {
        "INSERT INTO search_fts(search_fts, rank) VALUES('automerge', 4)",
        "INSERT INTO search_fts(search_fts, rank) VALUES('crisismerge', 16)",
        "INSERT INTO search_fts(search_fts, rank) VALUES('hashsize', 1048576)",
        "INSERT INTO search_fts(search_fts) VALUES('optimize')",
        SQLITE_CACHE,
        "PRAGMA wal_autocheckpoint=1000",
        NULL,
    };
    static const char *const pg_begin[] = { "DROP INDEX IF EXISTS search_vec_v", NULL };
    static const char *const pg_end[] = {
        "SET maintenance_work_mem = '256MB'",
        "CREATE INDEX IF NOT EXISTS search_vec_v ON search_vec USING gin(v) "
        "WITH (fastupdate = off)",
        "RESET maintenance_work_mem",
        NULL,
    };
    if (db_is_pg(db))
        return run_all(db, begin ? pg_begin : pg_end);
    return run_all(db, begin ? lite_begin : lite_end);
}

enum err search_tidy(struct db *db, bool *more)
{
    *more = false;
    if (db_is_pg(db))
        return E_OK;
    enum err e = db_run(db, "INSERT INTO search_fts(search_fts, rank) VALUES('merge', 300)");
    *more = !e && db_changed(db) > 1;
    return e;
}
