/* Reading what Yjs writes (lib0's encoding): a cursor over borrowed bytes that cannot run past
 * their end, keeps the first thing that was wrong as a sentence and the byte where it stood, and
 * gives zeroes from then on. base/rd.h does the same for other formats; this one is inline, since
 * every keystroke passes here, and its numbers end at 2^53 as JavaScript's do. */
#ifndef CRDT_IN_H
#define CRDT_IN_H

#include "server/base/str.h"

struct in {
    const char *p, *end;
    const char *what; /* what was wrong; NULL: nothing */
    const char *at;   /* where it stood */
};

/* The largest clock; one more is no clock. Yjs allows 2^53, a document would need 4 GB of text. */
#define CLOCK_MAX (UINT32_MAX - 1)

static inline struct in in_of(struct str s)
{
    const char *p = s.p ? s.p : "";
    return (struct in){ p, p + s.n, 0, 0 };
}

/* Notes what is wrong, unless something was before; reading ends here. */
void in_fail(struct in *in, const char *what);
uint64_t in_uint_long(struct in *in); /* for in_uint */

static inline size_t in_left(const struct in *in)
{
    return (size_t)(in->end - in->p);
}

static inline uint8_t in_byte(struct in *in)
{
    if (in->p < in->end)
        return (uint8_t)*in->p++;
    in_fail(in, "the bytes end too early");
    return 0;
}

/* LEB128, below 2^53. */
static inline uint64_t in_uint(struct in *in)
{
    if (in->p < in->end && !((unsigned char)*in->p & 0x80))
        return (uint8_t)*in->p++;
    return in_uint_long(in);
}

/* A clock or a length, ≤ CLOCK_MAX. */
static inline uint32_t in_clock(struct in *in)
{
    uint64_t v = in_uint(in);
    if (v <= CLOCK_MAX)
        return (uint32_t)v;
    in_fail(in, "a clock or a length past 2^32");
    return 0;
}

static inline struct str in_take(struct in *in, uint64_t n)
{
    if (n <= in_left(in)) {
        struct str s = { in->p, (size_t)n };
        in->p += n;
        return s;
    }
    in_fail(in, "a length reaches past the end");
    return STR_NONE;
}

/* A varuint length and so many bytes. */
static inline struct str in_bytes(struct in *in)
{
    return in_take(in, in_uint(in));
}

/* The same, and they must be UTF-8. */
struct str in_text(struct in *in);

#endif
