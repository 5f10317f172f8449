/* "list|id|key" in base64url. It carries nothing that rights depend on: a list checks every row. */
#include "server/app/cursor.h"

#include "server/base/id.h"
#include "server/base/utf.h"

#include <inttypes.h>
#include <string.h>

struct str cursor_make(struct arena *a, const char *list, struct str key, int64_t id)
{
    return base64url_encode(a, arena_fmt(a, "%s|%" PRId64 "|%.*s", list, id, STR_ARG(key)));
}

enum err cursor_read(struct call *c, const char *list, struct str cursor, struct str *key,
                     int64_t *id)
{
    struct str text, name, number;
    *key = STR_NONE;
    *id = 0;
    if (cursor.n == 0)
        return E_OK;
    if (base64url_decode(c->arena, cursor, &text) && utf_valid(text) &&
        !memchr(text.p, 0, text.n) && str_next(&text, '|', &name) && str_eqz(name, list) &&
        str_next(&text, '|', &number) && str_int(number, id) && *id >= 0) {
        *key = text;
        return E_OK;
    }
    return fail(c, E_INPUT, "cursor", "这个翻页位置不属于这份列表，请从第一页重新查看。");
}
