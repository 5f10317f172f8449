/* Copying with a hash. F1: nothing has its name before all its bytes are on the disk and their hash
 * was compared; a copy that was cut off leaves only a name that begins with a dot. */
#include "server/app/backup_files.h"

#include "server/base/id.h"
#include "server/base/mem.h"
#include "storage/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 1 << 20 };

/* ---- folders of contents */

enum err contents_open(const char *path, struct content_folder *out)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 256; i++)
        out->folders[i] = -1;
    out->root = -1;
    return disk_folder(AT_FDCWD, path, &out->root, NULL);
}

static int byte_of(struct str sha256)
{
    unsigned char b = 0;
    return sha256.n == SHA256_HEX && hex_decode(str_sub(sha256, 0, 2), &b, 1) ? b : -1;
}

enum err contents_at(struct content_folder *f, struct str sha256, int *fd)
{
    char name[3];
    int at = byte_of(sha256);
    enum err e = E_OK;
    if (at < 0)
        return E_CORRUPT;
    if (f->folders[at] < 0) {
        snprintf(name, sizeof name, "%02x", (unsigned)at & 0xff);
        bool made = false;
        e = disk_folder(f->root, name, &f->folders[at], &made);
        if (!e && made)
            e = disk_sync_folder(f->root);
    }
    *fd = f->folders[at];
    return e;
}

enum err contents_sync(struct content_folder *f)
{
    enum err e = E_OK;
    for (int i = 0; i < 256 && !e; i++)
        if (f->dirty[i] && !(e = disk_sync_folder(f->folders[i])))
            f->dirty[i] = false;
    return e;
}

void contents_close(struct content_folder *f)
{
    for (int i = 0; i < 256; i++)
        disk_close(f->folders[i]);
    disk_close(f->root);
}

/* ---- single files */

/* Reads from `fd` to its end, writes to `to` unless that is below 0. */
static enum err pump(int fd, int to, char sha256[SHA256_HEX + 1], uint64_t *size)
{
    char *piece = mem_new(PIECE);
    struct hash *h = hash_new();
    unsigned char is[SHA256_LEN];
    size_t got = 0;
    uint64_t at = 0;
    enum err e;
    do {
        e = disk_read(fd, piece, PIECE, at, &got);
        if (!e && to >= 0 && got)
            e = disk_write(to, piece, got, at);
        if (!e)
            hash_add(h, piece, got);
        at += got;
    } while (!e && got == PIECE);
    hash_sha256(h, is);
    hex_to(sha256, is, sizeof is);
    *size = at;
    hash_free(h);
    mem_free(piece);
    return e;
}

enum err file_copy(int from, const char *name, int to, const char *as, char sha256[SHA256_HEX + 1],
                   uint64_t *size)
{
    int in = -1, out = -1;
    enum err e = disk_open_read(from, name, &in);
    if (!e && !(e = disk_open_write(to, as, &out)) && !(e = disk_truncate(out, 0)) &&
        !(e = pump(in, out, sha256, size)))
        e = disk_sync(out);
    disk_close(in);
    disk_close(out);
    return e;
}

enum err file_hash(int dir, const char *name, char sha256[SHA256_HEX + 1], uint64_t *size)
{
    int fd = -1;
    enum err e = disk_open_read(dir, name, &fd);
    if (!e)
        e = pump(fd, -1, sha256, size);
    disk_close(fd);
    return e;
}

enum err file_write(int dir, const char *name, struct str bytes)
{
    int fd = -1;
    enum err e = disk_open_write(dir, name, &fd);
    if (!e && !(e = disk_truncate(fd, 0)) && !(e = disk_write(fd, bytes.p, bytes.n, 0)))
        e = disk_sync(fd);
    disk_close(fd);
    return e;
}

/* ---- contents */

static enum err bring_copy(int from, const char *name, int to, uint64_t size)
{
    char temporary[SHA256_HEX + 8], is[SHA256_HEX + 1];
    uint64_t got = 0;
    snprintf(temporary, sizeof temporary, ".%s", name);
    enum err e = file_copy(from, name, to, temporary, is, &got);
    if (!e && (got != size || strcmp(is, name) != 0))
        e = E_CORRUPT;
    return e ? e : disk_rename(to, temporary, to, name);
}

static enum err bring(struct content_folder *from, struct content_folder *to, struct str sha256,
                      uint64_t size, bool may_link, uint64_t *copied)
{
    char name[SHA256_HEX + 1];
    uint64_t there = 0;
    int in, out;
    enum err e;
    if ((e = contents_at(from, sha256, &in)) || (e = contents_at(to, sha256, &out)))
        return e;
    snprintf(name, sizeof name, "%.*s", STR_ARG(sha256));
    e = disk_stat(out, name, &there, NULL);
    if (!e && there == size)
        return E_OK;
    if (!e)
        e = disk_remove(out, name);
    if (e && e != E_NOT_FOUND)
        return e;
    if ((e = disk_stat(in, name, &there, NULL)))
        return e;
    if (there != size)
        return E_CORRUPT;
    to->dirty[byte_of(sha256)] = true;
    if (may_link && disk_link(in, name, out, name) == E_OK)
        return E_OK;
    if (!(e = bring_copy(in, name, out, size)))
        *copied += size;
    return e;
}

enum err content_bring(struct content_folder *from, struct content_folder *to, struct str sha256,
                       uint64_t size, uint64_t *copied)
{
    return bring(from, to, sha256, size, true, copied);
}

enum err content_bring_copy(struct content_folder *from, struct content_folder *to,
                            struct str sha256, uint64_t size, uint64_t *copied)
{
    return bring(from, to, sha256, size, false, copied);
}
