/* Cursors of lists by id. */
#include "server/app/page.h"

enum err page_of(struct call *c, struct str cursor, int64_t limit, struct page *out)
{
    *out = (struct page){ 0, limit > 0 ? (size_t)limit : PAGE_STANDARD };
    if (out->limit > PAGE_MAX)
        out->limit = PAGE_MAX;
    if (cursor.n && (!str_int(cursor, &out->before) || out->before < 1))
        return fail(c, E_INPUT, "cursor", "翻页位置无效，请从第一页重新开始。");
    return E_OK;
}

struct str page_cursor(struct call *c, int64_t last)
{
    return arena_fmt(c->arena, "%lld", (long long)last);
}
