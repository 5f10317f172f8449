/* What the tests of paper have in common: an arena and a picture while they run, a lesson plan with
 * everything in it, the ways in and out, and what compares texts. Each of them is a program of its
 * own, so the names are short. */
#ifndef TESTS_PAPER_CASE_H
#define TESTS_PAPER_CASE_H

#include "server/app/doc_paper.h"
#include "server/app/paper_doc.h"
#include "server/format/ooxml.h"
#include "server/format/write.h"
#include "tests/unit/papers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *a;
static struct buf picture;

static inline int begin(void **st)
{
    (void)st;
    unsigned char rgb[60 * 40 * 3];
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (unsigned char)(i * 7 % 256);
    a = arena_new();
    buf_init(&picture, 1 << 20);
    return png_write(rgb, 60, 40, &picture) ? -1 : 0;
}

static inline int finish(void **st)
{
    (void)st;
    buf_fini(&picture);
    arena_free(a);
    return 0;
}

static inline bool image_of(void *arg, struct str src, struct str *bytes)
{
    (void)arg;
    *bytes = buf_str(&picture);
    return str_ends(src, S(".png"));
}

static inline struct paper_job job_of(const struct paper *doc)
{
    return (struct paper_job){ .doc = doc,
                               .title = S("背影"),
                               .school = S("第一中学"),
                               .now = INT64_C(1756684800000),
                               .image = image_of };
}

/* ---- live documents and docx, in and out */

static inline void lives(const struct paper *p, struct ydoc *d)
{
    struct paper_report r = { .arena = a };
    struct buf update;
    buf_init(&update, 16 << 20);
    struct ydoc_edit *e = ydoc_edit_open(d, 7);
    assert_int_equal(paper_doc(e, p, &r, NULL), E_OK);
    assert_int_equal(ydoc_edit_close(e, &update), E_OK);
    assert_null(ydoc_check(d));
    buf_fini(&update);
}

static inline void reads(const struct ydoc *d, struct str since, struct buf *out)
{
    struct paper_report r = { .arena = a };
    struct paper *p;
    assert_int_equal(doc_paper(a, d, since, &r, &p), E_OK);
    buf_clear(out);
    papers_children(p, out);
}

static inline struct paper *paper_of(struct str docx, struct paper_report *r)
{
    struct zip *z;
    struct paper *p;
    *r = (struct paper_report){ .arena = a };
    assert_int_equal(zip_open(zip_bytes(&docx), &zip_limits, &z), E_OK);
    assert_int_equal(docx_paper(z, a, r, &p), E_OK);
    zip_close(z);
    return p;
}

/* ---- texts */

/* From the line where they part. */
static inline void same(struct buf *got, const char *want)
{
    const char *g = got->p ? got->p : "";
    size_t i = 0, line = 0;
    for (; g[i] && g[i] == want[i]; i++)
        line = g[i] == '\n' ? i + 1 : line;
    if (g[i] || want[i])
        fail_msg("got:\n%.300s\nwanted:\n%.300s", g + line, want + line);
}

static inline void has(struct str s, const char *what)
{
    if (str_find(s, str_of(what), 0) == SIZE_MAX)
        fail_msg("not there: %s\n%.*s", what, STR_ARG(s));
}

/* ---- a lesson plan with everything in it, and what was said of it */

static const char plan[] =
    "<heading level=\"2\">教学目标</heading>\n"
    "<paragraph>理解<t bold=\"1\">父爱</t>，<t italic=\"1\" underline=\"1\">体会</t>"
    "<t color=\"#b8322a\">语言</t><t highlight=\"#fff1b8\">之美</t>，H<t subscript=\"1\">2</t>O，"
    "x<t superscript=\"1\">2</t>，<t strike=\"1\">删去</t>，<t code=\"1\">print(1)</t>，<t "
    "size=\"16pt\">大字</t>。</paragraph>\n"
    "<paragraph align=\"center\">见<t link=\"https://example.org/a?b=1&amp;c=2\">课程标准</t>"
    "<hardBreak/>第二行	制表</paragraph>\n"
    "<bulletList><listItem><paragraph>字词</paragraph>\n<bulletList><listItem><paragraph>蹒跚"
    "</paragraph>\n</listItem></bulletList></listItem><listItem><paragraph>句段</paragraph>\n"
    "</listItem></bulletList>"
    "<orderedList level=\"3\"><listItem><paragraph>导入</paragraph>\n<paragraph>续行</paragraph>\n"
    "</listItem><listItem><paragraph>新授</paragraph>\n</listItem></orderedList>"
    "<table><tableRow><tableHeader widths=\"100\"><paragraph>环节</paragraph>\n</tableHeader>"
    "<tableHeader colspan=\"2\" widths=\"200 200\"><paragraph>教学活动</paragraph>\n</tableHeader>"
    "</tableRow><tableRow><tableCell rowspan=\"2\" widths=\"100\"><paragraph>导入</paragraph>\n"
    "</tableCell><tableCell widths=\"200\"><paragraph>提问</paragraph>\n</tableCell><tableCell "
    "widths=\"200\"><paragraph>讨论 <inlineMath text=\"E=mc^{2}\"/></paragraph>\n</tableCell>"
    "</tableRow><tableRow><tableCell colspan=\"2\" widths=\"200 200\"><bulletList><listItem>"
    "<paragraph>朗读</paragraph>\n</listItem></bulletList></tableCell></tableRow></table>"
    "<blockMath text=\"\\int_{0}^{1} x^{2}\\,dx=\\frac{1}{3}\"/>\n"
    "<blockquote><paragraph>我与父亲不相见已二年余了</paragraph>\n</blockquote>"
    "<codeBlock>for i in range(3):\n    print(i)</codeBlock>\n"
    "<image width=\"120\" height=\"80\" text=\"/f/a.png\" alt=\"插图\"/>\n"
    "<horizontalRule/><pageBreak/>"
    "<heading level=\"3\">板书</heading>\n<paragraph/>\n";

static const struct paper_comment replies[] = {
    { .author = S("林老师"), .body = S("同意"), .at = INT64_C(1756690000000) },
};
static const struct paper_comment comments[] = {
    { .quote = S("父爱"),
      .author = S("王老师"),
      .body = S("目标太大\n分两课时"),
      .at = INT64_C(1756684800000),
      .replies = replies,
      .replies_n = 1 },
    { .quote = S("理解父爱，体会"), .author = S("a<b"), .body = S(""), .resolved = true },
    { .quote = S("这里没有"), .author = S("王老师"), .body = S("x") },
};

#endif
