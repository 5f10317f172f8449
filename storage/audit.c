/* The chain of the audit log. The row audit_head(1) holds its end: whoever appends changes it, so
 * two transactions at a time never seal over the same row (SQLite: the gate; PostgreSQL: the later
 * one begins again). */
#include "storage/audit.h"

#include "server/base/buf.h"
#include "storage/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void seal_text(struct hash *h, struct str s)
{
    char head[32];
    int n = snprintf(head, sizeof head, "%zu:", s.n);
    hash_add(h, head, (size_t)n);
    hash_add(h, s.p, s.n);
    hash_add(h, ",", 1);
}

static void seal_int(struct hash *h, int64_t v)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%" PRId64, v);
    seal_text(h, (struct str){ digits, (size_t)n });
}

void audit_seal(const struct audit *row, struct str before, unsigned char out[SHA256_LEN])
{
    struct hash *h = hash_new();
    hash_add(h, before.p, before.n);
    seal_int(h, row->seq);
    seal_int(h, row->at);
    seal_int(h, row->person);
    seal_int(h, row->session);
    seal_text(h, row->ip);
    seal_text(h, row->action);
    seal_text(h, row->noun);
    seal_int(h, row->noun_id);
    seal_text(h, row->detail);
    hash_sha256(h, out);
    hash_free(h);
}

static enum err head_get(struct db *db, int64_t *seq, char hash[SHA256_LEN])
{
    struct rows r;
    db_rows(db, &r, "SELECT seq, hash FROM audit_head WHERE id = 1");
    bool found = rows_next(&r);
    if (found) {
        struct str s = rows_str(&r, 1);
        *seq = rows_int(&r, 0);
        found = s.n == SHA256_LEN;
        if (found)
            memcpy(hash, s.p, SHA256_LEN);
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_CORRUPT;
}

enum err audit_put(struct db *db, struct audit *row)
{
    char before[SHA256_LEN];
    unsigned char hash[SHA256_LEN];
    int64_t seq = 0;
    enum err e = head_get(db, &seq, before);
    if (e)
        return e;
    row->seq = seq + 1;
    audit_seal(row, (struct str){ before, SHA256_LEN }, hash);
    struct str sealed = { (char *)hash, SHA256_LEN };
    e = db_run(db, "UPDATE audit_head SET seq = ?1, hash = ?2 WHERE id = 1 AND seq = ?3",
               I(row->seq), BYTES(sealed), I(seq));
    if (e || db_changed(db) != 1)
        return e ? e : E_RETRY;
    return db_run(db,
                  "INSERT INTO audit_log(seq, at, person_id, session_id, ip, action, noun, noun_id,"
                  " detail, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                  I(row->seq), I(row->at), I(row->person), I(row->session), T(row->ip),
                  T(row->action), T(row->noun), I(row->noun_id), T(row->detail), BYTES(sealed));
}

static enum err gather(struct rows *r, struct arena *a, struct audit **out, size_t *n)
{
    struct list l = list_of(a, sizeof **out);
    while (rows_next(r))
        *(struct audit *)list_add(&l) = (struct audit){
            .seq = rows_int(r, 0),
            .at = rows_int(r, 1),
            .person = rows_int(r, 2),
            .session = rows_int(r, 3),
            .ip = rows_text(r, 4, a),
            .action = rows_text(r, 5, a),
            .noun = rows_text(r, 6, a),
            .noun_id = rows_int(r, 7),
            .detail = rows_text(r, 8, a),
            .hash = rows_text(r, 9, a),
            .who = rows_text(r, 10, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

#define COLUMNS                                                                                    \
    "SELECT l.seq, l.at, l.person_id, l.session_id, l.ip, l.action, l.noun, l.noun_id, l.detail,"  \
    " l.hash, p.name FROM audit_log l LEFT JOIN person p ON p.id = l.person_id"
#define FILTERS                                                                                    \
    " WHERE l.seq < ?1 AND l.at >= ?2 AND l.at < ?3 AND (?5 = 0 OR l.person_id = ?5)"              \
    " AND (?6 = '' OR l.action = ?6) AND (?7 = '' OR l.noun = ?7) AND (?8 = 0 OR l.noun_id = ?8)"
#define NEWEST " ORDER BY l.seq DESC LIMIT ?4"

/* The same filters in all; what is added says which index they begin with. */
enum err audit_list(struct db *db, struct arena *a, const struct audit_filter *f, size_t limit,
                    struct audit **out, size_t *n)
{
    struct rows r;
    const struct val v[] = {
        I(f->before ? f->before : INT64_MAX),
        I(f->from_at),
        I(f->until_at ? f->until_at : INT64_MAX),
        I((int64_t)limit),
        I(f->person),
        T(f->action),
        T(f->noun),
        I(f->noun_id),
    };
    enum { N = sizeof v / sizeof *v };
    if (f->noun_id && f->noun.n)
        db_rows_vals(db, &r, COLUMNS FILTERS " AND l.noun = ?7 AND l.noun_id = ?8" NEWEST, v, N);
    else if (f->person)
        db_rows_vals(db, &r, COLUMNS FILTERS " AND l.person_id = ?5" NEWEST, v, N);
    else if (f->action.n)
        db_rows_vals(db, &r, COLUMNS FILTERS " AND l.action = ?6" NEWEST, v, N);
    else
        db_rows_vals(db, &r, COLUMNS FILTERS NEWEST, v, N);
    return gather(&r, a, out, n);
}

enum err audit_walk(struct db *db, struct arena *a, int64_t from, size_t limit, struct audit **out,
                    size_t *n)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE l.seq >= ?1 ORDER BY l.seq LIMIT ?2", I(from),
            I((int64_t)limit));
    return gather(&r, a, out, n);
}

/* One slice of the chain; moves *seq and before forward. */
static enum err verify_slice(struct db *db, struct arena *a, int64_t *seq, char before[SHA256_LEN],
                             size_t *n, int64_t *bad)
{
    struct audit *rows;
    enum err e = audit_walk(db, a, *seq + 1, 1000, &rows, n);
    for (size_t i = 0; i < *n && !e && !*bad; i++) {
        unsigned char hash[SHA256_LEN];
        audit_seal(&rows[i], (struct str){ before, SHA256_LEN }, hash);
        if (rows[i].seq != *seq + 1 ||
            !str_eq(rows[i].hash, (struct str){ (char *)hash, SHA256_LEN }))
            *bad = *seq + 1;
        memcpy(before, hash, SHA256_LEN);
        (*seq)++;
    }
    return e;
}

enum err audit_verify(struct db *db, int64_t *rows, int64_t *bad)
{
    struct arena *a = arena_new();
    struct txn tx = { 0 };
    char before[SHA256_LEN] = { 0 }, end[SHA256_LEN];
    int64_t seq = 0, head = 0;
    size_t n = 1;
    *bad = 0;
    enum err e = txn_read(&tx, db);
    while (!e && n && !*bad) {
        arena_reset(a);
        e = verify_slice(db, a, &seq, before, &n, bad);
    }
    if (!e)
        e = head_get(db, &head, end);
    if (!e && !*bad && (head != seq || memcmp(end, before, SHA256_LEN) != 0))
        *bad = seq + 1;
    *rows = seq;
    arena_free(a);
    return txn_end(&tx, e);
}
