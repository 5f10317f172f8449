/* Finding rows, newest first, as far as somebody wants to read.
 *
 * FTS5 walks its lists from the newest row backwards, so reading may stop anywhere. PostgreSQL's
 * GIN gives no order, so rows are asked for in stages: every vector also holds the block of 2,048
 * slots it lies in as a term, the first stage is the newest block, and each next one has as many
 * blocks as should give some hundred rows, by what the ones before gave; the last one has all that
 * is older. A common word is satisfied by the first stage, a rare one has few rows in the last.
 *
 * Who sees few resources has his keys in the match, so that the others are never read; for all
 * others the join with viewer_key is cheaper. Which of the two it is, is kept for a minute. */
#include "storage/search.h"

#include "server/base/clock.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/list.h"
#include "storage/search_block.h"

#include <pthread.h>

enum {
    FEW = 20000,
    FEW_KEYS = 64,
    KEPT = 256,
    STAGE_ROWS = 3000,
    STAGE_WANT = 300,
    STAGE_BLOCKS = 256
};
enum { MATCH_CAP = 64 * 1024 };

/* ---- the query */

void search_runs(struct arena *a, struct str q, struct str **runs, size_t *n)
{
    struct list l = list_of(a, sizeof(struct str));
    struct buf clean, run;
    struct gram k;
    buf_init(&clean, MATCH_CAP);
    buf_init(&run, MATCH_CAP);
    text_clean(&clean, q);
    struct grams g = grams_of(buf_str(&clean));
    while (grams_next(&g, &k)) {
        if (k.kind == GRAM_PAIR)
            buf_put(&run, k.p, k.first_n);
        else
            buf_put(&run, k.p, k.n);
        if (k.kind == GRAM_PAIR)
            continue;
        *(struct str *)list_add(&l) = arena_str(a, buf_str(&run));
        buf_clear(&run);
    }
    *runs = l.p;
    *n = l.n;
    buf_fini(&clean);
    buf_fini(&run);
}

/* FTS5: "run" AND "term" AND ("key" OR "key"). Runs hold letters, digits and Chinese only. */
static void match_lite(struct buf *b, const struct search_query *q, bool few)
{
    const char *and = q->title ? "t : (" : "";
    for (size_t i = 0; i < q->runs_n; i++, and = " AND ")
        buf_fmt(b, "%s\"%.*s\"", and, STR_ARG(q->runs[i]));
    if (q->title && q->runs_n)
        buf_addz(b, ")");
    for (size_t i = 0; i < q->terms_n; i++, and = " AND ")
        buf_fmt(b, "%s\"" SEARCH_TERM "%.*s\"", and, STR_ARG(q->terms[i]));
    if (!few)
        return;
    buf_addz(b, " AND (");
    for (size_t i = 0; i < q->keys_n; i++)
        buf_fmt(b, "%s\"" SEARCH_TERM "%c%lld\"", i ? " OR " : "", SEARCH_KEY,
                (long long)q->keys[i]);
    buf_addz(b, ")");
}

/* tsquery: ('pair' <-> 'pair') & 'term' & ('key' | 'key') */
static void run_pg(struct buf *b, struct str run, bool title)
{
    struct grams g = grams_of(run);
    struct gram k;
    const char *next = "(";
    while (grams_next(&g, &k)) {
        if (k.kind == GRAM_LAST && k.position > 0)
            break;
        buf_fmt(b, "%s'%.*s'%s", next, (int)k.n, k.p, title ? ":A" : "");
        next = " <-> ";
    }
    buf_addz(b, ")");
}

static void match_pg(struct buf *b, const struct search_query *q, bool few)
{
    const char *and = "";
    for (size_t i = 0; i < q->runs_n; i++, and = " & ") {
        buf_addz(b, and);
        run_pg(b, q->runs[i], q->title);
    }
    for (size_t i = 0; i < q->terms_n; i++, and = " & ")
        buf_fmt(b, "%s'" SEARCH_TERM "%.*s'", and, STR_ARG(q->terms[i]));
    if (!few)
        return;
    buf_addz(b, " & (");
    for (size_t i = 0; i < q->keys_n; i++)
        buf_fmt(b, "%s'" SEARCH_TERM "%c%lld'", i ? " | " : "", SEARCH_KEY, (long long)q->keys[i]);
    buf_addz(b, ")");
}

/* ---- does this viewer see few? */

static struct {
    int64_t viewer, until;
    bool few;
} kept[KEPT];
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static enum err sees_few(struct db *db, const struct search_query *q, bool *few)
{
    int64_t now = clock_mono(), n;
    size_t at = (uint64_t)q->viewer % KEPT;
    if (q->keys_n == 0 || q->keys_n > FEW_KEYS)
        return *few = false, E_OK;
    pthread_mutex_lock(&kept_lock);
    bool known = kept[at].viewer == q->viewer && kept[at].until > now;
    *few = known && kept[at].few;
    pthread_mutex_unlock(&kept_lock);
    if (known)
        return E_OK;
    enum err e = db_int(db, &n,
                        "SELECT count(*) FROM (SELECT d.slot FROM viewer_key k "
                        "JOIN search_doc d ON d.akey = k.akey WHERE k.person_id = ?1 LIMIT ?2) x",
                        I(q->viewer), I(FEW));
    if (e)
        return e;
    *few = n < FEW;
    pthread_mutex_lock(&kept_lock);
    kept[at].viewer = q->viewer;
    kept[at].until = now + MINUTE_MS;
    kept[at].few = *few;
    pthread_mutex_unlock(&kept_lock);
    return E_OK;
}

/* ---- SQLite */

#define LITE_FROM "FROM search_fts JOIN search_doc d ON d.slot = search_fts.rowid >> 12 "
#define LITE_WHERE                                                                                 \
    "WHERE search_fts MATCH ?1 AND search_fts.rowid < ?2 "                                         \
    "AND d.akey IN (SELECT akey FROM viewer_key WHERE person_id = ?3) "                            \
    "ORDER BY search_fts.rowid DESC"

static void lite_open(struct search_scan *s)
{
    struct val v[] = { T(s->match), I(s->below), I(s->q->viewer) };
    const char *sql;
    switch (s->q->sort) {
    case SEARCH_FIT:
        sql = "SELECT search_fts.rowid, d.resource_id, fit(search_fts), d.terms " LITE_FROM
            LITE_WHERE;
        break;
    case SEARCH_USED:
        sql = "SELECT search_fts.rowid, d.resource_id, r.taken_n, d.terms " LITE_FROM
              "JOIN resource r ON r.id = d.resource_id " LITE_WHERE;
        break;
    default:
        sql = "SELECT search_fts.rowid, d.resource_id, 0, d.terms " LITE_FROM LITE_WHERE;
        break;
    }
    s->err = db_rows_vals(s->db, &s->rows, sql, v, 3);
    s->open = true;
}

/* ---- PostgreSQL */

/* The sum keeps the planner from reading the primary key's whole range beside the words. */
#define PG_HIT                                                                                     \
    " FROM search_vec WHERE v @@ CAST(?1 AS tsquery) AND id + 0 < ?2 AND id + 0 >= ?3) "           \
    "SELECT hit.id, d.resource_id, "
#define PG_ID "WITH hit AS MATERIALIZED (SELECT id" PG_HIT
#define PG_ID_V "WITH hit AS MATERIALIZED (SELECT id, v" PG_HIT
#define PG_FROM "FROM hit JOIN search_doc d ON d.slot = hit.id >> 12 "
#define PG_WHERE                                                                                   \
    "WHERE d.akey IN (SELECT akey FROM viewer_key WHERE person_id = ?4) "                          \
    "ORDER BY hit.id DESC LIMIT ?5"

/* How many blocks the next stage has, of the older ones. */
static int64_t blocks_next(const struct search_scan *s, int64_t older)
{
    int64_t seen = (s->top - s->below) / SEARCH_PARTS, n;
    if (seen == 0)
        return 1;
    if (s->rows_n == 0) {
        n = (seen / SEARCH_BLOCK + 1) * BLOCK_GROWS;
        return n > STAGE_BLOCKS ? older : n;
    }
    if (older * SEARCH_BLOCK * s->rows_n / seen <= 2 * STAGE_WANT)
        return older;
    n = STAGE_WANT * seen / s->rows_n / SEARCH_BLOCK + 1;
    return n < STAGE_BLOCKS ? n : STAGE_BLOCKS;
}

/* The blocks from low to top as terms, each as large as fits. */
static void blocks_put(struct buf *b, int64_t low, int64_t top)
{
    int64_t size;
    for (int64_t at = low; at <= top; at += size) {
        int level = 0;
        size = 1;
        while (level + 1 < BLOCK_LEVELS && at % (size * BLOCK_GROWS) == 0 &&
               at + size * BLOCK_GROWS - 1 <= top) {
            size *= BLOCK_GROWS;
            level++;
        }
        buf_addz(b, at == low ? " & (" : " | ");
        block_term(b, level, at);
    }
    buf_addz(b, ")");
}

/* Where the stage that ends below s->below begins, and the words with its blocks. */
static struct str pg_stage(struct search_scan *s)
{
    struct buf b;
    int64_t top = (s->below - 1) / SEARCH_PARTS / SEARCH_BLOCK, n = blocks_next(s, top + 1);
    s->floor = 0;
    if (n > top)
        return s->match;
    int64_t low = top - n + 1;
    for (int64_t size = BLOCK_GROWS; size <= n; size *= BLOCK_GROWS)
        low -= low % size;
    s->floor = low * SEARCH_BLOCK * SEARCH_PARTS;
    if (low == 0)
        return s->match;
    buf_init(&b, MATCH_CAP);
    buf_add(&b, s->match);
    blocks_put(&b, low, top);
    struct str match = arena_str(s->arena, buf_str(&b));
    buf_fini(&b);
    return match;
}

static void pg_open(struct search_scan *s)
{
    struct str match = pg_stage(s);
    struct val v[] = { T(match), I(s->below), I(s->floor), I(s->q->viewer), I(STAGE_ROWS) };
    const char *sql;
    switch (s->q->sort) {
    case SEARCH_FIT:
        sql = PG_ID_V "CAST(ts_rank('{0.03, 0.03, 0.03, 1}', hit.v, CAST(?1 AS tsquery)) * 1000000 "
                      "AS bigint), d.terms " PG_FROM PG_WHERE;
        break;
    case SEARCH_USED:
        sql =
            PG_ID "r.taken_n, d.terms " PG_FROM "JOIN resource r ON r.id = d.resource_id " PG_WHERE;
        break;
    default: sql = PG_ID "CAST(0 AS bigint), d.terms " PG_FROM PG_WHERE; break;
    }
    s->err = db_rows_vals(s->db, &s->rows, sql, v, 5);
    s->open = true;
    s->given = 0;
}

/* Where the stages begin: just above the newest slot. */
static enum err pg_top(struct search_scan *s)
{
    int64_t slot;
    enum err e = db_int(s->db, &slot, "SELECT slot FROM search_doc ORDER BY slot DESC LIMIT 1");
    if (e == E_NOT_FOUND)
        slot = 0;
    else if (e)
        return e;
    int64_t top = (slot + 1) * SEARCH_PARTS;
    s->top = s->below = s->below < top ? s->below : top;
    return E_OK;
}

/* ---- both */

void search_begin(struct search_scan *s, struct db *db, struct arena *a,
                  const struct search_query *q)
{
    struct buf b;
    *s = (struct search_scan){ .db = db, .arena = a, .q = q };
    s->below = q->below > 0 ? q->below * SEARCH_PARTS : INT64_MAX;
    if (q->runs_n == 0 && q->terms_n == 0)
        return; /* nothing to look for finds nothing */
    if ((s->err = sees_few(db, q, &s->few)))
        return;
    buf_init(&b, MATCH_CAP);
    if (db_is_pg(db))
        match_pg(&b, q, s->few);
    else
        match_lite(&b, q, s->few);
    s->match = arena_str(a, buf_str(&b));
    s->err = b.err;
    buf_fini(&b);
    if (!s->err && db_is_pg(db))
        s->err = pg_top(s);
    if (s->err)
        return;
    if (db_is_pg(db))
        pg_open(s);
    else
        lite_open(s);
}

/* After a stage: its rest if it was cut, else the next stage. */
static bool next_stage(struct search_scan *s)
{
    enum err e = rows_end(&s->rows);
    bool cut = s->given == STAGE_ROWS;
    s->open = false;
    s->err = s->err ? s->err : e;
    if (s->err || !db_is_pg(s->db) || (!cut && s->floor == 0))
        return false;
    if (!cut)
        s->below = s->floor;
    s->rows_n += s->given;
    pg_open(s);
    return true;
}

static bool row_next(struct search_scan *s, struct search_hit *hit)
{
    if (s->err || !s->open)
        return false;
    while (!rows_next(&s->rows))
        if (s->rows.err || !next_stage(s))
            return false;
    *hit = (struct search_hit){
        .id = rows_int(&s->rows, 0),
        .resource_id = rows_int(&s->rows, 1),
        .score = rows_int(&s->rows, 2),
        .terms = rows_str(&s->rows, 3),
    };
    hit->slot = hit->id / SEARCH_PARTS;
    s->given++;
    s->below = db_is_pg(s->db) ? hit->id : s->below;
    return true;
}

bool search_next(struct search_scan *s, struct search_hit *hit)
{
    while (row_next(s, hit))
        if ((hit->resource_id >= SEARCH_DOC) == s->q->docs)
            return true;
    return false;
}

enum err search_end(struct search_scan *s)
{
    enum err e = s->open ? rows_end(&s->rows) : E_OK;
    s->open = false;
    return s->err ? s->err : e;
}

/* ---- what a row says */

enum err search_text(struct db *db, struct arena *a, int64_t id, struct search_text *out)
{
    struct rows r;
    bool found = false;
    if (id % SEARCH_PARTS < SEARCH_HEADS)
        db_rows(db, &r, "SELECT body, 0, 0 FROM search_head WHERE id = ?1", I(id));
    else
        db_rows(db, &r,
                "SELECT p.text, p.blob_id, p.page FROM search_part s "
                "JOIN passage p ON p.id = s.passage_id WHERE s.id = ?1",
                I(id));
    while (rows_next(&r)) {
        *out = (struct search_text){ rows_text(&r, 0, a), rows_int(&r, 1), rows_int(&r, 2) };
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

static enum err one_text(struct rows *r, struct arena *a, struct str *out)
{
    *out = S("");
    while (rows_next(r))
        *out = rows_text(r, 0, a);
    return rows_end(r);
}

enum err search_school_name(struct db *db, struct arena *a, int64_t school, struct str *name)
{
    struct rows r;
    db_rows(db, &r, "SELECT name FROM school WHERE id = ?1", I(school));
    return one_text(&r, a, name);
}

enum err search_file_name(struct db *db, struct arena *a, int64_t resource, int64_t blob,
                          struct str *name)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT f.name FROM file f JOIN file_version v ON v.file_id = f.id "
            "AND v.version = f.version WHERE f.resource_id = ?1 AND f.removed_at = 0 "
            "AND v.blob_id = ?2 ORDER BY f.ord, f.id LIMIT 1",
            I(resource), I(blob));
    return one_text(&r, a, name);
}

/* ---- suggestions */

static enum err names(struct rows *r, struct arena *a, struct search_name **out, size_t *n)
{
    struct list l = list_of(a, sizeof(struct search_name));
    while (rows_next(r))
        *(struct search_name *)list_add(&l) =
            (struct search_name){ rows_int(r, 0), rows_text(r, 1, a), rows_text(r, 2, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

/* The smallest text after all that begin with q. */
static struct str after(struct arena *a, struct str q)
{
    return arena_fmt(a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(q));
}

enum err search_people(struct db *db, struct arena *a, struct str q, int64_t limit,
                       struct search_name **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT p.id, p.name, COALESCE(s.name, '') FROM person p "
            "LEFT JOIN school s ON s.id = p.school_id WHERE p.disabled_at = 0 "
            "AND ((p.initials >= ?1 AND p.initials < ?2) OR (p.name >= ?1 AND p.name < ?2)) "
            "ORDER BY p.pinyin, p.id LIMIT ?3",
            T(q), T(after(a, q)), I(limit));
    return names(&r, a, out, n);
}

enum err search_taxa(struct db *db, struct arena *a, struct str q, int64_t limit,
                     struct search_name **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT t.id, t.name, t.path FROM taxon t WHERE t.disabled_at = 0 AND t.name >= ?1 "
            "AND t.name < ?2 ORDER BY t.name, t.id LIMIT ?3",
            T(q), T(after(a, q)), I(limit));
    return names(&r, a, out, n);
}
