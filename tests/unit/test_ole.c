/* Compound files and what stands in them: streams by their chains, whole or spoilt. */
#include "server/base/mem.h"
#include "server/format/ole.h"
#include "tests/unit/oles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FAT_AT = 512, DIR_AT = 1024 };

static char large[10000];
static struct buf file;

static int begin(void **st)
{
    struct oles o = { 0 };
    (void)st;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)('a' + i % 23);
    oles_add(&o, "Large", (struct str){ large, sizeof large });
    oles_add(&o, "Small", (struct str){ large, 200 });
    oles_add(&o, "Empty", S(""));
    oles_add(&o, "Hidden", S("embedded"));
    o.v[3].inside = true;
    buf_init(&file, 1 << 20);
    oles_end(&o, &file);
    return 0;
}

static int finish(void **st)
{
    (void)st;
    buf_fini(&file);
    return 0;
}

/* The stream of a file that may be spoilt; *n bytes of it came, and they are the right ones. */
static enum err stream_of(struct str bytes, const char *name, size_t cap, size_t *n)
{
    struct ole *o;
    struct buf got;
    buf_init(&got, cap);
    enum err e = ole_open(zip_bytes(&bytes), &o);
    if (!e)
        e = ole_stream(o, name, &got);
    *n = got.n;
    assert_true(got.n <= sizeof large && got.n <= cap);
    ole_close(o);
    buf_fini(&got);
    return e;
}

static void streams_are_read(void **st)
{
    (void)st;
    struct str s = buf_str(&file);
    struct ole *o;
    struct buf got;
    buf_init(&got, 1 << 20);
    assert_int_equal(ole_open(zip_bytes(&s), &o), E_OK);
    assert_int_equal(ole_stream(o, "large", &got), E_OK);
    assert_true(str_eq(buf_str(&got), (struct str){ large, sizeof large }));
    buf_clear(&got);
    assert_int_equal(ole_stream(o, "SMALL", &got), E_OK);
    assert_true(str_eq(buf_str(&got), (struct str){ large, 200 }));
    assert_int_equal(ole_stream(o, "Empty", &got), E_OK);
    assert_int_equal(got.n, 200);
    assert_int_equal(ole_stream(o, "Hidden", &got), E_NOT_FOUND); /* another document's */
    assert_int_equal(ole_stream(o, "Root Entry", &got), E_NOT_FOUND);
    ole_close(o);
    buf_clear(&got);
    assert_int_equal(ole_names(zip_bytes(&s), &got), E_OK);
    assert_true(ole_has(buf_str(&got), "Hidden") && !ole_has(buf_str(&got), "Other"));
    buf_fini(&got);
}

static void what_does_not_fit_is_cut(void **st)
{
    (void)st;
    struct str s = buf_str(&file);
    size_t n;
    assert_int_equal(stream_of(s, "Large", 5000, &n), E_TOO_LARGE);
    assert_int_equal(n, 5000);
    assert_int_equal(stream_of(str_sub(s, 0, s.n - 700), "Large", 1 << 20, &n), E_SYNTAX);
    assert_int_equal(n, 10240 - 700); /* of 20 sectors */
    assert_int_equal(stream_of(str_sub(s, 0, 1500), "Small", 1 << 20, &n), E_SYNTAX);
    assert_int_equal(stream_of(str_sub(s, 0, 511), "Small", 1 << 20, &n), E_SYNTAX);
}

/* A copy with four bytes changed. */
static enum err spoilt(size_t at, uint32_t v, const char *name)
{
    struct buf b;
    size_t n;
    buf_init(&b, 1 << 20);
    buf_add(&b, buf_str(&file));
    for (int i = 0; i < 4; i++)
        b.p[at + (size_t)i] = (char)(v >> 8 * i);
    enum err e = stream_of(buf_str(&b), name, 1 << 20, &n);
    buf_fini(&b);
    return e;
}

static void broken_links_end(void **st)
{
    (void)st;
    size_t large_at = DIR_AT + 128, small_at = DIR_AT + 256;
    assert_int_equal(spoilt(large_at + 116, 0x7ffffff0, "Large"), E_SYNTAX); /* first sector */
    assert_int_equal(spoilt(large_at + 120, 0x7ffffff0, "Large"), E_SYNTAX); /* size */
    assert_int_equal(spoilt(small_at + 116, 0x00fffff0, "Small"), E_SYNTAX);
    assert_int_equal(spoilt(small_at + 72, 1, "Empty"), E_NOT_FOUND); /* siblings in a ring */
    assert_int_equal(spoilt(DIR_AT + 76, 99999, "Large"), E_NOT_FOUND);
    assert_int_equal(spoilt(FAT_AT + 4, 1, "Nothing"), E_NOT_FOUND); /* directory in a ring */
    assert_int_equal(spoilt(76, 0x7ffffff0, "Large"), E_SYNTAX);     /* no FAT */
    assert_int_equal(spoilt(0, 0, "Large"), E_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_read),
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(broken_links_end),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
