/* Who asks, found in two statements: the session (or token) with its person, then keys and roles.
 *
 * V1: a session that was not used for the idle time is over, whatever the row says.
 * V2: keys and roles are those of this moment: when something time-limited began or ended since
 * they were made, they are made again first.
 * V3: "last used" is written at most every TOUCH_MS, so that reading costs no write; a session
 * lives that much longer than the idle time, never shorter. */
#include "server/app/viewer.h"

#include "server/app/may.h"
#include "server/app/session.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "storage/person.h"
#include "storage/token.h"
#include "storage/viewer.h"

enum { TOUCH_MS = 2 * MINUTE_MS };

const struct viewer viewer_nobody = { 0 };
const struct viewer viewer_house = { .house = true, .scopes = TOKEN_ALL };

bool viewer_has_key(const struct viewer *v, int64_t audience)
{
    size_t lo = 0, hi = v->keys_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (v->keys[mid] < audience)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < v->keys_n && v->keys[lo] == audience;
}

int64_t viewer_only_key(const struct viewer *v, enum audience_kind kind)
{
    int64_t found = 0;
    for (size_t i = 0; i < v->keys_n; i++)
        if (v->keys[i] % 8 == (int64_t)kind)
            found = found ? -1 : v->keys[i];
    return found;
}

enum err viewer_anew(struct call *c, int64_t person)
{
    enum err e = viewer_stale_person(c->db, person);
    return e ? e : viewer_rebuild(c->db, c->now);
}

/* V2 */
static enum err rebuild(struct call *c, struct proven *p)
{
    struct txn tx = { 0 };
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = viewer_anew(c, p->person)))
        goto done;
    e = person_standing(c->db, p->person, &p->school, &p->keys_until);
done:
    return txn_end(&tx, e);
}

static struct role_held *roles_of(struct arena *a, const struct role_row *rows, size_t *n)
{
    struct role_held *held = arena_array(a, *n, sizeof *held);
    size_t known = 0;
    for (size_t i = 0; i < *n; i++) {
        enum role role;
        if (!role_of_text(rows[i].role, &role))
            continue; /* a role of a newer program */
        held[known++] = (struct role_held){ role, (enum scope_kind)rows[i].kind, rows[i].id };
    }
    *n = known;
    return held;
}

static enum err load(struct call *c, struct proven *p, struct viewer *v)
{
    int64_t *keys;
    struct role_row *roles;
    enum err e = E_OK;
    if (p->keys_until <= c->now)
        e = rebuild(c, p);
    if (!e)
        e = viewer_load(c->db, c->arena, p->person, &keys, &v->keys_n, &roles, &v->roles_n);
    if (e)
        return e;
    v->person = p->person;
    v->school = p->school;
    v->must_change = p->must_change;
    v->until = p->keys_until;
    v->keys = keys;
    v->roles = roles_of(c->arena, roles, &v->roles_n);
    c->viewer = v;
    return E_OK;
}

/* touch: a person did something; an open socket that is asked again did not. */
static enum err enter_session(struct call *c, struct proven *p, bool touch)
{
    struct viewer *v = ARENA_NEW(c->arena, struct viewer);
    int64_t idle = 0;
    enum err e = session_idle_ms(c, &idle);
    if (e)
        return e;
    if (c->now - p->seen_at > idle + TOUCH_MS)
        return E_NOT_FOUND; /* V1 */
    if (touch && c->now - p->seen_at > TOUCH_MS && (e = session_touch(c->db, p->id, c->now)))
        return e;
    *v = (struct viewer){ .session = p->id, .scopes = TOKEN_ALL };
    return load(c, p, v);
}

static enum err enter_token(struct call *c, struct proven *p)
{
    struct viewer *v = ARENA_NEW(c->arena, struct viewer);
    enum err e;
    if (p->expires_at <= c->now)
        return E_NOT_FOUND;
    if (c->now - p->seen_at > TOUCH_MS && (e = token_touch(c->db, p->id, c->now)))
        return e;
    *v = (struct viewer){ .token = p->id, .scopes = (unsigned)p->scopes };
    return load(c, p, v);
}

static enum err by_bearer(struct call *c, const struct viewer_proof *proof)
{
    struct proven p = { 0 };
    enum err e = token_by_hash(c->db, sha256_str(c->arena, proof->bearer), &p);
    if (!e)
        e = enter_token(c, &p);
    if (e == E_NOT_FOUND)
        return fail(c, E_LOGIN, NULL, "接口令牌无效或已过期，请在“我的”里新建一个。");
    if (e)
        return e;
    unsigned need = proof->writes ? TOKEN_WRITE : TOKEN_READ;
    if (!(c->viewer->scopes & need))
        return fail(c, E_FORBIDDEN, NULL, "这个接口令牌没有%s权限。",
                    proof->writes ? "写入" : "读取");
    return E_OK;
}

enum err viewer_resolve(struct call *c, const struct viewer_proof *proof)
{
    struct proven p = { 0 };
    c->viewer = &viewer_nobody;
    if (proof->bearer.n)
        return by_bearer(c, proof);
    if (!proof->cookie.n)
        return E_OK;
    enum err e = session_by_hash(c->db, sha256_str(c->arena, proof->cookie), &p);
    if (!e)
        e = enter_session(c, &p, true);
    return e == E_NOT_FOUND ? E_OK : e;
}

static enum err by_row(struct call *c, int64_t session, int64_t token)
{
    struct proven p = { 0 };
    enum err e = session ? session_proven(c->db, session, &p) : token_proven(c->db, token, &p);
    if (!e)
        e = session ? enter_session(c, &p, false) : enter_token(c, &p);
    return e == E_NOT_FOUND ? E_LOGIN : e;
}

enum err viewer_again(struct call *c, const struct viewer *before)
{
    c->viewer = &viewer_nobody;
    return by_row(c, before->session, before->token);
}

enum err viewer_of_person(struct call *c, int64_t person)
{
    struct viewer *v = ARENA_NEW(c->arena, struct viewer);
    struct proven p = { .person = person };
    enum err e = person_standing(c->db, person, &p.school, &p.keys_until);
    *v = (struct viewer){ .scopes = TOKEN_ALL };
    return e ? e : load(c, &p, v);
}
