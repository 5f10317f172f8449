/* JSON in text: is it JSON, and the same value as lib0's any. */
#include "server/crdt/any.h"

#include "server/base/utf.h"

#include <stdlib.h>
#include <string.h>

static void space(struct str *s)
{
    while (s->n && strchr(" \t\n\r", s->p[0]) && s->p[0])
        *s = str_sub(*s, 1, s->n);
}

static char peek(struct str s)
{
    return s.n ? s.p[0] : 0;
}

static void drop(struct str *s, size_t n)
{
    *s = str_sub(*s, n, s->n);
}

static bool literal(struct str *s, const char *word)
{
    if (!str_starts(*s, str_of(word)))
        return false;
    drop(s, strlen(word));
    return true;
}

static bool digits(struct str *s)
{
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    drop(s, n);
    return n > 0;
}

static bool number(struct str *s)
{
    if (peek(*s) == '-')
        drop(s, 1);
    if (peek(*s) == '0')
        drop(s, 1);
    else if (!digits(s))
        return false;
    if (peek(*s) == '.') {
        drop(s, 1);
        if (!digits(s))
            return false;
    }
    if (peek(*s) == 'e' || peek(*s) == 'E') {
        drop(s, 1);
        if (peek(*s) == '+' || peek(*s) == '-')
            drop(s, 1);
        return digits(s);
    }
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* Four hex digits; -1: they are none. */
static int unit(struct str s)
{
    int v = 0;
    for (size_t i = 0; i < 4; i++) {
        int h = i < s.n ? hex(s.p[i]) : -1;
        if (h < 0)
            return -1;
        v = v << 4 | h;
    }
    return v;
}

/* The bytes of the string with its quotes; 0: it is none. */
static size_t string_len(struct str s)
{
    if (peek(s) != '"')
        return 0;
    for (size_t i = 1; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"')
            return i + 1;
        if (c < 0x20)
            return 0;
        if (c != '\\')
            continue;
        if (++i >= s.n || !s.p[i] || !strchr("\"\\/bfnrtu", s.p[i]))
            return 0;
        if (s.p[i] == 'u') {
            if (unit(str_sub(s, i + 1, s.n)) < 0)
                return 0;
            i += 4;
        }
    }
    return 0;
}

static bool string(struct str *s)
{
    size_t n = string_len(*s);
    drop(s, n);
    return n > 0;
}

static bool value(struct str *s, int depth);

/* What stands between the brackets: members of an object with a name and a colon. */
static bool inside(struct str *s, char end, int depth)
{
    drop(s, 1);
    space(s);
    if (peek(*s) == end) {
        drop(s, 1);
        return true;
    }
    for (;;) {
        space(s);
        if (end == '}') {
            if (!string(s))
                return false;
            space(s);
            if (peek(*s) != ':')
                return false;
            drop(s, 1);
        }
        if (!value(s, depth + 1))
            return false;
        char c = peek(*s);
        drop(s, 1);
        if (c == end)
            return true;
        if (c != ',')
            return false;
    }
}

static bool value(struct str *s, int depth)
{
    bool ok;
    if (depth > VALUE_DEPTH)
        return false;
    space(s);
    switch (peek(*s)) {
    case '"': ok = string(s); break;
    case '{': ok = inside(s, '}', depth); break;
    case '[': ok = inside(s, ']', depth); break;
    case 't': ok = literal(s, "true"); break;
    case 'f': ok = literal(s, "false"); break;
    case 'n': ok = literal(s, "null"); break;
    default: ok = number(s);
    }
    space(s);
    return ok;
}

bool json_valid(struct str s)
{
    return value(&s, 1) && s.n == 0;
}

void json_unquote(struct str q, struct buf *out)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    struct str s = str_sub(q, 1, q.n - 1);
    while (s.n) {
        size_t plain = str_chr(s, '\\', 0);
        buf_add(out, str_sub(s, 0, plain));
        if (plain == SIZE_MAX)
            return;
        drop(&s, plain);
        char c = s.p[1];
        drop(&s, 2);
        if (c == 'u') {
            int hi = unit(s), lo = -1;
            drop(&s, 4);
            if (hi >= 0xD800 && hi < 0xDC00 && str_starts(s, S("\\u")))
                lo = unit(str_sub(s, 2, s.n));
            if (lo >= 0xDC00 && lo < 0xE000) {
                drop(&s, 6);
                buf_utf8(out, (uint32_t)(0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00)));
            } else {
                buf_utf8(out, (uint32_t)hi);
            }
        } else {
            const char *at = strchr(from, c);
            buf_char(out, at ? to[at - from] : c);
        }
    }
}

/* A string with its length in front: unescaped apart, so that the length is known. */
static void put_string(struct str *s, struct buf *out)
{
    struct buf t;
    size_t n = string_len(*s);
    buf_init(&t, n);
    json_unquote(str_sub(*s, 0, n), &t);
    drop(s, n);
    buf_varuint(out, t.n);
    buf_add(out, buf_str(&t));
    buf_fini(&t);
}

static void put_value(struct str *s, struct buf *out);

static void put_inside(struct str *s, char end, struct buf *out)
{
    struct buf t;
    uint64_t n = 0;
    buf_init(&t, s->n * 10 + 16); /* a number of one digit takes up to ten bytes */
    drop(s, 1);
    for (space(s); peek(*s) != end; n++) {
        if (n) {
            drop(s, 1);
            space(s);
        }
        if (end == '}') {
            put_string(s, &t);
            space(s);
            drop(s, 1);
        }
        put_value(s, &t);
        space(s);
    }
    drop(s, 1);
    buf_varuint(out, n);
    buf_add(out, buf_str(&t));
    buf_fini(&t);
}

static void put_number(struct str *s, struct buf *out)
{
    struct buf t;
    struct str before = *s;
    number(s);
    buf_init(&t, before.n);
    buf_put(&t, before.p, before.n - s->n);
    number_any(out, strtod(t.p, NULL));
    buf_fini(&t);
}

static void put_value(struct str *s, struct buf *out)
{
    space(s);
    switch (peek(*s)) {
    case '"':
        buf_char(out, ANY_STRING);
        put_string(s, out);
        break;
    case '{':
        buf_char(out, ANY_OBJECT);
        put_inside(s, '}', out);
        break;
    case '[':
        buf_char(out, ANY_ARRAY);
        put_inside(s, ']', out);
        break;
    case 't':
        drop(s, 4);
        buf_char(out, ANY_TRUE);
        break;
    case 'f':
        drop(s, 5);
        buf_char(out, ANY_FALSE);
        break;
    case 'n':
        drop(s, 4);
        buf_char(out, ANY_NULL);
        break;
    default: put_number(s, out);
    }
}

void json_any(struct str json, struct buf *out)
{
    put_value(&json, out);
}
