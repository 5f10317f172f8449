/* The description of the API, printed from its own tables. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "server/base/buf.h"
#include "server/http/routes.h"

void openapi_print(struct buf *out); /* JSON; the same bytes each time */

#endif
