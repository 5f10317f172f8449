/* Granting and revoking roles. Who may grant one stands in its row of perms.def.
 *
 * L1: there is always somebody who holds the security administrator's role, otherwise nobody could
 * grant it. L2: the administrators of the system, of security and of the audit log are three
 * people: a role that is ALONE is not given to somebody who has, or will have, another such. */
#include "server/app/role.h"

#include "server/app/audit.h"
#include "server/app/may.h"
#include "storage/list.h"
#include "storage/person.h"
#include "storage/place.h"

/* In a department no role is granted, and none wider instead of it. */
static const struct {
    const char *word;
    enum scope_kind kind;
} kinds[] = {
    { "school", SCOPE_SCHOOL }, { "group", SCOPE_GROUP }, { "county", SCOPE_COUNTY },
    { "town", SCOPE_TOWN },     { "dept", SCOPE_DEPT },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum scope_kind kind_of(struct str word)
{
    for (int i = 0; i < KINDS; i++)
        if (str_eqz(word, kinds[i].word))
            return kinds[i].kind;
    return SCOPE_COUNTY;
}

static struct str word_of(int64_t kind)
{
    for (int i = 0; i < KINDS; i++)
        if ((int64_t)kinds[i].kind == kind)
            return str_of(kinds[i].word);
    return S("county");
}

static struct place place_at(int64_t kind, int64_t id)
{
    return (struct place){ .school = kind == SCOPE_SCHOOL ? id : 0,
                           .group = kind == SCOPE_GROUP ? id : 0 };
}

enum err role_words(struct call *c, struct role_word_page *out)
{
    struct list l = list_of(c->arena, sizeof *out->items);
    for (int role = 0; role < ROLE_count; role++) {
        const struct role_kind *k = &role_kinds[role];
        if (!k->where)
            continue;
        struct role_word *w = list_add(&l);
        *w = (struct role_word){ .role = str_of(k->code), .text = str_of(k->text) };
        w->grantable = may_at(c->viewer, k->by, NULL);
        w->kinds = arena_array(c->arena, KINDS, sizeof *w->kinds);
        for (int i = 0; i < KINDS; i++)
            if (k->where & (1u << kinds[i].kind))
                w->kinds[w->kinds_n++] = str_of(kinds[i].word);
    }
    out->items = l.p;
    out->items_n = l.n;
    return E_OK;
}

static enum err view_of(struct call *c, const struct role_grant *g, struct role_view *v)
{
    enum role role;
    *v = (struct role_view){
        .id = g->id,
        .person = g->person,
        .scope_id = g->scope_id,
        .from_at = g->from_at,
        .until_at = g->until_at,
        .role = g->role,
        .text = role_of_text(g->role, &role) ? str_of(role_kinds[role].text) : g->role,
        .scope_kind = word_of(g->scope_kind),
        .person_name = g->person_name,
        .school_name = g->school_name,
    };
    return place_name(c->db, c->arena, (enum scope_kind)g->scope_kind, g->scope_id, &v->scope_name);
}

/* Rows at places where the viewer may look; his own always. */
static enum err gather(struct call *c, const struct role_filter *f, struct role_page *out)
{
    struct role_grant *rows;
    size_t n;
    enum err e = role_list(c->db, c->arena, f, &rows, &n);
    if (e)
        return e;
    out->items = arena_array(c->arena, n, sizeof *out->items);
    out->items_n = 0;
    for (size_t i = 0; i < n && !e; i++) {
        struct place at = place_at(rows[i].scope_kind, rows[i].scope_id);
        if (rows[i].person == c->viewer->person || may_at(c->viewer, CAP_role_read, &at))
            e = view_of(c, &rows[i], &out->items[out->items_n++]);
    }
    return e;
}

enum err role_find(struct call *c, const struct role_query *q, struct role_page *out)
{
    struct role_filter f = {
        .scope_kind = q->has_scope_kind ? kind_of(q->scope_kind) : 0,
        .scope_id = q->has_scope_id ? q->scope_id : 1,
        .now = c->now,
        .role = q->role,
    };
    return gather(c, &f, out);
}

enum err role_of_person(struct call *c, int64_t person, struct role_page *out)
{
    struct role_filter f = { .person = person, .now = c->now };
    struct person p;
    enum err e = person_get(c->db, c->arena, person, &p);
    if (!e && person != c->viewer->person)
        e = may(c, CAP_role_read, NULL);
    return e ? e : gather(c, &f, out);
}

static struct str detail_of(struct call *c, const struct role_grant *g)
{
    return arena_fmt(c->arena, "%.*s@%.*s:%lld", STR_ARG(g->role), STR_ARG(word_of(g->scope_kind)),
                     (long long)g->scope_id);
}

static enum err check_new(struct call *c, enum role role, const struct role_grant *g)
{
    struct str name;
    if (!(role_kinds[role].where & (1u << g->scope_kind)))
        return fail(c, E_INPUT, "scope_kind", "%s不能授予在这个范围上。", role_kinds[role].text);
    enum err e = place_name(c->db, c->arena, (enum scope_kind)g->scope_kind, g->scope_id, &name);
    if (e == E_NOT_FOUND)
        return fail(c, E_INPUT, "scope_id", "没有这个单位，请重新选择。");
    if (!e && g->until_at <= g->from_at)
        return fail(c, E_INPUT, "until_at", "结束时间要晚于开始时间。");
    return e;
}

/* L2 */
static enum err check_alone(struct call *c, const struct role_grant *g)
{
    struct role_filter f = { .person = g->person, .now = g->from_at };
    struct role_grant *held;
    size_t n;
    enum role role;
    enum err e = role_list(c->db, c->arena, &f, &held, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (role_of_text(held[i].role, &role) && role_kinds[role].where & ALONE &&
            !str_eq(held[i].role, g->role) && held[i].from_at < g->until_at)
            e = fail(c, E_STATE, NULL,
                     "%.*s已是%s。系统、安全、审计三种管理员须由三个人分别担任，请另选一位。",
                     STR_ARG(held[i].person_name), role_kinds[role].text);
    return e;
}

enum err role_grant_to(struct call *c, int64_t person, const struct role_new *in,
                       struct role_view *out)
{
    struct role_grant g = {
        .person = person,
        .role = in->role,
        .scope_kind = kind_of(in->scope_kind),
        .scope_id = in->has_scope_id ? in->scope_id : 1,
        .from_at = in->has_from_at ? in->from_at : c->now,
        .until_at = in->has_until_at ? in->until_at : FOREVER_MS,
        .granted_by = c->viewer->person,
    };
    struct place at = place_at(g.scope_kind, g.scope_id);
    struct person p;
    struct txn tx = { 0 };
    enum role role = ROLE_anyone;
    enum err e;
    if (!role_of_text(in->role, &role) || !role_kinds[role].where)
        return fail(c, E_INPUT, "role", "没有这个可以授予的角色。");
    if ((e = may(c, role_kinds[role].by, &at)) || (e = check_new(c, role, &g)) ||
        (e = txn_begin(&tx, c->db)))
        return e;
    e = person_get(c->db, c->arena, g.person, &p);
    if (e == E_NOT_FOUND || (!e && p.disabled_at))
        e = fail(c, E_INPUT, "person", "没有这个人，或账号已停用。");
    if (e || (role_kinds[role].where & ALONE && (e = check_alone(c, &g))))
        goto done;
    e = role_put(c->db, &g);
    if (e == E_CONFLICT)
        e = fail(c, E_CONFLICT, "role", "%.*s已经有这个角色。", STR_ARG(p.name));
    if (e || (e = viewer_anew(c, g.person)) || (e = role_get(c->db, c->arena, g.id, &g)) ||
        (e = view_of(c, &g, out)))
        goto done;
    e = audit_add(c, "role.grant", "person", g.person, detail_of(c, &g));
done:
    return txn_end(&tx, e);
}

enum err role_revoke(struct call *c, int64_t person, int64_t id)
{
    struct role_grant g;
    struct txn tx = { 0 };
    enum role role;
    int64_t holders = 0;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = role_get(c->db, c->arena, id, &g)))
        goto done;
    struct place at = place_at(g.scope_kind, g.scope_id);
    if (g.person != person || !role_of_text(g.role, &role)) {
        e = E_NOT_FOUND;
        goto done;
    }
    if ((e = may(c, role_kinds[role].by, &at)) || (e = role_end(c->db, id, c->now)) ||
        (e = role_holders(c->db, S("secadmin"), c->now, &holders)))
        goto done;
    if (role == ROLE_secadmin && holders == 0) { /* L1 */
        e = fail(c, E_STATE, NULL, "这是最后一位安全管理员，请先授予另一个人再收回。");
        goto done;
    }
    if ((e = viewer_anew(c, g.person)))
        goto done;
    e = audit_add(c, "role.revoke", "person", g.person, detail_of(c, &g));
done:
    return txn_end(&tx, e);
}
