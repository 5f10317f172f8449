/* Text, headings, rows and pictures out of documents the test itself makes. */
#include "server/format/kind.h"
#include "server/format/media.h"
#include "server/format/odf.h"
#include "server/format/ooxml.h"
#include "tests/unit/zips.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void on_page(void *arg, int64_t number, struct str title, struct str text)
{
    buf_fmt(arg, "[%d %.*s|%.*s]", (int)number, STR_ARG(title), STR_ARG(text));
}

static void on_head(void *arg, int level, int64_t page, struct str text)
{
    buf_fmt(arg, "<h%d p%d %.*s>", level, (int)page, STR_ARG(text));
}

typedef enum err reader(struct zip *z, struct pages *out);

/* What a reader says of an archive; closes the maker. */
static void says(struct zips *m, reader *read, uint64_t cap, enum err want, const char *text)
{
    struct str s = zips_end(m);
    struct zip *z;
    struct pages p;
    struct buf got;
    buf_init(&got, 1 << 24);
    assert_int_equal(zip_open(zip_bytes(&s), &zip_limits, &z), E_OK);
    pages_init(&p, (struct pages_to){ &got, on_page, on_head }, cap);
    assert_int_equal(read(z, &p), want);
    if (text)
        assert_string_equal(got.p ? got.p : "", text);
    pages_fini(&p);
    zip_close(z);
    zips_fini(m);
    buf_fini(&got);
}

#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"

static void docx_is_read(void **st)
{
    (void)st;
    struct zips m;
    zips_docx(&m,
              "<w:p><w:pPr><w:pStyle w:val=\"a1\"/></w:pPr><w:r><w:t>第一课 "
              "</w:t></w:r><w:r><w:t>荷花</w:t></w:r></w:p>"
              "<w:p><w:pPr><w:pStyle w:val=\"mine\"/></w:pPr><w:r><w:t>教学目标</w:t></w:r></w:p>"
              "<w:tbl><w:tr><w:tc>" P("环节") P("时间") "</w:tc><w:tc>" P(
                  "教师活动") "</w:tc></w:tr>"
                              "<w:tr><w:tc>" P("导入") "</w:tc><w:tc>" P(
                                  "") "</w:tc></w:tr></w:tbl>"
                                      "<w:p><w:del><w:r><w:delText>删</w:delText><w:t>去</w:t></"
                                      "w:r></w:del><w:r><w:br w:type=\"page\"/></w:r></w:p>"
                                      "<w:p><w:r><w:lastRenderedPageBreak/><w:instrText>PAGE</"
                                      "w:instrText><w:t>反&amp;思</w:t><w:tab/><w:t>二</w:t>"
                                      "</w:r></w:p>");
    says(&m, docx_pages, 1 << 20, E_OK,
         "<h1 p1 第一课 荷花><h2 p1 教学目标>[1 |第一课 荷花\n教学目标\n环节 时间\t教师活动\n导入]"
         "[2 |反&思\t二]");
    zips_init(&m);
    zips_put(&m, "word/other.xml", "<a/>");
    says(&m, docx_pages, 1 << 20, E_SYNTAX, "");
    zips_docx(&m, "<w:p><w:r><w:t>x</w:t>");
    says(&m, docx_pages, 1 << 20, E_SYNTAX, NULL);
    zips_docx(&m, P("一二三四五六七八九十"));
    says(&m, docx_pages, 7, E_OK, "[1 |一二]");
}

static void pptx_is_read(void **st)
{
    (void)st;
    struct zips m;
    zips_init(&m);
    zips_rels(&m, "_rels/.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE
              "/officeDocument\" Target=\"/ppt/presentation.xml\"/>");
    zips_put(&m, "ppt/presentation.xml",
             "<p:presentation xmlns:p=\"urn:p\" xmlns:r=\"" REL_OFFICE
             "\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"rB\"/>"
             "<p:sldId id=\"257\" r:id=\"rA\"/><p:sldId id=\"258\" "
             "r:id=\"gone\"/></p:sldIdLst></p:presentation>");
    zips_rels(&m, "ppt/_rels/presentation.xml.rels",
              "<Relationship Id=\"rA\" Type=\"" REL_OFFICE "/slide\" Target=\"slides/slide1.xml\"/>"
              "<Relationship Id=\"rB\" Type=\"" REL_OFFICE
              "/slide\" Target=\"slides/slide2.xml\"/>");
#define SLIDE(body)                                                                                \
    "<p:sld xmlns:p=\"urn:p\" xmlns:a=\"urn:a\" xmlns:mc=\"urn:mc\">" body "</p:sld>"
#define SHAPE(ph, text)                                                                            \
    "<p:sp><p:ph type=\"" ph "\"/><a:p><a:r><a:t>" text "</a:t></a:r></a:p></p:sp>"
    zips_put(&m, "ppt/slides/slide1.xml",
             SLIDE(SHAPE("body", "一级") "<mc:Fallback>" SHAPE(
                 "body", "重复") "</mc:Fallback>" SHAPE("sldNum", "2")));
    zips_put(&m, "ppt/slides/slide2.xml",
             SLIDE(SHAPE("ctrTitle", "荷花") SHAPE("subTitle", "第一课时")));
    zips_rels(&m, "ppt/slides/_rels/slide2.xml.rels",
              "<Relationship Id=\"n\" Type=\"" REL_OFFICE
              "/notesSlide\" Target=\"../notesSlides/n2.xml\"/>");
    zips_put(&m, "ppt/notesSlides/n2.xml", SLIDE(SHAPE("body", "先放音乐")));
    says(&m, pptx_pages, 1 << 20, E_OK, "<h1 p1 荷花>[1 荷花|荷花\n第一课时\n先放音乐][2 |一级]");
}

static void xlsx_make(struct zips *m, const char *rows)
{
    struct buf b;
    zips_init(m);
    zips_rels(m, "_rels/.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE
              "/officeDocument\" Target=\"xl/workbook.xml\"/>");
    zips_put(m, "xl/workbook.xml",
             "<workbook xmlns:r=\"" REL_OFFICE "\"><sheets><sheet name=\"教师\" r:id=\"s1\"/>"
             "<sheet name=\"藏\" state=\"hidden\" r:id=\"s1\"/></sheets></workbook>");
    zips_rels(m, "xl/_rels/workbook.xml.rels",
              "<Relationship Id=\"s1\" Type=\"" REL_OFFICE
              "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
              "<Relationship Id=\"st\" Type=\"" REL_OFFICE
              "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
              "<Relationship Id=\"sy\" Type=\"" REL_OFFICE "/styles\" Target=\"styles.xml\"/>");
    zips_put(m, "xl/sharedStrings.xml",
             "<sst><si><t>姓名</t></si><si><r><t>黎</t></r><r><t>小明</t></r><rPh><t>リ</t></rPh></"
             "si></sst>");
    zips_put(m, "xl/styles.xml",
             "<styleSheet><numFmts><numFmt numFmtId=\"200\" "
             "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
             "<numFmt numFmtId=\"201\" "
             "formatCode=\"0.00&quot;day&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"
             "</cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
             "numFmtId=\"22\"/><xf numFmtId=\"200\"/>"
             "<xf numFmtId=\"201\"/></cellXfs></styleSheet>");
    buf_init(&b, 1 << 20);
    buf_fmt(&b, "<worksheet><sheetData>%s</sheetData></worksheet>", rows);
    zips_put(m, "xl/worksheets/sheet1.xml", b.p);
    buf_fini(&b);
}

static bool on_row(void *arg, const struct sheet_row *r)
{
    if (r->hidden)
        return true;
    buf_fmt(arg, "%d:", (int)r->row);
    for (size_t i = 0; i < r->n; i++)
        buf_fmt(arg, "%s%.*s", i ? "," : "", STR_ARG(r->cells[i]));
    buf_char(arg, ';');
    return true;
}

static void rows_are(struct str bytes, const char *want)
{
    struct zip *z;
    struct buf got;
    buf_init(&got, 1 << 20);
    assert_int_equal(zip_open(zip_bytes(&bytes), &zip_limits, &z), E_OK);
    assert_int_equal(xlsx_rows(z, &(struct sheet_to){ &got, on_row }), E_OK);
    assert_string_equal(got.p, want);
    zip_close(z);
    buf_fini(&got);
}

static void xlsx_is_read(void **st)
{
    (void)st;
    static const char rows[] =
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" "
        "t=\"inlineStr\"><is><t>手机</t></is></c></row>"
        "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"B3\" "
        "s=\"1\"><v>45901</v></c><c><v>1.38001380000E10</v></c>"
        "<c r=\"D3\" s=\"2\"><v>45901.347222222219</v></c><c r=\"E3\" s=\"3\"><v>45901</v></c>"
        "<c r=\"F3\" s=\"4\"><v>0.1</v></c><c r=\"G3\" t=\"b\"><v>1</v></c><c "
        "r=\"H3\"><f>1+1</f><v>2</v></c>"
        "<c r=\"I3\" t=\"s\"><v>99</v></c><c r=\"ZZZ3\"><v>1</v></c></row>"
        "<row r=\"4\"><c r=\"A4\"/></row>";
    static const char want[] =
        "1:姓名,,手机;3:黎小明,2025-09-01,13800138000,2025-09-01 08:20,2025-09-01,0.1,1,2;";
    struct zips m;
    xlsx_make(&m, rows);
    rows_are(zips_end(&m), want);
    zips_fini(&m);
    xlsx_make(&m, rows);
    says(&m, xlsx_pages, 1 << 20, E_OK,
         "<h1 p1 教师>[1 教师|姓名\t\t手机\n黎小明\t2025-09-01\t13800138000\t2025-09-01 "
         "08:20\t2025-09-01\t0.1\t1\t2]");
}

static void xlsx_is_written(void **st)
{
    (void)st;
    struct xlsx *x = xlsx_new(1 << 20);
    struct buf out;
    struct str head[] = { S("工号"), S("姓名"), S("公式") },
               row[] = { S("00123"), S("黎<小>&明\n二"), S("=1+1") };
    struct str choices[] = { S("语文"), S("数学") };
    xlsx_sheet(x, S("教师/名单?"), (int[]){ 12, 10, 8 }, 3);
    xlsx_head(x, head, 3);
    xlsx_row(x, row, 3);
    xlsx_choice(x, 2, choices, 2);
    xlsx_sheet(x, S(""), NULL, 0);
    xlsx_note(x, S("说明"));
    buf_init(&out, 1 << 20);
    assert_int_equal(xlsx_finish(x, 1756686000000, &out), E_OK);
    rows_are(buf_str(&out), "1:工号,姓名,公式;2:00123,黎<小>&明\n二,=1+1;1:说明;");
    /* Python reads the parts as well-formed XML, with the list of choices. */
    FILE *f = fopen("/tmp/jibei-test.xlsx", "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(out.p, 1, out.n, f), out.n);
    fclose(f);
    assert_int_equal(
        system("python3 -c \"import zipfile,xml.dom.minidom as d\n"
               "a=zipfile.ZipFile('/tmp/jibei-test.xlsx')\n"
               "for n in a.namelist(): d.parseString(a.read(n))\n"
               "s=a.read('xl/worksheets/sheet1.xml').decode()\n"
               "assert '<formula1>\\\"语文,数学\\\"</formula1>' in s.replace('&quot;','\\\"') and "
               "'sqref=\\\"C2:C5000\\\"' in s\n"
               "assert s.index('<sheetViews>')<s.index('<cols>')<s.index('<sheetData>')\""),
        0);
    remove("/tmp/jibei-test.xlsx");
    xlsx_free(x);
    x = xlsx_new(2000);
    xlsx_sheet(x, S("满"), NULL, 0);
    for (int i = 0; i < 100; i++)
        xlsx_row(x, row, 3);
    buf_clear(&out);
    assert_int_equal(xlsx_finish(x, 0, &out), E_TOO_LARGE);
    xlsx_free(x);
    buf_fini(&out);
}

static void csv_says(struct str s, enum err want, const char *rows)
{
    struct buf got;
    buf_init(&got, 1 << 20);
    assert_int_equal(csv_rows(s, &(struct sheet_to){ &got, on_row }), want);
    if (rows)
        assert_string_equal(got.p ? got.p : "", rows);
    buf_fini(&got);
}

static void csv_is_read(void **st)
{
    (void)st;
    csv_says(S("工号,姓名\r\n1,\"黎 \"\"小\"\"明,二\"\r\n\r\n,,\r\n2,\"a\nb\",c"), E_OK,
             "1:工号,姓名;2:1,黎 \"小\"明,二;5:2,a\nb,c;");
    csv_says(S("\xba\xc9\tb\nc,d\te\n"), E_OK, "1:荷,b;2:c,d,e;");
    csv_says(S("\xff\xfe\x77\x83;\0\x31\0"), E_OK, "1:荷,1;");
    csv_says(S("sep=;\na,b;c\n"), E_OK, "1:a,b,c;"); /* the hint is no row */
    csv_says(S("a\"b,\"unclosed\n1"), E_OK, "1:a\"b,unclosed\n1;");
    csv_says(S(""), E_OK, "");
    csv_says(S("a\0b"), E_SYNTAX, "");
    struct buf big;
    buf_init(&big, 1 << 20);
    for (int i = 0; i < 40000; i++)
        buf_char(&big, 'x');
    csv_says(buf_str(&big), E_TOO_LARGE, NULL);
    buf_clear(&big);
    for (int i = 0; i < 2000; i++)
        buf_addz(&big, "1,");
    csv_says(buf_str(&big), E_OK, NULL); /* more columns than kept are left out */
    buf_fini(&big);
}

static void odf_and_epub_are_read(void **st)
{
    (void)st;
    struct zips m;
#define ODF(body)                                                                                  \
    "<o:document-content xmlns:o=\"urn:o\" xmlns:t=\"urn:t\" xmlns:d=\"urn:d\"><o:body>" body      \
    "</o:body></o:document-content>"
    zips_init(&m);
    zips_put(&m, "content.xml",
             ODF("<o:text><t:h "
                 "t:outline-level=\"2\">教学<t:span>目标</t:span></t:h><t:p>a<t:s/>b<t:tab/"
                 ">c<t:soft-page-break/></t:p>"
                 "<t:p>第二页<o:annotation><t:p>批注</t:p></o:annotation></t:p></o:text>"));
    says(&m, odf_pages, 1 << 20, E_OK, "<h2 p1 教学目标>[1 |教学目标\na b\tc][2 |第二页]");
    zips_init(&m);
    zips_put(
        &m, "content.xml",
        ODF("<o:presentation><d:page><t:p>一</t:p></d:page><d:page/><d:page><t:p>三</t:p></d:page>"
            "</o:presentation>"));
    says(&m, odf_pages, 1 << 20, E_OK, "[1 |一][3 |三]");
    zips_init(&m);
    zips_put(&m, "META-INF/container.xml",
             "<c><rootfiles><rootfile full-path=\"OPS/p.opf\"/></rootfiles></c>");
    zips_put(&m, "OPS/p.opf",
             "<package><manifest><item id=\"a\" href=\"a.xhtml\"/><item id=\"b\" "
             "href=\"b.xhtml\"/></manifest>"
             "<spine><itemref idref=\"b\"/><itemref idref=\"a\"/></spine></package>");
    zips_put(&m, "OPS/a.xhtml", "<html><p>末&nbsp;章</html>");
    zips_put(
        &m, "OPS/b.xhtml",
        "<!DOCTYPE "
        "html><html><head><title>x</title></head><body><h1>第\n一</h1><p>甲</p>乙</body></html>");
    says(&m, epub_pages, 1 << 20, E_OK, "<h1 p1 第 一>[1 第 一|第 一\n甲\n乙][2 |末]");
}

static void properties_are_read(void **st)
{
    (void)st;
    struct zips m;
    struct zip *z;
    struct doc_props p;
    struct arena *a = arena_new();
    zips_docx(&m, P("x"));
    zips_put(&m, "docProps/core.xml",
             "<c:coreProperties xmlns:c=\"urn:c\" xmlns:dc=\"urn:dc\"><dc:title> 荷花 "
             "</dc:title><dc:creator>林某</dc:creator>"
             "</c:coreProperties>");
    zips_put(&m, "docProps/app.xml",
             "<Properties><Pages>3</Pages><TotalTime>9</TotalTime></Properties>");
    zips_put(&m, "docProps/thumbnail.jpeg", "no picture");
    struct str s = zips_end(&m);
    assert_int_equal(zip_open(zip_bytes(&s), &zip_limits, &z), E_OK);
    assert_int_equal(doc_props_read(z, a, &p), E_OK);
    assert_true(str_eqz(p.title, "荷花") && str_eqz(p.author, "林某"));
    assert_int_equal(p.pages, 3);
    assert_int_equal(p.slides, -1);
    assert_true(str_eqz(zip_entry(z, doc_thumbnail(z))->name, "docProps/thumbnail.jpeg"));
    zip_close(z);
    zips_fini(&m);
    arena_free(a);
}

static void picture(struct str s, enum err want, int64_t w, int64_t h)
{
    struct media m;
    assert_int_equal(image_read(s, &m), want);
    if (!want)
        assert_true(m.width == w && m.height == h);
}

static void pictures_tell_their_size(void **st)
{
    (void)st;
#define PNG(w, h) S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR" w h "\10\2\0\0\0\0\0\0\0\0\0\0\0\0\0")
    picture(PNG("\0\0\1\0", "\0\0\0\x90"), E_OK, 256, 144);
    picture(PNG("\0\1\0\0", "\0\1\0\0"), E_TOO_LARGE, 0, 0);
    picture(PNG("\0\0\0\0", "\0\0\0\1"), E_SYNTAX, 0, 0);
    picture(S("GIF89a\x0a\0\x14\0\0\0\0"), E_OK, 10, 20);
    picture(S("\xff\xd8\xff\xe0\0\4zz\xff\xc0\0\x11\x08\0\x10\0\x20\3"), E_OK, 32, 16);
    picture(S("\xff\xd8\xff\xe0\xff\xff"), E_SYNTAX, 0, 0);
    picture(S("\xff\xd8\xff\xe1\0\x22"
              "Exif\0\0II*"
              "\0\10\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0\xff\xc0\0\x11\x08\0\x10\0\x20\3"),
            E_OK, 16, 32); /* turned by EXIF */
    picture(S("nothing"), E_SYNTAX, 0, 0);
    picture(S(""), E_SYNTAX, 0, 0);
}

/* A box: its size, type and content. */
static void box(struct buf *out, const char *type, struct str content)
{
    uint32_t n = (uint32_t)content.n + 8;
    char size[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };
    buf_put(out, size, 4);
    buf_addz(out, type);
    buf_add(out, content);
}

static void films_tell_their_length(void **st)
{
    (void)st;
    struct buf b[8];
    for (size_t i = 0; i < 8; i++)
        buf_init(&b[i], 1 << 16);
    char tkhd[84] = { 0 }, mvhd[32] = { 0 };
    tkhd[76] = 5, tkhd[77] = 0, tkhd[80] = 2, tkhd[81] = (char)0xd0; /* 1280 × 720 in 16.16 */
    tkhd[40] = 0x40;
    mvhd[14] = 3, mvhd[15] = (char)0xe8, mvhd[18] = 0x27,
    mvhd[19] = 0x10; /* 10,000 of 1,000 a second */
    box(&b[0], "stsd",
        S("\0\0\0\0\0\0\0\1\0\0\0\x10"
          "avc1zzzz"));
    box(&b[1], "stbl", buf_str(&b[0]));
    box(&b[2], "minf", buf_str(&b[1]));
    box(&b[3], "hdlr", S("\0\0\0\0\0\0\0\0vide\0\0\0\0"));
    buf_add(&b[3], buf_str(&b[2]));
    box(&b[4], "tkhd", (struct str){ tkhd, sizeof tkhd });
    box(&b[4], "mdia", buf_str(&b[3]));
    box(&b[5], "mvhd", (struct str){ mvhd, sizeof mvhd });
    box(&b[5], "trak", buf_str(&b[4]));
    box(&b[6], "ftyp", S("isom"));
    box(&b[6], "moov", buf_str(&b[5]));
    box(&b[6], "mdat", S("zz"));
    struct str s = buf_str(&b[6]);
    struct media m;
    assert_int_equal(media_read(zip_bytes(&s), &m), E_OK);
    assert_int_equal(m.duration, 10000);
    assert_int_equal(m.width, 1280);
    assert_int_equal(m.height, 720);
    assert_string_equal(m.video, "avc1");
    assert_true(m.faststart);
    for (size_t n = 0; n < s.n; n++) {
        struct str cut = str_sub(s, 0, n);
        (void)!media_read(zip_bytes(&cut), &m);
    }
    for (size_t i = 0; i < 8; i++)
        buf_fini(&b[i]);
}

static void the_table_of_kinds_is_sound(void **st)
{
    (void)st;
    assert_true(kinds_n > 50);
    for (size_t i = 0; i < kinds_n; i++) {
        const struct kind *k = &kinds[i];
        struct str rest = str_of(k->exts), ext;
        assert_ptr_equal(kind_named(str_of(k->name)), k);
        assert_true(k->text[0] && k->mime[0] && family_name(k->family) && family_text(k->family));
        while (str_next(&rest, ' ', &ext)) {
            assert_ptr_equal(kind_of_ext(ext), k); /* no extension twice */
            assert_false(ext_dangerous(ext));
        }
        bool active = strstr(k->mime, "html") || strstr(k->mime, "svg") || strstr(k->mime, "xml");
        assert_false(k->shown && active);
    }
    assert_true(ext_dangerous(S("EXE")) && ext_dangerous(S("lnk")) && !ext_dangerous(S("")));
    assert_ptr_equal(kind_of_ext(S("DocX")), kind_named(S("docx")));
    for (size_t i = 0; i < VERDICT_count; i++)
        assert_true(verdict_named(str_of(verdicts[i].code)) == i &&
                    (i == 0) == !verdicts[i].text[0]);
    assert_int_equal(verdict_named(S("no such")), VERDICT_not_checked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(docx_is_read),
        cmocka_unit_test(pptx_is_read),
        cmocka_unit_test(xlsx_is_read),
        cmocka_unit_test(xlsx_is_written),
        cmocka_unit_test(csv_is_read),
        cmocka_unit_test(odf_and_epub_are_read),
        cmocka_unit_test(properties_are_read),
        cmocka_unit_test(pictures_tell_their_size),
        cmocka_unit_test(films_tell_their_length),
        cmocka_unit_test(the_table_of_kinds_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
