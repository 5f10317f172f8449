/* One-time links. A token is "ID-SEAL": the row tells what and until when, the seal that we made
 * it. */
#include "server/app/link.h"

#include "server/app/audit.h"
#include "server/app/content.h"
#include "server/app/pack.h"
#include "server/app/seal.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/utf.h"
#include "storage/link.h"

#include <unistd.h>

enum { AGENT_MAX = 200 };

static struct str sealed(struct call *c, int64_t id)
{
    return arena_fmt(c->arena, "link:%lld", (long long)id);
}

/* Is there something for the caller? It is opened and closed again. */
static enum err is_there(struct call *c, const struct link_form *f, int64_t version)
{
    struct content file;
    struct pack_job pack = { 0 };
    struct pack_want w = { 0 };
    enum err e;
    if (str_eqz(f->kind, "file")) {
        if (!(e = content_open(c, f->id, version, &file)))
            close(file.fd);
        return e;
    }
    *(str_eqz(f->kind, "taxon") ? &w.taxon : &w.resource) = f->id;
    e = pack_make(c, &w, &pack);
    pack_body_free(pack.body);
    return e;
}

enum err link_make(struct call *c, const struct link_form *f, struct link_made *out)
{
    struct txn tx = { 0 };
    int64_t version = f->has_version ? f->version : 0;
    struct link l = { .person = c->viewer->person,
                      .made_at = c->now,
                      .expires_at = c->now + LINK_MINUTES * MINUTE_MS };
    enum err e = is_there(c, f, version);
    if (e)
        return e;
    l.what = arena_fmt(c->arena, "%.*s:%lld:%lld", STR_ARG(f->kind), (long long)f->id,
                       (long long)version);
    if (!(e = txn_begin(&tx, c->db)) && !(e = link_put(c->db, &l)))
        e = audit_add(c, "link.make", arena_z(c->arena, f->kind), f->id, S(""));
    if ((e = txn_end(&tx, e)))
        return e;
    struct str site = site_address(&c->house->site, c->arena, c->host);
    out->url = arena_fmt(c->arena, "%.*s/d/%lld-%.*s", STR_ARG(site), (long long)l.id,
                         STR_ARG(seal_of(c, sealed(c, l.id))));
    out->expires_at = l.expires_at;
    return E_OK;
}

static bool token_id(struct call *c, struct str token, int64_t *id)
{
    size_t dash = str_chr(token, '-', 0);
    struct str seal = dash == SIZE_MAX ? STR_NONE : str_sub(token, dash + 1, token.n);
    return str_int(str_sub(token, 0, dash), id) && *id > 0 && seal_fits(c, sealed(c, *id), seal);
}

static bool read_what(struct str what, struct link_target *t)
{
    struct str kind, id, version;
    int64_t n;
    if (!str_next(&what, ':', &kind) || !str_next(&what, ':', &id) ||
        !str_next(&what, ':', &version) || !str_int(id, &n) || !str_int(version, &t->version))
        return false;
    t->is_file = str_eqz(kind, "file");
    *(t->is_file ? &t->id : str_eqz(kind, "taxon") ? &t->taxon : &t->resource) = n;
    return true;
}

static enum err spend(struct call *c, const struct link *l)
{
    struct txn tx = { 0 };
    struct str agent =
        arena_fmt(c->arena, "%.*s %.*s", STR_ARG(c->ip), STR_ARG(utf_head(c->agent, AGENT_MAX)));
    if (!utf_valid(agent))
        agent = c->ip;
    if (l->used_at)
        return str_eq(l->agent, agent) ? E_OK : E_GONE;
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = link_open(c->db, l->id, agent, c->now);
    e = txn_end(&tx, e);
    return e == E_STATE ? E_GONE : e;
}

enum err link_follow(struct call *c, struct str token, bool opens, struct link_target *out)
{
    struct link l;
    int64_t id;
    *out = (struct link_target){ 0 };
    if (!token_id(c, token, &id))
        return E_NOT_FOUND;
    enum err e = link_get(c->db, c->arena, id, &l);
    if (e)
        return e;
    if (l.expires_at < c->now || !read_what(l.what, out))
        return fail(c, E_GONE, NULL, "链接已过期（有效 %d 分钟），请在电脑上重新生成。",
                    (int)LINK_MINUTES);
    if (opens && (e = spend(c, &l)))
        return e == E_GONE ? fail(c, E_GONE, NULL, "链接只能用一次，已被打开过，请重新生成。") : e;
    return viewer_of_person(c, l.person);
}
