/* Live documents without Yjs beside them: exact bytes, what is refused and why, and edits from here
 * against a plain model, with a seed that is printed when it fails. */
#include "server/base/id.h"
#include "server/base/mem.h"
#include "server/crdt/any.h"
#include "server/crdt/edit.h"
#include "server/crdt/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define CHECK(x) assert_true(x)

static struct str hex(const char *digits, unsigned char *out)
{
    size_t n = strlen(digits) / 2;
    CHECK(hex_decode((struct str){ digits, n * 2 }, out, n));
    return (struct str){ (char *)out, n };
}

static enum err apply_hex(struct ydoc *d, const char *digits, struct ydoc_fault *why)
{
    unsigned char t[512];
    return ydoc_apply(d, hex(digits, t), why);
}

static void check_state(const struct ydoc *d, const char *digits)
{
    struct buf out, text;
    buf_init(&out, 1 << 20);
    buf_init(&text, 1 << 20);
    assert_int_equal(ydoc_diff(d, STR_NONE, &out), E_OK);
    buf_hex(&text, out.p, out.n);
    buf_char(&text, 0);
    assert_string_equal(text.p, digits);
    assert_null(ydoc_check(d));
    buf_fini(&out);
    buf_fini(&text);
}

/* One paragraph, typed, made bold, one character deleted: the recorded updates and their end. */
static void updates_become_the_recorded_state(void **state)
{
    static const char *const updates[] = {
        "01018d2700070104626f6479030970617261677261706800",
        "01018d270107008d27000600",
        "01018d270204008d270103e5a48700",
        "01018d2703848d270203e8afbe00",
        "01028d2704468d270204626f6c64027b7d868d270304626f6c64046e756c6c00",
        "00018d27010201",
    };
    struct ydoc *d = ydoc_new(NULL);
    struct buf xml;
    (void)state;
    for (size_t k = 0; k < sizeof updates / sizeof *updates; k++)
        assert_int_equal(apply_hex(d, updates[k], NULL), E_OK);
    check_state(d, "01068d2700070104626f6479030970617261677261706807008d27000601008d270101"
                   "848d270203e8afbe468d270204626f6c64027b7d868d270304626f6c64046e756c6c01"
                   "8d27010201");
    buf_init(&xml, 1000);
    assert_int_equal(ydoc_xml(d, S("body"), &xml), E_OK);
    assert_string_equal(xml.p, "<paragraph><bold>课</bold></paragraph>");
    buf_fini(&xml);
    ydoc_free(d);
}

static void what_comes_too_early_waits(void **state)
{
    struct ydoc *d = ydoc_new(NULL);
    struct ydoc_stats s;
    (void)state;
    assert_int_equal(apply_hex(d, "01018d2703848d270203e8afbe00", NULL), E_OK);
    assert_int_equal(apply_hex(d, "00018d27010201", NULL), E_OK);
    ydoc_stats(d, &s);
    CHECK(s.structs == 0 && s.pending > 0);
    assert_int_equal(apply_hex(d, "01018d2700070104626f6479030970617261677261706800", NULL), E_OK);
    assert_int_equal(apply_hex(d, "01018d270107008d27000600", NULL), E_OK);
    assert_int_equal(apply_hex(d, "01018d270204008d270103e5a48700", NULL), E_OK);
    ydoc_stats(d, &s);
    CHECK(s.pending == 0);
    check_state(d, "01048d2700070104626f6479030970617261677261706807008d27000601008d270101848d2702"
                   "03e8afbe018d27010201");
    ydoc_free(d);
}

struct refusal {
    const char *bytes, *what;
};

/* Whoever keeps updates needs to know of each that adds to what waits, even where that takes no
 * more room: two deletes that touch become one, as do two structs. */
static void what_waits_for_more_is_a_change(void **state)
{
    static const struct {
        const char *digits;
        bool brings;
    } told[] = {
        { "00010001eb0107", true },  /* deletes 235–241 of client 0 */
        { "00010001eb0107", false }, /* the same */
        { "0001000100eb01", true },  /* 0–234 */
        { "000100010502", false },   /* 5–6 */
        { "01010905000300", true },  /* three deleted units of client 9, from 5 */
        { "01010905000300", false }, { "01010908000300", true }, /* three more behind them */
        { "01010906000400", false },
    };
    struct ydoc *d = ydoc_new(NULL);
    (void)state;
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
        assert_int_equal(apply_hex(d, told[k].digits, NULL), E_OK);
        assert_int_equal(ydoc_changed(d), told[k].brings);
    }
    ydoc_free(d);
}

static void bad_bytes_are_refused_by_name(void **state)
{
    static const struct refusal rows[] = {
        { "", "the bytes end too early" },
        { "01", "the bytes end too early" },
        { "0000ff", "bytes behind the end" },
        { "01010100040101610000", "a struct of no length" },
        { "01010100040101610580", "a length reaches past the end" },
        { "010101000401016101ff00", "text that is no UTF-8" },
        { "0101010084010500016100", "a struct that refers to its own future" },
        { "010101000801016101ff00", NULL },
        { "01010100050101610180", "text that is no UTF-8" },
        { "0101010005010161017b00", "JSON that is none, or nests too deep" },
        { "0101010007010161090000", "a type of unknown kind" },
        { "010101000b010161000000", "a struct of unknown kind" },
        { "0001010100ffffffffffffffff7f", "a number past 2^53" },
        { "00010101ffffffff0f01", "a clock or a length past 2^32" },
        { "01ffffffff0f0100", "more structs than there are bytes" },
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct ydoc *d = ydoc_new(NULL);
        struct ydoc_fault why = { "nothing", 0 };
        enum err e = apply_hex(d, rows[k].bytes, &why);
        if (e != E_SYNTAX || (rows[k].what && strcmp(why.what, rows[k].what) != 0))
            fail_msg("row %zu: %d %s", k, (int)e, why.what);
        check_state(d, "0000");
        ydoc_free(d);
    }
}

static void limits_hold_and_change_nothing(void **state)
{
    struct ydoc_setup setup = { .limits = { .structs = 8 } };
    struct ydoc *d = ydoc_new(&setup);
    struct ydoc_fault why;
    (void)state;
    assert_int_equal(apply_hex(d, "01018d2700070104626f6479030970617261677261706800", NULL), E_OK);
    assert_int_equal(apply_hex(d, "01018d270107008d27000600", NULL), E_OK);
    assert_int_equal(apply_hex(d,
                               "01028d2704468d270204626f6c64027b7d868d270304626f6c64046e756c6c00",
                               &why),
                     E_OK);
    assert_int_equal(apply_hex(d,
                               "01038d2702040104626f64790161040104626f64790161040104626f6479016100",
                               &why),
                     E_TOO_LARGE);
    assert_string_equal(why.what, "too many structs in one document");
    assert_null(ydoc_check(d));
    ydoc_free(d);
}

static void numbers_are_printed_as_javascript_does(void **state)
{
    static const struct {
        double v;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { -1.5, "-1.5" },
        { 0.1, "0.1" },
        { 1e21, "1e+21" },
        { 123456789012345680000.0, "123456789012345680000" },
        { 1e-6, "0.000001" },
        { 1e-7, "1e-7" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 5e-324, "5e-324" },
        { 1.0 / 3, "0.3333333333333333" },
    };
    (void)state;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct buf out;
        buf_init(&out, 100);
        number_text(&out, rows[k].v);
        assert_string_equal(out.p, rows[k].text);
        buf_fini(&out);
    }
}

static void text_is_cut_by_utf16_units(void **state)
{
    static const char t[] = "abcdefg😀背影𠀀x背影课文第一课时教学目标";
    bool half;
    size_t at = 0;
    (void)state;
    for (uint32_t units = 0; units <= text_units((struct str){ t, sizeof t - 1 }); units++) {
        size_t got = text_seek(t, units, &half);
        if (!half)
            assert_int_equal(text_units((struct str){ t, got }), units);
        else
            assert_int_equal(text_units((struct str){ t, got }) + 1, units);
        CHECK(got >= at);
        at = got;
    }
    assert_int_equal(at, sizeof t - 1);
}

/* ---- edits from here against a model: an array of units, each with its formats */

enum { MODEL = 4000 };
struct model {
    char c[MODEL];
    bool bold[MODEL];
    uint32_t n;
};

/* Back from a delta; a format that says what held anyway splits a stretch, which is no matter. */
static struct model model_of(const struct ydoc *d)
{
    struct model m = { .n = 0 };
    struct buf delta;
    buf_init(&delta, 1 << 20);
    assert_int_equal(ydoc_delta(d, S("t"), &delta), E_OK);
    struct str s = buf_str(&delta);
    for (size_t at; (at = str_find(s, S("{\"insert\":\""), 0)) != SIZE_MAX;) {
        s = str_sub(s, at + 11, s.n);
        size_t n = str_chr(s, '"', 0);
        bool bold = s.p[n + 1] == ',';
        memcpy(m.c + m.n, s.p, n);
        memset(m.bold + m.n, bold, n);
        m.n += (uint32_t)n;
    }
    buf_fini(&delta);
    return m;
}

static void model_insert(struct model *m, uint32_t at, struct str s, bool bold)
{
    memmove(m->c + at + s.n, m->c + at, m->n - at);
    memmove(m->bold + at + s.n, m->bold + at, m->n - at);
    memcpy(m->c + at, s.p, s.n);
    memset(m->bold + at, bold, s.n);
    m->n += (uint32_t)s.n;
}

static void model_delete(struct model *m, uint32_t at, uint32_t len)
{
    memmove(m->c + at, m->c + at + len, m->n - at - len);
    memmove(m->bold + at, m->bold + at + len, m->n - at - len);
    m->n -= len;
}

static void one_edit(struct rng *r, struct ydoc_edit *e, struct model *m)
{
    static const struct yformat on[] = { { { "bold", 4 }, { "true", 4 } } };
    static const struct yformat off[] = { { { "bold", 4 }, { "null", 4 } } };
    ynode text = yroot(e, S("t"));
    uint32_t at = (uint32_t)rng_below(r, m->n + 1);
    uint32_t len = (uint32_t)rng_below(r, m->n - at + 1);
    struct str word = rng_below(r, 2) ? S("lesson") : S("x");
    bool bold = rng_below(r, 2);
    assert_int_equal(ylength(e, text), m->n);
    switch (rng_below(r, 4)) {
    case 0:
        len = len > 9 ? 9 : len;
        assert_int_equal(ylist_delete(e, text, at, len), E_OK);
        model_delete(m, at, len);
        break;
    case 1:
        assert_int_equal(ytext_format(e, text, at, len, bold ? on : off, 1), E_OK);
        memset(m->bold + at, bold, len);
        break;
    default:
        assert_int_equal(ytext_insert(e, text, at, word, bold ? on : off, 1), E_OK);
        model_insert(m, at, word, bold);
    }
}

static void check_same(const struct ydoc *d, const struct model *want, uint64_t seed)
{
    struct model m = model_of(d);
    if (m.n != want->n || memcmp(m.c, want->c, m.n) != 0 || memcmp(m.bold, want->bold, m.n) != 0)
        fail_msg("seed %llu: %.*s is not %.*s", (unsigned long long)seed, (int)m.n, m.c,
                 (int)want->n, want->c);
    assert_null(ydoc_check(d));
}

static void edits_do_what_a_plain_text_does(void **state)
{
    uint64_t seed =
        getenv("CRDT_SEED") ? strtoull(getenv("CRDT_SEED"), NULL, 10) : (uint64_t)time(NULL);
    struct rng r = rng_of(seed);
    (void)state;
    for (int story = 0; story < 20; story++) {
        struct ydoc *d = ydoc_new(NULL), *other = ydoc_new(NULL);
        struct model m = { .n = 0 };
        struct buf update;
        buf_init(&update, 1 << 20);
        for (int k = 0; k < 40; k++) {
            struct ydoc_edit *e = ydoc_edit_open(d, 7 + rng_below(&r, 3));
            for (uint64_t n = 1 + rng_below(&r, 4); n > 0; n--)
                one_edit(&r, e, &m);
            buf_clear(&update);
            assert_int_equal(ydoc_edit_close(e, &update), E_OK);
            if (update.n)
                assert_int_equal(ydoc_apply(other, buf_str(&update), NULL), E_OK);
            check_same(d, &m, seed);
            check_same(other, &m, seed);
        }
        buf_fini(&update);
        ydoc_free(d);
        ydoc_free(other);
    }
}

static void a_template_is_built_from_here(void **state)
{
    static const struct yformat bold[] = { { { "bold", 4 }, { "{}", 2 } } };
    struct ydoc *d = ydoc_new(NULL);
    struct ydoc_edit *e = ydoc_edit_open(d, 42);
    struct buf out;
    ynode body = yroot(e, S("body")), heading, text, meta = yroot(e, S("meta")), list;
    (void)state;
    assert_int_equal(ylist_insert_node(e, body, 0, YELEMENT, S("heading"), &heading), E_OK);
    assert_int_equal(ymap_set(e, heading, S("level"), S("1")), E_OK);
    assert_int_equal(ylist_insert_node(e, heading, 0, YXMLTEXT, STR_NONE, &text), E_OK);
    assert_int_equal(ytext_insert(e, text, 0, S("《背影》"), NULL, 0), E_OK);
    assert_int_equal(ytext_insert(e, text, 4, S("教案"), bold, 1), E_OK);
    assert_int_equal(ytext_insert(e, text, 9, S("?"), NULL, 0), E_INPUT);
    assert_int_equal(ytext_insert(e, text, 0, S("\xff"), NULL, 0), E_INPUT);
    assert_int_equal(ymap_set(e, meta, S("tags"), S("{")), E_INPUT);
    assert_int_equal(ymap_set_node(e, meta, S("tags"), YARRAY, STR_NONE, &list), E_OK);
    assert_int_equal(ylist_insert(e, list, 0, S("[1,2.5,\"散文\",null]")), E_OK);
    assert_int_equal(ymap_set(e, meta, S("old"), S("true")), E_OK);
    assert_int_equal(ymap_delete(e, meta, S("old")), E_OK);
    buf_init(&out, 1 << 16);
    assert_int_equal(ydoc_edit_close(e, &out), E_OK);
    CHECK(out.n > 0);
    buf_clear(&out);
    assert_int_equal(ydoc_json(d, STR_NONE, &out), E_OK);
    assert_string_equal(
        out.p, "{\"body\":\"<heading level=\\\"1\\\">《背影》<bold>教案</bold></heading>\","
               "\"meta\":{\"tags\":[[1,2.5,\"散文\",null]]}}");
    assert_null(ydoc_check(d));
    buf_fini(&out);
    ydoc_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_become_the_recorded_state),
        cmocka_unit_test(what_comes_too_early_waits),
        cmocka_unit_test(what_waits_for_more_is_a_change),
        cmocka_unit_test(bad_bytes_are_refused_by_name),
        cmocka_unit_test(limits_hold_and_change_nothing),
        cmocka_unit_test(numbers_are_printed_as_javascript_does),
        cmocka_unit_test(text_is_cut_by_utf16_units),
        cmocka_unit_test(edits_do_what_a_plain_text_does),
        cmocka_unit_test(a_template_is_built_from_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
