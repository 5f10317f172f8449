/* Bytes in. */
#include "server/base/rd.h"

struct rd rd_of(struct str s)
{
    const unsigned char *p = (const unsigned char *)(s.p ? s.p : "");
    return (struct rd){ p, p + s.n, E_OK };
}

size_t rd_left(const struct rd *r)
{
    return r->err ? 0 : (size_t)(r->end - r->p);
}

struct str rd_take(struct rd *r, size_t n)
{
    if (rd_left(r) < n) {
        r->err = E_SYNTAX;
        return STR_NONE;
    }
    struct str s = { (const char *)r->p, n };
    r->p += n;
    return s;
}

void rd_skip(struct rd *r, size_t n)
{
    (void)rd_take(r, n);
}

static uint64_t take_le(struct rd *r, size_t n)
{
    struct str s = rd_take(r, n);
    uint64_t v = 0;
    for (size_t i = s.n; i-- > 0;)
        v = v << 8 | (unsigned char)s.p[i];
    return v;
}

uint8_t rd_u8(struct rd *r)
{
    return (uint8_t)take_le(r, 1);
}

uint16_t rd_u16(struct rd *r)
{
    return (uint16_t)take_le(r, 2);
}

uint32_t rd_u32(struct rd *r)
{
    return (uint32_t)take_le(r, 4);
}

uint64_t rd_u64(struct rd *r)
{
    return take_le(r, 8);
}

uint64_t rd_varuint(struct rd *r)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        uint8_t c = rd_u8(r);
        if (r->err)
            return 0;
        if (shift == 63 && c > 1)
            break;
        v |= (uint64_t)(c & 127) << shift;
        if (c < 128)
            return v;
    }
    r->err = E_SYNTAX;
    return 0;
}

struct str rd_bytes(struct rd *r)
{
    uint64_t n = rd_varuint(r);
    if (n > rd_left(r)) {
        r->err = E_SYNTAX;
        return STR_NONE;
    }
    return rd_take(r, (size_t)n);
}
