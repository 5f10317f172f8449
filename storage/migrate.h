/* Migrations: numbered SQL texts, each run once; those that wait run together, in one transaction
 * (store_migrate in db.h). */
#ifndef STORAGE_MIGRATE_H
#define STORAGE_MIGRATE_H

struct migration {
    const char *name; /* 0001_house.sql, or with .sqlite / .pg before .sql for one engine only */
    const char *sql;
};

extern const struct migration migrations[]; /* ends with a NULL name */

#endif
