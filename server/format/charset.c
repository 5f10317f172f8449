/* Charsets by iconv. A descriptor per thread and direction would be faster; one per call is plainly
 * correct and costs 2 µs once the tables are loaded. */
#include "server/format/charset.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <errno.h>
#include <iconv.h>
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

size_t charset_cp936(struct str one, char out[2])
{
    if (one.n == 1 && (unsigned char)one.p[0] < 0x80) {
        out[0] = one.p[0];
        return 1;
    }
    iconv_t cd = iconv_open("CP936", "UTF-8");
    if (cd == NO_ICONV)
        return 0;
    char *in = (char *)one.p, *to = out;
    size_t left = one.n, room = 2;
    size_t r = iconv(cd, &in, &left, &to, &room);
    iconv_close(cd);
    return r == (size_t)-1 || left ? 0 : 2 - room;
}
