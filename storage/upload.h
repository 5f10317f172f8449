/* Rows of uploads, and of the space people use. The bytes and the offset are the spool's. */
#ifndef STORAGE_UPLOAD_H
#define STORAGE_UPLOAD_H

#include "storage/db.h"

enum upload_state {
    UPLOAD_RECEIVING = 1,
    UPLOAD_COMPLETE, /* checked, a blob, nobody's yet */
    UPLOAD_TAKEN,    /* a resource has it */
    UPLOAD_REFUSED,  /* reason says why */
    UPLOAD_DROPPED   /* given up or expired */
};

struct upload {
    struct str id; /* 32 hex digits */
    int64_t person, school;
    struct str process;
    int64_t state, length;        /* -1: not yet told */
    int64_t resource_id, file_id; /* what it is meant for, 0: not told */
    int64_t modified;             /* the file's own time, ms UTC, 0: not told */
    int64_t created_at, changed_at, expires_at;
    int64_t blob_id; /* 0 until complete */
    int64_t verdict; /* enum blob_verdict, 0 until complete */
    struct str reason, name, path;
    struct str metadata; /* as the client sent it */
};

enum err upload_put(struct db *db, const struct upload *u) MUST_USE;
enum err upload_get(struct db *db, struct arena *a, struct str id, struct upload *u) MUST_USE;
/* Of a person, receiving or complete, the one changed last first; at most limit. */
enum err upload_list(struct db *db, struct arena *a, int64_t person, size_t limit,
                     struct upload **out, size_t *n) MUST_USE;
enum err upload_length(struct db *db, struct str id, int64_t length) MUST_USE;
/* From receiving to complete or refused. E_STATE: it is not receiving. */
enum err upload_done(struct db *db, const struct upload *u) MUST_USE;
/* From one state to another. E_STATE: it is not in the first. */
enum err upload_move(struct db *db, struct str id, enum upload_state from, enum upload_state to,
                     int64_t now) MUST_USE;
struct upload_ask {
    int64_t person, now;
    int64_t unknown; /* what an upload without a length counts */
    struct str but;  /* this one does not count; STR_NONE: all do */
};
/* How many of a person are receiving and have not expired; the bytes of these and of those that
 * came but were not taken. */
enum err upload_open(struct db *db, const struct upload_ask *ask, int64_t *n,
                     int64_t *bytes) MUST_USE;
/* Up to limit of a state whose time is over. */
enum err upload_expired(struct db *db, struct arena *a, enum upload_state state, int64_t now,
                        size_t limit, struct upload **out, size_t *n) MUST_USE;
/* Forgets rows that were taken, refused or dropped before this. */
enum err upload_sweep(struct db *db, int64_t before) MUST_USE;

/* ---- space in use by audience key */
enum err space_get(struct db *db, int64_t akey, int64_t *used) MUST_USE;
/* Adds bytes (below zero: gives back, never below none). Inside a writing transaction. */
enum err space_add(struct db *db, int64_t akey, int64_t bytes) MUST_USE;

/* ---- blobs nobody needs: no file, no upload that may still be taken */
struct blob;
enum err blob_orphans(struct db *db, struct arena *a, int64_t before, int64_t after, size_t limit,
                      struct blob **out, size_t *n) MUST_USE;
/* Removes the row and what was read out of the content. E_CONFLICT: somebody needs it now. Inside a
 * writing transaction. */
enum err blob_forget(struct db *db, int64_t id, int64_t before) MUST_USE;

#endif
