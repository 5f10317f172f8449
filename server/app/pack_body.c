/* The bytes of a pack: the archive's own from its layout, its members' from the stored files, of
 * which one at a time is open. */
#include "server/app/pack.h"

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "server/format/pack.h"
#include "storage/blob.h"
#include "storage/disk.h"

#include <string.h>

struct stored {
    uint64_t size;
    char sha256[SHA256_HEX];
};

struct pack_body {
    struct house *house;
    struct pack *pack;
    struct stored *contents; /* copies: it lives longer than the call */
    int fd;
    size_t member; /* the one fd is open on */
};

struct pack_body *pack_body_new(struct house *h, struct pack *pack, const struct pack_file *files,
                                size_t n)
{
    struct pack_body *b = NEW(struct pack_body);
    b->house = h;
    b->pack = pack;
    b->fd = -1;
    b->contents = mem_array(n, sizeof *b->contents);
    for (size_t i = 0; i < n; i++) {
        b->contents[i].size = files[i].size;
        memcpy(b->contents[i].sha256, files[i].sha256.p, SHA256_HEX);
    }
    return b;
}

void pack_body_free(struct pack_body *b)
{
    if (!b)
        return;
    disk_close(b->fd);
    pack_free(b->pack);
    mem_free(b->contents);
    mem_free(b);
}

uint64_t pack_body_size(const struct pack_body *b)
{
    return pack_size(b->pack);
}

static enum err open_member(struct pack_body *b, size_t member)
{
    const struct stored *t = &b->contents[member];
    if (b->fd >= 0 && b->member == member)
        return E_OK;
    disk_close(b->fd);
    b->member = member;
    return blobs_fd(b->house->blobs, (struct str){ t->sha256, SHA256_HEX }, t->size, &b->fd);
}

enum err pack_body_read(struct pack_body *b, uint64_t offset, char *out, size_t n, size_t *got)
{
    struct pack_piece p = pack_at(b->pack, offset);
    size_t k = p.len < n ? (size_t)p.len : n;
    *got = 0;
    if (p.content) {
        enum err e = open_member(b, p.member);
        return e ? e : disk_read(b->fd, out, k, p.from, got);
    }
    memcpy(out, p.bytes.p, k);
    *got = k;
    return E_OK;
}
