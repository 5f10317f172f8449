/* The head of a request: the first line is a target, the others headers. What is accepted is what
 * RFC 9112 allows, told by a second, slow reading of the same bytes; every reader of a header gives
 * back a piece of it. */
#include "tests/fuzz/fuzz.h"

#include "server/base/utf.h"
#include "server/http/head.h"
#include "server/http/request.h"
#include "server/http/shape.h"

enum { HEADERS = 32 };

static bool digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static size_t times(const struct http_header *h, const char *name, struct str *last)
{
    size_t k = 0;
    for (; h; h = h->next)
        if (str_ieqz(h->name, name)) {
            *last = h->value;
            k++;
        }
    return k;
}

static bool inside(struct str part, struct str whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* H1, H2, H4 by counting. */
static void look_at_verdict(const struct http_header *all, const struct head *h, bool one_one)
{
    struct str length = STR_NONE, coding = STR_NONE, host = STR_NONE;
    if (head_verdict(h, one_one))
        return;
    size_t lengths = times(all, "Content-Length", &length);
    size_t codings = times(all, "Transfer-Encoding", &coding);
    MUST(times(all, "Host", &host) <= 1 && lengths + codings <= 1);
    MUST(!lengths || digits(length));
    MUST(!codings || (one_one && str_ieqz(coding, "chunked")));
    MUST(h->length >= (codings ? BODY_UNKNOWN : 0));
    for (; all; all = all->next) {
        MUST(all->name.n && !memchr(all->name.p, ' ', all->name.n));
        for (size_t i = 0; i < all->value.n; i++)
            MUST((unsigned char)all->value.p[i] >= ' ' || all->value.p[i] == '\t');
    }
}

/* H5; and taken apart, put together and taken apart again it is the same. */
static void look_at_target(struct arena *a, struct str target)
{
    struct str path, query, again, words, once;
    if (head_target(target, &path, &query))
        return;
    MUST(path.n && path.p[0] == '/' && (inside(path, target) || str_eqz(path, "/")));
    MUST(url_decode(a, path, false, &words) && utf_valid(words));
    once = arena_fmt(a, "%.*s%s%.*s", STR_ARG(path), query.n ? "?" : "", STR_ARG(query));
    MUST(head_target(once, &words, &again) == E_OK && str_eq(words, path) && str_eq(again, query));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, line, target = STR_NONE;
    struct http_header all[HEADERS], *list = NULL, **tail = &list;
    struct head h = { 0 };
    struct arena *a = arena_new();
    (void)str_next(&in, '\n', &target);
    look_at_target(a, target);
    for (size_t k = 0; k < HEADERS && str_next(&in, '\n', &line); k++) {
        size_t colon = str_chr(line, ':', 0);
        all[k] = (struct http_header){ NULL, str_sub(line, 0, colon), STR_NONE };
        if (colon != SIZE_MAX)
            all[k].value = str_sub(line, colon + 1, line.n);
        head_see(&h, all[k].name, all[k].value);
        *tail = &all[k];
        tail = &all[k].next;
    }
    look_at_verdict(list, &h, true);
    look_at_verdict(list, &h, false);
    struct http_request rq = { .headers = list };
    struct str cookies = request_header(&rq, "Cookie"), one = cookie_value(cookies, "jibei");
    MUST(inside(one, cookies) && str_chr(one, ';', 0) == SIZE_MAX);
    arena_free(a);
    return 0;
}
