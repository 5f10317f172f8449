/* Counting eight bytes at a time. In UTF-8 every character has one byte that is no continuation,
 * and one with four bytes (first byte ≥ 0xF0) is two units in UTF-16. */
#include "server/crdt/text.h"

#include "server/base/utf.h"

#include <string.h>

#define EACH UINT64_C(0x0101010101010101)

/* Units that begin in these eight bytes. */
static uint32_t word_units(const char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    if (!(x & (EACH << 7)))
        return 8;
    uint64_t tail = (x >> 7) & ~(x >> 6) & EACH,
             four = (x >> 7) & (x >> 6) & (x >> 5) & (x >> 4) & EACH;
    return 8 - (uint32_t)((tail * EACH) >> 56) + (uint32_t)((four * EACH) >> 56);
}

static uint32_t byte_units(unsigned char c)
{
    return (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
}

uint32_t text_units(struct str s)
{
    size_t n = 0, i = 0;
    for (; i + 8 <= s.n; i += 8)
        n += word_units(s.p + i);
    for (; i < s.n; i++)
        n += byte_units((unsigned char)s.p[i]);
    return (uint32_t)n;
}

static size_t char_bytes(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* i bytes were passed over eight at a time; the end of the character that was begun last. What
 * follows a text need not be text, so its length comes from its first byte. */
static size_t char_end(const char *p, size_t i)
{
    size_t lead = i - 1;
    while (((unsigned char)p[lead] & 0xC0) == 0x80)
        lead--;
    return lead + char_bytes((unsigned char)p[lead]);
}

size_t text_seek(const char *p, uint32_t units, bool *half)
{
    size_t i = 0;
    *half = false;
    /* Eight bytes begin nine units at most, and units never outnumber their bytes. */
    while (units > 8) {
        units -= word_units(p + i);
        i += 8;
    }
    if (i)
        i = char_end(p, i);
    while (units > 0) {
        uint32_t k = byte_units((unsigned char)p[i]);
        if (k > units) {
            *half = true;
            return i;
        }
        units -= k;
        i += char_bytes((unsigned char)p[i]);
    }
    return i;
}

int text_cmp16(struct str a, struct str b)
{
    while (a.n && b.n) {
        uint32_t x, y;
        size_t i = utf_get(a, &x), k = utf_get(b, &y);
        if (x != y) {
            /* Surrogates sort below U+E000…U+FFFF, their characters above. */
            if ((x > 0xFFFF) != (y > 0xFFFF)) {
                uint32_t u = x > 0xFFFF ? 0xD800 + ((x - 0x10000) >> 10) : x;
                uint32_t v = y > 0xFFFF ? 0xD800 + ((y - 0x10000) >> 10) : y;
                return u < v ? -1 : 1;
            }
            return x < y ? -1 : 1;
        }
        a = str_sub(a, i, a.n);
        b = str_sub(b, k, b.n);
    }
    return a.n ? 1 : b.n ? -1 : 0;
}
