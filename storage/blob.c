/* Blobs: the folder and the rows. `lock` keeps the two things that must not overlap apart: taking a
 * name and removing it (B3); both are a few calls long. */
#include "storage/blob.h"

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "storage/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOLDERS = 256, PIECE = 256 * 1024 };

struct blobs {
    int root;
    int folder[FOLDERS];
    pthread_mutex_t lock;
};

/* ---- files */

enum err blobs_open(const char *dir, struct blobs **out)
{
    struct blobs *b = NEW(struct blobs);
    bool made = false, any = false;
    char name[3];
    pthread_mutex_init(&b->lock, NULL);
    for (int i = 0; i < FOLDERS; i++)
        b->folder[i] = -1;
    enum err e = disk_folder(AT_FDCWD, dir, &b->root, NULL);
    for (int i = 0; !e && i < FOLDERS; i++) {
        snprintf(name, sizeof name, "%02x", (unsigned)i & 0xff);
        e = disk_folder(b->root, name, &b->folder[i], &made);
        any = any || made;
    }
    if (!e && any)
        e = disk_sync_folder(b->root);
    if (e) {
        blobs_close(b);
        return e;
    }
    *out = b;
    return E_OK;
}

void blobs_close(struct blobs *b)
{
    if (!b)
        return;
    for (int i = 0; i < FOLDERS; i++)
        disk_close(b->folder[i]);
    disk_close(b->root);
    pthread_mutex_destroy(&b->lock);
    mem_free(b);
}

int blobs_root(const struct blobs *b)
{
    return b->root;
}

/* The folder of a hash and its name as a C string; -1: no such hash can be. */
static int place(struct blobs *b, struct str sha256, char name[SHA256_HEX + 1])
{
    unsigned char first = 0;
    if (sha256.n != SHA256_HEX)
        return -1;
    for (size_t i = 0; i < sha256.n; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, sha256.p[i]);
        if (!at || !*at)
            return -1;
        if (i < 2)
            first = (unsigned char)(first << 4 | (at - digits));
    }
    memcpy(name, sha256.p, SHA256_HEX);
    name[SHA256_HEX] = 0;
    return b->folder[first];
}

/* A file system without second names gets the file itself. */
static enum err link_or_move(int from, const char *name, int to, const char *as)
{
    enum err e = disk_link(from, name, to, as);
    if (e == E_IO && (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK))
        return disk_rename(from, name, to, as);
    return e;
}

static enum err keep_locked(int from_dir, const char *name, int to, const char *as, uint64_t size)
{
    uint64_t there;
    enum err e = disk_stat(to, as, &there, NULL);
    if (e == E_OK && there == size)
        return disk_touch(to, as);
    if (e == E_OK)
        e = disk_remove(to, as); /* it was damaged: the new one heals it */
    if (e && e != E_NOT_FOUND)
        return e;
    if ((e = disk_touch(from_dir, name)))
        return e;
    return link_or_move(from_dir, name, to, as);
}

enum err blobs_keep(struct blobs *b, int from_dir, const char *name, struct str sha256,
                    uint64_t size)
{
    char as[SHA256_HEX + 1];
    int to = place(b, sha256, as);
    if (to < 0)
        return E_CORRUPT;
    pthread_mutex_lock(&b->lock);
    enum err e = keep_locked(from_dir, name, to, as, size);
    pthread_mutex_unlock(&b->lock);
    return e ? e : disk_sync_folder(to);
}

enum err blobs_fd(struct blobs *b, struct str sha256, uint64_t size, int *fd)
{
    char name[SHA256_HEX + 1];
    uint64_t there;
    int dir = place(b, sha256, name);
    *fd = -1;
    enum err e = dir < 0 ? E_NOT_FOUND : disk_open_read(dir, name, fd);
    if (e)
        return e == E_NOT_FOUND ? E_CORRUPT : e;
    if (!(e = disk_size(*fd, &there)) && there == size)
        return E_OK;
    disk_close(*fd);
    *fd = -1; /* the number may be somebody else's by now */
    return e ? e : E_CORRUPT;
}

bool blobs_have(struct blobs *b, struct str sha256)
{
    char name[SHA256_HEX + 1];
    int dir = place(b, sha256, name);
    return dir >= 0 && disk_stat(dir, name, NULL, NULL) == E_OK;
}

enum err blobs_drop(struct blobs *b, struct str sha256, int64_t before)
{
    char name[SHA256_HEX + 1];
    int64_t changed;
    int dir = place(b, sha256, name);
    if (dir < 0)
        return E_OK;
    pthread_mutex_lock(&b->lock);
    enum err e = disk_stat(dir, name, NULL, &changed);
    if (!e && changed < before)
        e = disk_remove(dir, name);
    pthread_mutex_unlock(&b->lock);
    return e == E_NOT_FOUND ? E_OK : e;
}

static enum err hash_all(int fd, struct hash *h)
{
    char *piece = mem_new(PIECE);
    size_t got = 0;
    enum err e;
    do {
        if (!(e = disk_read(fd, piece, PIECE, hash_bytes(h), &got)))
            hash_add(h, piece, got);
    } while (!e && got == PIECE);
    mem_free(piece);
    return e;
}

enum err blobs_verify(struct blobs *b, struct str sha256, uint64_t size, uint32_t crc32)
{
    unsigned char is[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    int fd = -1;
    enum err e = blobs_fd(b, sha256, size, &fd);
    if (e)
        return e;
    struct hash *h = hash_new();
    if (!(e = hash_all(fd, h))) {
        hash_sha256(h, is);
        hex_to(hex, is, sizeof is);
        if (!str_eqz(sha256, hex) || hash_crc32(h) != crc32)
            e = E_CORRUPT;
    }
    hash_free(h);
    disk_close(fd);
    return e;
}

enum err blobs_each(struct blobs *b, int folder,
                    enum err (*each)(void *arg, struct str sha256, int64_t changed), void *arg)
{
    char name[SHA256_HEX + 1];
    int64_t changed;
    int fd = openat(b->folder[folder], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    enum err e = E_OK;
    if (!d) {
        e = err_errno(errno);
        disk_close(fd);
        return e;
    }
    for (struct dirent *one; !e && (one = readdir(d));) {
        if (place(b, str_of(one->d_name), name) != b->folder[folder])
            continue;
        e = disk_stat(b->folder[folder], name, NULL, &changed);
        e = e == E_NOT_FOUND ? E_OK : e ? e : each(arg, str_of(name), changed);
    }
    closedir(d);
    return e;
}

/* ---- rows */

enum err blob_put(struct db *db, struct blob *b)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "INSERT INTO blob(sha256, size, crc32, mime, kind, verdict, reason, created_at,"
                  " seen_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)"
                  " ON CONFLICT(sha256) DO UPDATE SET seen_at = excluded.seen_at,"
                  " mime = CASE WHEN blob.verdict > excluded.verdict THEN excluded.mime"
                  " ELSE blob.mime END,"
                  " kind = CASE WHEN blob.verdict > excluded.verdict THEN excluded.kind"
                  " ELSE blob.kind END,"
                  " reason = CASE WHEN blob.verdict > excluded.verdict THEN excluded.reason"
                  " ELSE blob.reason END,"
                  " verdict = CASE WHEN blob.verdict > excluded.verdict THEN excluded.verdict"
                  " ELSE blob.verdict END"
                  " RETURNING id, read_state",
                  T(b->sha256), I(b->size), I(b->crc32), T(b->mime), T(b->kind), I(b->verdict),
                  T(b->reason), I(b->seen_at));
    if (rows_next(&r)) {
        b->id = rows_int(&r, 0);
        b->read_state = rows_int(&r, 1);
    }
    return rows_end(&r);
}

static void blob_row(struct rows *r, struct arena *a, struct blob *b)
{
    b->id = rows_int(r, 0);
    b->sha256 = rows_text(r, 1, a);
    b->size = rows_int(r, 2);
    b->crc32 = rows_int(r, 3);
    b->mime = rows_text(r, 4, a);
    b->kind = rows_text(r, 5, a);
    b->verdict = rows_int(r, 6);
    b->reason = rows_text(r, 7, a);
    b->read_state = rows_int(r, 8);
    b->created_at = rows_int(r, 9);
    b->seen_at = rows_int(r, 10);
}

static enum err blob_one(struct rows *r, struct arena *a, struct blob *b)
{
    bool found = rows_next(r);
    if (found)
        blob_row(r, a, b);
    enum err e = rows_end(r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err blob_get(struct db *db, struct arena *a, int64_t id, struct blob *b)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT id, sha256, size, crc32, mime, kind, verdict, reason, read_state,"
                  " created_at, seen_at FROM blob WHERE id = ?1",
                  I(id));
    return blob_one(&r, a, b);
}

enum err blob_by_sha(struct db *db, struct arena *a, struct str sha256, struct blob *b)
{
    struct rows r;
    (void)db_rows(db, &r,
                  "SELECT id, sha256, size, crc32, mime, kind, verdict, reason, read_state,"
                  " created_at, seen_at FROM blob WHERE sha256 = ?1",
                  T(sha256));
    return blob_one(&r, a, b);
}

enum err blob_list(struct db *db, struct arena *a, int64_t after, size_t limit, struct blob **out,
                   size_t *n)
{
    struct rows r;
    *out = arena_array(a, limit ? limit : 1, sizeof **out);
    *n = 0;
    (void)db_rows(db, &r,
                  "SELECT id, sha256, size, crc32, mime, kind, verdict, reason, read_state,"
                  " created_at, seen_at FROM blob WHERE id > ?1 ORDER BY id LIMIT ?2",
                  I(after), I((int64_t)limit));
    while (*n < limit && rows_next(&r))
        blob_row(&r, a, &(*out)[(*n)++]);
    return rows_end(&r);
}

enum err blob_list_bare(struct db *db, struct arena *a, int64_t after, size_t limit,
                        struct blob **out, size_t *n)
{
    struct rows r;
    *out = arena_array(a, limit ? limit : 1, sizeof **out);
    *n = 0;
    db_rows(db, &r, "SELECT id, sha256, size FROM blob WHERE id > ?1 ORDER BY id LIMIT ?2",
            I(after), I((int64_t)limit));
    while (*n < limit && rows_next(&r))
        (*out)[(*n)++] = (struct blob){
            .id = rows_int(&r, 0),
            .sha256 = rows_text(&r, 1, a),
            .size = rows_int(&r, 2),
        };
    return rows_end(&r);
}

enum err blob_read_state(struct db *db, int64_t id, enum blob_read state)
{
    return db_run(db, "UPDATE blob SET read_state = ?2 WHERE id = ?1", I(id), I(state));
}
