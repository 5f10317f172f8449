/* Paper as it is written: the parts of a docx, HTML, Markdown. Where LibreOffice is installed it
 * opens the docx. */
#include "tests/unit/paper_case.h"

#include <unistd.h>

/* ---- docx */

static struct str part_of(struct str docx, const char *name, struct buf *out)
{
    struct zip *z;
    buf_clear(out);
    assert_int_equal(zip_open(zip_bytes(&docx), &zip_limits, &z), E_OK);
    size_t k = zip_find(z, str_of(name));
    assert_true(k != SIZE_MAX);
    assert_int_equal(zip_read(z, k, out), E_OK);
    zip_close(z);
    return buf_str(out);
}

static void comments_find_their_text(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a };
    struct paper_job j = job_of(papers_read(a, plan));
    struct buf out, part;
    buf_init(&out, 16 << 20);
    buf_init(&part, 1 << 20);
    j.comments = comments;
    j.comments_n = 3;
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    assert_int_equal(r.n[LOSS_comment_place], 1);
    struct str s = part_of(buf_str(&out), "word/document.xml", &part);
    has(s, "<w:commentRangeStart w:id=\"0\"/><w:commentRangeStart w:id=\"1\"/><w:r><w:rPr><w:b/>"
           "<w:bCs/></w:rPr><w:t xml:space=\"preserve\">父爱</w:t></w:r>"
           "<w:commentRangeEnd w:id=\"0\"/>");
    has(s, "体会</w:t></w:r><w:commentRangeEnd w:id=\"2\"/>");
    s = part_of(buf_str(&out), "word/comments.xml", &part);
    has(s, "w:author=\"王老师\" w:date=\"2025-09-01T08:00:00Z\"");
    has(s, "w:author=\"a&lt;b\"");
    s = part_of(buf_str(&out), "word/commentsExtended.xml", &part);
    has(s, "<w15:commentEx w15:paraId=\"10000001\" w15:paraIdParent=\"10000000\" w15:done=\"0\"/>");
    has(s, "<w15:commentEx w15:paraId=\"10000002\" w15:done=\"1\"/>");
    buf_fini(&out);
    buf_fini(&part);
}

static void paper_has_a_head_and_a_size(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a };
    struct paper_job j =
        job_of(papers_read(a, "<heading>背影 </heading><paragraph mine=\"1\"><t mine=\"1\" "
                              "color=\"#0000ff\">我的</t></paragraph>"));
    struct buf out, part;
    buf_init(&out, 16 << 20);
    buf_init(&part, 1 << 20);
    j.size = PAPER_16K;
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    struct str s = part_of(buf_str(&out), "word/document.xml", &part);
    has(s, "<w:pgSz w:w=\"10431\" w:h=\"14740\"/>");
    has(s, "<w:color w:val=\"C00000\"/>");
    assert_true(str_find(s, S("\"Title\""), 0) == SIZE_MAX); /* it begins with its title */
    s = part_of(buf_str(&out), "word/header1.xml", &part);
    has(s, "第一中学");
    has(s, "背影");
    has(part_of(buf_str(&out), "word/footer1.xml", &part), " NUMPAGES ");
    buf_fini(&out);
    buf_fini(&part);
}

static void what_cannot_go_out_is_told(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a };
    struct paper_job j = job_of(papers_read(a, "<paragraph><inlineMath text=\"\\ce{H2O}\"/><t "
                                               "link=\"javascript:alert(1)\">点</t></paragraph>"
                                               "<image text=\"/gone\" alt=\"图\"/>"));
    struct buf out, part;
    buf_init(&out, 16 << 20);
    buf_init(&part, 1 << 20);
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    struct str s = part_of(buf_str(&out), "word/document.xml", &part);
    has(s, "$\\ce{H2O}$");
    has(s, "[图片：图]");
    assert_true(str_find(s, S("javascript"), 0) == SIZE_MAX);
    assert_int_equal(r.n[LOSS_formula], 1);
    assert_int_equal(r.n[LOSS_link], 1);
    assert_int_equal(r.n[LOSS_image_missing], 1);
    buf_fini(&out);
    buf_fini(&part);
}

static void libreoffice_opens_it(void **st)
{
    (void)st;
    char dir[] = "/tmp/jibei-paper-XXXXXX";
    struct paper_report r = { .arena = a };
    struct paper_job j = job_of(papers_read(a, plan));
    struct buf out;
    if (access("/usr/bin/soffice", X_OK) != 0 || !mkdtemp(dir))
        skip();
    buf_init(&out, 16 << 20);
    j.comments = comments;
    j.comments_n = 3;
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    char cmd[600];
    snprintf(cmd, sizeof cmd, "%s/plan.docx", dir);
    FILE *f = fopen(cmd, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(out.p, 1, out.n, f), out.n);
    fclose(f);
    snprintf(
        cmd, sizeof cmd,
        "cd %s && HOME=%s timeout 100 soffice --headless --convert-to pdf plan.docx >log 2>&1 && "
        "pdftotext -layout plan.pdf - | grep -q 我与父亲不相见已二年余了",
        dir, dir);
    int status = system(cmd);
    const char *keep = getenv("PAPER_KEEP");
    if (keep) {
        snprintf(cmd, sizeof cmd, "cp %s/plan.* %s", dir, keep);
        (void)!system(cmd);
    }
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    (void)!system(cmd);
    buf_fini(&out);
    assert_int_equal(status, 0);
}

/* ---- HTML and Markdown */

static void html_stands_alone(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a };
    struct paper_job j =
        job_of(papers_read(a, "<paragraph align=\"center\">a&lt;b<t bold=\"1\" color=\"#b8322a\">"
                              "红&quot;</t><t link=\"https://x.cn/?a&amp;b\">链</t><t "
                              "color=\"url(x)\" link=\"javascript:1\">坏</t></paragraph>"
                              "<image text=\"/f/a.png\" alt=\"&lt;图&gt;\"/>"
                              "<blockMath text=\"a&lt;b\"/>"));
    struct buf out;
    buf_init(&out, 1 << 20);
    j.comments = comments;
    j.comments_n = 1;
    assert_int_equal(paper_html(&j, &r, &out), E_OK);
    struct str s = buf_str(&out);
    has(s, "<p style=\"text-align:center\">a&lt;b<span style=\"color:#b8322a;\"><strong>红&quot;"
           "</strong></span><a href=\"https://x.cn/?a&amp;b\" rel=\"noopener noreferrer\">链</a>"
           "坏</p>");
    has(s, "<img src=\"data:image/png;base64,iVBOR");
    has(s, "alt=\"&lt;图&gt;\"");
    has(s, "<div class=\"math\">a&lt;b</div>");
    has(s, "<q>父爱</q><p><strong>王老师</strong> 目标太大");
    assert_true(str_find(s, S("javascript"), 0) == SIZE_MAX);
    assert_int_equal(r.n[LOSS_link], 1);
    buf_fini(&out);
}

static void markdown_is_read_as_it_was(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a };
    struct paper_job j = job_of(papers_read(
        a, "<heading level=\"2\">一、目标</heading><paragraph>1. 不是列表 *星* <t bold=\"1\">重点 "
           "</t><t link=\"https://x.cn\">链</t><hardBreak/><inlineMath text=\"a_1\"/> <t "
           "underline=\"1\">线</t></paragraph>"
           "<bulletList><listItem><paragraph>甲</paragraph><orderedList level=\"2\"><listItem>"
           "<paragraph>乙</paragraph></listItem></orderedList></listItem></bulletList>"
           "<table><tableRow><tableHeader><paragraph>头|一</paragraph></tableHeader><tableHeader/>"
           "</tableRow><tableRow><tableCell><paragraph>a</paragraph></tableCell><tableCell>"
           "<paragraph>b</paragraph></tableCell></tableRow></table>"
           "<table><tableRow><tableCell colspan=\"2\"><paragraph>合</paragraph></tableCell>"
           "</tableRow></table>"
           "<blockquote><paragraph>引</paragraph><paragraph>文</paragraph></blockquote>"
           "<codeBlock>x = 1</codeBlock><blockMath text=\"\\frac12\"/><horizontalRule/>"
           "<image text=\"/f/a.png\" alt=\"图\"/>"));
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_int_equal(paper_markdown(&j, &r, &out), E_OK);
    same(&out, "# 背影\n\n## 一、目标\n\n1\\. 不是列表 \\*星\\* **重点** [链](https://x.cn)\\\n"
               "$a_1$ <u>线</u>\n\n- 甲\n\n  2. 乙\n\n"
               "| 头\\|一 |  |\n| --- | --- |\n| a | b |\n\n"
               "<table><tr><td colspan=\"2\"><p>合</p>\n</td></tr>\n</table>\n\n"
               "> 引\n>\n> 文\n\n```\nx = 1\n```\n\n$$\\frac12$$\n\n---\n\n![图](</f/a.png>)\n");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments_find_their_text),   cmocka_unit_test(paper_has_a_head_and_a_size),
        cmocka_unit_test(what_cannot_go_out_is_told), cmocka_unit_test(libreoffice_opens_it),
        cmocka_unit_test(html_stands_alone),          cmocka_unit_test(markdown_is_read_as_it_was),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
