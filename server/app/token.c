/* API tokens: "jb_" and 256 random bits; only the hash is kept. A token cannot make tokens. */
#include "server/app/token.h"

#include "server/app/audit.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "storage/person.h"

enum { DAYS_DEFAULT = 90, SCOPES = 3 };

static const char *const scope_words[SCOPES] = { "read", "write", "admin" };

static void view_of(struct arena *a, const struct token *t, struct token_view *v)
{
    *v = (struct token_view){ t->id, t->created_at, t->expires_at, t->used_at, t->name, NULL, 0 };
    v->scopes = arena_array(a, SCOPES, sizeof *v->scopes);
    for (int i = 0; i < SCOPES; i++)
        if (t->scopes & (1 << i))
            v->scopes[v->scopes_n++] = str_of(scope_words[i]);
}

enum err token_mine(struct call *c, struct token_page *out)
{
    struct token *rows;
    enum err e = token_list(c->db, c->arena, c->viewer->person, &rows, &out->items_n);
    if (e)
        return e;
    out->items = arena_array(c->arena, out->items_n, sizeof *out->items);
    for (size_t i = 0; i < out->items_n; i++)
        view_of(c->arena, &rows[i], &out->items[i]);
    return E_OK;
}

static enum err scopes_of(struct call *c, const struct token_new *in, int64_t *scopes)
{
    *scopes = 0;
    for (size_t i = 0; i < in->scopes_n; i++) {
        int k = 0;
        while (k < SCOPES && !str_eqz(in->scopes[i], scope_words[k]))
            k++;
        if (k == SCOPES)
            return fail(c, E_INPUT, "scopes", "令牌范围只能是 read、write、admin。");
        *scopes |= 1 << k;
    }
    return *scopes ? E_OK : fail(c, E_INPUT, "scopes", "请至少选择一个令牌范围。");
}

static enum err put(struct call *c, struct token *t, struct str *name)
{
    struct txn tx = { 0 };
    enum err e;
    *name = arena_fmt(c->arena, "jb_%.*s", STR_ARG(id_token(c->arena)));
    if ((e = txn_begin(&tx, c->db)) || (e = token_put(c->db, t, sha256_str(c->arena, *name))))
        goto done;
    e = audit_add(c, "token.create", "token", t->id, STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err token_make(struct call *c, const struct token_new *in, struct token_made *out)
{
    int64_t days = in->has_days ? in->days : DAYS_DEFAULT;
    struct token t = {
        .person = c->viewer->person,
        .name = in->name,
        .created_at = c->now,
        .expires_at = c->now + days * DAY_MS,
    };
    enum err e;
    if (c->viewer->token)
        return fail(c, E_FORBIDDEN, NULL, "接口令牌不能再生成令牌，请登录后在页面上操作。");
    if ((e = scopes_of(c, in, &t.scopes)) || (e = put(c, &t, &out->token)))
        return e;
    struct token_view v;
    view_of(c->arena, &t, &v);
    out->id = v.id;
    out->created_at = v.created_at;
    out->expires_at = v.expires_at;
    out->name = v.name;
    out->scopes = v.scopes;
    out->scopes_n = v.scopes_n;
    return E_OK;
}

enum err token_end(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = token_revoke(c->db, id, c->viewer->person, c->now)))
        goto done;
    e = audit_add(c, "token.revoke", "token", id, STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err token_make_for(struct call *c, struct str login, unsigned scopes, int64_t days,
                        struct str *token)
{
    struct token t = {
        .name = S("命令行"),
        .scopes = scopes,
        .created_at = c->now,
        .expires_at = c->now + days * DAY_MS,
    };
    enum err e = person_by_login(c->db, login, &t.person);
    return e ? e : put(c, &t, token);
}
