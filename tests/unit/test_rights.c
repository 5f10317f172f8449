/* Keys and roles against a slow model over random facts, may() by hand, and the chain of the audit
 * log. */
#include "server/app/audit.h"
#include "server/app/may.h"
#include "server/base/id.h"

#include "tests/unit/testdb.h"

#include <time.h>

static struct testdb t;
static struct db *db;
static struct arena *arena;

enum { TOWNS = 2, SCHOOLS = 5, GROUPS = 3, PEOPLE = 9, DEPTS = 4, FACTS = 40, SPAN = 100 };

static int open_all(void **st)
{
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    arena = arena_new();
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    arena_free(arena);
    db_close(db);
    testdb_close(&t);
    return 0;
}

#define DO(...) assert_int_equal(db_run(db, __VA_ARGS__), E_OK)

/* ---- facts, as rows and as the model's memory */

struct span {
    int64_t who, where, kind, from, until;
    bool leader;
    const char *role;
};
static struct facts {
    int64_t town[SCHOOLS + 1], home[PEOPLE + 1], dept_school[DEPTS + 1], dept_group[DEPTS + 1];
    bool disabled[PEOPLE + 1];
    struct span post[FACTS], member[FACTS], dept[FACTS], grant[FACTS];
    size_t posts, members, depts, grants;
} f;

static bool holds(const struct span *s, int64_t now)
{
    return s->from <= now && now < s->until;
}

static int64_t pick(struct rng *r, int64_t n)
{
    return 1 + (int64_t)rng_below(r, (uint64_t)n);
}

static struct span span_of(struct rng *r)
{
    int64_t a = (int64_t)rng_below(r, SPAN), b = a + (int64_t)rng_below(r, SPAN);
    return (struct span){ .from = a, .until = rng_below(r, 3) ? b : FOREVER_MS };
}

static void clear_all(void)
{
    static const char *const all[] = {
        "DELETE FROM viewer_key",  "DELETE FROM viewer_role",  "DELETE FROM role_grant",
        "DELETE FROM dept_member", "DELETE FROM dept",         "DELETE FROM posting",
        "DELETE FROM person",      "DELETE FROM group_member", "DELETE FROM edu_group",
        "DELETE FROM school",      "DELETE FROM town",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        DO(all[i]);
    f = (struct facts){ 0 };
}

static struct str name_of(const char *what, int64_t id)
{
    return arena_fmt(arena, "%s%lld", what, (long long)id);
}

static void put_places(struct rng *r)
{
    for (int64_t i = 1; i <= TOWNS; i++)
        DO("INSERT INTO town(id, code, name) VALUES(?1, ?2, ?2)", I(i), T(name_of("t", i)));
    for (int64_t i = 1; i <= SCHOOLS; i++) {
        f.town[i] = pick(r, TOWNS);
        DO("INSERT INTO school(id, uuid, code, name, town_id, created_at)"
           " VALUES(?1, ?2, ?2, ?2, ?3, 0)",
           I(i), T(name_of("s", i)), I(f.town[i]));
    }
    for (int64_t i = 1; i <= GROUPS; i++)
        DO("INSERT INTO edu_group(id, uuid, name, mode, lead_school, founded_at)"
           " VALUES(?1, ?2, ?2, 'tight', 1, 0)",
           I(i), T(name_of("g", i)));
    for (int64_t i = 1; i <= DEPTS; i++) {
        bool of_school = rng_below(r, 2);
        int64_t at = pick(r, of_school ? SCHOOLS : GROUPS);
        *(of_school ? &f.dept_school[i] : &f.dept_group[i]) = at;
        DO("INSERT INTO dept(id, uuid, kind, name, school_id, group_id, created_at)"
           " VALUES(?1, ?2, 'prep', ?2, ?3, ?4, 0)",
           I(i), T(name_of("d", i)), of_school ? I(at) : NUL, of_school ? NUL : I(at));
    }
    for (int64_t i = 1; i <= PEOPLE; i++) {
        f.home[i] = (int64_t)rng_below(r, SCHOOLS + 1);
        f.disabled[i] = rng_below(r, 6) == 0;
        DO("INSERT INTO person(id, uuid, login, name, school_id, created_at, disabled_at)"
           " VALUES(?1, ?2, ?2, ?2, ?3, 0, ?4)",
           I(i), T(name_of("p", i)), f.home[i] ? I(f.home[i]) : NUL, I(f.disabled[i]));
    }
}

static void put_post(struct rng *r)
{
    struct span s = span_of(r);
    s.who = pick(r, PEOPLE);
    s.where = pick(r, SCHOOLS);
    f.post[f.posts++] = s;
    DO("INSERT INTO posting(person_id, school_id, from_at, until_at) VALUES(?1, ?2, ?3, ?4)",
       I(s.who), I(s.where), I(s.from), I(s.until));
}

static bool repeats(const struct span *all, size_t n, const struct span *s)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].who == s->who && all[i].where == s->where && all[i].kind == s->kind)
            return true;
    return false;
}

static void put_member(struct rng *r)
{
    struct span s = span_of(r);
    s.who = pick(r, SCHOOLS);
    s.where = pick(r, GROUPS);
    if (repeats(f.member, f.members, &s))
        return;
    f.member[f.members++] = s;
    DO("INSERT INTO group_member(school_id, group_id, from_at, until_at) VALUES(?1, ?2, ?3, ?4)",
       I(s.who), I(s.where), I(s.from), I(s.until));
}

static void put_dept_member(struct rng *r)
{
    struct span s = span_of(r);
    s.who = pick(r, PEOPLE);
    s.where = pick(r, DEPTS);
    s.leader = rng_below(r, 2);
    if (repeats(f.dept, f.depts, &s))
        return;
    f.dept[f.depts++] = s;
    DO("INSERT INTO dept_member(person_id, dept_id, leader, from_at, until_at)"
       " VALUES(?1, ?2, ?3, ?4, ?5)",
       I(s.who), I(s.where), I(s.leader), I(s.from), I(s.until));
}

static void put_grant(struct rng *r)
{
    static const struct {
        const char *role;
        int64_t kind, n;
    } kinds[] = {
        { "school_admin", 3, SCHOOLS }, { "venue_keeper", 3, SCHOOLS },
        { "group_admin", 4, GROUPS },   { "researcher", 4, GROUPS },
        { "researcher", 5, 1 },         { "bureau", 5, 1 },
        { "town_office", 6, TOWNS },    { "auditor", 5, 1 },
    };
    size_t k = rng_below(r, sizeof kinds / sizeof *kinds);
    struct span s = span_of(r);
    s.who = pick(r, PEOPLE);
    s.kind = kinds[k].kind;
    s.where = pick(r, kinds[k].n);
    s.role = kinds[k].role;
    if (repeats(f.grant, f.grants, &s))
        return;
    f.grant[f.grants++] = s;
    DO("INSERT INTO role_grant(person_id, role, scope_kind, scope_id, from_at, until_at)"
       " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
       I(s.who), T(str_of(s.role)), I(s.kind), I(s.where), I(s.from), I(s.until));
}

/* ---- the model */

static bool is(const char *role, const char *name)
{
    return str_eqz(str_of(role), name);
}

static bool works(int64_t p, int64_t school, int64_t now)
{
    bool yes = f.home[p] == school;
    for (size_t i = 0; i < f.posts; i++)
        yes |= f.post[i].who == p && f.post[i].where == school && holds(&f.post[i], now);
    return yes;
}

static bool granted(int64_t p, const char *role, int64_t kind, int64_t id, int64_t now)
{
    for (size_t i = 0; i < f.grants; i++) {
        const struct span *s = &f.grant[i];
        if (s->who == p && is(s->role, role) && s->kind == kind && s->where == id && holds(s, now))
            return true;
    }
    return false;
}

static bool in_group(int64_t school, int64_t group, int64_t now)
{
    for (size_t i = 0; i < f.members; i++)
        if (f.member[i].who == school && f.member[i].where == group && holds(&f.member[i], now))
            return true;
    return false;
}

static bool at_school(int64_t p, int64_t school, int64_t now)
{
    return works(p, school, now) || granted(p, "school_admin", 3, school, now) ||
           granted(p, "venue_keeper", 3, school, now);
}

static bool model_group(int64_t p, int64_t g, int64_t now)
{
    if (granted(p, "group_admin", 4, g, now) || granted(p, "researcher", 4, g, now) ||
        granted(p, "researcher", 5, 1, now) || granted(p, "bureau", 5, 1, now))
        return true;
    for (int64_t s = 1; s <= SCHOOLS; s++)
        if (at_school(p, s, now) && in_group(s, g, now))
            return true;
    return false;
}

static bool model_dept(int64_t p, int64_t d, int64_t now)
{
    for (size_t i = 0; i < f.depts; i++)
        if (f.dept[i].who == p && f.dept[i].where == d && holds(&f.dept[i], now))
            return true;
    return (f.dept_school[d] && granted(p, "school_admin", 3, f.dept_school[d], now)) ||
           (f.dept_group[d] && granted(p, "group_admin", 4, f.dept_group[d], now));
}

static bool model_key(int64_t p, enum audience_kind kind, int64_t id, int64_t now)
{
    if (f.disabled[p])
        return false;
    switch (kind) {
    case AUD_PERSON: return p == id;
    case AUD_DEPT: return model_dept(p, id, now);
    case AUD_SCHOOL: return at_school(p, id, now);
    case AUD_GROUP: return model_group(p, id, now);
    case AUD_COUNTY: return true;
    }
    return false;
}

/* What a school administrator, a group's or a town's office reaches by person.edit's rows. */
static bool model_admin(int64_t p, int64_t school, int64_t now)
{
    return !f.disabled[p] &&
           (granted(p, "school_admin", 3, school, now) || granted(p, "bureau", 5, 1, now));
}

static void compare(int64_t p, int64_t now)
{
    struct call c = { .db = db, .arena = arena, .now = now };
    static const int64_t most[] = { 0, PEOPLE, DEPTS, SCHOOLS, GROUPS, 1 };
    size_t expected = 0;
    enum err e = viewer_of_person(&c, p);
    assert_int_equal(e, f.disabled[p] ? E_NOT_FOUND : E_OK);
    if (e)
        c.viewer = &viewer_nobody;
    for (int kind = AUD_PERSON; kind <= AUD_COUNTY; kind++)
        for (int64_t id = 1; id <= most[kind]; id++) {
            bool want = model_key(p, (enum audience_kind)kind, id, now);
            expected += want;
            if (viewer_has_key(c.viewer, AUDIENCE(kind, id)) != want)
                fail_msg("person %lld kind %d id %lld at %lld", (long long)p, kind, (long long)id,
                         (long long)now);
        }
    assert_int_equal(c.viewer->keys_n, expected);
    for (int64_t s = 1; s <= SCHOOLS; s++) {
        struct place at = { .school = s };
        assert_int_equal(may_at(c.viewer, CAP_person_edit, &at), model_admin(p, s, now));
    }
}

static void keys_are_those_of_the_model(void **st)
{
    (void)st;
    const char *given = getenv("JIBEI_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed=%llu\n", (unsigned long long)seed);
    struct rng r = rng_of(seed);
    for (int round = 0; round < 12; round++) {
        clear_all();
        put_places(&r);
        for (int i = 0; i < FACTS / 2; i++) {
            put_post(&r);
            put_member(&r);
            put_dept_member(&r);
            put_grant(&r);
        }
        /* only keys_until makes the rows new while time goes on */
        for (int64_t now = 1; now < 2 * SPAN; now += pick(&r, 30))
            for (int64_t p = 1; p <= PEOPLE; p++)
                compare(p, now);
        arena_reset(arena);
    }
}

/* ---- may() */

static enum err ask(struct viewer *v, enum cap cap, struct place at)
{
    struct call c = { .arena = arena, .viewer = v };
    return may(&c, cap, &at);
}

static void may_answers_by_place(void **st)
{
    (void)st;
    struct viewer nobody = { 0 };
    int64_t keys[] = { AUDIENCE(AUD_COUNTY, 1), AUDIENCE(AUD_SCHOOL, 3) };
    struct role_held admin[] = { { ROLE_school_admin, SCOPE_SCHOOL, 3 } };
    struct viewer v = {
        .person = 7, .scopes = TOKEN_ALL, .keys = keys, .keys_n = 2, .roles = admin, .roles_n = 1
    };
    assert_int_equal(ask(&nobody, CAP_org_read, (struct place){ 0 }), E_LOGIN);
    assert_int_equal(ask(&v, CAP_person_edit, (struct place){ .school = 3 }), E_OK);
    assert_int_equal(ask(&v, CAP_person_edit, (struct place){ .school = 4 }), E_FORBIDDEN);
    assert_int_equal(ask(&v, CAP_person_edit, (struct place){ 0 }), E_FORBIDDEN);
    assert_int_equal(ask(&v, CAP_person_edit,
                         (struct place){ .school = 4, .audience = AUDIENCE(AUD_SCHOOL, 4) }),
                     E_NOT_FOUND);
    v.scopes = TOKEN_READ | TOKEN_WRITE;
    assert_int_equal(ask(&v, CAP_person_edit, (struct place){ .school = 3 }), E_FORBIDDEN);
    assert_int_equal(ask(&v, CAP_person_phone, (struct place){ .owner = 7 }), E_OK);
    struct viewer house = viewer_house;
    assert_int_equal(ask(&house, CAP_role_grant_high, (struct place){ 0 }), E_OK);
}

static void three_administrators_are_three(void **st)
{
    (void)st;
    static const struct {
        enum role role;
        enum cap mine;
    } three[] = { { ROLE_sysadmin, CAP_settings_edit },
                  { ROLE_secadmin, CAP_role_grant_high },
                  { ROLE_auditor, CAP_audit_read } };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) {
            struct role_held h = { three[i].role, SCOPE_COUNTY, 1 };
            struct viewer v = { .person = 1, .scopes = TOKEN_ALL, .roles = &h, .roles_n = 1 };
            assert_int_equal(ask(&v, three[k].mine, (struct place){ 0 }),
                             i == k ? E_OK : E_FORBIDDEN);
        }
}

/* ---- the audit log */

static void record(const char *action, int64_t id)
{
    struct txn tx = { 0 };
    struct viewer v = { .person = 0, .session = 5 };
    struct call c = {
        .db = db, .arena = arena, .viewer = &v, .now = 1000 + id, .ip = S("10.1.2.3")
    };
    enum err e = txn_begin(&tx, db);
    if (!e)
        e = audit_add(&c, action, "person", id, S("电话"));
    assert_int_equal(txn_end(&tx, e), E_OK);
}

static void records_are_chained_and_stay(void **st)
{
    (void)st;
    int64_t n, bad;
    for (int64_t i = 1; i <= 5; i++)
        record(i % 2 ? "person.disable" : "person.edit", i);
    assert_int_equal(audit_verify(db, &n, &bad), E_OK);
    assert_int_equal(n, 5);
    assert_int_equal(bad, 0);
    assert_int_equal(db_run(db, "UPDATE audit_log SET detail = '' WHERE seq = 2"), E_CONFLICT);
    assert_int_equal(db_run(db, "DELETE FROM audit_log WHERE seq = 5"), E_CONFLICT);
    assert_int_equal(db_run(db, "DELETE FROM audit_head"), E_CONFLICT);
    struct audit_filter only = { .action = S("person.edit") };
    struct audit *rows;
    size_t found;
    assert_int_equal(audit_list(db, arena, &only, 10, &rows, &found), E_OK);
    assert_int_equal(found, 2);
    assert_int_equal(rows[0].noun_id, 4);
}

/* Somebody with the database in his hands forges a row, or cuts the end off: it shows. */
static void a_forged_chain_shows(void **st)
{
    (void)st;
    int64_t n, bad;
    if (db_is_pg(db)) {
        DO("ALTER TABLE audit_log DISABLE TRIGGER USER");
    } else {
        DO("DROP TRIGGER audit_log_no_update");
        DO("DROP TRIGGER audit_log_no_delete");
    }
    DO("UPDATE audit_log SET noun_id = 9 WHERE seq = 3");
    assert_int_equal(audit_verify(db, &n, &bad), E_OK);
    assert_int_equal(bad, 3);
    DO("UPDATE audit_log SET noun_id = 3 WHERE seq = 3");
    assert_int_equal(audit_verify(db, &n, &bad), E_OK);
    assert_int_equal(bad, 0);
    DO("DELETE FROM audit_log WHERE seq = 5");
    assert_int_equal(audit_verify(db, &n, &bad), E_OK);
    assert_int_equal(bad, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_those_of_the_model),
        cmocka_unit_test(may_answers_by_place),
        cmocka_unit_test(three_administrators_are_three),
        cmocka_unit_test(records_are_chained_and_stay),
        cmocka_unit_test(a_forged_chain_shows),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
