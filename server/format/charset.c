/* Charsets by iconv. A descriptor per thread and direction would be faster; one per call is plainly
 * correct and costs 2 µs once the tables are loaded. */
#include "server/format/charset.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <string.h>

#define NO_ICONV ((iconv_t)-1)

static const char *const names[] = {
    [CHARSET_UTF16LE] = "UTF-16LE",
    [CHARSET_UTF16BE] = "UTF-16BE",
    [CHARSET_GB18030] = "GB18030",
};

void charset_warm(void)
{
    static iconv_t kept[8] __attribute__((unused)); /* held open, so that glibc keeps the tables */
    static bool done;
    if (done)
        return;
    done = true;
    size_t k = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i])
            kept[k++] = iconv_open("UTF-8", names[i]);
    kept[k++] = iconv_open("CP936", "UTF-8");
    kept[k++] = iconv_open("UTF-8", "GBK");
    kept[k] = iconv_open("UTF-8", "BIG5");
}

/* Converts a stretch; bad bytes become U+FFFD, one each, and are counted. */
static size_t convert(struct buf *out, struct str s, const char *from, bool partial)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == NO_ICONV)
        return s.n + 1;
    size_t bad = 0, left = s.n;
    char *in = (char *)s.p;
    while (left && !out->err) {
        size_t room = left * 2 + 16 < 65536 ? left * 2 + 16 : 65536;
        char *to = buf_space(out, room);
        if (!to)
            break;
        char *end = to;
        size_t space = room;
        size_t r = iconv(cd, &in, &left, &end, &space);
        int why = errno;
        buf_added(out, room - space);
        if (r != (size_t)-1 || why == E2BIG)
            continue;
        if (why == EINVAL && partial)
            break;
        bad++;
        buf_utf8(out, 0xFFFD);
        in++;
        left--;
    }
    iconv_close(cd);
    return bad;
}

bool charset_gb18030(struct buf *out, struct str s)
{
    return convert(out, s, "GB18030", false) == 0;
}

static bool utf8_partial(struct str s)
{
    for (size_t cut = 0; cut < 4 && cut <= s.n; cut++)
        if (utf_valid(str_sub(s, 0, s.n - cut)))
            return true;
    return false;
}

enum charset charset_guess(struct str s, bool partial, size_t *skip)
{
    *skip = 0;
    if (str_starts(s, S("\xef\xbb\xbf"))) {
        *skip = 3;
        return CHARSET_UTF8;
    }
    if (str_starts(s, S("\xff\xfe")) || str_starts(s, S("\xfe\xff"))) {
        *skip = 2;
        return s.p[0] == '\xff' ? CHARSET_UTF16LE : CHARSET_UTF16BE;
    }
    if (s.n && memchr(s.p, 0, s.n))
        return CHARSET_BINARY;
    if (partial ? utf8_partial(s) : utf_valid(s))
        return CHARSET_UTF8;
    struct buf t;
    buf_init(&t, s.n * 3 + 64);
    size_t bad = convert(&t, s, "GB18030", partial);
    buf_fini(&t);
    return bad ? CHARSET_BINARY : CHARSET_GB18030;
}

/* \r\n and \r become \n, in place, from offset at on. */
static void plain_lines(struct buf *b, size_t at)
{
    if (!b->p)
        return;
    size_t w = at;
    for (size_t i = at; i < b->n; i++) {
        if (b->p[i] == '\r') {
            b->p[w++] = '\n';
            if (i + 1 < b->n && b->p[i + 1] == '\n')
                i++;
        } else {
            b->p[w++] = b->p[i];
        }
    }
    b->n = w;
    b->p[w] = 0;
}

static void copy_checked(struct buf *out, struct str s)
{
    while (s.n && !out->err) {
        uint32_t rune;
        size_t k = utf_get(s, &rune);
        if (rune)
            buf_utf8(out, rune);
        s = str_sub(s, k, s.n);
    }
}

void charset_utf8(struct buf *out, struct str s)
{
    size_t skip, at = out->n;
    enum charset c = charset_guess(s, false, &skip);
    s = str_sub(s, skip, s.n);
    if (c == CHARSET_UTF8 && utf_valid(s) && (!s.n || !memchr(s.p, 0, s.n)))
        buf_add(out, s);
    else if (c == CHARSET_UTF8 || c == CHARSET_BINARY)
        copy_checked(out, s);
    else
        convert(out, s, names[c], false);
    plain_lines(out, at);
}

/* CP936 of every character of the basic plane, 0: none; made once, for packs of thousands of names.
 */
static uint16_t cp936[65536];
static pthread_once_t cp936_once = PTHREAD_ONCE_INIT;

static void cp936_make(void)
{
    iconv_t cd = iconv_open("CP936", "UTF-8");
    for (uint32_t c = 0x80; cd != NO_ICONV && c < 0x10000; c++) {
        char utf8[4], out[2], *in = utf8, *to = out;
        size_t left = utf_put(utf8, c), room = sizeof out;
        if ((c >= 0xD800 && c < 0xE000) || c == 0xFFFD)
            continue;
        if (iconv(cd, &in, &left, &to, &room) == (size_t)-1) {
            iconv(cd, NULL, NULL, NULL, NULL);
            continue;
        }
        cp936[c] = room ? (unsigned char)out[0]
                        : (uint16_t)((unsigned char)out[0] << 8 | (unsigned char)out[1]);
    }
    if (cd != NO_ICONV)
        iconv_close(cd);
}

size_t charset_cp936(struct str one, char out[2])
{
    uint32_t r;
    if (!one.n || utf_get(one, &r) != one.n || r >= 0x10000)
        return 0;
    pthread_once(&cp936_once, cp936_make);
    uint16_t v = r < 0x80 ? (uint16_t)r : cp936[r];
    if (r >= 0x80 && !v)
        return 0;
    if (v < 0x100) {
        out[0] = (char)v;
        return 1;
    }
    out[0] = (char)(v >> 8);
    out[1] = (char)v;
    return 2;
}
