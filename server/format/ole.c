/* Compound files: a header, a FAT of sectors found through the DIFAT, and a chain of directory
 * sectors. Chains are counted, so that a loop ends. */
#include "server/format/ole.h"

#include "server/base/rd.h"

#include <string.h>

#define END_OF_CHAIN 0xfffffffau /* this and above is no sector */

enum { HEADER_DIFAT = 109, ENTRY = 128, DIFAT_SECTORS_MAX = 512 };

struct ole {
    struct zip_source src;
    unsigned shift; /* sector size is 1 << shift */
    uint32_t difat[HEADER_DIFAT];
    uint32_t difat_next, difat_count;
};

static enum err read_sector(const struct ole *o, uint32_t k, void *to, size_t from, size_t n)
{
    uint64_t at = (((uint64_t)k + 1) << o->shift) + from;
    if (at > o->src.size || n > o->src.size - at)
        return E_SYNTAX;
    return o->src.read(o->src.arg, at, to, n);
}

static uint32_t u32_of(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static enum err read_u32(const struct ole *o, uint32_t sector, size_t k, uint32_t *v)
{
    unsigned char t[4];
    enum err e = read_sector(o, sector, t, 4 * k, sizeof t);
    *v = u32_of(t);
    return e;
}

/* The k-th sector of the FAT. */
static enum err fat_sector(const struct ole *o, uint32_t k, uint32_t *sector)
{
    if (k < HEADER_DIFAT) {
        *sector = o->difat[k];
        return E_OK;
    }
    uint32_t per = (1u << (o->shift - 2)) - 1, at = o->difat_next;
    k -= HEADER_DIFAT;
    enum err e = E_OK;
    for (uint32_t hops = 0; !e && k >= per; k -= per, hops++)
        e = hops > DIFAT_SECTORS_MAX || at >= END_OF_CHAIN ? E_SYNTAX : read_u32(o, at, per, &at);
    if (!e)
        e = at >= END_OF_CHAIN ? E_SYNTAX : read_u32(o, at, k, sector);
    return e;
}

static enum err next_sector(const struct ole *o, uint32_t k, uint32_t *next)
{
    uint32_t per = 1u << (o->shift - 2), sector;
    enum err e = fat_sector(o, k / per, &sector);
    if (e || sector >= END_OF_CHAIN)
        return E_SYNTAX;
    return read_u32(o, sector, k % per, next);
}

static enum err read_header(struct ole *o, uint32_t *directory)
{
    unsigned char h[512];
    if (o->src.size < sizeof h || o->src.read(o->src.arg, 0, h, sizeof h))
        return E_SYNTAX;
    if (memcmp(h, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0)
        return E_SYNTAX;
    o->shift = h[30];
    if (o->shift != 9 && o->shift != 12)
        return E_SYNTAX;
    *directory = u32_of(h + 48);
    o->difat_next = u32_of(h + 68);
    o->difat_count = u32_of(h + 72);
    for (size_t i = 0; i < HEADER_DIFAT; i++)
        o->difat[i] = u32_of(h + 76 + 4 * i);
    return E_OK;
}

static void put_name(struct buf *names, const unsigned char *entry)
{
    size_t bytes = (size_t)entry[64] | (size_t)entry[65] << 8;
    if (bytes < 4 || bytes > 64 || entry[66] == 0)
        return;
    for (size_t i = 0; i + 2 < bytes; i += 2) {
        uint32_t c = (uint32_t)entry[i] | (uint32_t)entry[i + 1] << 8;
        if (c >= 0x20)
            buf_utf8(names, c);
    }
    buf_char(names, '\n');
}

enum err ole_names(struct zip_source src, struct buf *names)
{
    struct ole o = { .src = src };
    uint32_t sector = 0;
    enum err e = read_header(&o, &sector);
    for (int n = 0; !e && sector < END_OF_CHAIN && n < OLE_NAMES_MAX;) {
        for (size_t at = 0; !e && at < (size_t)1 << o.shift; at += ENTRY, n++) {
            unsigned char entry[ENTRY];
            e = read_sector(&o, sector, entry, at, sizeof entry);
            if (!e)
                put_name(names, entry);
        }
        if (!e)
            e = next_sector(&o, sector, &sector);
    }
    return e;
}

bool ole_has(struct str names, const char *name)
{
    struct str one;
    while (str_next(&names, '\n', &one))
        if (str_ieqz(one, name))
            return true;
    return false;
}
