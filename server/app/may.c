/* One question, answered from a table. M1: nobody may anything. M2: the house itself (commands run
 * at the machine) may everything. M3: a right comes from a role held at a place that covers the
 * one asked about; the county covers all; that a group or a town covers its schools is already
 * written out in the roles held (storage/viewer.c). */
#include "server/app/may.h"

const struct role_kind role_kinds[ROLE_count] = {
#define ROLE(name, where, by, text) [ROLE_##name] = { #name, text, where, CAP_##by },
#define CAP(name, code, flags, text)
#define PERM(cap, role, reach)
#include "server/app/perms.def"
#undef ROLE
#undef CAP
#undef PERM
};

const struct cap_kind cap_kinds[CAP_count] = {
#define ROLE(name, where, by, text)
#define CAP(name, code, flags, text) [CAP_##name] = { code, text, flags },
#define PERM(cap, role, reach)
#include "server/app/perms.def"
#undef ROLE
#undef CAP
#undef PERM
};

enum reach { HELD, AT_PLACE, OF_COUNTY, OF_GROUP, OWN, SEES };

static const struct {
    enum cap cap;
    enum role role;
    enum reach reach;
} perms[] = {
#define ROLE(name, where, by, text)
#define CAP(name, code, flags, text)
#define PERM(cap, role, reach) { CAP_##cap, ROLE_##role, reach },
#include "server/app/perms.def"
#undef ROLE
#undef CAP
#undef PERM
};

static bool covers(const struct role_held *h, const struct place *at)
{
    switch (h->kind) {
    case SCOPE_COUNTY: return true;
    case SCOPE_GROUP: return at->group == h->id;
    case SCOPE_SCHOOL: return at->school == h->id;
    case SCOPE_DEPT: return at->dept == h->id;
    case SCOPE_TOWN: return false;
    }
    return false;
}

static bool holds_at(const struct viewer *v, enum role role, const struct place *at)
{
    for (size_t i = 0; i < v->roles_n; i++)
        if (v->roles[i].role == role && (!at || covers(&v->roles[i], at)))
            return true;
    return false;
}

static bool holds_county(const struct viewer *v, enum role role)
{
    return holds_at(v, role, &(struct place){ 0 });
}

static bool holds_group(const struct viewer *v, enum role role, int64_t group)
{
    for (size_t i = 0; i < v->roles_n; i++)
        if (v->roles[i].role == role && v->roles[i].kind == SCOPE_GROUP && v->roles[i].id == group)
            return true;
    return false;
}

static bool reaches(const struct viewer *v, enum role role, enum reach reach,
                    const struct place *at)
{
    switch (reach) {
    case HELD: return role == ROLE_anyone || holds_at(v, role, NULL);
    case AT_PLACE: return holds_at(v, role, at);
    case OF_COUNTY: return holds_county(v, role);
    case OF_GROUP:
        return !at ? holds_at(v, role, at) : at->group && holds_group(v, role, at->group);
    case OWN: return !at || at->owner == v->person;
    case SEES: return !at || viewer_has_key(v, at->audience);
    }
    return false;
}

bool may_at(const struct viewer *v, enum cap cap, const struct place *at)
{
    if (v->house)
        return true; /* M2 */
    if (v->person == 0 || ((cap_kinds[cap].flags & FOR_ADMIN) && !(v->scopes & TOKEN_ADMIN)))
        return false; /* M1 */
    for (size_t i = 0; i < sizeof perms / sizeof *perms; i++)
        if (perms[i].cap == cap && reaches(v, perms[i].role, perms[i].reach, at))
            return true;
    return false;
}

static bool sees(const struct viewer *v, const struct place *at)
{
    return at->audience == 0 || at->owner == v->person || viewer_has_key(v, at->audience);
}

enum err may(struct call *c, enum cap cap, const struct place *at)
{
    const struct viewer *v = c->viewer;
    if (may_at(v, cap, at))
        return E_OK;
    if (v->person == 0)
        return E_LOGIN;
    if (at && !sees(v, at))
        return E_NOT_FOUND;
    if ((cap_kinds[cap].flags & FOR_ADMIN) && !(v->scopes & TOKEN_ADMIN))
        return fail(c, E_FORBIDDEN, NULL, "这个接口令牌没有管理权限，请新建带“管理”范围的令牌。");
    return E_FORBIDDEN;
}

bool role_may(enum role role, enum cap cap)
{
    for (size_t i = 0; i < sizeof perms / sizeof *perms; i++)
        if (perms[i].cap == cap && perms[i].role == role)
            return true;
    return false;
}

bool role_of_text(struct str code, enum role *out)
{
    for (int i = 0; i < ROLE_count; i++)
        if (str_eqz(code, role_kinds[i].code)) {
            *out = (enum role)i;
            return true;
        }
    return false;
}

bool viewer_holds(const struct viewer *v, enum role role)
{
    return holds_at(v, role, NULL);
}
