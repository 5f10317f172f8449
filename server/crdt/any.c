/* lib0's any: reading, and what JavaScript would print. A reader that recurses stops at V1. */
#include "server/crdt/any.h"

#include "server/base/utf.h"

#include <math.h>
#include <string.h>

uint64_t in_signed(struct in *in, bool *negative)
{
    uint8_t c = in_byte(in);
    uint64_t v = c & 63;
    *negative = c & 64;
    for (int shift = 6; c & 128; shift += 7) {
        c = in_byte(in);
        v |= (uint64_t)(c & 127) << shift;
        if (shift > 48 || v >> 53) {
            in_fail(in, "a number past 2^53");
            return 0;
        }
    }
    return v;
}

void buf_signed(struct buf *out, uint64_t v, bool negative)
{
    buf_char(out, (char)((v > 63 ? 128 : 0) | (negative ? 64 : 0) | (v & 63)));
    if (v > 63)
        buf_varuint(out, v >> 6);
}

static double integer_read(struct in *in)
{
    bool negative;
    double v = (double)in_signed(in, &negative);
    return negative ? -v : v;
}

static void skip(struct in *in, int depth)
{
    if (depth > VALUE_DEPTH) {
        in_fail(in, "a value nested too deep");
        return;
    }
    switch (in_byte(in)) {
    case ANY_UNDEFINED:
    case ANY_NULL:
    case ANY_TRUE:
    case ANY_FALSE: break;
    case ANY_INTEGER: integer_read(in); break;
    case ANY_FLOAT32: in_take(in, 4); break;
    case ANY_FLOAT64:
    case ANY_BIGINT: in_take(in, 8); break;
    case ANY_STRING: in_text(in); break;
    case ANY_BYTES: in_bytes(in); break;
    case ANY_ARRAY:
        for (uint64_t n = in_uint(in); n > 0 && !in->what; n--)
            skip(in, depth + 1);
        break;
    case ANY_OBJECT:
        for (uint64_t n = in_uint(in); n > 0 && !in->what; n--) {
            in_text(in);
            skip(in, depth + 1);
        }
        break;
    default: in_fail(in, "a value of unknown kind");
    }
}

struct str any_skip(struct in *in)
{
    const char *from = in->p;
    skip(in, 1);
    return (struct str){ from, in->what ? 0 : (size_t)(in->p - from) };
}

static uint64_t take_be(struct in *in, size_t n)
{
    struct str s = in_take(in, n);
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | (unsigned char)s.p[i];
    return v;
}

/* The three kinds of numbers; the tag has been read. */
static double number_read(struct in *in, uint8_t tag)
{
    if (tag == ANY_INTEGER)
        return integer_read(in);
    if (tag == ANY_FLOAT32) {
        uint32_t u = (uint32_t)take_be(in, 4);
        float f;
        memcpy(&f, &u, sizeof f);
        return (double)f;
    }
    uint64_t u = take_be(in, 8);
    double v;
    memcpy(&v, &u, sizeof v);
    return v;
}

static void base64(struct str s, struct buf *out)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t v = 0;
        for (size_t k = i; k < i + 3; k++)
            v = v << 8 | (k < s.n ? (unsigned char)s.p[k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_char(out, i + k <= s.n ? digit[v >> (18 - 6 * k) & 63] : '=');
    }
}

static void array_json(struct in *in, struct buf *out)
{
    buf_char(out, '[');
    uint64_t n = in_uint(in);
    for (uint64_t i = 0; i < n && !in->what; i++) {
        if (i)
            buf_char(out, ',');
        any_json(in, out);
    }
    buf_char(out, ']');
}

static void object_json(struct in *in, struct buf *out)
{
    bool first = true;
    buf_char(out, '{');
    for (uint64_t n = in_uint(in); n > 0 && !in->what; n--) {
        struct str key = in_bytes(in);
        if (in_left(in) && (unsigned char)*in->p == ANY_UNDEFINED) {
            in->p++;
            continue;
        }
        if (!first)
            buf_char(out, ',');
        first = false;
        buf_json(out, key);
        buf_char(out, ':');
        any_json(in, out);
    }
    buf_char(out, '}');
}

void any_json(struct in *in, struct buf *out)
{
    uint8_t tag = in_byte(in);
    double v;
    switch (tag) {
    case ANY_TRUE: buf_addz(out, "true"); break;
    case ANY_FALSE: buf_addz(out, "false"); break;
    case ANY_STRING: buf_json(out, in_bytes(in)); break;
    case ANY_ARRAY: array_json(in, out); break;
    case ANY_OBJECT: object_json(in, out); break;
    case ANY_BIGINT: buf_int(out, (int64_t)take_be(in, 8)); break;
    case ANY_BYTES:
        buf_char(out, '"');
        base64(in_bytes(in), out);
        buf_char(out, '"');
        break;
    case ANY_INTEGER:
    case ANY_FLOAT32:
    case ANY_FLOAT64:
        v = number_read(in, tag);
        if (isfinite(v))
            number_text(out, v);
        else
            buf_addz(out, "null");
        break;
    default: buf_addz(out, "null");
    }
}

static void array_text(struct in *in, struct buf *out)
{
    uint64_t n = in_uint(in);
    for (uint64_t i = 0; i < n && !in->what; i++) {
        if (i)
            buf_char(out, ',');
        if (in_left(in) && (unsigned char)*in->p >= ANY_NULL)
            in->p++; /* null and undefined are nothing in a joined array */
        else
            any_text(in, out);
    }
}

void any_text(struct in *in, struct buf *out)
{
    uint8_t tag = in->p < in->end ? (uint8_t)*in->p : 0;
    struct str s;
    switch (tag) {
    case ANY_UNDEFINED:
        in->p++;
        buf_addz(out, "undefined");
        break;
    case ANY_STRING:
        in->p++;
        buf_add(out, in_bytes(in));
        break;
    case ANY_ARRAY:
        in->p++;
        array_text(in, out);
        break;
    case ANY_OBJECT:
        any_skip(in);
        buf_addz(out, "[object Object]");
        break;
    case ANY_BYTES:
        in->p++;
        s = in_bytes(in);
        for (size_t i = 0; i < s.n; i++)
            buf_fmt(out, i ? ",%d" : "%d", (unsigned char)s.p[i]);
        break;
    case ANY_INTEGER:
    case ANY_FLOAT32:
    case ANY_FLOAT64:
        in->p++;
        number_text(out, number_read(in, tag));
        break;
    default: any_json(in, out);
    }
}
