/* The textbook spine and the dictionaries. */
#include "server/app/taxon.h"

#include "server/app/dict_list.h"
#include "server/http/routes.h"

enum err h_dict_list(struct call *c, const struct input *in, struct output *out)
{
    struct dict_list *l = ARENA_NEW(c->arena, struct dict_list);
    (void)in;
    dict_list_fill(c, l);
    out->value = l;
    return E_OK;
}

enum err h_taxon_list(struct call *c, const struct input *in, struct output *out)
{
    struct taxon_list *l = ARENA_NEW(c->arena, struct taxon_list);
    out->value = l;
    return taxon_browse(c, in->query, l);
}

static enum err shown(struct call *c, int64_t id, struct output *out)
{
    struct taxon_view *v = ARENA_NEW(c->arena, struct taxon_view);
    enum err e = taxon_show(c, id, v);
    if (e)
        return e;
    out->value = v;
    out->rev = v->self->rev;
    return E_OK;
}

enum err h_taxon_get(struct call *c, const struct input *in, struct output *out)
{
    return shown(c, in->id[0], out);
}

enum err h_taxon_create(struct call *c, const struct input *in, struct output *out)
{
    int64_t id;
    enum err e = taxon_create(c, in->body, &id);
    return e ? e : shown(c, id, out);
}

enum err h_taxon_edit(struct call *c, const struct input *in, struct output *out)
{
    enum err e = taxon_change(c, in->id[0], in->rev, in->body);
    return e ? e : shown(c, in->id[0], out);
}

enum err h_taxon_import(struct call *c, const struct input *in, struct output *out)
{
    struct taxon_import_done *done = ARENA_NEW(c->arena, struct taxon_import_done);
    out->value = done;
    return taxon_take_in(c, in->body, done);
}
