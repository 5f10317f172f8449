/* UTF-8 decoding by the table of RFC 3629, section 4, and the few character classes we need. */
#include "server/base/utf.h"

#include <string.h>

#define BAD 0xFFFD

static size_t lead_len(unsigned char c, uint32_t *bits)
{
    if (c < 0x80)
        return *bits = c, 1;
    if (c >= 0xC2 && c <= 0xDF)
        return *bits = c & 31, 2;
    if (c >= 0xE0 && c <= 0xEF)
        return *bits = c & 15, 3;
    if (c >= 0xF0 && c <= 0xF4)
        return *bits = c & 7, 4;
    return 0;
}

size_t utf_get(struct str s, uint32_t *rune)
{
    uint32_t c = 0;
    size_t n = lead_len((unsigned char)s.p[0], &c);
    *rune = BAD;
    if (n == 0)
        return 1;
    for (size_t i = 1; i < n; i++) {
        if (i >= s.n || ((unsigned char)s.p[i] & 0xC0) != 0x80)
            return i;
        c = c << 6 | ((unsigned char)s.p[i] & 63);
    }
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (c >= least[n] && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF))
        *rune = c;
    else if (n > 1)
        return 1;
    return n;
}

size_t utf_before(struct str s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80);
    return at;
}

size_t utf_put(char out[4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = BAD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 63));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* How many bytes at the front are ASCII, as whole words; the rest is left to utf_get. */
static size_t ascii_words(struct str s)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t n = 0;
    for (uint64_t w[4]; n + sizeof w <= s.n; n += sizeof w) {
        memcpy(w, s.p + n, sizeof w);
        if ((w[0] | w[1] | w[2] | w[3]) & high)
            break;
    }
    return n;
}

bool utf_valid(struct str s)
{
    while (s.n) {
        uint32_t c;
        size_t k = ascii_words(s);
        if (k) {
            s = (struct str){ s.p + k, s.n - k };
            continue;
        }
        k = utf_get(s, &c);
        if (c == BAD && !(k == 3 && (unsigned char)s.p[0] == 0xEF))
            return false;
        s = (struct str){ s.p + k, s.n - k };
    }
    return true;
}

size_t utf_count(struct str s)
{
    size_t n = 0;
    for (uint32_t c; s.n; n++) {
        size_t k = utf_get(s, &c);
        s = (struct str){ s.p + k, s.n - k };
    }
    return n;
}

size_t utf16_count(struct str s)
{
    size_t n = 0;
    for (uint32_t c; s.n; n += c > 0xFFFF ? 2 : 1) {
        size_t k = utf_get(s, &c);
        s = (struct str){ s.p + k, s.n - k };
    }
    return n;
}

struct str utf_head(struct str s, size_t bytes)
{
    if (s.n <= bytes)
        return s;
    while (bytes > 0 && ((unsigned char)s.p[bytes] & 0xC0) == 0x80)
        bytes--;
    return (struct str){ s.p, bytes };
}

bool utf_is_cjk(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF) || (c >= 0x3040 && c <= 0x30FF) ||
           (c >= 0xAC00 && c <= 0xD7AF) || c == 0x3007;
}

bool utf_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE0FFF);
}

uint32_t utf_fold(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 32;
    if (c >= 0x400 && c <= 0x40F)
        return c + 80;
    if (c == 0x178)
        return 0xFF;
    if (c >= 0x100 && c <= 0x17F && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149 &&
        c != 0x17F)
        return (c >= 0x139 && c <= 0x148) || c > 0x178 ? c + (c & 1) : c | 1;
    return c;
}

struct str utf_folded(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n * 4 + 1);
    size_t n = 0;
    while (s.n) {
        uint32_t rune;
        s = str_sub(s, utf_get(s, &rune), s.n);
        n += utf_put(p + n, utf_fold(rune));
    }
    return (struct str){ p, n };
}
