/* The first person of a county holds the bureau's role and the security administrator's, which
 * appoints all others; the administrators of the system and of the audit log must be two other
 * people (L2 of role.c), and his bell says so. */
#include "server/app/setup.h"

#include "server/app/audit.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/app/person.h"
#include "server/app/setting.h"
#include "server/base/hash.h"
#include "storage/notice.h"
#include "storage/role.h"
#include "storage/setting.h"

enum err setup_state(struct call *c, struct setup_state *out)
{
    int64_t n = 0;
    enum err e = person_count(c->db, &n);
    out->needed = n == 0;
    return e ? e : setting_words(c->db, c->arena, SET_county_name, &out->county);
}

struct str setup_code(const struct house *h, struct arena *a)
{
    static const char letters[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789X";
    unsigned char mac[SHA256_LEN];
    char code[9];
    hmac_sha256((struct str){ (const char *)h->secret, sizeof h->secret }, S("setup"), mac);
    for (int i = 0, at = 0; i < 8; i++) {
        code[at++] = letters[mac[i] & 31];
        if (i == 3)
            code[at++] = '-';
    }
    return arena_str(a, (struct str){ code, 9 });
}

static enum err grant_all(struct call *c, int64_t person)
{
    static const char *const first[] = { "bureau", "secadmin" };
    enum err e = E_OK;
    for (size_t i = 0; i < sizeof first / sizeof *first && !e; i++) {
        struct role_grant g = {
            .person = person,
            .role = str_of(first[i]),
            .scope_kind = SCOPE_COUNTY,
            .scope_id = 1,
            .from_at = c->now,
            .until_at = FOREVER_MS,
        };
        e = role_put(c->db, &g);
    }
    return e;
}

static enum err first_rows(struct call *c, const struct setup *in, struct str hash)
{
    struct person p = { .login = in->login, .name = in->name };
    struct setup_state state = { 0 };
    enum err e = setup_state(c, &state);
    if (!e && !state.needed)
        return fail(c, E_STATE, NULL, "系统已经初始化过了，请直接登录。");
    if (!e)
        e = person_add(c, &p, hash, false);
    if (!e)
        e = grant_all(c, p.id);
    if (!e)
        e = notice_put(c->db, p.id, "appoint", "person", p.id, S("{}"));
    if (!e)
        e = viewer_anew(c, p.id);
    if (!e && in->county.n)
        e = setting_put(c->db, "county_name", in->county, p.id, c->now);
    return e ? e : audit_add(c, "setup", "person", p.id, STR_NONE);
}

enum err setup_first(struct call *c, const struct setup *in)
{
    const struct str own[] = { in->login, STR_NONE };
    struct txn tx = { 0 };
    enum err e = password_rules(c, in->password, own);
    if (e) {
        c->fault.field = S("password");
        return e;
    }
    struct str hash = password_hash(c->arena, in->password);
    if ((e = txn_begin(&tx, c->db)))
        goto done;
    e = first_rows(c, in, hash);
done:
    return txn_end(&tx, e);
}

enum err setup_run(struct call *c, const struct setup *in)
{
    struct setup_state state = { 0 };
    struct str code = setup_code(c->house, c->arena), given = str_trim(in->code);
    enum err e = setup_state(c, &state);
    if (e)
        return e;
    if (!state.needed)
        return fail(c, E_STATE, NULL, "系统已经初始化过了，请直接登录。");
    if (given.n != code.n || !same_bytes(given.p, code.p, code.n))
        return fail(c, E_INPUT, "code",
                    "初始化码不对。它印在服务器启动时的窗口或日志里，形如 ABCD-EFGH。");
    return setup_first(c, in);
}
