/* Passwords, locks, pinyin, the roster's words, and keys that change while nobody asks. */
#include "server/app/job.h"
#include "server/app/may.h"
#include "server/app/password.h"
#include "server/app/roster_int.h"
#include "server/app/session.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "server/base/pinyin.h"
#include "server/base/utf.h"
#include "storage/password.h"
#include "storage/person.h"
#include "tests/unit/testdb.h"

#include <pthread.h>

static struct testdb t;
static struct db *db;
static struct arena *arena;

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

static struct call call_at(int64_t now)
{
    return (struct call){ .db = db, .arena = arena, .viewer = &viewer_house, .now = now };
}

/* ---- passwords */

static enum err ruled(const char *password)
{
    struct call c = call_at(0);
    const struct str own[] = { S("s01-007"), S("007"), S("13800000001"), STR_NONE };
    return password_rules(&c, str_of(password), own);
}

static void rules_of_passwords(void **st)
{
    (void)st;
    static const char *const bad[] = {
        "",         "Short-1",   "alllowercase1", "ALLUPPER11",    "Password1", "P@ssw0rd",
        "Passw0rd", "Abc12345",  "Qwerty123!",    "Aa123456",      "Admin@123", "Woaini1314",
        "Qwe!2345", "Test2024!", "XS01-007x",     "a13800000001B", "Aa111111!", "Wang1234!",
    };
    static const char *const good[] = { "Sunny-Day-4711", "bridge7Kettle", "三年级Ab1语文备课",
                                        "Kx9!rainbow" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ruled(bad[i]) != E_INPUT)
            fail_msg("%s was taken", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (ruled(good[i]) != E_OK)
            fail_msg("%s was refused", good[i]);
}

static void generated_ones_are_within_the_rules(void **st)
{
    (void)st;
    for (int i = 0; i < 200; i++) {
        struct str p = password_make(arena);
        assert_int_equal(ruled(arena_z(arena, p)), E_OK);
        for (size_t k = 0; k < p.n; k++)
            assert_null(strchr("0O1lI", p.p[k]));
    }
}

static void hashes_know_their_password(void **st)
{
    (void)st;
    struct str hash = password_hash(arena, S("Sunny-Day-4711")),
               slip = password_hash_slip(arena, S("Kabcde2345"));
    assert_true(str_starts(hash, S("$argon2id$")));
    assert_true(password_verify(hash, S("Sunny-Day-4711")));
    assert_false(password_verify(hash, S("sunny-Day-4711")));
    assert_true(password_verify(slip, S("Kabcde2345")));
    assert_false(password_verify(slip, S("Kabcde2346")));
    assert_false(password_verify(STR_NONE, S("")));
    assert_false(password_verify(S("$argon2id$nonsense"), S("x")));
}

/* ---- locks: a slow model of "five in a row, fifteen minutes" */

static void locks_follow_the_model(void **st)
{
    (void)st;
    struct rng r = rng_of(7);
    struct {
        struct attempt at;
        int fails;
        int64_t last;
    } who[] = {
        { .at = { .person = 1 } },
        { .at = { .person = 1, .device = 5 } },
        { .at = { .person = 2 } },
        { .at = { .login = S("nobody") } },
    };
    int64_t now = 1000000;
    const int64_t lock = LOCK_MINUTES * (int64_t)MINUTE_MS;
    for (int i = 0; i < 400; i++) {
        size_t k = rng_below(&r, 4);
        now += (int64_t)rng_below(&r, 3 * MINUTE_MS);
        struct call c = call_at(now);
        bool locked = who[k].fails >= LOCK_AFTER && now < who[k].last + lock;
        assert_int_equal(attempt_allowed(&c, &who[k].at), locked ? E_LOCKED : E_OK);
        if (locked)
            continue;
        if (rng_below(&r, 12) == 0) {
            assert_int_equal(attempt_succeeded(&c, &who[k].at), E_OK);
            who[k].fails = 0;
        } else {
            assert_int_equal(attempt_failed(&c, &who[k].at), E_OK);
            who[k].fails = who[k].last < now - lock ? 1 : who[k].fails + 1;
            who[k].last = now;
        }
    }
}

/* ---- names */

static void check_pinyin(const char *name, const char *full, const char *initials)
{
    struct pinyin p = pinyin_of(arena, str_of(name), true);
    assert_true(str_eqz(p.full, full));
    assert_true(str_eqz(p.initials, initials));
}

static void names_have_a_sound(void **st)
{
    (void)st;
    check_pinyin("黎小明", "li xiao ming", "lxm");
    check_pinyin("林晓敏", "lin xiao min", "lxm");
    check_pinyin("单雄信", "shan xiong xin", "sxx"); /* as a surname */
    check_pinyin("曾国华", "zeng guo hua", "zgh");
    check_pinyin("吕布", "lv bu", "lb");
    check_pinyin("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt");
    check_pinyin("Tom 王2", "tom wang 2", "tw2");
    check_pinyin("", "", "");
    struct pinyin school = pinyin_of(arena, S("单位"), false);
    assert_true(str_eqz(school.full, "dan wei"));
}

/* GB 2312 lists its first level by sound: our readings must be in that order nearly everywhere. */
static void the_table_covers_what_people_write(void **st)
{
    (void)st;
    static const char *const names[] = { "赵钱孙李周吴郑王", "冯陈褚卫蒋沈韩杨", "朱秦尤许何吕施张",
                                         "孔曹严华金魏陶姜", "佘覃冼邝揭",       "玥晟梓涵轩睿" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct pinyin p = pinyin_of(arena, str_of(names[i]), false);
        assert_int_equal(p.initials.n, utf_count(str_of(names[i])));
        for (size_t k = 0; k < p.full.n; k++)
            assert_true(p.full.p[k] == ' ' || (p.full.p[k] >= 'a' && p.full.p[k] <= 'z'));
    }
}

static void words_of_a_roster(void **st)
{
    (void)st;
    assert_true(str_eqz(roster_subject(S("语文")), "chinese"));
    assert_true(str_eqz(roster_subject(S("体育")), "pe"));
    assert_true(str_eqz(roster_subject(S("道法")), "morality"));
    assert_int_equal(roster_subject(S("魔法")).n, 0);
    assert_true(str_eqz(roster_grade(S("三年级")), "P3"));
    assert_true(str_eqz(roster_grade(S("初二")), "J8"));
    assert_true(str_eqz(roster_grade(S("高一")), "S10"));
    assert_int_equal(roster_grade(S("大班")).n, 0);
}

static void heads_in_any_order(void **st)
{
    (void)st;
    struct call c = call_at(0);
    struct roster_table table;
    struct str text =
        S("花名册\n电话,＊姓　名,教师工号（必填）,备注\n139,王芳,007,\n,,,\n138,\"李,四\",,x\n");
    assert_int_equal(roster_read_text(&c, text, &table), E_OK);
    assert_int_equal(table.lines_n, 2);
    assert_true(str_eqz(table.lines[0].cell[RF_NAME], "王芳"));
    assert_true(str_eqz(table.lines[0].cell[RF_STAFF_NO], "007"));
    assert_true(str_eqz(table.lines[1].cell[RF_NAME], "李,四"));
    assert_int_equal(table.lines[1].row, 5);
    assert_false(table.has[RF_SCHOOL]);
    assert_int_equal(roster_read_text(&c, S("a,b\nc,d\n"), &table), E_INPUT);
    assert_int_equal(roster_read_text(&c, S("姓名,工号\n"), &table), E_INPUT);
}

/* ---- a password that is changed while somebody proves the old one */

static void *log_in(void *arg)
{
    struct call c = call_at(clock_now());
    struct entered *in = arg;
    struct house house = { .process = "test" };
    c.house = &house;
    c.arena = arena_new();
    if (db_open(t.store, &c.db) ||
        session_enter(&c, &(struct login){ S("n3"), S("Old-Pass-4711") }, STR_NONE, in))
        *in = (struct entered){ 0 };
    if (in->cookie.n) {
        char *kept = mem_new(SHA256_LEN);
        sha256(in->cookie, (unsigned char *)kept);
        in->cookie = (struct str){ kept, SHA256_LEN };
    }
    db_close(c.db);
    arena_free(c.arena);
    return NULL;
}

static void an_old_password_opens_nothing(void **st)
{
    (void)st;
    struct person p = { .uuid = S("n3"), .login = S("n3"), .name = S("n3") };
    struct str old = password_hash(arena, S("Old-Pass-4711"));
    struct entered in;
    struct proven proven;
    pthread_t thread;
    int64_t n;
    assert_int_equal(person_put(db, &p), E_OK);
    for (int i = 0; i < 8; i++) {
        struct txn tx = { 0 };
        assert_int_equal(password_put(db, p.id, old, false, 0), E_OK);
        assert_int_equal(txn_begin(&tx, db), E_OK);
        assert_int_equal(pthread_create(&thread, NULL, log_in, &in), 0);
        /* Takes longer than it takes the other to read the old one. */
        struct str new = password_hash(arena, S("New-Pass-4711"));
        enum err e = password_put(db, p.id, new, false, 0);
        if (!e)
            e = session_end_others(db, p.id, 0, 1, &n);
        e = txn_end(&tx, e);
        pthread_join(thread, NULL);
        assert_true(e == E_OK || e == E_RETRY);
        if (!e && in.cookie.n)
            assert_int_equal(session_by_hash(db, in.cookie, &proven), E_NOT_FOUND);
        mem_free((void *)(uintptr_t)in.cookie.p);
    }
}

/* ---- keys of people who do not ask */

static void keys_end_by_the_job_too(void **st)
{
    (void)st;
    struct call c = call_at(1000);
    int64_t n;
    assert_int_equal(db_run(db, "INSERT INTO school(id, uuid, code, name, created_at)"
                                " VALUES(900, 'k', 'k', 'k', 0)"),
                     E_OK);
    for (int64_t i = 1; i <= 250; i++) {
        struct str name = arena_fmt(arena, "k%lld", (long long)i);
        assert_int_equal(db_run(db,
                                "INSERT INTO person(id, uuid, login, name, created_at)"
                                " VALUES(?1, ?2, ?2, ?2, 0)",
                                I(9000 + i), T(name)),
                         E_OK);
        assert_int_equal(db_run(db,
                                "INSERT INTO posting(person_id, school_id, from_at, until_at)"
                                " VALUES(?1, 900, 0, ?2)",
                                I(9000 + i), I(2000 + i)),
                         E_OK);
    }
    assert_int_equal(run_refresh_keys(&c, NULL), E_OK);
    assert_int_equal(db_int(db, &n, "SELECT count(*) FROM viewer_key WHERE akey = 7203"), E_OK);
    assert_int_equal(n, 250);
    c = call_at(2100);
    assert_int_equal(run_refresh_keys(&c, NULL), E_OK);
    assert_int_equal(db_int(db, &n, "SELECT count(*) FROM viewer_key WHERE akey = 7203"), E_OK);
    assert_int_equal(n, 150);
    assert_int_equal(db_int(db, &n, "SELECT count(*) FROM viewer_stale"), E_OK);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_passwords),
        cmocka_unit_test(generated_ones_are_within_the_rules),
        cmocka_unit_test(hashes_know_their_password),
        cmocka_unit_test(locks_follow_the_model),
        cmocka_unit_test(names_have_a_sound),
        cmocka_unit_test(the_table_covers_what_people_write),
        cmocka_unit_test(words_of_a_roster),
        cmocka_unit_test(heads_in_any_order),
        cmocka_unit_test(an_old_password_opens_nothing),
        cmocka_unit_test(keys_end_by_the_job_too),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
