/* Being in. The costly part, the hash, is computed outside of transactions, so that a morning full
 * of logins never holds the write gate.
 *
 * N1: nothing but the hash of a session's name is stored. N2: whoever changes a password ends all
 * other sessions of that person. N3: what was proven by a password that was changed meanwhile is
 * nothing: the call begins again, with the new one. */
#include "server/app/session.h"

#include "server/app/audit.h"
#include "server/app/password.h"
#include "server/app/setting.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "storage/outbox.h"
#include "storage/password.h"
#include "storage/person.h"

enum { AGENT_MAX = 200 };

enum err session_idle_ms(struct call *c, int64_t *ms)
{
    int64_t minutes = 0;
    enum err e = setting_number(c->db, SET_session_idle_minutes, &minutes);
    *ms = minutes * MINUTE_MS;
    return e;
}

/* What was typed, as it is compared: no spaces around, full-width to ASCII, lower case. */
static struct str typed(struct call *c, struct str login)
{
    return utf_folded(c->arena, str_trim(login));
}

/* A change of rights is an event: open sockets look again. */
static enum err tell(struct call *c, int64_t person)
{
    return outbox_add(c->db, "viewer", person, 0, AUDIENCE(AUD_PERSON, person));
}

static enum err none_is_fine(enum err e)
{
    return e == E_NOT_FOUND ? E_OK : e;
}

/* Who tries, from where; hash STR_NONE when nobody has this name or no password. */
static enum err find(struct call *c, struct attempt *at, struct str device, struct str *hash)
{
    bool must_change;
    enum err e = none_is_fine(person_by_login(c->db, at->login, &at->person));
    if (!e && at->person && device.n)
        e = none_is_fine(device_get(c->db, at->person, sha256_str(c->arena, device), &at->device));
    if (!e && at->person)
        e = none_is_fine(password_get(c->db, c->arena, at->person, hash, &must_change));
    return e;
}

static enum err refuse(struct call *c, const struct attempt *at)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = attempt_failed(c, at);
    if (!e && at->person)
        e = audit_add(c, "session.refuse", "person", at->person, STR_NONE);
    e = txn_end(&tx, e);
    if (e)
        return e;
    return fail(c, E_CREDENTIALS, NULL,
                "账号或密码不对，请重新输入。可以用登录名、工号或手机号登录；"
                "工号在几所学校重复时请用登录名。");
}

/* N3: inside the transaction that goes by the proof. */
static enum err still_good(struct call *c, int64_t person, struct str hash)
{
    struct str now = STR_NONE;
    bool must_change;
    enum err e = none_is_fine(password_get(c->db, c->arena, person, &now, &must_change));
    return e ? e : str_eq(now, hash) ? E_OK : E_RETRY;
}

static enum err enter_rows(struct call *c, const struct attempt *at, struct entered *out,
                           int64_t *session)
{
    enum err e = attempt_succeeded(c, at);
    if (!e && at->device)
        e = device_touch(c->db, at->device, c->now);
    if (!e && !at->device) {
        out->device = id_token(c->arena);
        e = device_put(c->db, at->person, sha256_str(c->arena, out->device), c->now);
    }
    out->cookie = id_token(c->arena);
    if (!e)
        e = session_put(c->db, at->person, sha256_str(c->arena, out->cookie), c->now, c->ip,
                        utf_head(c->agent, AGENT_MAX), session);
    return e;
}

enum err session_enter(struct call *c, const struct login *in, struct str device,
                       struct entered *out)
{
    struct attempt at = { .login = typed(c, in->login) };
    struct str hash = STR_NONE;
    struct txn tx = { 0 };
    int64_t session = 0;
    enum err e;
    *out = (struct entered){ 0 };
    if ((e = find(c, &at, device, &hash)) || (e = attempt_allowed(c, &at)))
        return e;
    if (!password_verify(hash, in->password))
        return refuse(c, &at);
    if ((e = txn_begin(&tx, c->db)) || (e = still_good(c, at.person, hash)) ||
        (e = enter_rows(c, &at, out, &session)))
        goto done;
    struct viewer self = { .person = at.person, .session = session };
    c->viewer = &self;
    e = audit_add(c, "session.enter", "session", session, STR_NONE);
done:
    e = txn_end(&tx, e);
    c->viewer = &viewer_nobody;
    return e ? e : viewer_resolve(c, &(struct viewer_proof){ .cookie = out->cookie });
}

enum err session_leave(struct call *c)
{
    struct txn tx = { 0 };
    enum err e;
    if (!c->viewer->session)
        return E_OK;
    int64_t person = c->viewer->person;
    if ((e = txn_begin(&tx, c->db)) || (e = session_end(c->db, c->viewer->session, c->now)) ||
        (e = tell(c, person)))
        goto done;
    e = audit_add(c, "session.leave", "session", c->viewer->session, STR_NONE);
done:
    return txn_end(&tx, e);
}

static enum err change_rows(struct call *c, const struct attempt *at, struct str hash)
{
    int64_t n;
    enum err e = attempt_succeeded(c, at);
    if (!e)
        e = password_put(c->db, at->person, hash, false, c->now);
    if (!e)
        e = session_end_others(c->db, at->person, c->viewer->session, c->now, &n); /* N2 */
    if (!e)
        e = tell(c, at->person);
    return e ? e : audit_add(c, "password.change", "person", at->person, STR_NONE);
}

enum err session_change_password(struct call *c, const struct password_change *in)
{
    struct attempt at = { .person = c->viewer->person };
    struct str old, hash;
    struct person p;
    bool must_change;
    struct txn tx = { 0 };
    enum err e;
    if ((e = person_get(c->db, c->arena, at.person, &p)) || (e = attempt_allowed(c, &at)) ||
        (e = password_get(c->db, c->arena, at.person, &old, &must_change)))
        return e;
    const struct str own[] = { p.login, p.staff_no, p.phone, STR_NONE };
    if ((e = password_rules(c, in->new_password, own)))
        return e;
    if (!password_verify(old, in->old_password)) {
        e = refuse(c, &at);
        return e == E_CREDENTIALS ? fail(c, E_INPUT, "old_password", "原密码不对，请重新输入。")
                                  : e;
    }
    if (str_eq(in->old_password, in->new_password))
        return fail(c, E_INPUT, "new_password", "新密码不能与原密码相同。");
    hash = password_hash(c->arena, in->new_password);
    if ((e = txn_begin(&tx, c->db)) || (e = still_good(c, at.person, old)))
        goto done;
    e = change_rows(c, &at, hash);
done:
    return txn_end(&tx, e);
}

/* ---- the list of sessions */

enum err session_of_person(struct call *c, int64_t person, struct session_page *out)
{
    int64_t idle;
    enum err e = session_idle_ms(c, &idle);
    if (e)
        return e;
    e = session_list(c->db, c->arena, person, c->now - idle - 2 * MINUTE_MS, &out->items,
                     &out->items_n);
    for (size_t i = 0; i < out->items_n && !e; i++)
        out->items[i].current = out->items[i].id == c->viewer->session;
    return e;
}

enum err session_kick(struct call *c, int64_t person, int64_t id)
{
    struct session s;
    struct txn tx = { 0 };
    enum err e;
    if ((e = session_get(c->db, c->arena, id, &s)))
        return e;
    if (s.person != person)
        return E_NOT_FOUND;
    if ((e = txn_begin(&tx, c->db)) || (e = session_end(c->db, id, c->now)) ||
        (e = tell(c, s.person)))
        goto done;
    e = audit_add(c, "session.kick", "session", id, STR_NONE);
done:
    return txn_end(&tx, e);
}

enum err session_kick_all(struct call *c, int64_t person)
{
    struct txn tx = { 0 };
    int64_t n = 0, own = person == c->viewer->person ? c->viewer->session : 0;
    enum err e = txn_begin(&tx, c->db);
    if (e)
        return e;
    if ((e = session_end_others(c->db, person, own, c->now, &n)) || (e = tell(c, person)))
        goto done;
    e = audit_add(c, "session.kick_all", "person", person, STR_NONE);
done:
    return txn_end(&tx, e);
}
