/* What a request says of itself. */
#include "server/http/request.h"

struct str request_header(const struct http_request *rq, const char *name)
{
    for (const struct http_header *h = rq->headers; h; h = h->next)
        if (str_ieqz(h->name, name))
            return h->value;
    return STR_NONE;
}
