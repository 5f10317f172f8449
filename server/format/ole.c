/* Compound files: a header, a FAT of sectors found through the DIFAT, and a chain of directory
 * sectors. Streams under 4 KiB lie in small sectors, which are cut from a stream of the root entry
 * and have a FAT of their own. */
#include "server/format/ole.h"

#include "server/base/mem.h"

#include <string.h>

#define END_OF_CHAIN 0xfffffffau /* this and above is no sector */
#define NO_ENTRY 0xffffffffu

enum { HEADER = 512, HEADER_DIFAT = 109, ENTRY = 128, MINI = 64, MINI_CUTOFF = 4096 };
enum { SECTOR_MAX = 4096, DIFAT_SECTORS_MAX = 512 };
enum { ENTRY_STREAM = 2 };

/* The sectors of one stream, in order. */
struct chain {
    uint32_t *v;
    size_t n;
};

struct ole {
    struct zip_source src;
    unsigned shift; /* sector size is 1 << shift */
    uint32_t directory, mini_fat, mini_fat_n;
    struct chain fat;
    uint32_t cached; /* the sector of the FAT that stands in cache */
    unsigned char cache[SECTOR_MAX];
    struct buf entries; /* the directory */
    struct chain mini;  /* of the root entry */
};

static uint32_t u32_of(const void *at)
{
    const unsigned char *p = at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static enum err read_sector(const struct ole *o, uint32_t k, void *to, size_t from, size_t n)
{
    uint64_t at = (((uint64_t)k + 1) << o->shift) + from;
    if (k >= END_OF_CHAIN || at > o->src.size || n > o->src.size - at)
        return E_SYNTAX;
    return o->src.read(o->src.arg, at, to, n);
}

/* ---- chains */

static enum err next_sector(struct ole *o, uint32_t k, uint32_t *next)
{
    uint32_t per = 1u << (o->shift - 2);
    if (k / per >= o->fat.n)
        return E_SYNTAX;
    uint32_t sector = o->fat.v[k / per];
    if (sector != o->cached) {
        o->cached = END_OF_CHAIN;
        enum err e = read_sector(o, sector, o->cache, 0, (size_t)1 << o->shift);
        if (e)
            return e;
        o->cached = sector;
    }
    *next = u32_of(o->cache + 4 * (size_t)(k % per));
    return E_OK;
}

/* The sectors that bytes take, from the first on; fewer where the chain ends or breaks before. */
static void chain_load(struct ole *o, uint32_t sector, uint64_t bytes, struct chain *c)
{
    uint64_t size = UINT64_C(1) << o->shift;
    if (bytes > o->src.size)
        bytes = o->src.size;
    size_t max = (size_t)((bytes + size - 1) >> o->shift);
    *c = (struct chain){ mem_array(max + 1, sizeof *c->v), 0 };
    while (c->n < max && sector < END_OF_CHAIN) {
        c->v[c->n++] = sector;
        if (next_sector(o, sector, &sector))
            return;
    }
}

static void chain_fini(struct chain *c)
{
    mem_free(c->v);
    *c = (struct chain){ 0 };
}

/* n bytes of a stream; sectors that follow each other in the file are read at once. *got: how many
 * there were before the chain or the file ended, or reading failed. */
static enum err chain_read(const struct ole *o, const struct chain *c, uint64_t at, char *to,
                           size_t n, size_t *got)
{
    size_t size = (size_t)1 << o->shift, k = (size_t)(at >> o->shift), from = at & (size - 1);
    enum err e = E_OK;
    for (*got = 0; *got < n && !e; from = 0) {
        size_t run = 1, want = n - *got;
        if (k >= c->n)
            return E_SYNTAX;
        while (k + run < c->n && run * size - from < want && c->v[k + run] == c->v[k] + run)
            run++;
        uint64_t left = o->src.size, start = (((uint64_t)c->v[k] + 1) << o->shift) + from;
        left = left > start ? left - start : 0;
        size_t part = run * size - from < want ? run * size - from : want;
        part = part > left ? (size_t)left : part;
        e = part ? read_sector(o, c->v[k], to + *got, from, part) : E_SYNTAX;
        *got += e ? 0 : part;
        k += run;
    }
    return e;
}

/* ---- header and FAT */

/* Which sectors the FAT has: 109 in the header, the rest in a chain of its own. What is missing is
 * noticed by whoever needs it. */
static void fat_load(struct ole *o, const unsigned char *header)
{
    size_t per = (size_t)1 << (o->shift - 2), max = (size_t)(o->src.size >> o->shift) / per + 1;
    unsigned char t[SECTOR_MAX];
    o->fat.v = mem_array(max, sizeof *o->fat.v);
    for (size_t i = 0; i < HEADER_DIFAT && o->fat.n < max; i++)
        o->fat.v[o->fat.n++] = u32_of(header + 76 + 4 * i);
    uint32_t at = u32_of(header + 68);
    for (int hops = 0; o->fat.n < max && hops < DIFAT_SECTORS_MAX; hops++) {
        if (read_sector(o, at, t, 0, 4 * per))
            return;
        for (size_t i = 0; i + 1 < per && o->fat.n < max; i++)
            o->fat.v[o->fat.n++] = u32_of(t + 4 * i);
        at = u32_of(t + 4 * (per - 1));
    }
}

static enum err read_header(struct ole *o)
{
    unsigned char h[HEADER];
    if (o->src.size < sizeof h || o->src.read(o->src.arg, 0, h, sizeof h))
        return E_SYNTAX;
    if (memcmp(h, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0)
        return E_SYNTAX;
    o->shift = h[30];
    if (o->shift != 9 && o->shift != 12)
        return E_SYNTAX;
    o->directory = u32_of(h + 48);
    o->mini_fat = u32_of(h + 60);
    o->mini_fat_n = u32_of(h + 64);
    o->cached = END_OF_CHAIN;
    fat_load(o, h);
    return E_OK;
}

/* ---- the directory */

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

/* Walks the directory's sectors, at most max entries. */
static enum err each_entry(struct ole *o, size_t max, struct buf *out,
                           void (*put)(struct buf *out, const unsigned char *entry))
{
    uint32_t sector = o->directory;
    enum err e = E_OK;
    for (size_t n = 0; !e && sector < END_OF_CHAIN && n < max;) {
        for (size_t at = 0; !e && at < (size_t)1 << o->shift; at += ENTRY, n++) {
            unsigned char entry[ENTRY];
            e = read_sector(o, sector, entry, at, sizeof entry);
            if (!e)
                put(out, entry);
        }
        if (!e)
            e = next_sector(o, sector, &sector);
    }
    return e;
}

enum err ole_names(struct zip_source src, struct buf *names)
{
    struct ole *o = NEW(struct ole);
    o->src = src;
    enum err e = read_header(o);
    if (!e)
        e = each_entry(o, OLE_NAMES_MAX, names, put_name);
    ole_close(o);
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

static void put_entry(struct buf *out, const unsigned char *entry)
{
    buf_put(out, entry, ENTRY);
}

static const char *entry_at(const struct ole *o, uint32_t k)
{
    return k < o->entries.n / ENTRY ? o->entries.p + (size_t)k * ENTRY : NULL;
}

/* A stream's first sector and its bytes. Sectors of 512 bytes go with sizes of 32 bits: what stands
 * in the upper half was never cleared by some writers. */
static uint64_t entry_size(const struct ole *o, const char *entry)
{
    uint64_t high = o->shift == 9 ? 0 : u32_of(entry + 124);
    return high << 32 | u32_of(entry + 120);
}

static bool entry_is(const char *entry, const char *name)
{
    struct buf b;
    buf_init(&b, 4 * ENTRY);
    put_name(&b, (const unsigned char *)entry);
    bool is = entry[66] == ENTRY_STREAM && str_ieqz(str_trim(buf_str(&b)), name);
    buf_fini(&b);
    return is;
}

/* The children of the root are a tree by their names; its order is not trusted, only its links,
 * each of which is gone once. */
static const char *find(const struct ole *o, const char *name)
{
    size_t n = o->entries.n / ENTRY, waiting = 0;
    uint32_t *stack = mem_array(n + 1, sizeof *stack);
    bool *seen = mem_array(n + 1, sizeof *seen);
    const char *at = entry_at(o, 0), *got = NULL;
    uint32_t next[2] = { at ? u32_of(at + 76) : NO_ENTRY, NO_ENTRY };
    for (;;) {
        for (size_t i = 0; i < 2; i++) {
            if (next[i] >= n || seen[next[i]])
                continue;
            seen[next[i]] = true;
            stack[waiting++] = next[i];
        }
        if (!waiting || got)
            break;
        at = entry_at(o, stack[--waiting]);
        if (entry_is(at, name))
            got = at;
        next[0] = u32_of(at + 68);
        next[1] = u32_of(at + 72);
    }
    mem_free(stack);
    mem_free(seen);
    return got;
}

enum err ole_open(struct zip_source src, struct ole **out)
{
    struct ole *o = NEW(struct ole);
    o->src = src;
    buf_init(&o->entries, (size_t)(OLE_ENTRIES_MAX + SECTOR_MAX) * ENTRY);
    enum err e = read_header(o);
    if (!e)
        e = each_entry(o, OLE_ENTRIES_MAX, &o->entries, put_entry);
    if (o->entries.n) /* a directory that breaks later may still name what is looked for */
        e = E_OK;
    else if (!e)
        e = E_SYNTAX;
    if (!e)
        chain_load(o, u32_of(o->entries.p + 116), entry_size(o, o->entries.p), &o->mini);
    *out = o;
    if (!e)
        return E_OK;
    ole_close(o);
    *out = NULL;
    return e;
}

void ole_close(struct ole *o)
{
    if (!o)
        return;
    chain_fini(&o->fat);
    chain_fini(&o->mini);
    buf_fini(&o->entries);
    mem_free(o);
}

/* ---- streams */

/* n < MINI_CUTOFF bytes, from one small sector to the next. */
static enum err read_small(struct ole *o, uint32_t sector, char *to, size_t n, size_t *got)
{
    struct chain fat;
    enum err e = E_OK;
    chain_load(o, o->mini_fat, (uint64_t)o->mini_fat_n << o->shift, &fat);
    for (*got = 0; *got < n && !e;) {
        size_t part = n - *got < MINI ? n - *got : MINI, read = 0;
        char link[4];
        if (sector >= END_OF_CHAIN)
            e = E_SYNTAX;
        if (!e)
            e = chain_read(o, &o->mini, (uint64_t)sector * MINI, to + *got, part, &read);
        *got += read;
        if (!e && *got < n && !(e = chain_read(o, &fat, (uint64_t)sector * 4, link, 4, &read)))
            sector = u32_of(link);
    }
    chain_fini(&fat);
    return e;
}

static enum err read_large(struct ole *o, uint32_t sector, char *to, size_t n, size_t *got)
{
    struct chain c;
    chain_load(o, sector, n, &c);
    enum err e = chain_read(o, &c, 0, to, n, got);
    chain_fini(&c);
    return e;
}

enum err ole_stream(struct ole *o, const char *name, struct buf *out)
{
    const char *entry = find(o, name);
    if (!entry)
        return E_NOT_FOUND;
    uint64_t size = entry_size(o, entry);
    if (size > o->src.size) /* O3 */
        return E_SYNTAX;
    bool cut = size > out->cap - out->n;
    size_t n = cut ? out->cap - out->n : (size_t)size, got = 0;
    char *to = buf_space(out, n);
    if (!to)
        return out->err;
    uint32_t sector = u32_of(entry + 116);
    enum err e = size < MINI_CUTOFF ? read_small(o, sector, to, n, &got)
                                    : read_large(o, sector, to, n, &got);
    buf_added(out, got);
    return e ? e : cut ? E_TOO_LARGE : E_OK;
}
