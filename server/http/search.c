/* Search. */
#include "server/app/search.h"

#include "server/http/routes.h"

enum err h_search_find(struct call *c, const struct input *in, struct output *out)
{
    struct search_page *page = ARENA_NEW(c->arena, struct search_page);
    out->value = page;
    return search_find(c, in->query, page);
}

enum err h_search_suggest(struct call *c, const struct input *in, struct output *out)
{
    struct suggest_page *page = ARENA_NEW(c->arena, struct suggest_page);
    out->value = page;
    return search_suggest(c, in->query, page);
}
