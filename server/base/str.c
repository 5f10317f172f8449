/* Borrowed bytes. */
#include "server/base/str.h"

#include <string.h>
#include <strings.h>

struct str str_of(const char *z)
{
    return z ? (struct str){ z, strlen(z) } : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

bool str_ieqz(struct str a, const char *z)
{
    return a.n == strlen(z) && (a.n == 0 || strncasecmp(a.p, z, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str with)
{
    return s.n >= with.n && (with.n == 0 || memcmp(s.p, with.p, with.n) == 0);
}

bool str_ends(struct str s, struct str with)
{
    return s.n >= with.n && (with.n == 0 || memcmp(s.p + s.n - with.n, with.p, with.n) == 0);
}

bool str_iends(struct str s, const char *with)
{
    size_t n = strlen(with);
    return s.n >= n && (n == 0 || strncasecmp(s.p + s.n - n, with, n) == 0);
}

struct str str_sub(struct str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from >= to)
        return STR_NONE;
    return (struct str){ s.p + from, to - from };
}

static bool ascii_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct str str_trim(struct str s)
{
    for (;;) {
        if (s.n && ascii_space(s.p[0]))
            s = (struct str){ s.p + 1, s.n - 1 };
        else if (str_starts(s, S("\xe3\x80\x80")))
            s = (struct str){ s.p + 3, s.n - 3 };
        else
            break;
    }
    for (;;) {
        if (s.n && ascii_space(s.p[s.n - 1]))
            s.n--;
        else if (str_ends(s, S("\xe3\x80\x80")))
            s.n -= 3;
        else
            break;
    }
    return s;
}

size_t str_find(struct str s, struct str what, size_t from)
{
    if (from > s.n)
        return SIZE_MAX;
    if (what.n == 0)
        return from;
    if (s.n - from < what.n)
        return SIZE_MAX; /* also where there are no bytes to point at */
    const char *q = memmem(s.p + from, s.n - from, what.p, what.n);
    return q ? (size_t)(q - s.p) : SIZE_MAX;
}

size_t str_chr(struct str s, char c, size_t from)
{
    if (from >= s.n)
        return SIZE_MAX;
    const char *q = memchr(s.p + from, c, s.n - from);
    return q ? (size_t)(q - s.p) : SIZE_MAX;
}

bool str_next(struct str *rest, char sep, struct str *part)
{
    if (!rest->p)
        return false;
    size_t at = str_chr(*rest, sep, 0);
    if (at == SIZE_MAX) {
        if (rest->n == 0)
            return false;
        *part = *rest;
        *rest = STR_NONE;
        return true;
    }
    *part = (struct str){ rest->p, at };
    *rest = (struct str){ rest->p + at + 1, rest->n - at - 1 };
    return true;
}

bool str_int(struct str s, int64_t *v)
{
    bool neg = s.n && s.p[0] == '-';
    size_t i = neg;
    int64_t x = 0;
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(x, 10, &x) ||
            (neg ? __builtin_sub_overflow(x, digit, &x) : __builtin_add_overflow(x, digit, &x)))
            return false;
    }
    *v = x;
    return true;
}
