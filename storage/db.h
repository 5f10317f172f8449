/* Rows: one small face for two engines, SQLite and PostgreSQL. SQL stands only under storage/, as
 * whole literals; both engines run the same text (placeholders ?1 ?2, rewritten for libpq).
 *
 * A store is the database that was opened, shared by all threads; a handle (struct db) belongs to
 * one thread at a time. Writing transactions of SQLite pass one FIFO gate, so nobody ever sees
 * BUSY; those of PostgreSQL are SERIALIZABLE and may end with E_RETRY, after which whoever began
 * the work runs all of it again.
 *
 * Order of calls: store_open, db_open (per thread), db_close, store_close. */
#ifndef STORAGE_DB_H
#define STORAGE_DB_H

#include "server/base/arena.h"
#include "server/base/err.h"

struct store;
struct db;

/* url: "sqlite:PATH" or "postgresql://…". Creates what is missing; does not migrate. */
enum err store_open(const char *url, struct store **out) MUST_USE;
void store_close(struct store *s); /* all handles are closed; NULL is fine */
bool store_is_pg(const struct store *s);
/* Something stands at this address already: a file. Of PostgreSQL only opening can tell: true. */
bool store_there(const char *url);

/* ---- the schema: which migrations a database has, beside those of this program */
enum schema {
    SCHEMA_NONE,  /* a database without a house in it */
    SCHEMA_OLDER, /* some of ours are missing */
    SCHEMA_OURS,
    SCHEMA_NEWER, /* it has some that we do not know */
};
enum err db_schema(struct db *db, enum schema *is) MUST_USE;
enum err store_schema(struct store *s, enum schema *is) MUST_USE;
struct migrated {
    int n;              /* how many ran */
    const char *failed; /* the one that did not, or NULL */
};
/* Runs the migrations that wait, all of them or, when it fails, none. told may be NULL. Of a
 * database that is not newer. E_CONFLICT: a migration left references to nothing. */
enum err store_migrate(struct store *s, struct migrated *told) MUST_USE;

enum err db_open(struct store *s, struct db **out) MUST_USE;
void db_close(struct db *db); /* NULL is fine */
bool db_is_pg(const struct db *db);

/* ---- values that are bound */
enum val_type { VAL_NULL, VAL_INT, VAL_TEXT, VAL_BLOB };
struct val {
    enum val_type type;
    int64_t i;
    struct str s;
};
#define I(x) ((struct val){ .type = VAL_INT, .i = (x) })
#define T(x) ((struct val){ .type = VAL_TEXT, .s = (x) }) /* valid UTF-8 without NUL */
#define BYTES(x) ((struct val){ .type = VAL_BLOB, .s = (x) })
#define NUL ((struct val){ .type = VAL_NULL })
#define VALS(...) ((const struct val[]){ NUL, ##__VA_ARGS__ } + 1)
#define VALS_N(...) (sizeof((const struct val[]){ NUL, ##__VA_ARGS__ }) / sizeof(struct val) - 1)

/* ---- statements. sql is a literal: its address is the key of the prepared statement.
 * E_CONFLICT: the schema refused (unique, check, foreign key, trigger). E_RETRY: run the
 * transaction again. */
#define db_run(db, sql, ...) db_run_vals(db, sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
#define db_int(db, out, sql, ...) db_int_vals(db, out, sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
#define db_rows(db, rows, sql, ...)                                                                \
    db_rows_vals(db, rows, sql, VALS(__VA_ARGS__), VALS_N(__VA_ARGS__))
enum err db_run_vals(struct db *db, const char *sql, const struct val *v, size_t n) MUST_USE;
/* The first column of the first row as an integer (also for INSERT … RETURNING id); E_NOT_FOUND: no
 * row. */
enum err db_int_vals(struct db *db, int64_t *out, const char *sql, const struct val *v,
                     size_t n) MUST_USE;
int64_t db_changed(struct db *db); /* rows touched by the last db_run */

/* ---- rows: while (rows_next(&r)) …; return rows_end(&r). A handle has any number open at a time.
 */
struct rows {
    struct db *db;
    void *impl;
    enum err err;
    int64_t at; /* PostgreSQL: the row */
};
/* An error is also kept in rows, so that the caller may look once, at rows_end. */
enum err db_rows_vals(struct db *db, struct rows *r, const char *sql, const struct val *v,
                      size_t n);
bool rows_next(struct rows *r);            /* false: no more, or an error that rows_end tells */
int64_t rows_int(struct rows *r, int col); /* 0 for NULL */
struct str rows_str(struct rows *r,
                    int col); /* text or bytes, until the next rows_next; NULL gives "" */
struct str rows_text(struct rows *r, int col, struct arena *a); /* the same, kept */
bool rows_null(struct rows *r, int col);
enum err rows_end(struct rows *r) MUST_USE;

/* ---- transactions: app code begins and ends them, store functions never do.
 *     struct txn tx = { 0 };
 *     if ((e = txn_begin(&tx, db))) goto done;
 *     …
 * done:
 *     return txn_end(&tx, e);          E_OK commits, anything else rolls back and is given back */
struct txn {
    struct db *db;
    bool write;
};
enum err txn_begin(struct txn *tx, struct db *db) MUST_USE; /* for writing */
enum err txn_read(struct txn *tx, struct db *db) MUST_USE;  /* one consistent view, no writing */
enum err txn_end(struct txn *tx, enum err e) MUST_USE;
bool db_in_txn(const struct db *db);
/* The only savepoint: what try() writes is undone when it fails, and the transaction lives on. */
enum err txn_try(struct db *db, enum err (*try)(struct db *db, void *arg), void *arg) MUST_USE;

/* For a call that mostly reads: until db_release, or until it writes, SQLite reads as of one
 * moment, and its statements are spared a lock each. PostgreSQL has no such price and does nothing.
 */
void db_hold(struct db *db);
void db_release(struct db *db);

/* How often work that gives E_RETRY is begun: eight workers that write to the same pages of
 * PostgreSQL refuse each other about every second time, and nobody should lose that often. */
enum { DB_TRIES = 20 };
/* Before work that gave E_RETRY is run again, for the tries-th time: a pause by chance of up to 2,
 * 4 … 64 ms. None before the first run (0). */
void db_pause(int tries);
/* Begins, runs work(db, arg), ends; all of it again, after a pause that grows, while that gives
 * E_RETRY, DB_TRIES times at most. For jobs and commands; a request is run again as a whole. */
enum err txn_run(struct db *db, enum err (*work)(struct db *db, void *arg), void *arg) MUST_USE;

/* Somebody waits for what is written here (jobs, events): once the transaction has committed, the
 * store's listener is called, on the same thread. Outside a transaction: after the next db_run. */
void db_tell(struct db *db);
/* One listener per store, or NULL; told must not block. After this returns the one before is not
 * called any more. */
void store_listen(struct store *s, void (*told)(void *arg), void *arg);

/* SQLite: writes all rows of this moment into a new file, compact, while others go on writing; it
 * is not synced. E_STATE on PostgreSQL (storage/dump_file.h does it there). */
enum err db_snapshot(struct db *db, const char *path) MUST_USE;

/* SQLite: from now on this handle writes by the one the store keeps for all that share it. What
 * that one has read of the database stays true, because it alone changes it; a handle that writes
 * by itself reads anew after every commit of another's. A PRAGMA on db then says nothing about its
 * writes. Elsewhere it does nothing. */
enum err db_share_writes(struct db *db) MUST_USE;
/* SQLite: this handle's commits do not wait for the disk (bulk_relax). */
void db_unsettled(struct db *db, bool on);
/* The longest anybody held the gate and how many passed it, for /metrics and tests. */
void store_gate_stats(struct store *s, int64_t *passed, int64_t *longest_us);

#endif
