/* What the readers of doc, ppt and xls share. */
#ifndef FORMAT_OFFICE97_INT_H
#define FORMAT_OFFICE97_INT_H

#include "server/format/office97.h"
#include "server/format/ole.h"

enum { OFFICE97_STREAM = 128 << 20 };

/* Little endian at an offset; zero behind the end (B1). */
static inline uint16_t u16_at(struct str s, uint64_t at)
{
    const unsigned char *p = (const unsigned char *)s.p;
    return at + 2 <= s.n ? (uint16_t)(p[at] | p[at + 1] << 8) : 0;
}

static inline uint32_t u32_at(struct str s, uint64_t at)
{
    return at + 4 <= s.n ? u16_at(s, at) | (uint32_t)u16_at(s, at + 2) << 16 : 0;
}

static inline unsigned char u8_at(struct str s, uint64_t at)
{
    return at < s.n ? (unsigned char)s.p[at] : 0;
}

/* n bytes from an offset, fewer where the stream ends. */
static inline struct str span_at(struct str s, uint64_t at, uint64_t n)
{
    if (at >= s.n)
        return STR_NONE;
    return (struct str){ s.p + at, n < s.n - at ? (size_t)n : s.n - (size_t)at };
}

/* UTF-16 one unit at a time, in pieces that may be cut anywhere. True: *rune is a character; half a
 * pair gives U+FFFD once the next unit shows it. */
struct utf16 {
    uint32_t high; /* 0, or the first half of a pair */
};
static inline bool utf16_unit(struct utf16 *u, uint32_t unit, uint32_t *rune)
{
    uint32_t high = u->high;
    u->high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
    if (u->high)
        return false;
    *rune = unit;
    if (unit >= 0xdc00 && unit < 0xe000)
        *rune = high ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd;
    return true;
}

enum err doc97_pages(struct ole *o, struct pages *out) MUST_USE;
enum err ppt97_pages(struct ole *o, struct pages *out) MUST_USE;
enum err xls97_rows(struct ole *o, const struct sheet_to *to) MUST_USE;

#endif
