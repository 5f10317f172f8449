/* Bytes out. */
#include "server/base/buf.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, size_t cap)
{
    *b = (struct buf){ .cap = cap };
}

void buf_fini(struct buf *b)
{
    mem_free(b->p);
    *b = (struct buf){ .cap = b->cap };
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->err = E_OK;
    if (b->p)
        b->p[0] = 0;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}

char *buf_space(struct buf *b, size_t n)
{
    if (b->err)
        return NULL;
    if (n > b->cap || b->n > b->cap - n) {
        b->err = E_TOO_LARGE;
        return NULL;
    }
    size_t need = b->n + n + 1;
    if (need > b->room) {
        size_t room = b->room ? b->room * 2 : 256;
        if (room < need)
            room = need;
        b->p = mem_grow(b->p, room, 1);
        b->room = room;
    }
    return b->p + b->n;
}

void buf_added(struct buf *b, size_t n)
{
    b->n += n;
    b->p[b->n] = 0;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
    char *to = buf_space(b, n);
    if (!to)
        return;
    if (n)
        memcpy(to, p, n);
    buf_added(b, n);
}

void buf_add(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}

void buf_addz(struct buf *b, const char *z)
{
    buf_put(b, z, strlen(z));
}

void buf_char(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_int(struct buf *b, int64_t v)
{
    char t[24], *e = t + sizeof t, *p = e;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        *--p = '-';
    buf_put(b, p, (size_t)(e - p));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = n < 0 ? NULL : buf_space(b, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        buf_added(b, (size_t)n);
    }
    va_end(again);
}

void buf_utf8(struct buf *b, uint32_t rune)
{
    char t[4];
    buf_put(b, t, utf_put(t, rune));
}

static void put_le(struct buf *b, uint64_t v, size_t n)
{
    unsigned char t[8];
    for (size_t i = 0; i < n; i++)
        t[i] = (unsigned char)(v >> (8 * i));
    buf_put(b, t, n);
}

void buf_u16(struct buf *b, uint16_t v)
{
    put_le(b, v, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
    put_le(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
    put_le(b, v, 8);
}

void buf_varuint(struct buf *b, uint64_t v)
{
    unsigned char t[10];
    size_t n = 0;
    for (; v > 127; v >>= 7)
        t[n++] = (unsigned char)(v | 128);
    t[n++] = (unsigned char)v;
    buf_put(b, t, n);
}

/* The length of the run in front that needs no escape: plain ASCII and good UTF-8, copied at once.
 */
static size_t json_plain(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;
    while (i < s.n) {
        uint32_t rune;
        if (p[i] >= 0x80) {
            size_t k = utf_get((struct str){ s.p + i, s.n - i }, &rune);
            if (rune == 0xFFFD)
                break;
            i += k;
        } else if (p[i] >= 0x20 && p[i] != '"' && p[i] != '\\' && p[i] != 0x7f) {
            i++;
        } else {
            break;
        }
    }
    return i;
}

static void json_ascii(struct buf *b, unsigned char c)
{
    const char *at = c ? strchr("\b\t\n\f\r\"\\", c) : NULL;
    static const char letters[] = "btnfr\"\\";
    static const char order[] = "\b\t\n\f\r\"\\";
    if (at) {
        buf_char(b, '\\');
        buf_char(b, letters[strchr(order, c) - order]);
    } else {
        buf_fmt(b, "\\u%04x", c);
    }
}

void buf_json(struct buf *b, struct str s)
{
    buf_char(b, '"');
    while (s.n) {
        size_t k = json_plain(s);
        if (k) {
            buf_put(b, s.p, k);
        } else if ((unsigned char)s.p[0] < 0x80) {
            json_ascii(b, (unsigned char)s.p[0]);
            k = 1;
        } else {
            uint32_t rune;
            k = utf_get(s, &rune);
            buf_utf8(b, rune);
        }
        s = (struct str){ s.p + k, s.n - k };
    }
    buf_char(b, '"');
}

void buf_json_name(struct buf *b, const char *name)
{
    if (b->n && !strchr("{[:\n", b->p[b->n - 1]))
        buf_char(b, ',');
    if (!name)
        return;
    buf_char(b, '"');
    buf_addz(b, name);
    buf_addz(b, "\":");
}

void buf_json_open(struct buf *b, const char *name, char open)
{
    buf_json_name(b, name);
    buf_char(b, open);
}

void buf_json_text(struct buf *b, const char *name, struct str s)
{
    buf_json_name(b, name);
    buf_json(b, s);
}

void buf_json_int(struct buf *b, const char *name, int64_t v)
{
    buf_json_name(b, name);
    buf_int(b, v);
}

static const char *xml_escape(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return NULL;
    }
}

void buf_xml(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *esc = xml_escape(s.p[i]);
        unsigned char c = (unsigned char)s.p[i];
        if (esc)
            buf_addz(b, esc);
        else if (c == 0xef && i + 2 < s.n && s.p[i + 1] == '\xbf' && (s.p[i + 2] & 0x3e) == 0x3e)
            i += 2; /* U+FFFE, U+FFFF */
        else if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r')
            buf_char(b, s.p[i]);
    }
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *q = p;
    for (size_t i = 0; i < n; i++) {
        buf_char(b, digits[q[i] >> 4]);
        buf_char(b, digits[q[i] & 15]);
    }
}
