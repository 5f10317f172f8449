/* Documents on paper: out of live documents, into docx, HTML and Markdown, back out of docx; docx
 * as others write them; random documents with a printed seed. Where LibreOffice is installed it
 * opens what we write. */
#include "server/app/doc_paper.h"
#include "server/app/paper_doc.h"
#include "server/base/id.h"
#include "server/format/ooxml.h"
#include "server/format/write.h"
#include "tests/unit/papers.h"
#include "tests/unit/zips.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *a;
static struct buf picture;

static int begin(void **st)
{
    (void)st;
    unsigned char rgb[60 * 40 * 3];
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (unsigned char)(i * 7 % 256);
    a = arena_new();
    buf_init(&picture, 1 << 20);
    return png_write(rgb, 60, 40, &picture) ? -1 : 0;
}

static int finish(void **st)
{
    (void)st;
    buf_fini(&picture);
    arena_free(a);
    return 0;
}

static bool image_of(void *arg, struct str src, struct str *bytes)
{
    (void)arg;
    *bytes = buf_str(&picture);
    return str_ends(src, S(".png"));
}

static struct paper_job job_of(const struct paper *doc)
{
    return (struct paper_job){ .doc = doc,
                               .title = S("背影"),
                               .school = S("第一中学"),
                               .now = INT64_C(1756684800000),
                               .image = image_of };
}

static void lives(const struct paper *p, struct ydoc *d)
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

static void reads(const struct ydoc *d, struct str since, struct buf *out)
{
    struct paper_report r = { .arena = a };
    struct paper *p;
    assert_int_equal(doc_paper(a, d, since, &r, &p), E_OK);
    buf_clear(out);
    papers_children(p, out);
}

/* From the line where they part. */
static void same(struct buf *got, const char *want)
{
    const char *g = got->p ? got->p : "";
    size_t i = 0, line = 0;
    for (; g[i] && g[i] == want[i]; i++)
        line = g[i] == '\n' ? i + 1 : line;
    if (g[i] || want[i])
        fail_msg("got:\n%.300s\nwanted:\n%.300s", g + line, want + line);
}

/* ---- a lesson plan with everything in it */

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

static void live_documents_come_back(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct buf got;
    buf_init(&got, 1 << 20);
    lives(papers_read(a, plan), d);
    reads(d, STR_NONE, &got);
    same(&got, plan);
    buf_fini(&got);
    ydoc_free(d);
}

static void what_the_editor_has_not_is_put_near(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct buf got;
    buf_init(&got, 1 << 20);
    lives(papers_read(a, "<taskList><taskItem checked=\"1\"><paragraph>备课</paragraph>"
                         "</taskItem></taskList>"
                         "<bulletList><listItem/></bulletList><bulletList/><table/>"
                         "<table><tableRow><tableCell/></tableRow></table><blockquote/>"
                         "<codeBlock>a<hardBreak/><t bold=\"1\">b</t></codeBlock>"
                         "<paragraph><t code=\"1\" bold=\"1\">x</t></paragraph>"),
          d);
    reads(d, STR_NONE, &got);
    same(&got, "<bulletList><listItem><paragraph>☑ </paragraph>\n<paragraph>备课</paragraph>\n"
               "</listItem></bulletList>"
               "<bulletList><listItem><paragraph/>\n</listItem></bulletList>"
               "<table><tableRow><tableCell><paragraph/>\n</tableCell></tableRow></table>"
               "<blockquote><paragraph/>\n</blockquote><codeBlock>a\nb</codeBlock>\n"
               "<paragraph><t code=\"1\">x</t></paragraph>\n");
    buf_fini(&got);
    ydoc_free(d);
}

static void strange_elements_are_told(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct paper_report r = { .arena = a };
    struct paper *p;
    struct buf got;
    ynode n, t;
    buf_init(&got, 1 << 20);
    struct ydoc_edit *e = ydoc_edit_open(d, 7);
    ynode body = yroot(e, S("body"));
    assert_int_equal(ylist_insert_node(e, body, 0, YELEMENT, S("video"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, n, 0, YXMLTEXT, STR_NONE, &t), E_OK);
    assert_int_equal(ytext_insert(e, t, 0, S("说明"), NULL, 0), E_OK);
    assert_int_equal(ylist_insert_node(e, body, 1, YELEMENT, S("tableRow"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, body, 2, YELEMENT, S("heading"), &n), E_OK);
    assert_int_equal(ymap_set(e, n, S("level"), S("\"x\"")), E_OK);
    assert_int_equal(ymap_set(e, n, S("textAlign"), S("7")), E_OK);
    assert_int_equal(ydoc_edit_close(e, &got), E_OK);
    assert_int_equal(doc_paper(a, d, STR_NONE, &r, &p), E_OK);
    buf_clear(&got);
    papers_children(p, &got);
    same(&got, "<paragraph>说明</paragraph>\n<heading/>\n");
    assert_int_equal(r.n[LOSS_unknown], 2);
    assert_true(str_eqz(r.example[LOSS_unknown], "video"));
    buf_fini(&got);
    ydoc_free(d);
}

/* What a teacher made of a plan of others: a word struck, a paragraph taken out, one added. */
static void what_is_mine_is_told(void **st)
{
    (void)st;
    struct ydoc_setup keep = { .keep_deleted = true };
    struct ydoc *d = ydoc_new(&keep);
    struct buf got, sv;
    ynode n, t;
    buf_init(&got, 1 << 20);
    buf_init(&sv, 1 << 10);
    lives(papers_read(a, "<paragraph>共案的话</paragraph>"), d);
    ydoc_state_vector(d, &sv);
    struct ydoc_edit *e = ydoc_edit_open(d, 9);
    ynode body = yroot(e, S("body"));
    assert_int_equal(ylist_insert_node(e, body, 1, YELEMENT, S("paragraph"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, n, 0, YXMLTEXT, STR_NONE, &t), E_OK);
    assert_int_equal(ytext_insert(e, t, 0, S("我的话"), NULL, 0), E_OK);
    assert_int_equal(ylist_delete(e, body, 0, 1), E_OK);
    assert_int_equal(ydoc_edit_close(e, &got), E_OK);
    reads(d, buf_str(&sv), &got);
    same(&got, "<paragraph mine=\"1\"><t mine=\"1\">共案的话</t></paragraph>\n"
               "<paragraph mine=\"1\"><t mine=\"1\">我的话</t></paragraph>\n");
    struct paper_report r = { .arena = a };
    struct paper *p;
    assert_int_equal(doc_paper(a, d, buf_str(&sv), &r, &p), E_OK);
    assert_true(p->first->gone && p->first->first->gone && !p->last->gone);
    struct paper_job j = job_of(p);
    buf_clear(&got);
    assert_int_equal(paper_html(&j, &r, &got), E_OK);
    assert_non_null(strstr(got.p, "<p><span class=\"mine\"><s>共案的话</s></span></p>\n"
                                  "<p><span class=\"mine\">我的话</span></p>"));
    buf_clear(&got);
    assert_int_equal(paper_markdown(&j, &r, &got), E_OK);
    assert_non_null(strstr(got.p, "<span style=\"color:#c00000;\"><s>共案的话</s></span>"));
    buf_fini(&got);
    buf_fini(&sv);
    ydoc_free(d);
}

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

static void has(struct str s, const char *what)
{
    if (str_find(s, str_of(what), 0) == SIZE_MAX)
        fail_msg("not there: %s\n%.*s", what, STR_ARG(s));
}

static struct paper *paper_of(struct str docx, struct paper_report *r)
{
    struct zip *z;
    struct paper *p;
    *r = (struct paper_report){ .arena = a };
    assert_int_equal(zip_open(zip_bytes(&docx), &zip_limits, &z), E_OK);
    assert_int_equal(docx_paper(z, a, r, &p), E_OK);
    zip_close(z);
    return p;
}

static void docx_comes_back(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a }, back;
    struct paper_job j = job_of(papers_read(a, plan));
    struct buf out, got;
    buf_init(&out, 16 << 20);
    buf_init(&got, 1 << 20);
    j.title = STR_NONE;
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    for (size_t i = 0; i < LOSS_count; i++)
        assert_int_equal(r.n[i], 0);
    papers_children(paper_of(buf_str(&out), &back), &got);
    struct str want = str_of(plan), image = S("text=\"/f/a.png\"");
    size_t at = str_find(want, image, 0);
    want = arena_fmt(a, "%.*stext=\"word/media/image1.png\"%s", (int)at, plan, plan + at + image.n);
    same(&got, want.p);
    buf_fini(&out);
    buf_fini(&got);
}

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

/* ---- docx as others write them */

#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define NUM(id, level, text)                                                                       \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" id                       \
    "\"/></w:numPr></w:pPr>"                                                                       \
    "<w:r><w:t>" text "</w:t></w:r></w:p>"
#define NAMES                                                                                      \
    W_NS " xmlns:r=\"" REL_OFFICE "\" xmlns:m=\"m\" xmlns:v=\"v\" xmlns:o=\"o\" xmlns:a=\"a\" "    \
         "xmlns:wp=\"wp\" xmlns:wps=\"wps\" xmlns:mc=\"mc\""

static const char numbering[] =
    "<w:numbering " W_NS "><w:abstractNum w:abstractNumId=\"5\"><w:lvl w:ilvl=\"0\"><w:start "
    "w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"%1、\"/></w:lvl><w:lvl "
    "w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"(%2)\"/>"
    "</w:lvl></w:abstractNum><w:abstractNum w:abstractNumId=\"6\"><w:lvl w:ilvl=\"0\"><w:numFmt "
    "w:val=\"bullet\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId "
    "w:val=\"5\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"6\"/></w:num>"
    "</w:numbering>";

static void foreign(struct zips *m, const char *body)
{
    struct buf b;
    zips_init(m);
    zips_put(m, "[Content_Types].xml", "<Types/>");
    zips_rels(m, "_rels/.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE
              "/officeDocument\" Target=\"word/document.xml\"/>");
    zips_rels(m, "word/_rels/document.xml.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE "/styles\" Target=\"styles.xml\"/>"
              "<Relationship Id=\"r2\" Type=\"" REL_OFFICE
              "/numbering\" Target=\"numbering.xml\"/><Relationship Id=\"p1\" Type=\"" REL_OFFICE
              "/image\" Target=\"media/a.png\"/><Relationship Id=\"p2\" Type=\"" REL_OFFICE
              "/image\" Target=\"media/b.wmf\"/><Relationship Id=\"h1\" Type=\"" REL_OFFICE
              "/hyperlink\" Target=\"https://x.cn/#a\" TargetMode=\"External\"/><Relationship "
              "Id=\"h2\" Type=\"" REL_OFFICE
              "/hyperlink\" Target=\"file:///c:/a\" TargetMode=\"External\"/>");
    zips_put(m, "word/styles.xml",
             "<w:styles " W_NS "><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/><w:pPr>"
             "<w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:rPr><w:b/><w:sz w:val=\"32\"/>"
             "</w:rPr></w:style><w:style w:styleId=\"s\" w:type=\"character\"><w:name "
             "w:val=\"Strong\"/><w:rPr><w:b/></w:rPr></w:style></w:styles>");
    zips_put(m, "word/numbering.xml", numbering);
    zips_add(m, S("word/media/a.png"), buf_str(&picture), (struct zips_opt){ 0 });
    zips_put(m, "word/media/b.wmf", "\xd7\xcd\xc6\x9a");
    buf_init(&b, 64 << 20);
    buf_fmt(&b, "<w:document " NAMES "><w:body>%s</w:body></w:document>", body);
    zips_put(m, "word/document.xml", b.p);
    buf_fini(&b);
}

static void is_read(const char *body, const char *want, const char *losses)
{
    struct zips m;
    struct paper_report r;
    struct buf got, lost;
    foreign(&m, body);
    buf_init(&got, 1 << 20);
    buf_init(&lost, 1 << 16);
    papers_children(paper_of(zips_end(&m), &r), &got);
    same(&got, want);
    for (size_t i = 0; i < LOSS_count; i++)
        if (r.n[i])
            buf_fmt(&lost, "%s %zu,", paper_loss_name((enum paper_loss)i), r.n[i]);
    same(&lost, losses);
    buf_fini(&got);
    buf_fini(&lost);
    zips_fini(&m);
}

static void numbers_of_word_are_kept(void **st)
{
    (void)st;
    is_read("<w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>目标</w:t></w:r></w:p>" NUM("1",
                                                                                              "1",
                                                                                              "甲")
                NUM("1", "1", "乙") "<w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr>"
                                    "<w:r><w:t>过程</w:t></w:r></w:p>" NUM("1", "1", "丙")
                                        NUM("2", "0", "丁"),
            "<heading>一、 目标</heading>\n<orderedList><listItem><paragraph>甲</paragraph>\n"
            "</listItem><listItem><paragraph>乙</paragraph>\n</listItem></orderedList>"
            "<heading>二、 过程</heading>\n<orderedList><listItem><paragraph>丙</paragraph>\n"
            "</listItem></orderedList><bulletList><listItem><paragraph>丁</paragraph>\n"
            "</listItem></bulletList>",
            "numbering 2,");
    is_read(NUM("1", "0", "x") NUM("9", "0", "y"),
            "<paragraph>一、 x</paragraph>\n<paragraph>y</paragraph>\n", "numbering 1,");
}

#define RUN(props, text) "<w:r><w:rPr>" props "</w:rPr><w:t>" text "</w:t></w:r>"

static void looks_of_word_are_kept(void **st)
{
    (void)st;
    is_read(
        "<w:p>" RUN("<w:rStyle w:val=\"s\"/>", "粗") RUN("<w:b w:val=\"0\"/>", "不")
            RUN("<w:color w:val=\"FF0000\"/><w:sz w:val=\"24\"/>", "红")
                RUN("<w:sz w:val=\"24\"/>", "十二号的字最多所以不说")
                    RUN("<w:sz w:val=\"44\"/><w:highlight w:val=\"yellow\"/>", "大")
                        RUN("<w:vanish/>", "隐")
                            RUN("<w:shd w:val=\"clear\" w:fill=\"D9D9D9\"/>", "底") "</w:p>",
        "<paragraph><t bold=\"1\">粗</t>不<t color=\"#ff0000\">红</t>十二号的字最多所以不说<t "
        "highlight=\"#ffff00\" size=\"22pt\">大</t><t highlight=\"#d9d9d9\">底</t></paragraph>\n",
        "hidden 1,");
}

static void links_and_fields_are_read(void **st)
{
    (void)st;
#define FIELD(instr, shown)                                                                        \
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>" instr                      \
    "</w:instrText></w:r>"                                                                         \
    "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>" shown "</w:t></w:r><w:r>"       \
    "<w:fldChar w:fldCharType=\"end\"/></w:r>"
    is_read("<w:p><w:hyperlink r:id=\"h1\"><w:r><w:t>网</w:t></w:r></w:hyperlink><w:hyperlink "
            "r:id=\"h2\"><w:r><w:t>盘</w:t></w:r></w:hyperlink>" FIELD(
                " HYPERLINK \"https://y.cn\" ", "域")
                FIELD(" PAGE ", "3") "<w:r><w:t>尾</w:t></w:r></w:p>",
            "<paragraph><t link=\"https://x.cn/#a\">网</t>盘<t link=\"https://y.cn\">域</t>3尾"
            "</paragraph>\n",
            "link 1,field 1,");
}

#define CELL(props, content) "<w:tc><w:tcPr>" props "</w:tcPr>" content "</w:tc>"

static void tables_of_word_are_read(void **st)
{
    (void)st;
    is_read("<w:tbl><w:tblGrid><w:gridCol w:w=\"1500\"/><w:gridCol w:w=\"3000\"/><w:gridCol "
            "w:w=\"3000\"/></w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>" CELL("", P("头"))
                CELL("<w:gridSpan w:val=\"2\"/>",
                     P("宽")) "</w:tr><w:tr>" CELL("<w:vMerge w:val=\"restart\"/>", P("高"))
                    CELL("", P("b")) CELL("", P("c")) "</w:tr><w:tr>" CELL("<w:vMerge/>", "<w:p/>")
                        CELL("", P("d")) "</w:tr></w:tbl>" P("后"),
            "<table><tableRow><tableHeader widths=\"100\"><paragraph>头</paragraph>\n</tableHeader>"
            "<tableHeader colspan=\"2\" widths=\"200 200\"><paragraph>宽</paragraph>\n"
            "</tableHeader></tableRow><tableRow><tableCell rowspan=\"2\" widths=\"100\">"
            "<paragraph>高</paragraph>\n</tableCell><tableCell widths=\"200\"><paragraph>b"
            "</paragraph>\n</tableCell><tableCell widths=\"200\"><paragraph>c</paragraph>\n"
            "</tableCell></tableRow><tableRow><tableCell widths=\"200\"><paragraph>d</paragraph>\n"
            "</tableCell><tableCell/></tableRow></table><paragraph>后</paragraph>\n",
            "");
    /* Parts of tables where none may be. */
    is_read("<w:tr><w:tc>" P("甲") "</w:tc></w:tr><w:tbl><w:tc>" P("乙") "</w:tc></w:tbl>",
            "<paragraph>甲</paragraph>\n", "");
}

#define BLIP(id)                                                                                   \
    "<w:r><w:drawing><wp:inline><wp:extent cx=\"952500\" cy=\"476250\"/><wp:docPr "                \
    "descr=\"说明\"/>"                                                                           \
    "<a:blip r:embed=\"" id "\"/></wp:inline></w:drawing></w:r>"

static void images_and_shapes_are_read(void **st)
{
    (void)st;
    is_read("<w:p><w:r><w:t>前</w:t></w:r>" BLIP("p1") "<w:r><w:t>后</w:t></w:r></w:p><w:p>" BLIP(
                "p2")
                BLIP("p9") "<w:r><w:object><v:shape style=\"width:60pt;height:30.5pt\">"
                           "<v:imagedata r:id=\"p1\"/></v:shape><o:OLEObject "
                           "ProgID=\"Equation.3\"/></w:object></w:r></w:p><w:p><w:r>"
                           "<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>"
                           "<w:txbxContent>" P(
                               "框") "</w:txbxContent></wps:txbx></w:drawing>"
                                     "</mc:Choice><mc:Fallback><w:pict>" P(
                                         "框") "</w:pict>"
                                               "</mc:Fallback></mc:AlternateContent></"
                                               "w:r><w:r><w:t>文</w:t></w:r>"
                                               "<w:r><w:drawing><wps:wsp/></w:drawing></w:r></w:p>",
            "<paragraph>前</paragraph>\n<image width=\"100\" height=\"50\" "
            "text=\"word/media/a.png\" alt=\"说明\"/>\n<paragraph>后</paragraph>\n"
            "<image width=\"80\" height=\"40\" text=\"word/media/a.png\"/>\n"
            "<paragraph>文</paragraph>\n<paragraph>框</paragraph>\n",
            "image_missing 1,image_kind 1,text_box 1,shape 1,object 1,");
}

static void the_rest_of_word_is_told(void **st)
{
    (void)st;
    is_read(
        "<w:p><w:ins><w:r><w:t>加</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r>"
        "</w:del><w:r><w:footnoteReference/></w:r><w:r><w:commentReference/></w:r></w:p>"
        "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p><w:p><w:pPr><w:pageBreakBefore/></w:pPr>"
        "<w:r><w:t>页</w:t></w:r></w:p><w:p><w:pPr><w:pBdr><w:bottom/></w:pBdr></w:pPr></w:p>"
        "<w:p><m:oMathPara><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></m:oMathPara></w:p>"
        "<w:p><m:oMath><m:odd><m:r><m:t>y</m:t></m:r></m:odd></m:oMath></w:p>"
        "<w:sectPr><w:headerReference/><w:cols w:num=\"2\"/></w:sectPr>",
        "<paragraph>加</paragraph>\n<pageBreak/><pageBreak/><paragraph>页</paragraph>\n"
        "<horizontalRule/><blockMath text=\"x=1\"/>\n<paragraph><inlineMath text=\"y\"/>"
        "</paragraph>\n",
        "formula_part 1,comment 1,note 1,header 1,deleted 1,columns 1,");
}

static void broken_documents_are_refused(void **st)
{
    (void)st;
    struct zips m;
    struct paper_report r = { .arena = a };
    struct zip *z;
    struct paper *p;
    foreign(&m, "<w:p><w:r>");
    struct str s = zips_end(&m);
    assert_int_equal(zip_open(zip_bytes(&s), &zip_limits, &z), E_OK);
    assert_int_equal(docx_paper(z, a, &r, &p), E_SYNTAX);
    zip_close(z);
    zips_fini(&m);
    zips_init(&m);
    zips_put(&m, "a", "b");
    s = zips_end(&m);
    assert_int_equal(zip_open(zip_bytes(&s), &zip_limits, &z), E_OK);
    assert_int_equal(docx_paper(z, a, &r, &p), E_SYNTAX);
    zip_close(z);
    zips_fini(&m);
}

/* ---- random documents */

static struct rng rng;

static uint64_t below(uint64_t n)
{
    return rng_below(&rng, n);
}

static void random_inlines(struct paper *in)
{
    static const char *const words[] = { "教", "学 ", "a<b&", "😀", "\"x", "长一些的文字，" };
    struct paper_look last = { .bold = true, .code = true };
    for (uint64_t n = below(5); n > 0; n--) {
        struct paper_look l = { .bold = below(4) == 0,
                                .italic = below(5) == 0,
                                .underline = below(6) == 0,
                                .strike = below(8) == 0 };
        if (below(6) == 0)
            l.color = S("#1559c9");
        if (below(8) == 0)
            l.highlight = S("#d3f5df");
        if (in->kind == PAPER_heading)
            l.bold = false;
        if (paper_same_look(&l, &last))
            continue;
        bool other = below(8) == 0;
        struct paper *k = paper_add(a, in, other ? PAPER_hard_break : PAPER_text);
        last = other ? (struct paper_look){ .bold = true, .code = true } : l;
        if (other)
            continue;
        k->text = str_of(words[below(6)]);
        k->look = l;
    }
}

static void random_blocks(struct paper *in, int depth);

static void random_list(struct paper *in, int depth)
{
    struct paper *list = paper_add(a, in, below(2) ? PAPER_bullet_list : PAPER_ordered_list);
    if (list->kind == PAPER_ordered_list)
        list->level = (int)(1 + below(3));
    for (uint64_t n = 1 + below(3); n > 0; n--) {
        struct paper *item = paper_add(a, list, PAPER_list_item);
        random_inlines(paper_add(a, item, PAPER_paragraph));
        if (depth < 3 && below(3) == 0)
            random_list(item, depth + 1);
    }
}

/* Rectangular, with merged cells: where a cell may begin is kept per column. */
static void random_table(struct paper *in, int depth)
{
    int rows = 1 + (int)below(4), columns = 1 + (int)below(4), busy[4] = { 0 };
    struct paper *table = paper_add(a, in, PAPER_table);
    for (int r = 0; r < rows; r++) {
        struct paper *row = paper_add(a, table, PAPER_table_row);
        for (int c = 0; c < columns;) {
            if (busy[c]) {
                busy[c++]--;
                continue;
            }
            struct paper *cell = paper_add(a, row, PAPER_table_cell);
            int span = c + 1 < columns && !busy[c + 1] && below(4) == 0 ? 2 : 1;
            cell->colspan = span;
            cell->rowspan = r + 1 < rows && below(4) == 0 ? 2 : 1;
            for (int k = 0; k < span; k++)
                busy[c + k] = cell->rowspan - 1;
            c += span;
            random_inlines(paper_add(a, cell, PAPER_paragraph));
            if (depth < 2 && below(4) == 0)
                random_blocks(cell, depth + 1);
        }
    }
}

static void random_blocks(struct paper *in, int depth)
{
    enum paper_kind before = PAPER_count;
    for (uint64_t n = 1 + below(5); n > 0; n--) {
        uint64_t what = below(10);
        struct paper *p;
        bool list_before = before == PAPER_bullet_list || before == PAPER_table;
        if (what == 0 && !list_before) {
            random_list(in, depth);
            before = PAPER_bullet_list;
        } else if (what == 1 && !list_before && depth < 2) {
            random_table(in, depth);
            before = PAPER_table;
        } else if (what == 2) {
            p = paper_add(a, in, before = PAPER_heading);
            p->level = 1 + (int)below(6);
            paper_add(a, p, PAPER_text)->text = S("题");
            random_inlines(p);
        } else {
            p = paper_add(a, in, before = PAPER_paragraph);
            p->align = below(4) ? ALIGN_none : ALIGN_right;
            paper_add(a, p, PAPER_text)->text = S("段");
            random_inlines(p);
        }
    }
    if (before == PAPER_table || before == PAPER_bullet_list)
        paper_add(a, in, PAPER_paragraph);
}

/* What paper_add left apart and both sides join: neighbours of one look, and widths. */
static void settle(struct paper *p)
{
    p->widths = NULL;
    for (struct paper *k = p->first; k; k = k->next) {
        while (k->kind == PAPER_text && k->next && k->next->kind == PAPER_text &&
               paper_same_look(&k->look, &k->next->look)) {
            k->text = arena_fmt(a, "%.*s%.*s", STR_ARG(k->text), STR_ARG(k->next->text));
            k->next = k->next->next;
        }
        if (!k->next)
            p->last = k;
        settle(k);
    }
}

static void random_documents_come_back(void **st)
{
    (void)st;
    uint32_t seed = getenv("SEED") ? (uint32_t)strtoul(getenv("SEED"), NULL, 10) : 20261;
    printf("seed %u\n", (unsigned)seed);
    for (uint32_t k = 0; k < 300; k++) {
        struct buf want, got, docx;
        struct ydoc *d = ydoc_new(NULL);
        struct paper *doc = paper_add(a, NULL, PAPER_document), *back;
        struct paper_report r = { .arena = a };
        rng = rng_of(seed + k);
        random_blocks(doc, 0);
        settle(doc);
        buf_init(&want, 1 << 20);
        buf_init(&got, 1 << 20);
        buf_init(&docx, 16 << 20);
        papers_children(doc, &want);
        lives(doc, d);
        reads(d, STR_NONE, &got);
        same(&got, want.p);
        struct paper_job j = job_of(doc);
        j.title = STR_NONE;
        assert_int_equal(paper_docx(&j, &r, &docx), E_OK);
        back = paper_of(buf_str(&docx), &r);
        settle(back);
        buf_clear(&got);
        papers_children(back, &got);
        same(&got, want.p);
        buf_fini(&want);
        buf_fini(&got);
        buf_fini(&docx);
        ydoc_free(d);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_documents_come_back),
        cmocka_unit_test(what_the_editor_has_not_is_put_near),
        cmocka_unit_test(strange_elements_are_told),
        cmocka_unit_test(what_is_mine_is_told),
        cmocka_unit_test(docx_comes_back),
        cmocka_unit_test(comments_find_their_text),
        cmocka_unit_test(paper_has_a_head_and_a_size),
        cmocka_unit_test(what_cannot_go_out_is_told),
        cmocka_unit_test(html_stands_alone),
        cmocka_unit_test(markdown_is_read_as_it_was),
        cmocka_unit_test(numbers_of_word_are_kept),
        cmocka_unit_test(looks_of_word_are_kept),
        cmocka_unit_test(links_and_fields_are_read),
        cmocka_unit_test(tables_of_word_are_read),
        cmocka_unit_test(images_and_shapes_are_read),
        cmocka_unit_test(the_rest_of_word_is_told),
        cmocka_unit_test(broken_documents_are_refused),
        cmocka_unit_test(random_documents_come_back),
        cmocka_unit_test(libreoffice_opens_it),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
