/* Town offices. */
#include "server/app/town.h"

#include "server/app/audit.h"

enum err town_find(struct call *c, struct town_page *out)
{
    return town_list(c->db, c->arena, &out->items, &out->items_n);
}

static enum err taken(struct call *c, enum err e)
{
    return e == E_CONFLICT ? fail(c, E_CONFLICT, "name", "名称或代码与已有的重复，请核对。") : e;
}

enum err town_create(struct call *c, const struct town_new *in, struct town *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    *out = (struct town){ .code = in->code, .name = str_trim(in->name), .ord = in->ord };
    if (e || (e = taken(c, town_put(c->db, out))))
        goto done;
    e = audit_add(c, "town.create", "town", out->id, STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err town_update(struct call *c, int64_t id, int64_t rev, const struct town_edit *in,
                     struct town *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = town_get(c->db, c->arena, id, out)))
        goto done;
    out->rev = rev;
    if (in->has_code)
        out->code = in->code;
    if (in->has_name)
        out->name = str_trim(in->name);
    if (in->has_ord)
        out->ord = in->ord;
    if (in->has_disabled)
        out->disabled_at = !in->disabled ? 0 : out->disabled_at ? out->disabled_at : c->now;
    if ((e = taken(c, town_change(c->db, out))))
        goto done;
    e = audit_add(c, "town.edit", "town", id, STR_NONE);
done:
    return txn_end(&tx, e);
}
