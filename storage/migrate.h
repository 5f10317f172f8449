/* Migrations: numbered SQL texts, each run once, in one transaction. */
#ifndef STORAGE_MIGRATE_H
#define STORAGE_MIGRATE_H

struct migration {
    const char *name; /* 0001_house.sql, or with .sqlite / .pg before .sql for one engine only */
    const char *sql;
};

extern const struct migration migrations[]; /* ends with a NULL name */

#endif
