/* Numbers: JavaScript's text of a double, and lib0's choice of bytes for it. */
#include "server/crdt/any.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fewest digits that read back as v: digits without a point, and the exponent of the first. */
static size_t shortest(double v, char digits[32], int *exponent)
{
    char t[40];
    for (int n = 0; n < 17; n++) {
        snprintf(t, sizeof t, "%.*e", n, v);
        if (strtod(t, NULL) == v)
            break;
    }
    size_t k = 0;
    const char *p = t;
    for (; *p && *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits[k++] = *p;
    *exponent = (int)strtol(p + 1, NULL, 10);
    return k;
}

/* ECMA-262, Number::toString: n digits s, the value is s × 10^(point−n). */
static void put_digits(struct buf *out, const char *s, int n, int point)
{
    if (n <= point && point <= 21) {
        buf_put(out, s, (size_t)n);
        for (int i = n; i < point; i++)
            buf_char(out, '0');
    } else if (point > 0 && point <= 21) {
        buf_put(out, s, (size_t)point);
        buf_char(out, '.');
        buf_put(out, s + point, (size_t)(n - point));
    } else if (point > -6 && point <= 0) {
        buf_addz(out, "0.");
        for (int i = point; i < 0; i++)
            buf_char(out, '0');
        buf_put(out, s, (size_t)n);
    } else {
        buf_char(out, s[0]);
        if (n > 1) {
            buf_char(out, '.');
            buf_put(out, s + 1, (size_t)n - 1);
        }
        buf_fmt(out, "e%c%d", point > 0 ? '+' : '-', abs(point - 1));
    }
}

void number_text(struct buf *out, double v)
{
    char digits[32];
    int exponent;
    if (isnan(v)) {
        buf_addz(out, "NaN");
        return;
    }
    if (v < 0)
        buf_char(out, '-');
    v = fabs(v);
    if (isinf(v)) {
        buf_addz(out, "Infinity");
    } else if (v < 9007199254740992.0 && v == floor(v)) {
        buf_int(out, (int64_t)v);
    } else {
        size_t n = shortest(v, digits, &exponent);
        put_digits(out, digits, (int)n, exponent + 1);
    }
}

void buf_f64be(struct buf *out, double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    for (int shift = 56; shift >= 0; shift -= 8)
        buf_char(out, (char)(u >> shift));
}

void number_any(struct buf *out, double v)
{
    float f = (float)v;
    if (v == floor(v) && fabs(v) <= 2147483648.0) {
        uint64_t u = (uint64_t)fabs(v);
        buf_char(out, ANY_INTEGER);
        buf_signed(out, u, signbit(v));
    } else if ((double)f == v) {
        uint32_t u;
        memcpy(&u, &f, sizeof u);
        buf_char(out, ANY_FLOAT32);
        for (int shift = 24; shift >= 0; shift -= 8)
            buf_char(out, (char)(u >> shift));
    } else {
        buf_char(out, ANY_FLOAT64);
        buf_f64be(out, v);
    }
}
