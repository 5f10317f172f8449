/* What an engine gives to db.c, and what db.c itself is made of: the gate and the settling. Only
 * those files, db_load.c and migrate.c look in here. */
#ifndef STORAGE_DB_INT_H
#define STORAGE_DB_INT_H

#include "storage/db.h"

#include <pthread.h>

struct engine {
    const char *name; /* in file names of migrations: "sqlite", "pg" */
    enum err (*open)(struct store *s, struct db *db);
    void (*close)(struct db *db);
    enum err (*rows)(struct db *db, struct rows *r, const char *sql, const struct val *v, size_t n);
    bool (*next)(struct rows *r);
    int64_t (*get_int)(struct rows *r, int col);
    struct str (*get_str)(struct rows *r, int col);
    bool (*is_null)(struct rows *r, int col);
    enum err (*end)(struct rows *r);
    enum err (*script)(struct db *db, const char *sql); /* many statements, no values, no rows */
    void (*hold)(struct db *db, bool on);               /* may be NULL */
    enum err (*begin)(struct db *db, bool write);
    enum err (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    enum err (*sync)(struct db *db); /* what was committed is on the disk; NULL: it always is */
    bool (*reads)(struct db *db, const char *sql); /* the statement only reads */
    const char *column_types[6];                   /* what column_tokens stand for */
};

extern const struct engine engine_sqlite, engine_pg;
extern const char *const column_tokens[6]; /* {id} {int} {text} {blob} {strict} {clustered} */

struct gate;
struct settling;

struct store {
    const struct engine *engine;
    char *url;         /* without the scheme for SQLite: a path */
    struct gate *gate; /* SQLite only, as is settling */
    struct settling *settling;
    struct db *writer; /* of all handles that share one for their writes; opened inside the gate */
    pthread_mutex_t telling; /* around told, so that a listener may go while others commit */
    void (*told)(void *arg);
    void *told_arg;
};

struct db {
    struct store *store;
    const struct engine *engine;
    void *impl;
    void *own; /* impl, while the writer's stands there */
    int64_t changed;
    bool in_txn, writing, telling, held, unsettled, shares;
};

/* The gate: writers enter one at a time, in the order they came. */
struct gate *gate_new(void);
void gate_free(struct gate *g);
void gate_enter(struct gate *g);
void gate_leave(struct gate *g);
void gate_stats(struct gate *g, int64_t *passed, int64_t *longest_us);

/* After a commit, outside the gate: returns once it is on the disk (settle.c). */
struct settling *settling_new(void);
void settling_free(struct settling *s);
void settle(struct settling *s, struct db *db);

/* Logs what an engine says of a failure: its code and text, never values. */
enum err db_failed(enum err e, const char *engine, int code, const char *text, const char *sql);

#endif
