/* Passwords.
 *
 * W1: whether a name exists shows neither in the time (a hash of nothing is computed) nor in the
 * lock (wrong attempts on a name nobody has are counted alike).
 * W2: attempts from a device that logged in before are counted apart, so that nobody else can lock
 * its owner out; attempts from all unknown devices together count for the account. */
#include "server/app/password.h"

#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "storage/password.h"

#include <inttypes.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { MEMORY = 19 * 1024 * 1024, PASSES = 2, SLIP_MEMORY = 1024 * 1024 };

/* ---- rules */

/* What is left of a weak one after digits and signs around it: with such a core and nothing but a
 * usual run of digits besides, it is one everybody tries. */
static const char *const weak_cores[] = {
    "",        "a",          "aa",       "aaa",      "ab",         "abc",      "abcd",
    "abcde",   "abcdef",     "abcabc",   "admin",    "adminadmin", "asd",      "asdf",
    "asdfgh",  "asdasd",     "dragon",   "football", "guest",      "hello",    "iloveyou",
    "jiaoshi", "jibei",      "jieshi",   "jiexi",    "king",       "letmein",  "login",
    "love",    "master",     "mima",     "monkey",   "password",   "passw",    "passwd",
    "pass",    "pwd",        "princess", "q",        "qaz",        "qazwsx",   "qaswed",
    "qq",      "qw",         "qwe",      "qweasd",   "qweasdzxc",  "qwer",     "qwert",
    "qwerty",  "qwertyuiop", "root",     "school",   "shadow",     "sunshine", "superman",
    "teacher", "test",       "user",     "wang",     "welcome",    "woaini",   "wodemima",
    "x",       "xuexiao",    "yuwen",    "zaq",      "zxc",        "zxcv",     "zxcvbn",
    "zxcvbnm", "wsx",
};

/* What stands for a letter between letters, as in p@ssw0rd; 0: nothing. */
static char stands_for(char ch)
{
    return ch == '@' ? 'a' : ch == '$' ? 's' : ch == '0' ? 'o' : 0;
}

static bool is_letter(char ch)
{
    return ch >= 'a' && ch <= 'z';
}

/* At most four digits, 123…, 321…, 111…, or one of those everybody likes. */
static bool usual_digits(const char *d, size_t n)
{
    static const char *const liked[] = { "5201314", "147258", "147258369", "112233", "123123",
                                         "121212",  "13145",  "131452",    "131420" };
    bool up = true, down = true, same = true;
    if (n <= 4)
        return true;
    for (size_t i = 0; i < sizeof liked / sizeof *liked; i++)
        if (strcmp(d, liked[i]) == 0)
            return true;
    for (size_t i = 1; i < n; i++) {
        up &= d[i] == (d[i - 1] == '9' ? '0' : d[i - 1] + 1);
        down &= d[i] == (d[i - 1] == '0' ? '9' : d[i - 1] - 1);
        same &= d[i] == d[i - 1];
    }
    return up || down || same;
}

/* Is it one everybody tries? Splits into letters and digits, signs left out. */
static bool is_weak(struct str password)
{
    char all[PASSWORD_MAX + 1], core[PASSWORD_MAX + 1], digits[PASSWORD_MAX + 1];
    size_t n = 0, letters_n = 0, digits_n = 0;
    while (password.n && n < PASSWORD_MAX) {
        uint32_t rune;
        password = str_sub(password, utf_get(password, &rune), password.n);
        rune = utf_fold(rune);
        if (rune > 127)
            return false; /* a Chinese character: nobody's list */
        all[n++] = (char)rune;
    }
    all[n] = 0;
    for (size_t i = 0; i < n; i++) {
        bool inside = i > 0 && i + 1 < n && is_letter(all[i - 1]) && is_letter(all[i + 1]);
        if (is_letter(all[i]))
            core[letters_n++] = all[i];
        else if (inside && stands_for(all[i]))
            core[letters_n++] = stands_for(all[i]);
        else if (all[i] >= '0' && all[i] <= '9')
            digits[digits_n++] = all[i];
    }
    core[letters_n] = digits[digits_n] = 0;
    for (size_t i = 0; i < sizeof weak_cores / sizeof *weak_cores; i++)
        if (strcmp(core, weak_cores[i]) == 0)
            return usual_digits(digits, digits_n);
    return false;
}

static int classes_of(struct str s)
{
    int upper = 0, lower = 0, digit = 0, other = 0;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch >= 'A' && ch <= 'Z')
            upper = 1;
        else if (ch >= 'a' && ch <= 'z')
            lower = 1;
        else if (ch >= '0' && ch <= '9')
            digit = 1;
        else
            other = 1;
    }
    return upper + lower + digit + other;
}

enum err password_rules(struct call *c, struct str password, const struct str *own)
{
    size_t count = utf_count(password);
    struct str low = utf_folded(c->arena, password);
    if (count < PASSWORD_MIN)
        return fail(c, E_INPUT, "new_password", "密码至少要 %d 个字符，请再长一些。", PASSWORD_MIN);
    if (count > PASSWORD_MAX || password.n > 4 * PASSWORD_MAX)
        return fail(c, E_INPUT, "new_password", "密码最多 %d 个字符。", PASSWORD_MAX);
    if (classes_of(password) < 3)
        return fail(c, E_INPUT, "new_password",
                    "密码要包含大写字母、小写字母、数字、符号中的至少三种。");
    for (; own && own->p; own++)
        if (own->n >= 4 && str_find(low, utf_folded(c->arena, *own), 0) != SIZE_MAX)
            return fail(c, E_INPUT, "new_password", "密码里不要包含自己的账号、工号或手机号。");
    if (is_weak(password))
        return fail(c, E_INPUT, "new_password", "这个密码太常见，容易被猜到，请换一个。");
    return E_OK;
}

/* ---- hashes */

static struct str hash_with(struct arena *a, struct str password, unsigned long long passes,
                            size_t memory)
{
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
    if (sodium_init() < 0 || crypto_pwhash_str_alg(out, password.p, password.n, passes, memory,
                                                   crypto_pwhash_ALG_ARGON2ID13))
        BUG("no memory for hashing a password");
    return str_of(out);
}

struct str password_hash(struct arena *a, struct str password)
{
    return hash_with(a, password, PASSES, MEMORY);
}

struct str password_hash_slip(struct arena *a, struct str password)
{
    return hash_with(a, password, 1, SLIP_MEMORY);
}

static char nobody_hash[crypto_pwhash_STRBYTES];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

static void make_nobody(void)
{
    struct arena *a = arena_new();
    struct str hash = password_hash(a, id_token(a));
    memcpy(nobody_hash, hash.p, hash.n);
    arena_free(a);
}

bool password_verify(struct str hash, struct str password)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };
    bool known = hash.n > 0 && hash.n < sizeof text;
    pthread_once(&nobody_once, make_nobody);
    if (password.n > 4 * PASSWORD_MAX)
        password = STR_NONE;
    memcpy(text, known ? hash.p : nobody_hash, known ? hash.n : sizeof text);
    bool right = crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n) == 0;
    if (known && str_find(hash, S("m=1024,"), 0) != SIZE_MAX) /* W1: a slip's hash is quick */
        right &= crypto_pwhash_str_verify(nobody_hash, "", 0) != 0;
    return known && right; /* W1 */
}

struct str password_make(struct arena *a)
{
    static const char sets[3][32] = { "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz",
                                      "23456789" };
    char *p;
    struct str made;
    do {
        p = arena_alloc(a, 11);
        for (size_t i = 0; i < 10; i++) {
            const char *set = sets[i == 0 ? 0 : i < 6 ? 1 : 2];
            p[i] = set[id_random(strlen(set))];
        }
        made = (struct str){ p, 10 };
    } while (is_weak(made));
    return made;
}

/* ---- locks */

static struct str who(struct arena *a, const char *kind, int64_t id, struct str name)
{
    return sha256_str(a, arena_fmt(a, "%s:%" PRId64 ":%.*s", kind, id, STR_ARG(name)));
}

/* W2 */
static struct str counted_as(struct call *c, const struct attempt *at)
{
    if (at->device)
        return who(c->arena, "device", at->device, STR_NONE);
    if (at->person)
        return who(c->arena, "person", at->person, STR_NONE);
    return who(c->arena, "name", 0, at->login);
}

enum err attempt_allowed(struct call *c, const struct attempt *at)
{
    int64_t fails, failed_at;
    enum err e = login_fail_get(c->db, counted_as(c, at), &fails, &failed_at);
    int64_t until = failed_at + LOCK_MINUTES * (int64_t)MINUTE_MS;
    if (e || fails < LOCK_AFTER || until <= c->now)
        return e;
    int64_t left = (until - c->now + MINUTE_MS - 1) / MINUTE_MS;
    return fail(c, E_LOCKED, NULL,
                "密码连续输错 %d 次，账号已锁定。请 %" PRId64
                " 分钟后再试；忘记密码请找本校管理员重置。",
                LOCK_AFTER, left);
}

enum err attempt_failed(struct call *c, const struct attempt *at)
{
    return login_fail_add(c->db, counted_as(c, at), c->now - LOCK_MINUTES * (int64_t)MINUTE_MS,
                          c->now);
}

enum err attempt_succeeded(struct call *c, const struct attempt *at)
{
    return login_fail_clear(c->db, counted_as(c, at));
}
