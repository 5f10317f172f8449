/* Rows of files: names in an order under a resource; each new upload of the same file is a new
 * version, and old versions stay. A removed file stays too, out of the lists. */
#ifndef STORAGE_FILE_H
#define STORAGE_FILE_H

#include "storage/db.h"

struct file {
    int64_t id, resource_id, ord, version;
    int64_t removed_at;        /* ms UTC, 0: it is there */
    int64_t blob_id, size, at; /* of the current version */
    struct str name;
    struct str mime, kind; /* what the probe found in it */
    struct str sha256;     /* of the current content, 64 hex digits */
    struct str path;       /* the folders it lay in, "" for none */
    bool quarantined;      /* its content does not fit its name */
    struct str reason;
};

struct file_version {
    int64_t version, blob_id, size, at, person;
    struct str name, person_name;
};

/* With its first version; f->id is filled. */
enum err file_put(struct db *db, struct file *f, int64_t person) MUST_USE;
/* The next version of a file, f->version and f->name become the file's. */
enum err file_version_put(struct db *db, struct file *f, int64_t person) MUST_USE;
enum err file_get(struct db *db, struct arena *a, int64_t id, struct file *f) MUST_USE;
/* Current files of a resource in order. */
enum err file_list(struct db *db, struct arena *a, int64_t resource, struct file **out,
                   size_t *n) MUST_USE;
enum err file_versions(struct db *db, struct arena *a, int64_t id, struct file_version **out,
                       size_t *n) MUST_USE;
enum err file_version_get(struct db *db, struct arena *a, int64_t id, int64_t version,
                          struct file_version *v) MUST_USE;
enum err file_edit(struct db *db, const struct file *f) MUST_USE; /* name, ord, removed_at */
/* Counts the resource's files again: files_n, bytes, changed_at, rev + 1. E_REV when rev is not the
 * row's. */
enum err file_totals(struct db *db, int64_t resource, int64_t rev, int64_t now) MUST_USE;

#endif
