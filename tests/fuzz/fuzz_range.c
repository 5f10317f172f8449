/* Ranges, conditions and the name a file is saved under. The lines: how large, Range, If-Range,
 * If-None-Match, If-Match, name. The answer lies inside the file; asked for by its own bounds it is
 * the same; the name comes back as it went in. */
#include "tests/fuzz/fuzz.h"

#include "server/http/range.h"
#include "server/http/shape.h"
#include "server/base/utf.h"

static struct str next(struct str *in)
{
    struct str line = STR_NONE;
    (void)str_next(in, '\n', &line);
    return line;
}

static void look_at_range(struct arena *a, const struct range_ask *ask)
{
    struct range r = range_of(ask);
    MUST(r.from <= ask->size && r.length <= ask->size - r.from);
    MUST(r.kind != RANGE_WHOLE || (r.from == 0 && r.length == ask->size));
    if (r.kind != RANGE_PART)
        return;
    MUST(r.length > 0);
    for (size_t i = sizeof "bytes="; i < ask->range.n; i++)
        MUST(memchr("0123456789- \t\r\f\v\xe3\x80", ask->range.p[i], 18));
    struct range_ask same = { .etag = ask->etag, .size = ask->size };
    same.range = arena_fmt(a, "bytes=%llu-%llu", (unsigned long long)r.from,
                           (unsigned long long)(r.from + r.length - 1));
    struct range again = range_of(&same);
    MUST(again.kind == RANGE_PART && again.from == r.from && again.length == r.length);
}

static void look_at_name(struct arena *a, struct str name)
{
    struct str head = disposition(a, true, str_sub(name, 0, 512)), back;
    size_t star = str_find(head, S("\"; filename*=UTF-8''"), sizeof "attachment; filename=");
    MUST(star != SIZE_MAX);
    for (size_t i = 0; i < head.n; i++)
        MUST(head.p[i] >= ' ' && head.p[i] < 0x7f);
    size_t quotes = 0;
    for (size_t i = 0; i < star; i++)
        quotes += head.p[i] == '"';
    MUST(quotes == 1 && head.p[star] == '"');
    name = str_sub(name, 0, 512);
    if (utf_valid(name) && str_chr(name, 0, 0) == SIZE_MAX)
        MUST(url_decode(a, str_sub(head, star + 20, head.n), false, &back) && str_eq(back, name));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n };
    struct arena *a = arena_new();
    struct range_ask ask = { .etag = S("\"e\"") };
    int64_t size;
    if (str_int(next(&in), &size) && size >= 0)
        ask.size = (uint64_t)size;
    ask.range = next(&in);
    ask.if_range = next(&in);
    ask.if_none_match = next(&in);
    ask.if_match = next(&in);
    look_at_range(a, &ask);
    look_at_name(a, next(&in));
    arena_free(a);
    return 0;
}
