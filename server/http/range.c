/* Ranges, conditions and names. */
#include "server/http/range.h"

#include "server/base/buf.h"
#include "server/base/utf.h"

#include <string.h>

bool etag_listed(struct str list, struct str etag, bool weak)
{
    struct str part;
    if (str_eqz(str_trim(list), "*"))
        return true;
    while (str_next(&list, ',', &part)) {
        part = str_trim(part);
        if (weak && str_starts(part, S("W/")))
            part = str_sub(part, 2, part.n);
        if (str_eq(part, etag))
            return true;
    }
    return false;
}

/* "bytes=A-B", "bytes=A-", "bytes=-N"; false: not one range of bytes, or not well written. */
static bool one_range(struct str s, bool *suffix, int64_t *a, int64_t *b)
{
    if (s.n < 6 || !str_ieqz(str_sub(s, 0, 6), "bytes=") || str_chr(s, ',', 0) != SIZE_MAX)
        return false;
    s = str_trim(str_sub(s, 6, s.n));
    size_t dash = str_chr(s, '-', 0);
    if (dash == SIZE_MAX)
        return false;
    struct str first = str_sub(s, 0, dash), last = str_sub(s, dash + 1, s.n);
    *suffix = first.n == 0;
    *b = INT64_MAX;
    if (str_starts(last, S("-")))
        return false;
    if (*suffix)
        return str_int(last, a);
    return str_int(first, a) && (last.n == 0 || (str_int(last, b) && *b >= *a));
}

struct range range_of(const struct range_ask *ask)
{
    struct range whole = { RANGE_WHOLE, 0, ask->size };
    bool suffix;
    int64_t a, b;
    if (ask->if_match.n && !etag_listed(ask->if_match, ask->etag, false))
        return (struct range){ RANGE_CHANGED, 0, 0 };
    if (ask->if_none_match.n && etag_listed(ask->if_none_match, ask->etag, true))
        return (struct range){ RANGE_SAME, 0, 0 };
    if (ask->range.n == 0 || (ask->if_range.n && !str_eq(str_trim(ask->if_range), ask->etag)) ||
        !one_range(ask->range, &suffix, &a, &b))
        return whole;
    uint64_t size = ask->size, first = (uint64_t)a;
    if (suffix)
        first = (uint64_t)a < size ? size - (uint64_t)a : 0;
    if (first >= size || (suffix && a == 0))
        return (struct range){ RANGE_NONE, 0, 0 };
    uint64_t end = suffix || (uint64_t)b >= size ? size : (uint64_t)b + 1;
    return (struct range){ RANGE_PART, first, end - first };
}

/* attr-char of RFC 8187. */
static bool attr_char(unsigned char c)
{
    return c > ' ' && c < 0x7f && !strchr("\"%'()*,/:;<=>?@[\\]{}", c);
}

struct str disposition(struct arena *a, bool attachment, struct str name)
{
    struct buf b;
    buf_init(&b, 16 * 1024);
    buf_addz(&b, attachment ? "attachment; filename=\"" : "inline; filename=\"");
    for (struct str s = name; s.n;) {
        uint32_t rune;
        size_t k = utf_get(s, &rune);
        bool plain = rune >= 0x20 && rune < 0x7f && rune != '"' && rune != '\\' && rune != '%';
        buf_char(&b, plain ? (char)rune : '_');
        s = str_sub(s, k, s.n);
    }
    buf_addz(&b, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (attr_char(c))
            buf_char(&b, (char)c);
        else
            buf_fmt(&b, "%%%02X", c);
    }
    struct str out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}
