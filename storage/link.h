/* Rows of one-time links. */
#ifndef STORAGE_LINK_H
#define STORAGE_LINK_H

#include "storage/db.h"

struct link {
    int64_t id, person;                   /* who made it: it opens what he may read */
    int64_t made_at, expires_at, used_at; /* ms UTC; used_at 0: not yet */
    struct str what;                      /* "file:ID:VERSION", "resource:ID" or "taxon:ID" */
    struct str agent;                     /* who opened it first */
};

enum err link_put(struct db *db, struct link *l) MUST_USE; /* l->id is filled */
enum err link_get(struct db *db, struct arena *a, int64_t id, struct link *l) MUST_USE;
/* The first opening: used_at and agent are kept. E_STATE: somebody else opened it before. */
enum err link_open(struct db *db, int64_t id, struct str agent, int64_t now) MUST_USE;
enum err link_sweep(struct db *db, int64_t before) MUST_USE; /* those that expired before this */

#endif
