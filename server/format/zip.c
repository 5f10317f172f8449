/* The reader of ZIP archives. Offsets in the archive are relative to its first byte, which need not
 * be the source's: prefix is the difference, found by where the directory really lies. */
#include "server/format/zip.h"

#include "server/base/hash.h"
#include "server/base/map.h"
#include "server/base/mem.h"
#include "server/base/rd.h"
#include "server/base/utf.h"
#include "server/format/name.h"

#include <string.h>
#include <zlib.h>

enum {
    END_LEN = 22,
    END_MAX = END_LEN + 65535,
    LOCAL_LEN = 30,
    IN_LEN = 32768,
    RATIO_FREE = 1 << 20
};

const struct zip_limits zip_limits = { 10000, 16u << 20, UINT64_C(2) << 30, 200 };

struct zip {
    struct zip_source src;
    struct zip_limits lim;
    uint64_t prefix, left; /* left: what may still be inflated, Z2 */
    size_t n;
    struct zip_entry *entry;
    struct buf names;
    struct map *index; /* folded name → entry + 1 */
};

struct zip_stream {
    struct zip *z;
    const struct zip_entry *en;
    z_stream inflate;
    bool inflating, done;
    uint64_t at, in_left, in_used, out;
    uint32_t crc;
    unsigned char in[IN_LEN];
};

static enum err bytes_read(void *arg, uint64_t at, void *to, size_t n)
{
    const struct str *s = arg;
    if (at > s->n || n > s->n - at)
        return E_SYNTAX;
    memcpy(to, s->p + at, n);
    return E_OK;
}

struct zip_source zip_bytes(const struct str *s)
{
    return (struct zip_source){ bytes_read, (void *)s, s->n };
}

static enum err src_read(const struct zip *z, uint64_t at, void *to, size_t n)
{
    if (at > z->src.size || n > z->src.size - at)
        return E_SYNTAX;
    return n ? z->src.read(z->src.arg, at, to, n) : E_OK;
}

/* ---- the directory */

struct directory {
    uint64_t n, size, at; /* at: as the archive tells it */
    uint64_t real;        /* where its end record begins in the source */
};

/* The ZIP64 end record, if there is a locator before the end record; else leaves d alone. */
static enum err read_end64(struct zip *z, struct directory *d)
{
    unsigned char loc[20], end[56];
    if (d->real < sizeof loc)
        return E_OK;
    enum err e = src_read(z, d->real - sizeof loc, loc, sizeof loc);
    struct rd r = rd_of((struct str){ (const char *)loc, sizeof loc });
    if (e || rd_u32(&r) != 0x07064b50)
        return e;
    rd_u32(&r);
    uint64_t at = rd_u64(&r);
    if (src_read(z, at, end, sizeof end) || memcmp(end, "PK\6\6", 4) != 0) {
        at = d->real - sizeof loc - sizeof end; /* moved by a prefix */
        if (d->real < sizeof loc + sizeof end || src_read(z, at, end, sizeof end) ||
            memcmp(end, "PK\6\6", 4) != 0)
            return E_SYNTAX;
    }
    r = rd_of((struct str){ (const char *)end, sizeof end });
    rd_skip(&r, 32);
    d->n = rd_u64(&r);
    d->size = rd_u64(&r);
    d->at = rd_u64(&r);
    d->real = at;
    return E_OK;
}

/* The last end record whose comment reaches exactly to the end, else the last one that fits. */
static enum err find_end(struct zip *z, struct directory *d)
{
    size_t n = z->src.size < END_MAX ? (size_t)z->src.size : END_MAX, found = SIZE_MAX;
    if (n < END_LEN)
        return E_SYNTAX;
    unsigned char *tail = mem_new(n);
    enum err e = src_read(z, z->src.size - n, tail, n);
    const unsigned char *at = tail + n - END_LEN + 1;
    while (!e && (at = memrchr(tail, 'P', (size_t)(at - tail))) != NULL) {
        if (memcmp(at, "PK\5\6", 4) != 0)
            continue;
        size_t i = (size_t)(at - tail);
        size_t comment = (size_t)tail[i + 20] | (size_t)tail[i + 21] << 8;
        if (i + END_LEN + comment == n) {
            found = i;
            break;
        }
        if (found == SIZE_MAX && i + END_LEN + comment < n)
            found = i;
    }
    if (!e && found == SIZE_MAX)
        e = E_SYNTAX;
    if (!e) {
        struct rd r = rd_of((struct str){ (const char *)tail + found + 4, END_LEN - 4 });
        uint16_t disk = rd_u16(&r), first = rd_u16(&r), here = rd_u16(&r);
        *d = (struct directory){ .real = z->src.size - n + found };
        d->n = rd_u16(&r);
        d->size = rd_u32(&r);
        d->at = rd_u32(&r);
        if ((disk || first || here != d->n) && disk != 0xffff)
            e = E_MEDIA_TYPE;
        else if (disk == 0xffff || d->n == 0xffff || d->size == 0xffffffff || d->at == 0xffffffff)
            e = read_end64(z, d);
    }
    mem_free(tail);
    return e;
}

/* Sizes and offset past 32 bits stand in the extra field 1, in this order, each only where needed.
 */
static void read_zip64(struct str extra, struct zip_entry *en)
{
    struct rd r = rd_of(extra);
    while (rd_left(&r) >= 4) {
        uint16_t id = rd_u16(&r), len = rd_u16(&r);
        struct rd f = rd_of(rd_take(&r, len));
        if (r.err || id != 1)
            continue;
        if (en->size == 0xffffffff)
            en->size = rd_u64(&f);
        if (en->packed == 0xffffffff)
            en->packed = rd_u64(&f);
        if (en->at == 0xffffffff)
            en->at = rd_u64(&f);
        return;
    }
}

/* The name in UTF-8 from Info-ZIP's extra field 0x7075, if it belongs to this name. */
static struct str unicode_name(struct str extra, struct str raw)
{
    struct rd r = rd_of(extra);
    while (rd_left(&r) >= 4) {
        uint16_t id = rd_u16(&r), len = rd_u16(&r);
        struct rd f = rd_of(rd_take(&r, len));
        if (r.err || id != 0x7075 || len < 6)
            continue;
        if (rd_u8(&f) == 1 && rd_u32(&f) == crc32_of(0, raw))
            return rd_take(&f, len - 5u);
    }
    return STR_NONE;
}

static enum err read_central(struct zip *z, struct rd *r, struct zip_entry *en, size_t *name_at)
{
    if (rd_u32(r) != 0x02014b50)
        return E_SYNTAX;
    unsigned made = rd_u16(r);
    rd_u16(r);
    uint16_t flags = rd_u16(r);
    *en = (struct zip_entry){ .method = rd_u16(r), .encrypted = flags & 1 };
    rd_u32(r);
    en->crc32 = rd_u32(r);
    en->packed = rd_u32(r);
    en->size = rd_u32(r);
    uint16_t name_len = rd_u16(r), extra_len = rd_u16(r), comment_len = rd_u16(r);
    rd_skip(r, 4);
    uint32_t attr = rd_u32(r);
    en->at = rd_u32(r);
    struct str raw = rd_take(r, name_len), extra = rd_take(r, extra_len);
    rd_skip(r, comment_len);
    if (r->err)
        return E_SYNTAX;
    read_zip64(extra, en);
    struct str utf8 = unicode_name(extra, raw);
    *name_at = z->names.n;
    name_decode(&z->names, utf8.n ? utf8 : raw);
    en->folder = raw.n && raw.p[raw.n - 1] == '/';
    en->link = made >> 8 == 3 && (attr >> 16 & 0170000) == 0120000;
    return E_OK;
}

static void fold_ascii(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
}

static void index_names(struct zip *z)
{
    struct buf key;
    buf_init(&key, 4 * 65536 + 64);
    for (size_t k = z->n; k-- > 0;) { /* the first of equal names wins */
        buf_clear(&key);
        buf_add(&key, z->entry[k].name);
        if (key.p)
            fold_ascii(key.p, key.n);
        map_put(z->index, buf_str(&key), (void *)(uintptr_t)(k + 1));
    }
    buf_fini(&key);
}

static enum err read_entries(struct zip *z, const struct directory *d, struct str bytes)
{
    struct rd r = rd_of(bytes);
    size_t *at = mem_array((size_t)d->n + 1, sizeof *at);
    enum err e = E_OK;
    z->entry = mem_array((size_t)d->n, sizeof *z->entry);
    buf_init(&z->names, bytes.n * 4 + 64);
    for (z->n = 0; !e && z->n < d->n; z->n++)
        e = read_central(z, &r, &z->entry[z->n], &at[z->n]);
    at[z->n] = z->names.n;
    for (size_t k = 0; !e && k < z->n; k++)
        z->entry[k].name = str_sub(buf_str(&z->names), at[k], at[k + 1]);
    mem_free(at);
    if (e || z->names.err)
        return e ? e : z->names.err;
    index_names(z);
    return E_OK;
}

static enum err read_directory(struct zip *z)
{
    struct directory d;
    enum err e = find_end(z, &d);
    if (e)
        return e;
    if (d.n > z->lim.entries || d.size > z->lim.directory)
        return E_TOO_LARGE;
    if (d.size > d.real || d.n * 46 > d.size)
        return E_SYNTAX;
    unsigned char mark[4];
    uint64_t real = d.real - d.size;
    if (d.at < real && !src_read(z, d.at, mark, sizeof mark) && !memcmp(mark, "PK\1\2", 4))
        real = d.at; /* told rightly, with something between the directory and the end record */
    if (real < d.at)
        return E_SYNTAX;
    z->prefix = real - d.at;
    char *bytes = mem_new((size_t)d.size + 1);
    e = src_read(z, real, bytes, (size_t)d.size);
    if (!e)
        e = read_entries(z, &d, (struct str){ bytes, (size_t)d.size });
    mem_free(bytes);
    return e;
}

enum err zip_open(struct zip_source src, const struct zip_limits *lim, struct zip **out)
{
    struct zip *z = NEW(struct zip);
    z->src = src;
    z->lim = *lim;
    z->left = lim->inflated;
    z->index = map_new();
    enum err e = read_directory(z);
    if (e) {
        zip_close(z);
        z = NULL;
    }
    *out = z;
    return e;
}

void zip_close(struct zip *z)
{
    if (!z)
        return;
    map_free(z->index);
    buf_fini(&z->names);
    mem_free(z->entry);
    mem_free(z);
}

size_t zip_count(const struct zip *z)
{
    return z->n;
}

const struct zip_entry *zip_entry(const struct zip *z, size_t k)
{
    return &z->entry[k];
}

size_t zip_find(const struct zip *z, struct str name)
{
    char key[512];
    if (name.n > sizeof key)
        return SIZE_MAX;
    if (name.n)
        memcpy(key, name.p, name.n);
    fold_ascii(key, name.n);
    void *v = map_get(z->index, (struct str){ key, name.n });
    return v ? (size_t)(uintptr_t)v - 1 : SIZE_MAX;
}

bool zip_has(const struct zip *z, const char *name)
{
    return zip_find(z, str_of(name)) != SIZE_MAX;
}

uint64_t zip_prefix(const struct zip *z)
{
    return z->prefix;
}

/* ---- one member */

enum err zip_stream_open(struct zip *z, size_t k, struct zip_stream **out)
{
    const struct zip_entry *en = &z->entry[k];
    unsigned char head[LOCAL_LEN];
    *out = NULL;
    if (en->encrypted || (en->method != 0 && en->method != 8))
        return E_MEDIA_TYPE;
    if (en->at > z->src.size || z->prefix > z->src.size - en->at)
        return E_SYNTAX;
    uint64_t at = z->prefix + en->at;
    enum err e = src_read(z, at, head, sizeof head);
    if (e)
        return e;
    struct rd r = rd_of((struct str){ (const char *)head, sizeof head });
    if (rd_u32(&r) != 0x04034b50)
        return E_SYNTAX;
    rd_skip(&r, 22);
    at += LOCAL_LEN + (uint64_t)rd_u16(&r);
    at += rd_u16(&r);
    if (at > z->src.size || en->packed > z->src.size - at)
        return E_SYNTAX;
    struct zip_stream *s = NEW(struct zip_stream);
    s->z = z;
    s->en = en;
    s->at = at;
    s->in_left = en->packed;
    if (en->method == 8) {
        if (inflateInit2(&s->inflate, -15) != Z_OK)
            BUG("inflateInit2");
        s->inflating = true;
    }
    *out = s;
    return E_OK;
}

void zip_stream_close(struct zip_stream *s)
{
    if (!s)
        return;
    if (s->inflating)
        inflateEnd(&s->inflate);
    mem_free(s);
}

/* Counts what came out against the limits (Z2, Z3). */
static enum err count_out(struct zip_stream *s, size_t n)
{
    s->out += n;
    if (n > s->z->left)
        return E_TOO_LARGE;
    s->z->left -= n;
    if (s->out > RATIO_FREE && s->out / s->z->lim.ratio > s->in_used)
        return E_TOO_LARGE;
    return E_OK;
}

static enum err check_end(struct zip_stream *s)
{
    s->done = true;
    return s->crc == s->en->crc32 && s->out == s->en->size ? E_OK : E_SYNTAX;
}

static enum err read_stored(struct zip_stream *s, void *to, size_t n, size_t *got)
{
    size_t k = n < s->in_left ? n : (size_t)s->in_left;
    enum err e = src_read(s->z, s->at, to, k);
    if (e)
        return e;
    s->at += k;
    s->in_left -= k;
    s->in_used += k;
    *got = k;
    return E_OK;
}

static enum err refill(struct zip_stream *s)
{
    size_t k = s->in_left < IN_LEN ? (size_t)s->in_left : IN_LEN;
    enum err e = src_read(s->z, s->at, s->in, k);
    s->at += k;
    s->in_left -= k;
    s->in_used += k;
    s->inflate.next_in = s->in;
    s->inflate.avail_in = (uInt)k;
    return e;
}

static enum err read_deflated(struct zip_stream *s, void *to, size_t n, size_t *got)
{
    z_stream *v = &s->inflate;
    size_t want = n < (1u << 30) ? n : 1u << 30;
    v->next_out = to;
    v->avail_out = (uInt)want;
    while (v->avail_out == want) {
        enum err e = E_OK;
        if (!v->avail_in && s->in_left)
            e = refill(s);
        if (e)
            return e;
        int r = inflate(v, Z_NO_FLUSH);
        if (r == Z_STREAM_END)
            break;
        if (r != Z_OK || (!v->avail_in && !s->in_left && v->avail_out == want))
            return E_SYNTAX;
    }
    *got = want - v->avail_out;
    return E_OK;
}

enum err zip_stream_read(struct zip_stream *s, void *to, size_t n, size_t *got)
{
    *got = 0;
    if (s->done || !n)
        return E_OK;
    enum err e = s->inflating ? read_deflated(s, to, n, got) : read_stored(s, to, n, got);
    if (!e)
        e = count_out(s, *got);
    if (!e)
        s->crc = crc32_of(s->crc, (struct str){ to, *got });
    if (!e && !*got)
        e = check_end(s);
    if (e)
        *got = 0;
    return e;
}

enum err zip_read(struct zip *z, size_t k, struct buf *out)
{
    struct zip_stream *s;
    enum err e = zip_stream_open(z, k, &s);
    for (size_t got = 1; !e && got;) {
        char t[16384];
        e = zip_stream_read(s, t, sizeof t, &got);
        buf_put(out, t, got);
        if (!e && out->err)
            e = out->err;
    }
    zip_stream_close(s);
    return e;
}
