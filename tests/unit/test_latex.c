/* Formulas: LaTeX to Office Math and back. What is written here is read here; what is not
 * understood is said so; formulas as Word writes them. */
#include "server/format/latex.h"

#include "server/base/id.h"
#include "tests/unit/zips.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct reader {
    struct omml *o;
};

static void on_open(void *arg, const struct xml_tag *t)
{
    omml_open(((struct reader *)arg)->o, t);
}

static void on_close(void *arg, const char *name)
{
    (void)name;
    omml_close(((struct reader *)arg)->o);
}

static void on_text(void *arg, struct str s)
{
    omml_text(((struct reader *)arg)->o, s);
}

/* Office Math as LaTeX; false: there was something odd. */
static bool latex_of(struct str omml, struct buf *latex)
{
    struct reader r = { omml_new() };
    struct xml_handler h = { .arg = &r, .open = on_open, .close = on_close, .text = on_text };
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_addz(&b, "<m:oMath xmlns:m=\"m\" " W_NS ">");
    buf_add(&b, omml);
    buf_addz(&b, "</m:oMath>");
    buf_clear(latex);
    assert_int_equal(xml_walk_str(buf_str(&b), &h), E_OK);
    bool whole = omml_latex(r.o, latex);
    omml_free(r.o);
    buf_fini(&b);
    return whole;
}

/* There and back, and there again: the same Office Math. */
static void comes_back(const char *latex, const char *as)
{
    struct buf one, two, back;
    buf_init(&one, 1 << 20);
    buf_init(&two, 1 << 20);
    buf_init(&back, 1 << 20);
    struct str at;
    if (latex_omml(str_of(latex), &one, &at))
        fail_msg("%s: not understood: %.*s", latex, STR_ARG(at));
    if (!latex_of(buf_str(&one), &back))
        fail_msg("%s: came back with something odd: %s\n%s", latex, back.p, one.p);
    if (as)
        assert_string_equal(back.p ? back.p : "", as);
    if (latex_omml(buf_str(&back), &two, &at))
        fail_msg("%s: came back as what is not understood: %s: %.*s", latex, back.p, STR_ARG(at));
    if (!str_eq(buf_str(&one), buf_str(&two)))
        fail_msg("%s came back as %s\n%s\n%s", latex, back.p, one.p, two.p);
    buf_fini(&one);
    buf_fini(&two);
    buf_fini(&back);
}

static void formulas_come_back(void **st)
{
    (void)st;
    static const char *const rows[][2] = {
        { "E=mc^2", "E=mc^{2}" },
        { "\\frac12", "\\frac{1}{2}" },
        { "\\int_0^1 x^2\\,dx=\\frac13", "\\int_{0}^{1} x^{2}\\,dx=\\frac{1}{3}" },
        { "x=\\dfrac{-b\\pm\\sqrt{b^2-4ac}}{2a}", "x=\\frac{-b\\pm\\sqrt{b^{2}-4ac}}{2a}" },
        { "\\sqrt[3]{x+1}", "\\sqrt[3]{x+1}" },
        { "\\sum_{i=1}^{n}i^2=\\frac{n(n+1)(2n+1)}{6}",
          "\\sum_{i=1}^{n} i^{2}=\\frac{n(n+1)(2n+1)}{6}" },
        { "\\lim_{x\\to 0}\\frac{\\sin x}{x}=1", "\\lim\\limits_{x\\to0} \\frac{\\sin x}{x}=1" },
        { "\\log_2 8=3", "\\log_{2} 8=3" },
        { "\\sin^2\\alpha+\\cos^2\\alpha=1", "\\sin^{2} \\alpha+\\cos^{2} \\alpha=1" },
        { "\\vec{AB}\\perp\\overrightarrow{CD}", "\\overrightarrow{AB}\\perp\\overrightarrow{CD}" },
        { "\\angle ABC=60^\\circ", "\\angle ABC=60^{\\circ}" },
        { "\\because a\\parallel b\\therefore\\angle 1=\\angle 2", NULL },
        { "f'(x)", "f^{\\prime}(x)" },
        { "\\left(\\frac{a}{b}\\right)^n", "{\\left(\\frac{a}{b}\\right)}^{n}" },
        { "\\left|x\\right|", "\\left|x\\right|" },
        { "\\left\\{x\\middle|x>0\\right\\}", "\\left\\{x\\middle|x>0\\right\\}" },
        { "\\begin{cases}x+y=5\\\\2x-y=1\\end{cases}",
          "\\begin{cases} x+y=5 \\\\ 2x-y=1 \\end{cases}" },
        { "\\begin{pmatrix}1&0\\\\0&1\\end{pmatrix}",
          "\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}" },
        { "\\begin{aligned}a&=b+c\\\\&=d\\end{aligned}",
          "\\begin{aligned} a & =b+c \\\\  & =d \\end{aligned}" },
        { "\\binom{n}{k}", "\\binom{n}{k}" },
        { "\\text{速度}=\\frac{\\text{路程}}{\\text{时间}}", NULL },
        { "v_0t+\\tfrac12at^2", NULL },
        { "\\mathrm{H_2O}", "\\mathrm{H}_{2}\\mathrm{O}" },
        { "x\\in\\mathbb{R}", "x\\in\\mathbb{R}" },
        { "\\overset{\\frown}{AB}", NULL },
        { "\\underbrace{a+b}_{n}", "\\underbrace{a+b}_{n}" },
        { "\\xrightarrow{\\Delta}", "\\overset{\\Delta}{\\to}" },
        { "A\\cup B\\subseteq\\complement", NULL },
        { "\\bar{x}=\\overline{AB}", "\\bar{x}=\\overline{AB}" },
        { "a_1,a_2,\\cdots,a_n", "a_{1},a_{2},\\cdots,a_{n}" },
        { "100\\%", "100\\%" },
        { "\\alpha x", "\\alpha x" },
        { "a\\not=b", "a\\ne b" },
        { "2^{2^{2}}", NULL },
        { "\\boxed{x}", "\\boxed{x}" },
        { "\\sum a_n-b", "\\sum a_{n}-b" },
        { "\\displaystyle\\prod_{k}^{} (a+b)c", NULL },
        { "\\sin(\\cos(x)+1)", NULL },
        { "{}_{92}^{235}\\mathrm{U}", NULL },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        if (strstr(rows[i][0], "\\frown") || strstr(rows[i][0], "\\complement"))
            assert_int_equal(latex_omml(str_of(rows[i][0]), &b, NULL), E_SYNTAX);
        else
            comes_back(rows[i][0], rows[i][1]);
        buf_fini(&b);
    }
}

static void what_is_not_understood_is_named(void **st)
{
    (void)st;
    static const char *const rows[][2] = {
        { "a+\\ce{H2O}", "ce" },
        { "\\frac{1", "" },
        { "x^2^3", "^" },
        { "a}", "}" },
        { "\\begin{foo}\\end{foo}", "foo" },
        { "\\left(x", "" },
        { "a & b", "&" },
        { "\\text{a $x$}", "" },
        { "\\href{javascript:1}{x}", "href" },
        { "a\\\\b", "\\" },
        { "$x$", "$" },
        { "\\", "\\" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        struct str at;
        buf_init(&b, 1 << 20);
        buf_addz(&b, "kept");
        assert_int_equal(latex_omml(str_of(rows[i][0]), &b, &at), E_SYNTAX);
        assert_string_equal(b.p, "kept");
        if (*rows[i][1] && !str_eqz(at, rows[i][1]))
            fail_msg("%s: %.*s", rows[i][0], STR_ARG(at));
        buf_fini(&b);
    }
}

static void depth_and_length_have_an_end(void **st)
{
    (void)st;
    struct buf in, out;
    buf_init(&in, 1 << 20);
    buf_init(&out, 1 << 22);
    for (int i = 0; i < 5000; i++)
        buf_addz(&in, "\\hat");
    buf_char(&in, 'x');
    assert_int_equal(latex_omml(buf_str(&in), &out, NULL), E_TOO_LARGE);
    assert_int_equal(latex_omml(str_sub(buf_str(&in), 0, 4000), &out, NULL), E_SYNTAX);
    buf_clear(&in);
    for (int i = 0; i < 4000; i++)
        buf_addz(&in, "{");
    assert_int_equal(latex_omml(buf_str(&in), &out, NULL), E_SYNTAX);
    assert_int_equal(out.n, 0);
    buf_fini(&in);
    buf_fini(&out);
}

#define R(t) "<m:r><w:rPr><w:i/></w:rPr><m:t>" t "</m:t></m:r>"

static void formulas_of_word_are_read(void **st)
{
    (void)st;
    static const struct {
        const char *omml, *latex;
        bool odd;
    } rows[] = {
        { "<m:f><m:fPr><m:ctrlPr/></m:fPr><m:num>" R("1") "</m:num><m:den>" R("𝑥") "</m:den></m:f>",
          "\\frac{1}{x}", false },
        { "<m:nary><m:naryPr><m:limLoc m:val=\"undOvr\"/></m:naryPr><m:sub>" R(
              "a") "</m:sub><m:sup>" R("b") "</m:sup><m:e>" R("x+y=1") "</m:e></m:nary>",
          "\\int\\limits_{a}^{b} {x+y=1}", false },
        { "<m:d><m:dPr><m:begChr m:val=\"{\"/><m:endChr m:val=\"\"/></m:dPr><m:e><m:eqArr><m:e>" R(
              "a&amp;=1") "</m:e><m:e>" R("b&amp;=2") "</m:e></m:eqArr></m:e></m:d>",
          "\\left\\{\\begin{aligned} a & =1 \\\\ b & =2 \\end{aligned}\\right.", false },
        { "<m:func><m:fName><m:limLow><m:e><m:r><m:rPr><m:sty m:val=\"p\"/></m:rPr><m:t>lim</m:t>"
          "</m:r></m:e><m:lim>" R("n→∞") "</m:lim></m:limLow></m:fName><m:e>" R(
              "a") "</m:e></m:func>",
          "\\lim\\limits_{n\\to\\infty} a", false },
        { "<m:r><m:rPr><m:nor/></m:rPr><w:rPr/><m:t>质量 50%</m:t></m:r>", "\\text{质量 50\\%}",
          false },
        { "<m:strange>" R("x") "</m:strange>", "x", true },
        { "<m:acc><m:accPr><m:chr m:val=\"⃗\"/></m:accPr><m:e>" R("a") "</m:e></m:acc>", "\\vec{a}",
          false },
        { "<m:sSup><m:e>" R("x") "</m:e><m:sup/></m:sSup>", "x", false },
        { "<m:groupChr><m:groupChrPr><m:chr m:val=\"→\"/><m:vertJc "
          "m:val=\"bot\"/></m:groupChrPr><m:e>" R("t") "</m:e></m:groupChr>",
          "\\overset{t}{\\to}", false },
    };
    struct buf b;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool whole = latex_of(str_of(rows[i].omml), &b);
        assert_string_equal(b.p, rows[i].latex);
        assert_int_equal(whole, !rows[i].odd);
    }
    buf_fini(&b);
}

/* Pieces put together at random: whatever is understood comes back. */
static void random_formulas_come_back(void **st)
{
    (void)st;
    static const char *const pieces[] = { "x",
                                          "1",
                                          "+",
                                          "-",
                                          "=",
                                          "(",
                                          ")",
                                          "^2",
                                          "_1",
                                          "^{n+1}",
                                          "\\alpha",
                                          "\\frac{a}{b}",
                                          "\\sqrt{",
                                          "}",
                                          "{",
                                          "\\sin",
                                          "\\lim_{x\\to0}",
                                          "\\sum_{i}^n",
                                          "\\int",
                                          "\\text{当}",
                                          "\\mathrm{d}",
                                          "\\left[",
                                          "\\right]",
                                          "\\begin{cases}",
                                          "\\end{cases}",
                                          "&",
                                          "\\\\",
                                          "\\vec",
                                          "\\overline{AB}",
                                          ",",
                                          "'",
                                          "\\quad",
                                          "\\underbrace{x}",
                                          "\\log_2",
                                          "\\ne",
                                          "\\max",
                                          "\\binom{n}{2}",
                                          "|",
                                          "\\{",
                                          "速",
                                          "\\iint\\limits_D",
                                          "\\mathbf{v}" };
    uint32_t seed = getenv("SEED") ? (uint32_t)strtoul(getenv("SEED"), NULL, 10) : 20260;
    struct rng r = rng_of(seed);
    size_t understood = 0;
    for (int k = 0; k < 20000; k++) {
        char t[600] = "";
        struct buf b;
        for (uint64_t n = 1 + rng_below(&r, 9); n > 0; n--)
            strcat(t, pieces[rng_below(&r, sizeof pieces / sizeof *pieces)]);
        buf_init(&b, 1 << 20);
        if (!latex_omml(str_of(t), &b, NULL)) {
            comes_back(t, NULL);
            understood++;
        } else
            assert_int_equal(b.n, 0);
        buf_fini(&b);
    }
    printf("seed %u, %zu understood\n", (unsigned)seed, understood);
    assert_true(understood > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_come_back),
        cmocka_unit_test(what_is_not_understood_is_named),
        cmocka_unit_test(depth_and_length_have_an_end),
        cmocka_unit_test(formulas_of_word_are_read),
        cmocka_unit_test(random_formulas_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
