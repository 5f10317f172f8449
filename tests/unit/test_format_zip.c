/* Reading archives of strangers: what is told is checked, what comes out is counted, and random
 * damage never does more than an error. */
#include "server/base/id.h"
#include "server/format/ole.h"
#include "server/format/xml.h"
#include "server/format/zip.h"
#include "tests/unit/zips.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static enum err read_all(struct str s, const struct zip_limits *lim, struct buf *out)
{
    struct zip *z;
    enum err e = zip_open(zip_bytes(&s), lim, &z);
    for (size_t k = 0; !e && k < zip_count(z); k++)
        e = zip_read(z, k, out);
    zip_close(z);
    return e;
}

static void members_come_out(void **st)
{
    (void)st;
    struct zips m;
    struct zip *z;
    struct buf b;
    zips_init(&m);
    zips_put(&m, "三下/教案.txt", "荷花");
    zips_add(&m, S("\xba\xc9\xbb\xa8.txt"), S("gbk"), (struct zips_opt){ .stored = true });
    zips_add(&m, S("link"), S("/etc/passwd"), (struct zips_opt){ .attr = 0120777u << 16 });
    zips_add(&m, S("locked"), S("x"), (struct zips_opt){ .flags = 1 });
    zips_add(&m, S("dir/"), S(""), (struct zips_opt){ .stored = true });
    struct str s = zips_end(&m);
    assert_int_equal(zip_open(zip_bytes(&s), &zip_limits, &z), E_OK);
    assert_int_equal(zip_count(z), 5);
    assert_int_equal(zip_prefix(z), 0);
    assert_true(str_eqz(zip_entry(z, 1)->name, "荷花.txt"));
    assert_true(zip_entry(z, 2)->link && zip_entry(z, 3)->encrypted && zip_entry(z, 4)->folder);
    assert_int_equal(zip_find(z, S("三下/教案.TXT")), 0);
    assert_int_equal(zip_find(z, S("nothing")), SIZE_MAX);
    buf_init(&b, 100);
    assert_int_equal(zip_read(z, 0, &b), E_OK);
    assert_string_equal(b.p, "荷花");
    assert_int_equal(zip_read(z, 1, &b), E_OK);
    assert_string_equal(b.p, "荷花gbk");
    assert_int_equal(zip_read(z, 3, &b), E_MEDIA_TYPE);
    zip_close(z);
    struct buf moved;
    buf_init(&moved, 1 << 20);
    buf_addz(&moved, "a program before it");
    buf_add(&moved, s);
    struct str t = buf_str(&moved);
    assert_int_equal(zip_open(zip_bytes(&t), &zip_limits, &z), E_OK);
    assert_int_equal(zip_prefix(z), 19);
    buf_clear(&b);
    assert_int_equal(zip_read(z, 0, &b), E_OK);
    assert_string_equal(b.p, "荷花");
    zip_close(z);
    buf_fini(&moved);
    buf_fini(&b);
    zips_fini(&m);
}

static void bombs_are_counted(void **st)
{
    (void)st;
    struct zips m;
    struct buf out;
    size_t big = 64u << 20;
    char *zero = mem_new(big);
    zips_init(&m);
    zips_add(&m, S("zero"), (struct str){ zero, big }, (struct zips_opt){ 0 });
    struct str s = zips_end(&m);
    assert_true(s.n < 100000);
    buf_init(&out, big * 2);
    assert_int_equal(read_all(s, &zip_limits, &out), E_TOO_LARGE);
    assert_true(out.n < 16u << 20); /* the ratio stops it early */
    zips_fini(&m);
    /* Many small members together pass the limit of all. */
    struct zip_limits lim = { 100, 1 << 20, 1 << 20, 1000 };
    zips_init(&m);
    for (int i = 0; i < 20; i++)
        zips_add(&m, S("m"), (struct str){ zero, 100000 }, (struct zips_opt){ 0 });
    s = zips_end(&m);
    buf_clear(&out);
    assert_int_equal(read_all(s, &lim, &out), E_TOO_LARGE);
    assert_true(out.n <= 1 << 20);
    zips_fini(&m);
    /* More members than allowed. */
    zips_init(&m);
    for (int i = 0; i < 10001; i++)
        zips_add(&m, S("m"), S(""), (struct zips_opt){ .stored = true });
    buf_clear(&out);
    assert_int_equal(read_all(zips_end(&m), &zip_limits, &out), E_TOO_LARGE);
    zips_fini(&m);
    buf_fini(&out);
    mem_free(zero);
}

static void lies_are_found(void **st)
{
    (void)st;
    struct zips m;
    struct buf out;
    buf_init(&out, 1 << 20);
    zips_init(&m);
    zips_add(&m, S("a"), S("content"), (struct zips_opt){ .wrong_crc = 1 });
    assert_int_equal(read_all(zips_end(&m), &zip_limits, &out), E_SYNTAX);
    zips_fini(&m);
    assert_int_equal(read_all(S(""), &zip_limits, &out), E_SYNTAX);
    assert_int_equal(read_all(S("PK\3\4 this is no archive at all, only its mark"), &zip_limits,
                              &out),
                     E_SYNTAX);
    buf_fini(&out);
}

/* Cut at every length, and with random bytes changed: an error or the right content, nothing else.
 */
static void damage_is_survived(void **st)
{
    (void)st;
    uint64_t seed = 7;
    struct rng r = rng_of(seed);
    struct zips m;
    struct buf out, copy;
    zips_init(&m);
    zips_put(&m, "one.xml", "<a>11111111111111111111111111111111</a>");
    zips_add(&m, S("two"), S("22"), (struct zips_opt){ .stored = true });
    struct str s = zips_end(&m);
    buf_init(&out, 1 << 20);
    buf_init(&copy, 1 << 20);
    for (size_t n = 0; n < s.n; n++) {
        buf_clear(&out);
        assert_int_not_equal(read_all(str_sub(s, 0, n), &zip_limits, &out), E_OK);
    }
    for (int i = 0; i < 20000; i++) {
        buf_clear(&copy);
        buf_clear(&out);
        buf_add(&copy, s);
        for (uint64_t k = 1 + rng_below(&r, 4); k > 0; k--)
            copy.p[rng_below(&r, copy.n)] = (char)rng_next(&r);
        struct str c = buf_str(&copy);
        if (!read_all(c, &zip_limits, &out) && out.n == 41 && memcmp(out.p, "<a>", 3) != 0)
            fail_msg("seed %llu round %d", (unsigned long long)seed, i);
    }
    buf_fini(&out);
    buf_fini(&copy);
    zips_fini(&m);
}

/* ---- XML */

struct seen {
    struct buf b;
};

static void on_open(void *arg, const struct xml_tag *t)
{
    struct seen *s = arg;
    buf_fmt(&s->b, "(%s %.*s", t->name, STR_ARG(xml_attr(t, "id")));
}

static void on_close(void *arg, const char *name)
{
    (void)name;
    buf_char(&((struct seen *)arg)->b, ')');
}

static void on_text(void *arg, struct str t)
{
    buf_add(&((struct seen *)arg)->b, t);
}

static enum err walk(const char *xml, bool xhtml, struct seen *s)
{
    struct xml_handler h = {
        .arg = s, .open = on_open, .close = on_close, .text = on_text, .xhtml = xhtml
    };
    buf_clear(&s->b);
    return xml_walk_str(str_of(xml), &h);
}

static void xml_is_walked(void **st)
{
    (void)st;
    struct seen s;
    buf_init(&s.b, 1 << 20);
    assert_int_equal(
        walk("<a id='1 &amp; 2'>x&lt;&#33655;<b x:id='3' xmlns:x='urn:x'/><![CDATA[y]]></a>", false,
             &s),
        E_OK);
    assert_string_equal(s.b.p, "(a 1 & 2x<荷(b 3)y)");
    assert_int_equal(walk("<a><b></a>", false, &s), E_SYNTAX);
    assert_int_equal(walk("", false, &s), E_SYNTAX);
    assert_int_equal(walk("<!DOCTYPE html><a>&nbsp;</a>", false, &s), E_FILE_REFUSED);
    assert_int_equal(walk("<!DOCTYPE html PUBLIC 'x' 'http://127.0.0.1:1/x.dtd'><a>1&nbsp;2</a>",
                          true, &s),
                     E_OK);
    assert_string_equal(s.b.p, "(a 1 2)");
    const char *laughs =
        "<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;'>]><a>&y;</a>";
    assert_int_equal(walk(laughs, false, &s), E_FILE_REFUSED);
    assert_int_equal(walk(laughs, true, &s), E_FILE_REFUSED);
    const char *file = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>";
    assert_int_equal(walk(file, true, &s), E_FILE_REFUSED);
    struct buf deep;
    buf_init(&deep, 1 << 22);
    for (int i = 0; i < 300000; i++)
        buf_addz(&deep, "<a>");
    assert_int_equal(walk(deep.p, false, &s), E_SYNTAX);
    buf_fini(&deep);
    buf_fini(&s.b);
}

static void ole_names_are_read(void **st)
{
    (void)st;
    /* A compound file of 512-byte sectors: header, FAT, one directory sector. */
    static unsigned char f[512 * 3];
    static const char *const names[] = { "Root Entry", "WordDocument", "_VBA_PROJECT" };
    memcpy(f, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    f[30] = 9;
    f[48] = 1;               /* the directory begins in sector 1 */
    memset(f + 68, 0xff, 4); /* no DIFAT sectors */
    memset(f + 76, 0xff, 109 * 4);
    memset(f + 76, 0, 4);       /* the FAT is sector 0 */
    memset(f + 512, 0xff, 512); /* every chain ends at once */
    for (size_t i = 0; i < 3; i++) {
        unsigned char *e = f + 1024 + 128 * i;
        size_t n = strlen(names[i]);
        for (size_t j = 0; j < n; j++)
            e[2 * j] = (unsigned char)names[i][j];
        e[64] = (unsigned char)(2 * n + 2);
        e[66] = 1;
    }
    struct buf b;
    struct str s = { (const char *)f, sizeof f };
    buf_init(&b, 4096);
    assert_int_equal(ole_names(zip_bytes(&s), &b), E_OK);
    assert_string_equal(b.p, "Root Entry\nWordDocument\n_VBA_PROJECT\n");
    assert_true(ole_has(buf_str(&b), "_vba_project"));
    memset(f + 512 + 4, 0, 4);
    f[512 + 4] = 1; /* sector 1 follows itself: counted, not for ever */
    buf_clear(&b);
    (void)!ole_names(zip_bytes(&s), &b);
    assert_true(b.n < 1 << 20);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_out), cmocka_unit_test(bombs_are_counted),
        cmocka_unit_test(lies_are_found),   cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(xml_is_walked),    cmocka_unit_test(ole_names_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
