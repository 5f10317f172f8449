/* Ranges against a slow model at random, and the exact words of RFC 9110 and RFC 6266. */
#include "server/http/range.h"

#include "server/base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct range ask(const char *range, uint64_t size)
{
    return range_of(
        &(struct range_ask){ .range = str_of(range), .etag = S("\"e\""), .size = size });
}

static void is(struct range r, enum range_kind kind, uint64_t from, uint64_t length)
{
    assert_int_equal(r.kind, kind);
    assert_int_equal(r.from, from);
    assert_int_equal(r.length, length);
}

static void ranges_of_the_standard(void **st)
{
    (void)st;
    is(ask("bytes=0-499", 10000), RANGE_PART, 0, 500);
    is(ask("bytes=500-999", 10000), RANGE_PART, 500, 500);
    is(ask("bytes=-500", 10000), RANGE_PART, 9500, 500);
    is(ask("bytes=9500-", 10000), RANGE_PART, 9500, 500);
    is(ask("bytes=-20000", 10000), RANGE_PART, 0, 10000);
    is(ask("bytes=0-99999999999", 10000), RANGE_PART, 0, 10000);
    is(ask("bytes=10000-", 10000), RANGE_NONE, 0, 0);
    is(ask("bytes=-0", 10000), RANGE_NONE, 0, 0);
    is(ask("bytes=0-", 0), RANGE_NONE, 0, 0);
    is(ask("bytes=0-1,4-5", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=5-4", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=a-4", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=--4", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=--0", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=0--0", 10), RANGE_WHOLE, 0, 10);
    is(ask("items=0-4", 10), RANGE_WHOLE, 0, 10);
    is(ask("bytes=99999999999999999999-", 10), RANGE_WHOLE, 0, 10);
}

static void conditions_come_first(void **st)
{
    (void)st;
    struct range_ask a = { .range = S("bytes=0-1"), .etag = S("\"e\""), .size = 10 };
    a.if_range = S("\"other\"");
    is(range_of(&a), RANGE_WHOLE, 0, 10);
    a.if_range = S("\"e\"");
    is(range_of(&a), RANGE_PART, 0, 2);
    a.if_none_match = S("\"x\", W/\"e\"");
    is(range_of(&a), RANGE_SAME, 0, 0);
    a.if_none_match = STR_NONE;
    a.if_match = S("\"x\"");
    is(range_of(&a), RANGE_CHANGED, 0, 0);
    a.if_match = S("*");
    is(range_of(&a), RANGE_PART, 0, 2);
}

/* Every byte is in the answer exactly when it is in the range asked for. */
static void a_range_holds_its_bytes(void **st)
{
    (void)st;
    struct rng r = rng_of(3);
    for (int i = 0; i < 20000; i++) {
        uint64_t size = rng_below(&r, 20), x = rng_below(&r, 25), y = rng_below(&r, 25);
        char t[64];
        bool any = false;
        snprintf(t, sizeof t, "bytes=%d-%d", (int)x, (int)y);
        struct range got = ask(t, size);
        for (uint64_t k = 0; k < size; k++) {
            bool want = k >= x && k <= y;
            bool has = got.kind == RANGE_PART && k >= got.from && k < got.from + got.length;
            any |= want;
            if (y >= x)
                assert_true(want == has);
        }
        assert_int_equal(got.kind, y < x ? RANGE_WHOLE : any ? RANGE_PART : RANGE_NONE);
    }
}

static void names_survive(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    assert_string_equal(disposition(a, true, S("1荷花\".docx")).p,
                        "attachment; filename=\"1___.docx\"; "
                        "filename*=UTF-8''1%E8%8D%B7%E8%8A%B1%22.docx");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_the_standard),
        cmocka_unit_test(conditions_come_first),
        cmocka_unit_test(a_range_holds_its_bytes),
        cmocka_unit_test(names_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
