/* The tools of server/base: exact values from their standards, and laws against obvious models. */
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/map.h"
#include "server/base/queue.h"
#include "server/base/rd.h"
#include "server/base/utf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void days_are_civil(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    int64_t day;
    char iso[32];
    assert_int_equal(day_number(1970, 1, 1), 0);
    assert_int_equal(day_number(2000, 3, 1), 11017);
    assert_int_equal(day_weekday(day_number(2025, 9, 1)), 1);
    assert_true(day_parse(S("2024-02-29"), &day));
    assert_false(day_parse(S("2025-02-29"), &day));
    assert_false(day_parse(S("2025-9-1"), &day));
    for (int64_t d = -700000; d < 800000; d += 379) {
        struct civil c = civil_utc(d * DAY_MS);
        struct str s = arena_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
        assert_true(day_parse(s, &day) && day == d);
    }
    clock_iso_to(iso, 1756684800123);
    assert_string_equal(iso, "2025-09-01T00:00:00.123Z");
    assert_string_equal(clock_http(a, 784111777000).p, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_int_equal(day_local(1756684800000 - 1), day_number(2025, 9, 1));
    day = day_number(2025, 9, 1);
    assert_int_equal(day_local(day_start(day)), day);
    assert_int_equal(day_local(day_start(day) - 1), day - 1);
    arena_free(a);
}

static void utf8_reads_what_it_writes(void **st)
{
    (void)st;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char t[4];
        uint32_t back;
        size_t n = utf_put(t, c);
        assert_int_equal(utf_get((struct str){ t, n }, &back), n);
        assert_int_equal(back, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
        assert_true(utf_valid((struct str){ t, n }));
    }
    assert_false(utf_valid(S("\xc0\xaf")));
    assert_false(utf_valid(S("\xed\xa0\x80")));
    assert_false(utf_valid(S("a\xe4\xb8")));
    assert_false(utf_valid(S("\xf4\x90\x80\x80")));
    assert_int_equal(utf_count(S("集备ab")), 4);
    assert_int_equal(utf16_count(S("a\xf0\x9f\x98\x80")), 3);
    assert_int_equal(utf_head(S("集备"), 4).n, 3);
    assert_int_equal(utf_fold(0xFF21), 'a');
    assert_int_equal(utf_fold(0x178), 0xFF); /* ÿ */
    for (uint32_t c = 0; c < 0x110000; c++)
        assert_int_equal(utf_fold(utf_fold(c)), utf_fold(c));
}

static void json_and_xml_escape(void **st)
{
    (void)st;
    struct buf b;
    buf_init(&b, 1000);
    buf_json(&b, S("a\"\\\n\x01集\xff\x7f"));
    assert_string_equal(b.p, "\"a\\\"\\\\\\n\\u0001集\xef\xbf\xbd\\u007f\"");
    buf_clear(&b);
    buf_json_open(&b, NULL, '{');
    buf_json_int(&b, "a", -1);
    buf_json_text(&b, "b", S("{"));
    buf_json_open(&b, "c", '[');
    buf_json_int(&b, NULL, 1);
    buf_json_text(&b, NULL, S("["));
    buf_json_open(&b, NULL, '[');
    buf_addz(&b, "]]}\n");
    buf_json_open(&b, NULL, '{');
    assert_string_equal(b.p, "{\"a\":-1,\"b\":\"{\",\"c\":[1,\"[\",[]]}\n{");
    buf_clear(&b);
    buf_xml(&b, S("<a b=\"&\">\x02"));
    assert_string_equal(b.p, "&lt;a b=&quot;&amp;&quot;&gt;");
    buf_fini(&b);
}

static void a_buffer_stops_at_its_cap(void **st)
{
    (void)st;
    struct buf b;
    buf_init(&b, 10);
    buf_addz(&b, "0123456789");
    assert_int_equal(b.err, E_OK);
    buf_char(&b, 'x');
    buf_char(&b, 'y');
    assert_int_equal(b.err, E_TOO_LARGE);
    assert_string_equal(b.p, "0123456789");
    buf_fini(&b);
}

static void varuints_go_both_ways(void **st)
{
    (void)st;
    struct rng r = rng_of(1);
    for (int i = 0; i < 20000; i++) {
        struct buf b;
        uint64_t v = rng_next(&r) >> rng_below(&r, 64);
        buf_init(&b, 20);
        buf_varuint(&b, v);
        struct rd in = rd_of(buf_str(&b));
        assert_true(rd_varuint(&in) == v && !in.err && rd_left(&in) == 0);
        in = rd_of(str_sub(buf_str(&b), 0, b.n - 1));
        rd_varuint(&in);
        assert_int_equal(in.err, E_SYNTAX);
        buf_fini(&b);
    }
}

static void hashes_match_their_standards(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    assert_string_equal(sha256_hex(a, S("abc")).p,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(crc32_of(0, S("123456789")), 0xCBF43926);
    assert_int_equal(crc32_of(crc32_of(0, S("1234")), S("56789")), 0xCBF43926);
    struct hash *h = hash_new();
    unsigned char one[SHA256_LEN], two[SHA256_LEN];
    hash_add(h, "1234", 4);
    hash_sha256(h, one);
    hash_add(h, "56789", 5);
    hash_sha256(h, two);
    sha256(S("123456789"), one);
    assert_memory_equal(one, two, SHA256_LEN);
    assert_int_equal(hash_crc32(h), 0xCBF43926);
    hash_free(h);
    arena_free(a);
}

static void base64_refuses_what_it_never_writes(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    struct str out;
    assert_string_equal(base64_encode(a, S("集备")).p, "6ZuG5aSH");
    assert_true(base64_decode(a, S("6ZuG5aSH"), &out) && str_eqz(out, "集备"));
    assert_true(base64_decode(a, S(""), &out) && out.n == 0);
    assert_false(base64_decode(a, S("6ZuG5a$H"), &out));
    assert_false(base64_decode(a, S("6Zu"), &out));
    for (int byte = 0x80; byte < 0x100; byte++) {
        char text[] = "6ZuG5aSH";
        text[3] = (char)byte;
        assert_false(base64_decode(a, str_of(text), &out));
        assert_false(base64url_decode(a, str_of(text), &out));
    }
    assert_int_equal(id_token(a).n, 43);
    arena_free(a);
}

/* A map is the same as a list that is searched from its end. */
static void a_map_is_a_list(void **st)
{
    (void)st;
    enum { KEYS = 300 };
    static int64_t keys[KEYS];
    void *model[KEYS] = { 0 };
    struct rng r = rng_of(7);
    struct map *m = map_new();
    for (int i = 0; i < 50000; i++) {
        size_t k = rng_below(&r, KEYS);
        keys[k] = (int64_t)k * 7919;
        void *v = &keys[rng_below(&r, KEYS)];
        switch (rng_below(&r, 3)) {
        case 0:
            assert_ptr_equal(map_put(m, map_int_key(&keys[k]), v), model[k]);
            model[k] = v;
            break;
        case 1:
            assert_ptr_equal(map_drop(m, map_int_key(&keys[k])), model[k]);
            model[k] = NULL;
            break;
        default: assert_ptr_equal(map_get(m, map_int_key(&keys[k])), model[k]);
        }
    }
    size_t n = 0, walked = 0;
    for (int i = 0; i < KEYS; i++)
        n += model[i] != NULL;
    struct str key;
    void *value;
    for (size_t i = 0; map_each(m, &i, &key, &value);)
        walked++;
    assert_int_equal(map_count(m), n);
    assert_int_equal(walked, n);
    map_free(m);
}

static atomic_int done;

static void count_up(void *own, void *arg)
{
    (void)own;
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void a_pool_runs_all_it_took(void **st)
{
    (void)st;
    struct pool *p = pool_open(&(struct pool_setup){ .name = "test", .threads = 3 });
    for (int i = 0; i < 1000; i++)
        assert_int_equal(pool_submit(p, count_up, &done), E_OK);
    pool_close(p);
    assert_int_equal(atomic_load(&done), 1000);
}

static void strings_split_and_trim(void **st)
{
    (void)st;
    struct str rest = S("a,,b"), part;
    char got[16] = "";
    while (str_next(&rest, ',', &part)) {
        strncat(got, part.p ? part.p : "", part.n);
        strcat(got, "|");
    }
    assert_string_equal(got, "a||b|");
    assert_true(str_eqz(str_trim(S(" \xe3\x80\x80集 备\xe3\x80\x80\n")), "集 备"));
    int64_t v;
    assert_true(str_int(S("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_false(str_int(S("9223372036854775808"), &v));
    assert_false(str_int(S("1 "), &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_civil),
        cmocka_unit_test(utf8_reads_what_it_writes),
        cmocka_unit_test(json_and_xml_escape),
        cmocka_unit_test(a_buffer_stops_at_its_cap),
        cmocka_unit_test(varuints_go_both_ways),
        cmocka_unit_test(hashes_match_their_standards),
        cmocka_unit_test(base64_refuses_what_it_never_writes),
        cmocka_unit_test(a_map_is_a_list),
        cmocka_unit_test(a_pool_runs_all_it_took),
        cmocka_unit_test(strings_split_and_trim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
