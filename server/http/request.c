/* What a request says of itself. */
#include "server/http/request.h"

struct str request_header(const struct http_request *rq, const char *name)
{
    for (const struct http_header *h = rq->headers; h; h = h->next)
        if (str_ieqz(h->name, name))
            return h->value;
    return STR_NONE;
}

struct str request_list(struct arena *a, const struct http_request *rq, const char *name)
{
    struct str all = STR_NONE;
    for (const struct http_header *h = rq->headers; h; h = h->next)
        if (str_ieqz(h->name, name))
            all = all.p ? arena_fmt(a, "%.*s,%.*s", STR_ARG(all), STR_ARG(h->value)) : h->value;
    return all;
}

struct str cookie_value(struct str all, const char *name)
{
    struct str part;
    while (str_next(&all, ';', &part)) {
        part = str_trim(part);
        size_t eq = str_chr(part, '=', 0);
        if (eq != SIZE_MAX && str_eqz(str_sub(part, 0, eq), name))
            return str_sub(part, eq + 1, part.n);
    }
    return STR_NONE;
}
