/* The PostgreSQL engine, by libpq. Statements are the same texts as for SQLite: ?n becomes $n, and
 * each is prepared once per handle under the address of its literal and the types of its values.
 * Values and results travel in binary, integers as int8.
 *
 * P1: every transaction that writes is SERIALIZABLE, a single writing statement outside one too;
 * those of the second kind are repeated here, those of the first by whoever began (E_RETRY). P2: a
 * failed statement kills the transaction it stands in; committing it is an error, never a silent
 * loss. P3: after a lost server the running call fails with E_DB; the next one finds a new
 * connection. A lost connection in mid-commit is an E_DB too: whether it was committed is not known
 * to us. P4: a transaction that lost against another waits for its turn when it is run again:
 * losers hold an advisory lock, so that they never lose against each other. */
#include "storage/db_int.h"

#include "server/base/buf.h"
#include "server/base/log.h"
#include "server/base/map.h"
#include "server/base/mem.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MAX = 64, ALONE_TRIES = 20, SQL_CAP = 1 << 20 };
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };
enum { OID_OID = 26, OID_NUMERIC = 1700 };
#define TURN "7235421" /* the lock of P4 */

struct pg {
    PGconn *conn;
    struct map *statements; /* address and types → struct statement */
    unsigned prepared;      /* names given so far */
    enum err dead;          /* why the running transaction cannot be committed */
    bool lost, turn;        /* P4: the last one lost; the lock is held */
};

struct statement {
    char name[16];
    const char *sql;
    bool reads;
};

struct result {
    PGresult *res;
    struct arena *texts; /* of integers that were asked for as text */
};

/* ---- errors */

static enum err class_of(const char *state)
{
    static const struct {
        const char *prefix;
        enum err e;
    } classes[] = {
        { "40001", E_RETRY },    { "40P01", E_RETRY },     { "23", E_CONFLICT },
        { "P0001", E_CONFLICT }, { "53100", E_DISK_FULL }, { "55P03", E_BUSY },
        { "57014", E_BUSY },     { "XX001", E_CORRUPT },   { "XX002", E_CORRUPT },
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strncmp(state, classes[i].prefix, strlen(classes[i].prefix)) == 0)
            return classes[i].e;
    return E_DB;
}

static enum err failed(struct db *db, const PGresult *res, const char *sql)
{
    struct pg *p = db->impl;
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    enum err e = state ? class_of(state) : E_DB;
    if (db->in_txn)
        p->dead = e;
    int code = state ? (int)strtol(state, NULL, 36) : 0;
    return db_failed(e, "pg", code, text ? text : PQerrorMessage(p->conn), sql);
}

/* ---- the connection */

static void quiet(void *arg, const char *text)
{
    (void)arg;
    log_debug("pg.notice text=\"%.100s\"", text);
}

static void forget_statements(struct pg *p)
{
    struct str key;
    void *value;
    for (size_t i = 0; map_each(p->statements, &i, &key, &value);)
        mem_free(value);
    map_free(p->statements);
    p->statements = map_new();
}

static enum err simple(struct db *db, const char *sql)
{
    struct pg *p = db->impl;
    PGresult *res = PQexec(p->conn, sql);
    ExecStatusType st = PQresultStatus(res);
    enum err e = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ? E_OK : failed(db, res, sql);
    PQclear(res);
    return e;
}

static enum err connect_to(struct db *db)
{
    struct pg *p = db->impl;
    const char *const names[] = { "dbname", "application_name", "client_encoding",
                                  "connect_timeout", NULL };
    const char *const values[] = { db->store->url, "jibei", "UTF8", "5", NULL };
    PQfinish(p->conn);
    forget_statements(p);
    p->turn = false;
    p->conn = PQconnectdbParams(names, values, 1);
    if (PQstatus(p->conn) != CONNECTION_OK)
        return db_failed(E_DB, "pg", 0, PQerrorMessage(p->conn), "connect");
    PQsetNoticeProcessor(p->conn, quiet, NULL);
    return simple(db,
                  "SET lock_timeout = '10s'; SET jit = off; SET standard_conforming_strings = on;"
                  "SET idle_in_transaction_session_timeout = '300s'");
}

/* A lost connection is replaced, but not in the middle of a transaction. */
static enum err alive(struct db *db)
{
    struct pg *p = db->impl;
    if (PQstatus(p->conn) == CONNECTION_OK)
        return E_OK;
    return db->in_txn ? E_DB : connect_to(db);
}

static void pg_close(struct db *db)
{
    struct pg *p = db->impl;
    if (!p)
        return;
    PQfinish(p->conn);
    forget_statements(p);
    map_free(p->statements);
    mem_free(p);
    db->impl = NULL;
}

static enum err pg_open(struct store *s, struct db *db)
{
    (void)s;
    struct pg *p = NEW(struct pg);
    p->statements = map_new();
    db->impl = p;
    enum err e = connect_to(db);
    if (e)
        pg_close(db);
    return e;
}

/* ---- statements */

/* ?n becomes $n, outside of quotes and comments; gives the largest n. */
static size_t numbered(const char *sql, struct buf *out)
{
    size_t most = 0;
    char quote = 0;
    for (const char *c = sql; *c; c++) {
        if (quote)
            quote = *c == quote ? 0 : quote;
        else if (*c == '\'' || *c == '"')
            quote = *c;
        else if (*c == '?') {
            size_t n = strtoul(c + 1, NULL, 10);
            if (n == 0)
                BUG("a placeholder without a number");
            most = n > most ? n : most;
            buf_char(out, '$');
            continue;
        }
        buf_char(out, *c);
    }
    return most;
}

static bool only_reads(const char *sql)
{
    sql += strspn(sql, " \n(");
    return strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "WITH", 4) == 0 ||
           strncmp(sql, "VALUES", 6) == 0;
}

static const Oid oids[] = {
    [VAL_NULL] = 0, [VAL_INT] = OID_INT8, [VAL_TEXT] = OID_TEXT, [VAL_BLOB] = OID_BYTEA
};

static enum err prepare(struct db *db, struct statement *s, const struct val *v, size_t n)
{
    struct pg *p = db->impl;
    Oid types[PARAMS_MAX];
    struct buf text;
    buf_init(&text, SQL_CAP);
    if (numbered(s->sql, &text) != n)
        BUG("a statement has another number of values than it was given");
    for (size_t i = 0; i < n; i++)
        types[i] = oids[v[i].type];
    snprintf(s->name, sizeof s->name, "s%u", ++p->prepared);
    PGresult *res = PQprepare(p->conn, s->name, text.p, (int)n, types);
    enum err e = PQresultStatus(res) == PGRES_COMMAND_OK ? E_OK : failed(db, res, s->sql);
    PQclear(res);
    buf_fini(&text);
    return e;
}

/* The key: the address of the literal, then one byte per value for its type. */
static enum err statement_get(struct db *db, const char *sql, const struct val *v, size_t n,
                              struct statement **out)
{
    struct pg *p = db->impl;
    char key[sizeof sql + PARAMS_MAX];
    if (n > PARAMS_MAX)
        BUG("too many values");
    memcpy(key, &sql, sizeof sql);
    for (size_t i = 0; i < n; i++)
        key[sizeof sql + i] = (char)v[i].type;
    struct str k = { key, sizeof sql + n };
    *out = map_get(p->statements, k);
    if (*out)
        return E_OK;
    struct statement *s = NEW(struct statement);
    s->sql = sql;
    s->reads = only_reads(sql);
    enum err e = prepare(db, s, v, n);
    if (e) {
        mem_free(s);
        return e;
    }
    map_put(p->statements, k, s);
    *out = s;
    return E_OK;
}

static enum err execute(struct db *db, struct statement *s, const struct val *v, size_t n,
                        PGresult **out)
{
    struct pg *p = db->impl;
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX], formats[PARAMS_MAX];
    uint64_t ints[PARAMS_MAX];
    for (size_t i = 0; i < n; i++) {
        bool whole = v[i].type == VAL_INT;
        ints[i] = htobe64((uint64_t)v[i].i);
        formats[i] = 1;
        values[i] = v[i].type == VAL_NULL ? NULL
                    : whole               ? (const char *)&ints[i]
                    : v[i].s.p            ? v[i].s.p
                                          : "";
        lengths[i] = whole ? 8 : (int)v[i].s.n;
    }
    PGresult *res = PQexecPrepared(p->conn, s->name, (int)n, values, lengths, formats, 1);
    ExecStatusType st = PQresultStatus(res);
    if (st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK) {
        *out = res;
        return E_OK;
    }
    enum err e = failed(db, res, s->sql);
    PQclear(res);
    return e;
}

static enum err pg_begin(struct db *db, bool write);
static enum err pg_commit(struct db *db);
static void pg_rollback(struct db *db);

/* P1: a single writing statement is a transaction of its own and may simply be run again. */
static enum err execute_alone(struct db *db, struct statement *s, const struct val *v, size_t n,
                              PGresult **out)
{
    enum err e = E_RETRY;
    for (int i = 0; i < ALONE_TRIES && e == E_RETRY; i++) {
        if ((e = pg_begin(db, true)))
            break;
        db->in_txn = true;
        if (!(e = execute(db, s, v, n, out)) && (e = pg_commit(db))) {
            PQclear(*out);
            *out = NULL;
        }
        if (e)
            pg_rollback(db);
        db->in_txn = false;
    }
    return e;
}

static enum err pg_rows(struct db *db, struct rows *r, const char *sql, const struct val *v,
                        size_t n)
{
    struct statement *s = NULL;
    PGresult *res = NULL;
    enum err e = alive(db);
    if (e || (e = statement_get(db, sql, v, n, &s)))
        return e;
    e = db->in_txn || s->reads ? execute(db, s, v, n, &res) : execute_alone(db, s, v, n, &res);
    if (e)
        return e;
    struct result *out = NEW(struct result);
    out->res = res;
    r->impl = out;
    int64_t changed = 0;
    if (str_int(str_of(PQcmdTuples(res)), &changed))
        db->changed = changed;
    return E_OK;
}

static PGresult *res_of(struct rows *r)
{
    return ((struct result *)r->impl)->res;
}

static bool pg_next(struct rows *r)
{
    if (r->at + 1 >= PQntuples(res_of(r)))
        return false;
    r->at++;
    return true;
}

static int64_t big(const char *p, int n)
{
    uint64_t v = p[0] & 0x80 ? ~(uint64_t)0 : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return (int64_t)v;
}

/* numeric in binary: digits to base 10,000, weight of the first, sign, scale; fractions are cut. */
static int64_t whole_of(const char *p)
{
    int64_t digits = big(p, 2), weight = big(p + 2, 2), v = 0;
    for (int64_t i = 0; i <= weight; i++)
        v = v * 10000 + (i < digits ? big(p + 8 + 2 * i, 2) : 0);
    return big(p + 4, 2) == 0x4000 ? -v : v;
}

static int64_t pg_int(struct rows *r, int col)
{
    PGresult *res = res_of(r);
    int row = (int)r->at;
    const char *p = PQgetvalue(res, row, col);
    int64_t v = 0;
    if (PQgetisnull(res, row, col))
        return 0;
    switch (PQftype(res, col)) {
    case OID_BOOL: return p[0] != 0;
    case OID_INT8:
    case OID_INT4:
    case OID_INT2: return big(p, PQgetlength(res, row, col));
    case OID_OID: return big(p, 4) & 0xffffffff;
    case OID_NUMERIC: return whole_of(p);
    default: return str_int((struct str){ p, (size_t)PQgetlength(res, row, col) }, &v) ? v : 0;
    }
}

static struct str pg_str(struct rows *r, int col)
{
    struct result *out = r->impl;
    int row = (int)r->at;
    if (PQgetisnull(out->res, row, col))
        return S("");
    switch (PQftype(out->res, col)) {
    case OID_BOOL:
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_OID:
    case OID_NUMERIC:
        if (!out->texts)
            out->texts = arena_new();
        return arena_fmt(out->texts, "%lld", (long long)pg_int(r, col));
    default:
        return (struct str){ PQgetvalue(out->res, row, col),
                             (size_t)PQgetlength(out->res, row, col) };
    }
}

static bool pg_null(struct rows *r, int col)
{
    return PQgetisnull(res_of(r), (int)r->at, col);
}

static enum err pg_end(struct rows *r)
{
    struct result *out = r->impl;
    PQclear(out->res);
    arena_free(out->texts);
    mem_free(out);
    return E_OK;
}

static bool pg_reads(struct db *db, const char *sql)
{
    (void)db;
    return only_reads(sql);
}

static enum err pg_script(struct db *db, const char *sql)
{
    enum err e = alive(db);
    if (e || (e = simple(db, sql)))
        return e;
    if (strncmp(sql, "ROLLBACK TO", 11) == 0)
        ((struct pg *)db->impl)->dead = E_OK;
    return E_OK;
}

/* ---- transactions */

/* P4. Before BEGIN: what a serializable transaction sees is fixed by its first statement. */
static enum err turn_take(struct db *db)
{
    struct pg *p = db->impl;
    if (!p->lost)
        return E_OK;
    enum err e = simple(db, "SELECT pg_advisory_lock(" TURN ")");
    p->turn = !e;
    p->lost = false;
    return e;
}

static void turn_give(struct db *db)
{
    struct pg *p = db->impl;
    if (p->turn && PQstatus(p->conn) == CONNECTION_OK &&
        simple(db, "SELECT pg_advisory_unlock(" TURN ")"))
        (void)connect_to(db);
    p->turn = false;
}

/* Nothing was done yet: a connection that turns out to be dead only now is replaced at once. */
static enum err pg_begin(struct db *db, bool write)
{
    struct pg *p = db->impl;
    const char *sql = write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    p->dead = E_OK;
    enum err e = alive(db);
    if (e || (write && (e = turn_take(db)) && PQstatus(p->conn) == CONNECTION_OK))
        return e;
    e = simple(db, sql);
    if (e && PQstatus(p->conn) != CONNECTION_OK && !connect_to(db))
        e = simple(db, sql);
    if (e)
        turn_give(db);
    return e;
}

static enum err pg_commit(struct db *db)
{
    struct pg *p = db->impl;
    if (PQtransactionStatus(p->conn) == PQTRANS_INERROR)
        return p->dead ? p->dead : E_DB;
    enum err e = simple(db, "COMMIT");
    if (!e)
        turn_give(db);
    return e;
}

static void pg_rollback(struct db *db)
{
    struct pg *p = db->impl;
    p->lost = p->dead == E_RETRY;
    p->dead = E_OK;
    bool open = PQstatus(p->conn) == CONNECTION_OK && PQtransactionStatus(p->conn) != PQTRANS_IDLE;
    if (open && simple(db, "ROLLBACK"))
        log_error("db.rollback_failed");
    turn_give(db);
}

const struct engine engine_pg = {
    .name = "pg",
    .open = pg_open,
    .close = pg_close,
    .rows = pg_rows,
    .next = pg_next,
    .get_int = pg_int,
    .get_str = pg_str,
    .is_null = pg_null,
    .end = pg_end,
    .script = pg_script,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .reads = pg_reads,
    .column_types = { "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "bigint",
                      "text COLLATE \"C\"", "bytea", "", "" },
};
