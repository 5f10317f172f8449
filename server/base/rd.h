/* A reader that cannot run past its end. It keeps its first error; later reads give zero or
 * nothing. */
#ifndef BASE_RD_H
#define BASE_RD_H

#include "server/base/err.h"
#include "server/base/str.h"

struct rd {
    const unsigned char *p, *end;
    enum err err; /* E_SYNTAX: truncated or out of range */
};

struct rd rd_of(struct str s);
size_t rd_left(const struct rd *r);
uint8_t rd_u8(struct rd *r);
uint16_t rd_u16(struct rd *r); /* little endian */
uint32_t rd_u32(struct rd *r);
uint64_t rd_u64(struct rd *r);
uint64_t rd_varuint(struct rd *r);          /* LEB128, at most 64 bits */
struct str rd_take(struct rd *r, size_t n); /* the next n bytes, borrowed */
struct str rd_bytes(struct rd *r);          /* a varuint length and so many bytes */
void rd_skip(struct rd *r, size_t n);

#endif
