/* Rows and transactions on a real database file, and the law of the gate: many writers, nobody sees
 * BUSY. */
#include "storage/db.h"

#include "server/base/fault.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/jibei-db-XXXXXX", url[64];
static struct store *store;

static int open_all(void **st)
{
    (void)st;
    if (!mkdtemp(dir))
        return -1;
    snprintf(url, sizeof url, "sqlite:%s/t.db", dir);
    struct db *db;
    if (store_open(url, &store) || db_open(store, &db) ||
        db_run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, who INTEGER NOT NULL, name TEXT UNIQUE) "
                   "STRICT"))
        return -1;
    db_close(db);
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    store_close(store);
    char cmd[64];
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    return system(cmd);
}

static void values_come_back(void **st)
{
    (void)st;
    struct db *db;
    struct rows r;
    int64_t id;
    assert_int_equal(db_open(store, &db), E_OK);
    assert_int_equal(db_int(db, &id, "INSERT INTO t(who, name) VALUES(?1, ?2) RETURNING id", I(-1),
                            T(S("集备"))),
                     E_OK);
    assert_int_equal(db_run(db, "INSERT INTO t(who, name) VALUES(?1, ?2)", I(-1), T(S("集备"))),
                     E_CONFLICT);
    assert_int_equal(db_rows(db, &r, "SELECT name, who FROM t WHERE id = ?1", I(id)), E_OK);
    assert_true(rows_next(&r));
    assert_true(str_eqz(rows_str(&r, 0), "集备"));
    assert_int_equal(rows_int(&r, 1), -1);
    assert_false(rows_next(&r));
    assert_int_equal(rows_end(&r), E_OK);
    assert_int_equal(db_int(db, &id, "SELECT id FROM t WHERE who = ?1", I(99)), E_NOT_FOUND);
    db_close(db);
}

static void a_failed_transaction_leaves_nothing(void **st)
{
    (void)st;
    struct db *db;
    int64_t n;
    assert_int_equal(db_open(store, &db), E_OK);
    for (long k = 1; k <= 4; k++) { /* begin, two inserts, commit */
        struct txn tx = { 0 };
        fault_set(FAULT_DB, k, 0);
        enum err e = txn_begin(&tx, db);
        if (!e)
            e = db_run(db, "INSERT INTO t(who) VALUES(?1)", I(7));
        if (!e)
            e = db_run(db, "INSERT INTO t(who) VALUES(?1)", I(7));
        assert_int_equal(txn_end(&tx, e), E_DB);
        fault_set(FAULT_DB, 0, 0);
        assert_int_equal(db_int(db, &n, "SELECT count(*) FROM t WHERE who = 7"), E_OK);
        assert_int_equal(n, 0);
    }
    db_close(db);
}

enum { WRITERS = 8, ROUNDS = 200 };

static void *write_many(void *arg)
{
    struct db *db;
    enum err e = db_open(store, &db);
    for (int i = 0; i < ROUNDS && !e; i++) {
        struct txn tx = { 0 };
        int64_t n = 0;
        if (!(e = txn_begin(&tx, db)))
            e = db_int(db, &n, "SELECT count(*) FROM t WHERE who = ?1", I(1000));
        if (!e)
            e = db_run(db, "INSERT INTO t(who) VALUES(?1)", I(1000));
        e = txn_end(&tx, e);
        if (!e && i % 3 == 0)
            e = db_run(db, "INSERT INTO t(who) VALUES(?1)", I(1001));
    }
    db_close(db);
    *(enum err *)arg = e;
    return NULL;
}

static void many_writers_never_see_busy(void **st)
{
    (void)st;
    pthread_t t[WRITERS];
    enum err errs[WRITERS];
    struct db *db;
    int64_t n, passed, longest;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_many, &errs[i]), 0);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(errs[i], E_OK);
    }
    assert_int_equal(db_open(store, &db), E_OK);
    assert_int_equal(db_int(db, &n, "SELECT count(*) FROM t WHERE who = 1000"), E_OK);
    assert_int_equal(n, WRITERS * ROUNDS);
    store_gate_stats(store, &passed, &longest);
    assert_true(passed >= WRITERS * ROUNDS);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(a_failed_transaction_leaves_nothing),
        cmocka_unit_test(many_writers_never_see_busy),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
