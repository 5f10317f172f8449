/* Docx as others write them, read as paper: what is kept of Word's numbers, looks, links, tables
 * and images, what is said of the rest, and what is refused. */
#include "tests/unit/paper_case.h"
#include "tests/unit/zips.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_word_are_kept),     cmocka_unit_test(looks_of_word_are_kept),
        cmocka_unit_test(links_and_fields_are_read),    cmocka_unit_test(tables_of_word_are_read),
        cmocka_unit_test(images_and_shapes_are_read),   cmocka_unit_test(the_rest_of_word_is_told),
        cmocka_unit_test(broken_documents_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
