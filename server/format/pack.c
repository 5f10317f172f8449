/* The layout of a pack. All bytes that are not content stand in one buffer: the local headers one
 * behind the other, then the central directory with its end. at[k] is where member k's local header
 * begins in the archive, head[k] where it begins in the buffer; at[n] and head[n] are the central
 * directory's. */
#include "server/format/pack.h"

#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "server/base/utf.h"
#include "server/format/name.h"

#define MAX16 0xffffu
#define MAX32 0xffffffffu

struct pack {
    size_t n;
    struct buf bytes, names; /* headers; names in UTF-8 */
    uint64_t *at;            /* n + 1 */
    size_t *head;            /* n + 1 */
    size_t *name;            /* n + 1 offsets into names */
    uint64_t size;
    enum pack_names kind;
};

/* ---- names */

static void fold_key(struct buf *out, struct str s)
{
    buf_clear(out);
    while (s.n) {
        uint32_t r;
        size_t k = utf_get(s, &r);
        buf_utf8(out, utf_fold(r));
        s = str_sub(s, k, s.n);
    }
}

struct naming {
    struct map *taken; /* folded names of files, and of folders with a '/' behind */
    struct buf key, safe, numbered;
    bool cp936;
};

static bool is_taken(struct naming *w, struct str name)
{
    fold_key(&w->key, name);
    if (map_get(w->taken, buf_str(&w->key)))
        return true;
    buf_char(&w->key, '/');
    return map_get(w->taken, buf_str(&w->key)) != NULL;
}

static void take(struct naming *w, struct str name)
{
    fold_key(&w->key, name);
    map_put(w->taken, buf_str(&w->key), w);
}

/* Every folder on the way, so that no file gets a folder's name. */
static void take_folders(struct naming *w, struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/')
            take(w, str_sub(name, 0, i + 1));
}

static void number(struct naming *w, struct str name, size_t nth)
{
    struct str ext = name_ext(name);
    if (ext.n > 12)
        ext = STR_NONE;
    size_t tail = ext.n ? ext.n + 1 : 0;
    struct str stem = str_sub(name, 0, name.n - tail);
    buf_clear(&w->numbered);
    buf_add(&w->numbered, utf_head(stem, PACK_NAME_MAX - tail - 12));
    buf_fmt(&w->numbered, " (%zu)", nth);
    if (tail) {
        buf_char(&w->numbered, '.');
        buf_add(&w->numbered, ext);
    }
}

/* How often a folded name was asked for, so that n equal names need n looks and not n². */
static size_t next_number(struct naming *w, struct map *counts, struct str name)
{
    fold_key(&w->key, name);
    size_t seen = (size_t)(uintptr_t)map_get(counts, buf_str(&w->key));
    seen = seen ? seen + 1 : 2;
    map_put(counts, buf_str(&w->key), (void *)(uintptr_t)seen);
    return seen;
}

static void name_members(struct pack *p, const struct pack_member *m)
{
    struct naming w = { .taken = map_new(), .cp936 = p->kind == PACK_CP936 };
    struct map *counts = map_new();
    buf_init(&w.key, 4 * PACK_NAME_MAX);
    buf_init(&w.safe, 2 * PACK_NAME_MAX);
    buf_init(&w.numbered, 2 * PACK_NAME_MAX);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < p->n; k++) {
            buf_clear(&w.safe);
            name_path(&w.safe, m[k].name, PACK_NAME_MAX, w.cp936);
            struct str name = buf_str(&w.safe);
            if (pass == 0) {
                take_folders(&w, name);
                continue;
            }
            while (is_taken(&w, name)) {
                number(&w, buf_str(&w.safe), next_number(&w, counts, buf_str(&w.safe)));
                name = buf_str(&w.numbered);
            }
            take(&w, name);
            p->name[k] = p->names.n;
            buf_add(&p->names, name);
        }
    }
    p->name[p->n] = p->names.n;
    buf_fini(&w.key);
    buf_fini(&w.safe);
    buf_fini(&w.numbered);
    map_free(w.taken);
    map_free(counts);
}

struct str pack_name(const struct pack *p, size_t k)
{
    return str_sub(buf_str(&p->names), p->name[k], p->name[k + 1]);
}

/* ---- headers */

/* MS-DOS date and time, local to the county, from 1980 to 2107. */
static uint32_t dos_time(int64_t ms)
{
    struct civil c = civil_local(ms);
    if (c.year < 1980)
        return (1u << 21) | (1u << 16);
    if (c.year > 2107)
        c = (struct civil){ .year = 2107, .month = 12, .day = 31 };
    return ((uint32_t)(c.year - 1980) << 25) | ((uint32_t)c.month << 21) | ((uint32_t)c.day << 16) |
           ((uint32_t)c.hour << 11) | ((uint32_t)c.minute << 5) | ((uint32_t)c.second / 2);
}

/* One member's pieces, ready for both of its headers. */
struct entry {
    const struct pack_member *m;
    struct str name;  /* as the archive has it */
    struct buf extra; /* of both headers: time, and the UTF-8 name beside CP936 */
    uint16_t flags;
    bool big;
};

static void entry_fill(struct entry *en, const struct pack *p, const struct pack_member *m,
                       size_t k, struct buf *raw)
{
    struct str utf8 = pack_name(p, k);
    buf_clear(raw);
    if (p->kind == PACK_CP936)
        name_cp936(raw, utf8);
    else
        buf_add(raw, utf8);
    buf_clear(&en->extra);
    en->m = &m[k];
    en->name = buf_str(raw);
    en->flags = p->kind == PACK_UTF8 ? 0x0800 : 0;
    en->big = m[k].size >= MAX32;
    int64_t s = m[k].mtime / SECOND_MS;
    if (s >= 0 && s <= 0x7fffffff) {
        buf_u16(&en->extra, 0x5455);
        buf_u16(&en->extra, 5);
        buf_char(&en->extra, 1); /* only the time of modification */
        buf_u32(&en->extra, (uint32_t)s);
    }
    if (!str_eq(en->name, utf8)) {
        buf_u16(&en->extra, 0x7075);
        buf_u16(&en->extra, (uint16_t)(5 + utf8.n));
        buf_char(&en->extra, 1);
        buf_u32(&en->extra, crc32_of(0, en->name));
        buf_add(&en->extra, utf8);
    }
}

/* The fields both headers share, from "version needed" to the extra length. */
static void put_common(struct buf *b, const struct entry *en, uint16_t version, size_t zip64)
{
    uint32_t size = en->big ? MAX32 : (uint32_t)en->m->size;
    buf_u16(b, version);
    buf_u16(b, en->flags);
    buf_u16(b, 0); /* stored */
    buf_u32(b, dos_time(en->m->mtime));
    buf_u32(b, en->m->crc32);
    buf_u32(b, size);
    buf_u32(b, size);
    buf_u16(b, (uint16_t)en->name.n);
    buf_u16(b, (uint16_t)(en->extra.n + zip64));
}

static void put_local(struct buf *b, const struct entry *en)
{
    buf_u32(b, 0x04034b50);
    put_common(b, en, en->big ? 45 : 20, en->big ? 20 : 0);
    buf_add(b, en->name);
    if (en->big) {
        buf_u16(b, 1);
        buf_u16(b, 16);
        buf_u64(b, en->m->size);
        buf_u64(b, en->m->size);
    }
    buf_add(b, buf_str(&en->extra));
}

static void put_central(struct buf *b, const struct entry *en, uint64_t at, enum pack_names kind)
{
    bool far = at >= MAX32;
    size_t fields = (en->big ? 16u : 0u) + (far ? 8u : 0u), zip64 = fields ? fields + 4 : 0;
    uint16_t version = zip64 ? 45 : 20;
    buf_u32(b, 0x02014b50);
    buf_u16(b,
            (uint16_t)(version |
                       (kind == PACK_UTF8 ? 3 << 8 : 0))); /* made by Unix, or by DOS for CP936 */
    put_common(b, en, version, zip64);
    buf_u16(b, 0); /* comment */
    buf_u16(b, 0); /* disk */
    buf_u16(b, 0); /* internal attributes */
    buf_u32(b, kind == PACK_UTF8 ? 0100644u << 16 : 0x20);
    buf_u32(b, far ? MAX32 : (uint32_t)at);
    buf_add(b, en->name);
    if (zip64) {
        buf_u16(b, 1);
        buf_u16(b, (uint16_t)fields);
        if (en->big) {
            buf_u64(b, en->m->size);
            buf_u64(b, en->m->size);
        }
        if (far)
            buf_u64(b, at);
    }
    buf_add(b, buf_str(&en->extra));
}

static void put_end(struct buf *b, size_t n, uint64_t at, uint64_t len)
{
    if (n >= MAX16 || at >= MAX32 || len >= MAX32) {
        buf_u32(b, 0x06064b50);
        buf_u64(b, 44);
        buf_u16(b, 45 | 3 << 8);
        buf_u16(b, 45);
        buf_u32(b, 0);
        buf_u32(b, 0);
        buf_u64(b, n);
        buf_u64(b, n);
        buf_u64(b, len);
        buf_u64(b, at);
        buf_u32(b, 0x07064b50);
        buf_u32(b, 0);
        buf_u64(b, at + len);
        buf_u32(b, 1);
    }
    buf_u32(b, 0x06054b50);
    buf_u16(b, 0);
    buf_u16(b, 0);
    buf_u16(b, (uint16_t)(n < MAX16 ? n : MAX16));
    buf_u16(b, (uint16_t)(n < MAX16 ? n : MAX16));
    buf_u32(b, (uint32_t)(len < MAX32 ? len : MAX32));
    buf_u32(b, (uint32_t)(at < MAX32 ? at : MAX32));
    buf_u16(b, 0);
}

static void lay_out(struct pack *p, const struct pack_member *m)
{
    struct entry en = { 0 };
    struct buf raw;
    uint64_t at = 0;
    buf_init(&en.extra, 4 * PACK_NAME_MAX);
    buf_init(&raw, 4 * PACK_NAME_MAX);
    for (size_t k = 0; k < p->n; k++) {
        entry_fill(&en, p, m, k, &raw);
        p->at[k] = at;
        p->head[k] = p->bytes.n;
        put_local(&p->bytes, &en);
        at += p->bytes.n - p->head[k] + m[k].size;
    }
    p->at[p->n] = at;
    p->head[p->n] = p->bytes.n;
    for (size_t k = 0; k < p->n; k++) {
        entry_fill(&en, p, m, k, &raw);
        put_central(&p->bytes, &en, p->at[k], p->kind);
    }
    put_end(&p->bytes, p->n, at, p->bytes.n - p->head[p->n]);
    p->size = at + p->bytes.n - p->head[p->n];
    buf_fini(&raw);
    buf_fini(&en.extra);
}

enum err pack_new(const struct pack_member *m, size_t n, enum pack_names names, struct pack **out)
{
    *out = NULL;
    uint64_t all = 0;
    for (size_t k = 0; n <= PACK_MEMBERS_MAX && k < n; k++)
        if (m[k].size > (UINT64_C(1) << 62) || (all += m[k].size) > (UINT64_C(1) << 62))
            return E_TOO_LARGE;
    if (n > PACK_MEMBERS_MAX)
        return E_TOO_LARGE;
    struct pack *p = NEW(struct pack);
    p->n = n;
    p->kind = names;
    p->at = mem_array(n + 1, sizeof *p->at);
    p->head = mem_array(n + 1, sizeof *p->head);
    p->name = mem_array(n + 1, sizeof *p->name);
    buf_init(&p->names, (n + 1) * PACK_NAME_MAX);
    buf_init(&p->bytes, (n + 1) * (4 * PACK_NAME_MAX + 256));
    name_members(p, m);
    lay_out(p, m);
    if (p->names.err || p->bytes.err)
        BUG("a pack's headers outgrew their bound");
    *out = p;
    return E_OK;
}

void pack_free(struct pack *p)
{
    if (!p)
        return;
    buf_fini(&p->bytes);
    buf_fini(&p->names);
    mem_free(p->at);
    mem_free(p->head);
    mem_free(p->name);
    mem_free(p);
}

uint64_t pack_size(const struct pack *p)
{
    return p->size;
}

struct pack_piece pack_at(const struct pack *p, uint64_t offset)
{
    if (offset >= p->size)
        return (struct pack_piece){ 0 };
    size_t lo = 0, hi = p->n; /* the last k with at[k] <= offset; at[n] is the central directory */
    while (lo < hi) {
        size_t mid = lo + (hi - lo + 1) / 2;
        if (p->at[mid] <= offset)
            lo = mid;
        else
            hi = mid - 1;
    }
    uint64_t in = offset - p->at[lo];
    size_t head_end = lo == p->n ? p->bytes.n : p->head[lo + 1];
    uint64_t head_len = head_end - p->head[lo];
    if (in < head_len) {
        struct str b = str_sub(buf_str(&p->bytes), p->head[lo] + (size_t)in, head_end);
        return (struct pack_piece){ .bytes = b, .member = lo, .len = b.n };
    }
    uint64_t size = p->at[lo + 1] - p->at[lo] - head_len, from = in - head_len;
    return (struct pack_piece){ .content = true, .member = lo, .from = from, .len = size - from };
}

void pack_digest(const struct pack *p, unsigned char out[32])
{
    sha256(buf_str(&p->bytes), out);
}
