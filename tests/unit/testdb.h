/* A migrated database of its own for one test program: SQLite in a new folder, or, where
 * JIBEI_TEST_DB names a PostgreSQL server (postgresql://…), a new schema there. */
#ifndef TESTS_UNIT_TESTDB_H
#define TESTS_UNIT_TESTDB_H

#include "storage/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct testdb {
    char dir[32], url[512];
    struct store *store;
};

/* A new, empty place: dir and url. */
static inline int testdb_place(struct testdb *t)
{
    const char *pg = getenv("JIBEI_TEST_DB");
    strcpy(t->dir, "/tmp/jibei-test-XXXXXX");
    if (!mkdtemp(t->dir))
        return -1;
    if (!pg || !*pg) {
        snprintf(t->url, sizeof t->url, "sqlite:%s/t.db", t->dir);
        return 0;
    }
    char schema[64], sql[200];
    struct store *s;
    struct db *db;
    snprintf(schema, sizeof schema, "t%d_%.6s", (int)getpid(), t->dir + 16);
    for (char *c = schema; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS %s", schema);
    int bad = store_open(pg, &s) || db_open(s, &db) || db_run(db, sql);
    if (!bad) {
        db_close(db);
        store_close(s);
    }
    snprintf(t->url, sizeof t->url, "%s%coptions=-csearch_path%%3D%s", pg,
             strchr(pg, '?') ? '&' : '?', schema);
    return bad;
}

static inline int testdb_open(struct testdb *t)
{
    return testdb_place(t) || store_open(t->url, &t->store) || store_migrate(t->store, NULL);
}

static inline void testdb_close(struct testdb *t)
{
    char cmd[64];
    store_close(t->store);
    snprintf(cmd, sizeof cmd, "rm -rf %s", t->dir);
    if (system(cmd))
        printf("cannot remove %s\n", t->dir);
}

#endif
