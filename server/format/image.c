/* Headers of pictures. Big endian unless said. */
#include "server/format/media.h"

#include <string.h>

static uint32_t be(const char *p, size_t n)
{
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static uint32_t le(const char *p, size_t n)
{
    uint32_t v = 0;
    while (n-- > 0)
        v = v << 8 | (unsigned char)p[n];
    return v;
}

static enum err png_read(struct str s, struct media *m)
{
    if (s.n < 33 || memcmp(s.p + 12, "IHDR", 4) != 0)
        return E_SYNTAX;
    m->image = "image/png";
    m->width = be(s.p + 16, 4);
    m->height = be(s.p + 20, 4);
    return E_OK;
}

static enum err gif_read(struct str s, struct media *m)
{
    if (s.n < 13)
        return E_SYNTAX;
    m->image = "image/gif";
    m->width = le(s.p + 6, 2);
    m->height = le(s.p + 8, 2);
    return E_OK;
}

static enum err bmp_read(struct str s, struct media *m)
{
    if (s.n < 54 || le(s.p + 14, 4) < 40)
        return E_SYNTAX;
    int32_t w = (int32_t)le(s.p + 18, 4), h = (int32_t)le(s.p + 22, 4);
    m->image = "image/bmp";
    m->width = w;
    m->height = h < 0 ? -(int64_t)h : h;
    return E_OK;
}

static enum err webp_read(struct str s, struct media *m)
{
    if (s.n < 30)
        return E_SYNTAX;
    m->image = "image/webp";
    if (memcmp(s.p + 12, "VP8X", 4) == 0) {
        m->width = le(s.p + 24, 3) + 1;
        m->height = le(s.p + 27, 3) + 1;
    } else if (memcmp(s.p + 12, "VP8L", 4) == 0) {
        uint32_t v = le(s.p + 21, 4);
        m->width = (v & 0x3fff) + 1;
        m->height = (v >> 14 & 0x3fff) + 1;
    } else if (memcmp(s.p + 12, "VP8 ", 4) == 0) {
        m->width = le(s.p + 26, 2) & 0x3fff;
        m->height = le(s.p + 28, 2) & 0x3fff;
    } else
        return E_SYNTAX;
    return E_OK;
}

/* The TIFF block of EXIF, with its byte order. */
struct tiff {
    struct str s;
    bool little;
};

static uint32_t tiff_num(const struct tiff *t, size_t at, size_t n)
{
    struct str v = str_sub(t->s, at, at + n);
    return v.n < n ? 0 : t->little ? le(v.p, n) : be(v.p, n);
}

/* Value of a tag in the directory at an offset; *next is the following directory's. */
static uint32_t tiff_tag(const struct tiff *t, uint32_t dir, uint16_t tag, uint32_t *next)
{
    uint32_t n = tiff_num(t, dir, 2), got = 0;
    if (n > 1000)
        n = 0;
    for (uint32_t i = 0; i < n; i++) {
        size_t at = (size_t)dir + 2 + 12 * (size_t)i;
        if (tiff_num(t, at, 2) == tag)
            got = tiff_num(t, at + 2, 2) == 3 ? tiff_num(t, at + 8, 2) : tiff_num(t, at + 8, 4);
    }
    *next = tiff_num(t, (size_t)dir + 2 + 12 * (size_t)n, 4);
    return got;
}

static bool tiff_of(struct str app1, struct tiff *t)
{
    if (app1.n < 14 || memcmp(app1.p, "Exif\0\0", 6) != 0)
        return false;
    t->s = str_sub(app1, 6, app1.n);
    t->little = t->s.p[0] == 'I';
    return true;
}

/* The next marker segment of a JPEG: its code and what stands in it; 0 at the end or at the pixels.
 */
static int jpeg_segment(struct str s, size_t *at, struct str *body)
{
    while (*at + 4 <= s.n && s.p[*at] == '\xff') {
        int code = (unsigned char)s.p[*at + 1];
        if (code == 0xff) {
            ++*at;
            continue;
        }
        if (code == 0xda || code == 0xd9)
            return 0;
        size_t n = be(s.p + *at + 2, 2);
        if (n < 2)
            return 0;
        *body = str_sub(s, *at + 4, *at + 2 + n);
        *at += 2 + n;
        return code;
    }
    return 0;
}

static enum err jpeg_read(struct str s, struct media *m)
{
    struct str body;
    struct tiff t;
    uint32_t turn = 1, next;
    size_t at = 2;
    for (int code; (code = jpeg_segment(s, &at, &body)) != 0;) {
        if (code == 0xe1 && tiff_of(body, &t))
            turn = tiff_tag(&t, tiff_num(&t, 4, 4), 0x0112, &next);
        bool frame = code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
        if (!frame || body.n < 6)
            continue;
        m->image = "image/jpeg";
        m->height = be(body.p + 1, 2);
        m->width = be(body.p + 3, 2);
        if (turn >= 5 && turn <= 8) {
            int64_t w = m->width;
            m->width = m->height;
            m->height = w;
        }
        return E_OK;
    }
    return E_SYNTAX;
}

struct str exif_thumbnail(struct str s)
{
    struct str body;
    struct tiff t;
    size_t at = 2;
    if (!str_starts(s, S("\xff\xd8\xff")))
        return STR_NONE;
    for (int code; (code = jpeg_segment(s, &at, &body)) != 0;) {
        if (code != 0xe1 || !tiff_of(body, &t))
            continue;
        uint32_t second = 0, end;
        tiff_tag(&t, tiff_num(&t, 4, 4), 0, &second);
        uint32_t from = second ? tiff_tag(&t, second, 0x0201, &end) : 0;
        uint32_t n = second ? tiff_tag(&t, second, 0x0202, &end) : 0;
        struct str got = from && n ? str_sub(t.s, from, (size_t)from + n) : STR_NONE;
        if (got.n == n && str_starts(got, S("\xff\xd8\xff")))
            return got;
    }
    return STR_NONE;
}

enum err image_read(struct str s, struct media *m)
{
    static const struct {
        struct str mark;
        enum err (*read)(struct str s, struct media *m);
    } rows[] = {
        { { "\x89PNG\r\n\x1a\n", 8 }, png_read },
        { { "\xff\xd8\xff", 3 }, jpeg_read },
        { { "GIF87a", 6 }, gif_read },
        { { "GIF89a", 6 }, gif_read },
        { { "BM", 2 }, bmp_read },
        { { "RIFF", 4 }, webp_read },
    };
    *m = (struct media){ 0 };
    enum err e = E_SYNTAX;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_starts(s, rows[i].mark))
            e = rows[i].read(s, m);
    if (!e && (m->width <= 0 || m->height <= 0))
        e = E_SYNTAX;
    if (!e && m->width > PIXELS_MAX / m->height)
        e = E_TOO_LARGE;
    return e;
}
