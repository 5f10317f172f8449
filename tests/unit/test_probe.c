/* The real jibei-probe on files the test makes, most of them hostile, and the jail it runs in. With
 * JIBEI_SAMPLES=folder every file there is looked into as well. */
#include "server/app/probe.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/format/write.h"
#include "tests/unit/oles.h"
#include "tests/unit/papers.h"
#include "tests/unit/zips.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char probe_path[4096], dir[] = "/tmp/jibei-probe-XXXXXX";
static struct arena *a;
static struct probe probe = { .path = probe_path };

static int begin(void **st)
{
    (void)st;
    char self[4000];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0 || !mkdtemp(dir))
        return -1;
    self[n] = 0;
    snprintf(probe_path, sizeof probe_path, "%s/../jibei-probe", dirname(self));
    a = arena_new();
    probe.arena = a;
    log_level("error");
    return access(probe_path, X_OK);
}

static int finish(void **st)
{
    (void)st;
    arena_free(a);
    char cmd[128];
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
    return system(cmd);
}

/* A descriptor of a nameless file with these bytes. */
static int file_of(struct str s)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    if (s.n)
        assert_int_equal(pwrite(fd, s.p, s.n, 0), s.n);
    return fd;
}

static struct probe_sniff sniff_as(struct str bytes, const char *name)
{
    struct probe_sniff got;
    int fd = file_of(bytes);
    assert_int_equal(probe_sniff(&probe, fd, str_of(name), &got), E_OK);
    close(fd);
    return got;
}

static void sniffed(struct str bytes, const char *name, const char *code, const char *kind)
{
    struct probe_sniff s = sniff_as(bytes, name);
    if (!str_eqz(s.code, code))
        fail_msg("%s: %.*s instead of %s", name, STR_ARG(s.code), code);
    if (kind && (!s.kind || strcmp(s.kind->name, kind) != 0))
        fail_msg("%s: taken for %s instead of %s", name, s.kind ? s.kind->name : "nothing", kind);
    assert_true(s.say == verdicts[s.verdict].say && (s.verdict == VERDICT_ok) == !s.text.n);
}

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x90\10\2\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define JPEG                                                                                       \
    "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\x10\0\x20\3\1\x22\0\2\x11" \
    "\1\3\x11\1\xff\xd9"
#define PDF "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

static void three_witnesses_decide(void **st)
{
    (void)st;
    struct zips m;
    zips_docx(&m, "<w:p><w:r><w:t>荷花</w:t></w:r></w:p>");
    struct str docx = zips_end(&m);
    sniffed(docx, "1荷花-教案.docx", "ok", "docx");
    sniffed(docx, "教案.DOCX", "ok", "docx");
    sniffed(docx, "教案.doc", "renamed", "docx"); /* WPS users do that */
    sniffed(docx, "教案.pptx", "renamed", "docx");
    sniffed(docx, "教案.zip", "ok", "zip");
    sniffed(docx, "教案.jpg", "type_mismatch", "docx");
    sniffed(docx, "教案", "no_extension", NULL);
    sniffed(docx, "教案.xyz", "unknown_type", NULL);
    sniffed(str_sub(docx, 0, docx.n - 30), "教案.docx", "broken", NULL);
    sniffed(S(""), "空.docx", "empty", NULL);
    zips_fini(&m);
    sniffed(S(PNG), "图.png", "ok", "png");
    sniffed(S(PNG), "图.jpg", "renamed", "png");
    sniffed(S(PNG), "图.mp4", "type_mismatch", "png");
    sniffed(S(JPEG), "图.jpeg", "ok", "jpeg");
    sniffed(S(PDF), "卷.pdf", "ok", "pdf");
    sniffed(S("第一课"), "说明.txt", "ok", "txt");
    sniffed(S("\xb5\xda\xd2\xbb\xbf\xce"), "说明.txt", "ok", "txt");
    sniffed(S("姓名,工号\n"), "名单.csv", "ok", "csv");
    sniffed(S("<html><table><tr><td>1</td></tr></table></html>"), "成绩.xls", "renamed", "html");
    sniffed(S("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"), "图.svg", "ok",
            "svg");
    assert_false(kind_named(S("svg"))->shown || kind_named(S("html"))->shown);
}

static void what_runs_is_refused(void **st)
{
    (void)st;
    static const char *const names[] = { "a.exe", "a.pdf.exe", "a.bat", "a.js",
                                         "a.lnk", "a.VBS",     "a.jar", "a.scr" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sniffed(S("harmless text"), names[i], "dangerous_type", NULL);
    sniffed(S("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"), "课件.zip", "dangerous_content", NULL);
    sniffed(S("\x7f"
              "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0"),
            "视频.mp4", "dangerous_content", NULL);
    sniffed(S("L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), "说明.txt", "dangerous_content",
            NULL);
    struct zips m;
    zips_init(&m);
    zips_put(&m, "AndroidManifest.xml", "x");
    sniffed(zips_end(&m), "应用.zip", "dangerous_content", NULL);
    zips_fini(&m);
    sniffed(S(PNG), "报告\xe2\x80\xaegnp.exe.png", "bad_name", NULL);
    sniffed(S(PNG), "a\xff.png", "bad_name", NULL);
}

static void two_in_one_is_kept_away(void **st)
{
    (void)st;
    struct zips m;
    struct buf b;
    buf_init(&b, 1 << 20);
    zips_init(&m);
    zips_put(&m, "in.txt", "x");
    struct str z = zips_end(&m);
    buf_add(&b, S(JPEG));
    buf_add(&b, z);
    sniffed(buf_str(&b), "图.jpg", "polyglot", NULL);
    buf_clear(&b);
    buf_add(&b, S(PDF));
    buf_add(&b, z);
    sniffed(buf_str(&b), "卷.pdf", "polyglot", NULL);
    buf_clear(&b);
    buf_add(&b, S("GIF89a\x0a\0\x14\0\0\0\0<script>alert(1)</script>"));
    sniffed(buf_str(&b), "图.gif", "polyglot", NULL);
    sniffed(S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\10\2\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            "图.png", "too_many_pixels", NULL);
    zips_fini(&m);
    zips_docx(&m, "<w:p/>");
    zips_put(&m, "word/vbaProject.bin", "x");
    z = zips_end(&m);
    sniffed(z, "模板.docm", "macros", "docx");
    assert_true(sniff_as(z, "模板.docm").macros);
    zips_fini(&m);
    zips_init(&m);
    for (int i = 0; i < 10001; i++)
        zips_add(&m, S("word/x"), S(""), (struct zips_opt){ .stored = true });
    sniffed(zips_end(&m), "教案.docx", "bomb", NULL);
    zips_fini(&m);
    buf_fini(&b);
}

/* ---- lists */

static struct probe_list listed(struct str bytes, const char *name, const char *code)
{
    struct probe_list l;
    int fd = file_of(bytes);
    assert_int_equal(probe_list(&probe, fd, str_of(name), &l), E_OK);
    close(fd);
    if (!str_eqz(l.code, code))
        fail_msg("%s: %.*s instead of %s", name, STR_ARG(l.code), code);
    return l;
}

static void archives_are_listed(void **st)
{
    (void)st;
    struct zips m;
    zips_init(&m);
    zips_put(&m, "三下/教案.txt", "荷花荷花荷花荷花荷花荷花荷花荷花");
    zips_add(&m, S("\xba\xc9\xbb\xa8.txt"), S("x"), (struct zips_opt){ 0 });
    zips_add(&m, S("link"), S("/etc/passwd"), (struct zips_opt){ .attr = 0120777u << 16 });
    zips_put(&m, "../../etc/cron.d/x", "x");
    zips_put(&m, "/abs.txt", "x");
    zips_put(&m, "C:\\x.txt", "x");
    zips_put(&m, "病毒.exe", "x");
    zips_put(&m, "内层.zip", "PK");
    struct probe_list l = listed(zips_end(&m), "包.zip", "ok");
    assert_int_equal(l.n, 8);
    assert_true(str_eqz(l.v[0].name, "三下/教案.txt") && l.v[0].size == 48 && !l.v[0].unsafe);
    assert_int_equal(l.v[0].mtime, INT64_C(1756684800000)); /* 08:00 as the maker's clock had it */
    assert_true(str_eqz(l.v[1].name, "荷花.txt"));
    assert_true(l.v[2].link);
    assert_true(l.v[3].unsafe && l.v[4].unsafe && l.v[5].unsafe);
    assert_true(l.v[6].dangerous && l.v[7].archive);
    zips_fini(&m);
    listed(S(PNG), "图.png", "unsupported");
    listed(S("PK\3\4 broken archive"), "包.zip", "unreadable");
}

/* Python makes the others; each must name the same file with its size. */
static void all_formats_are_listed(void **st)
{
    (void)st;
    char cmd[1024];
    snprintf(cmd, sizeof cmd,
             "cd '%s' && printf 0123456789 > 荷花.txt && LC_ALL=C.UTF-8 && export LC_ALL && bsdtar "
             "-cf t.tar 荷花.txt && "
             "bsdtar -czf t.tgz 荷花.txt && bsdtar -cJf t.xz 荷花.txt && bsdtar --format 7zip -cf "
             "t.7z 荷花.txt && "
             "bsdtar --format zip -cf t.zip 荷花.txt && gzip -c 荷花.txt > 荷花.txt.gz && "
             "head -c 60000000 /dev/zero | tr '\\0' x | gzip -c > bomb.gz",
             dir);
    assert_int_equal(system(cmd), 0);
    static const char *const names[] = { "t.tar", "t.tgz", "t.xz", "t.7z", "t.zip", "荷花.txt.gz" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct probe_list l;
        snprintf(cmd, sizeof cmd, "%s/%s", dir, names[i]);
        int fd = open(cmd, O_RDONLY | O_CLOEXEC);
        assert_int_equal(probe_list(&probe, fd, str_of(names[i]), &l), E_OK);
        close(fd);
        if (!str_eqz(l.code, "ok") || l.n != 1 || !str_eqz(l.v[0].name, "荷花.txt") ||
            l.v[0].size != 10)
            fail_msg("%s: %.*s, %zu entries", names[i], STR_ARG(l.code), l.n);
    }
    struct probe_list l;
    snprintf(cmd, sizeof cmd, "%s/bomb.gz", dir);
    int fd = open(cmd, O_RDONLY | O_CLOEXEC);
    assert_int_equal(probe_list(&probe, fd, S("bomb.gz"), &l), E_OK);
    close(fd);
    assert_true(str_eqz(l.code, "cut") && l.inflated < 32 << 20);
}

static void bombs_end_the_list(void **st)
{
    (void)st;
    struct zips m;
    size_t big = 64u << 20;
    char *zero = mem_new(big);
    zips_init(&m);
    zips_add(&m, S("zero"), (struct str){ zero, big }, (struct zips_opt){ 0 });
    zips_put(&m, "never told", "x");
    struct probe_list l = listed(zips_end(&m), "炸弹.zip", "cut");
    assert_true(l.n == 1 && l.inflated < 32 << 20);
    zips_fini(&m);
    mem_free(zero);
    zips_init(&m);
    for (int i = 0; i < 10001; i++)
        zips_add(&m, S("f"), S(""), (struct zips_opt){ .stored = true });
    l = listed(zips_end(&m), "多.zip", "cut");
    assert_int_equal(l.n, 10000);
    zips_fini(&m);
}

/* An archive that holds itself: listed once, its inside only named. */
static void droste_ends(void **st)
{
    (void)st;
    struct zips in, out;
    zips_init(&in);
    zips_put(&in, "droste.zip", "…");
    struct str s = zips_end(&in);
    for (int i = 0; i < 50; i++) {
        zips_init(&out);
        zips_add(&out, S("droste.zip"), s, (struct zips_opt){ 0 });
        s = zips_end(&out);
        zips_fini(&in);
        in = out;
    }
    struct probe_list l = listed(s, "droste.zip", "ok");
    assert_true(l.n == 1 && l.v[0].archive);
    zips_fini(&in);
}

/* ---- text */

static struct probe_text text_of(struct str bytes, const char *name, const char *code)
{
    struct probe_text t;
    int fd = file_of(bytes);
    assert_int_equal(probe_text(&probe, fd, str_of(name), &t), E_OK);
    close(fd);
    if (!str_eqz(t.code, code))
        fail_msg("%s: %.*s instead of %s", name, STR_ARG(t.code), code);
    return t;
}

static void text_comes_out(void **st)
{
    (void)st;
    struct zips m;
    zips_docx(
        &m, "<w:p><w:pPr><w:pStyle w:val=\"a1\"/></w:pPr><w:r><w:t>荷花 \"引\"</w:t></w:r></w:p>");
    struct str docx = zips_end(&m);
    struct probe_text t = text_of(docx, "教案.docx", "ok");
    assert_true(t.pages_n == 1 && str_eqz(t.pages[0].text, "荷花 \"引\"") &&
                t.pages[0].number == 1);
    assert_true(t.heads_n == 1 && t.heads[0].level == 1 && str_eqz(t.heads[0].text, "荷花 \"引\""));
    int fd = file_of(docx);
    assert_int_equal(probe_outline(&probe, fd, S("教案.docx"), &t), E_OK);
    assert_true(t.pages_n == 0 && t.heads_n == 1);
    close(fd);
    zips_fini(&m);
    t = text_of(S("\xb5\xda\xd2\xbb\xbf\xce\r\n\xba\xc9\xbb\xa8"), "说明.txt", "ok");
    assert_true(t.pages_n == 1 && str_eqz(t.pages[0].text, "第一课\n荷花"));
    t = text_of(S("# 一\n正文\n## 二\n"), "说明.md", "ok");
    assert_true(t.heads_n == 2 && t.heads[1].level == 2);
    text_of(S(PNG), "图.png", "unsupported");
    text_of(S("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"), "教案.docx", "unsupported");
    struct probe_rows r;
    fd = file_of(S("工号,姓名\n001,黎小明\n"));
    assert_int_equal(probe_rows(&probe, fd, S("名单.csv"), &r), E_OK);
    assert_true(str_eqz(r.code, "ok") && r.n == 2 && r.v[1].n == 2 &&
                str_eqz(r.v[1].cells[0], "001"));
    close(fd);
}

/* A workbook of one sheet named 名单 with 姓名 in its first cell, as Excel and as WPS call it. */
static void old_office_is_read(void **st)
{
    (void)st;
    static const char *const names[] = { "名单.xls", "名单.et", "名单.doc" };
    struct oles o = { 0 };
    struct buf b;
    buf_init(&b, 1 << 20);
    oles_add(
        &o, "Workbook",
        S("\x09\x08\x08\0\0\6\5\0\0\0\0\0\x85\0\x0c\0\x20\0\0\0\0\0\2\1\x0d\x54\x55\x53"
          "\x0a\0\0\0\x09\x08\x08\0\0\6\x10\0\0\0\0\0\4\2\x0d\0\0\0\0\0\0\0\2\0\1\xd3\x59\x0d\x54"
          "\x0a\0\0\0"));
    oles_end(&o, &b);
    for (size_t i = 0; i < 3; i++) {
        struct probe_text t = text_of(buf_str(&b), names[i], "ok");
        assert_true(t.pages_n == 1 && str_eqz(t.pages[0].text, "姓名") && t.heads_n == 1 &&
                    str_eqz(t.heads[0].text, "名单"));
    }
    struct probe_rows r;
    int fd = file_of(buf_str(&b));
    assert_int_equal(probe_rows(&probe, fd, S("名单.xls"), &r), E_OK);
    assert_true(str_eqz(r.code, "ok") && r.n == 1 && str_eqz(r.v[0].cells[0], "姓名"));
    close(fd);
    text_of(str_sub(buf_str(&b), 0, b.n - 512), "名单.xls", "unreadable");
    buf_fini(&b);
}

/* A PDF of two pages in a standard font, through poppler in its own jail. */
static void pdfs_are_read(void **st)
{
    (void)st;
    static const char pdf[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 "
        "R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        "4 0 obj<</Length 38>>stream\nBT /F 12 Tf 10 50 Td (Lotus one) Tj ET\nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "6 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 7 0 "
        "R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        "7 0 obj<</Length 38>>stream\nBT /F 12 Tf 10 50 Td (Lotus two) Tj ET\nendstream endobj\n"
        "trailer<</Root 1 0 R/Size 8>>\n%%EOF\n";
    struct probe_text t = text_of(str_of(pdf), "卷.pdf", "ok");
    assert_true(t.pages_n == 2 && str_eqz(t.pages[1].text, "Lotus two") && t.pages[1].number == 2);
    struct probe_thumb th;
    struct probe_meta m;
    int fd = file_of(str_of(pdf));
    assert_int_equal(probe_thumb(&probe, fd, S("卷.pdf"), &th), E_OK);
    assert_true(str_eqz(th.code, "ok") && str_eqz(th.mime, "image/jpeg") && th.width == 480 &&
                th.bytes.n > 500);
    assert_int_equal(probe_meta(&probe, fd, S("卷.pdf"), &m), E_OK);
    assert_int_equal(m.pages, 2);
    close(fd);
    text_of(S("%PDF-1.4 nothing behind it"), "卷.pdf", "unreadable");
}

static void hostile_xml_is_harmless(void **st)
{
    (void)st;
    struct zips m;
    zips_init(&m);
    zips_put(&m, "word/document.xml",
             "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y "
             "\"&x;&x;\">]><a><t>&y;</t></a>");
    struct probe_text t = text_of(zips_end(&m), "教案.docx", "unreadable");
    assert_int_equal(t.pages_n, 0);
    zips_fini(&m);
    struct buf deep;
    buf_init(&deep, 1 << 24);
    for (int i = 0; i < 500000; i++)
        buf_addz(&deep, "<a>");
    zips_init(&m);
    zips_put(&m, "word/document.xml", deep.p);
    text_of(zips_end(&m), "教案.docx", "unreadable");
    zips_fini(&m);
    buf_fini(&deep);
    size_t big = 70u << 20;
    char *blank = mem_new(big);
    memset(blank, ' ', big);
    memcpy(blank, "<a>", 3);
    zips_init(&m);
    zips_add(&m, S("word/document.xml"), (struct str){ blank, big }, (struct zips_opt){ 0 });
    text_of(zips_end(&m), "教案.docx", "cut");
    zips_fini(&m);
    mem_free(blank);
}

static void pictures_inside_come_out(void **st)
{
    (void)st;
    struct zips m;
    struct probe_thumb t;
    struct probe_meta meta;
    zips_init(&m);
    zips_add(&m, S("thumbnail.png"), S(PNG), (struct zips_opt){ 0 });
    zips_put(&m, "Slides/Slide_0.xml", "<Slide/>");
    int fd = file_of(zips_end(&m));
    assert_int_equal(probe_thumb(&probe, fd, S("课件.enbx"), &t), E_OK);
    assert_true(str_eqz(t.code, "ok") && t.width == 256 && t.bytes.n == sizeof PNG - 1);
    close(fd);
    zips_fini(&m);
    zips_docx(&m, "<w:p/>");
    zips_put(&m, "docProps/thumbnail.jpeg", "<script>no picture</script>");
    fd = file_of(zips_end(&m));
    assert_int_equal(probe_thumb(&probe, fd, S("教案.docx"), &t), E_OK);
    assert_true(str_eqz(t.code, "unsupported") && !t.bytes.n);
    close(fd);
    zips_fini(&m);
    fd = file_of(S(JPEG));
    assert_int_equal(probe_meta(&probe, fd, S("图.jpg"), &meta), E_OK);
    assert_true(meta.width == 32 && meta.height == 16);
    close(fd);
}

/* ---- the jail */

static struct str picture;

static bool picture_of(void *arg, struct str src, struct str *bytes)
{
    (void)arg, (void)src;
    *bytes = picture;
    return true;
}

/* A picture that does not fit into one line of the answer. */
static void make_picture(struct buf *out)
{
    size_t n = (size_t)1200 * 1200 * 3;
    unsigned char *rgb = mem_new(n);
    uint32_t v = 1;
    for (size_t i = 0; i < n; i++)
        rgb[i] = (unsigned char)((v = v * 1664525 + 1013904223) >> 24);
    assert_int_equal(png_write(rgb, 1200, 1200, out), E_OK);
    mem_free(rgb);
    picture = buf_str(out);
}

static void a_docx_comes_as_paper(void **st)
{
    (void)st;
    static const char want[] =
        "<heading level=\"2\">目标</heading>\n<paragraph align=\"center\"><t bold=\"1\" "
        "color=\"#b8322a\">重</t>点<hardBreak/><inlineMath text=\"x^{2}\"/></paragraph>\n"
        "<table><tableRow><tableCell colspan=\"2\" widths=\"200 300\"><paragraph>格</paragraph>\n"
        "</tableCell></tableRow><tableRow><tableCell widths=\"200\"><paragraph>a</paragraph>\n"
        "</tableCell><tableCell widths=\"300\"><paragraph>b</paragraph>\n</tableCell></tableRow>"
        "</table><image width=\"90\" height=\"80\" text=\"word/media/image1.png\" alt=\"图\"/>\n";
    struct paper_report r = { .arena = a };
    struct probe_paper got;
    struct buf docx, text, png;
    buf_init(&docx, 64 << 20);
    buf_init(&text, 1 << 20);
    buf_init(&png, 64 << 20);
    make_picture(&png);
    struct paper_job j = { .doc = papers_read(a, want), .image = picture_of };
    assert_int_equal(paper_docx(&j, &r, &docx), E_OK);
    int fd = file_of(buf_str(&docx));
    assert_int_equal(probe_paper(&probe, fd, S("教案.docx"), &r, &got), E_OK);
    close(fd);
    assert_true(str_eqz(got.code, "ok"));
    papers_children(got.doc, &text);
    assert_string_equal(text.p, want);
    assert_int_equal(got.images_n, 1);
    assert_true(str_eq(got.images[0].bytes, picture));
    assert_int_equal(r.n[LOSS_header], 1);
    buf_fini(&docx);
    buf_fini(&text);
    buf_fini(&png);
    fd = file_of(S("第一课"));
    assert_int_equal(probe_paper(&probe, fd, S("教案.txt"), &r, &got), E_OK);
    close(fd);
    assert_true(str_eqz(got.code, "unsupported") && !got.doc->first);
}

static void the_jail_holds(void **st)
{
    (void)st;
    static const char *const attempts[] = {
        "open",
        "write",
        "fork",
        "exec",
        "kill",
        "socket",
        "ptrace",
#if !defined(__SANITIZE_ADDRESS__) /* which needs terabytes for itself, so the limit is off */
        "memory",
#endif
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        struct str code;
        assert_int_equal(probe_try(&probe, attempts[i], &code), E_OK);
        if (!str_eqz(code, "held"))
            fail_msg("%s: %.*s", attempts[i], STR_ARG(code));
    }
    assert_int_equal(access("/tmp/jibei-probe-escaped", F_OK), -1);
}

static void the_clock_kills(void **st)
{
    (void)st;
    struct probe p = probe;
    struct str code;
    p.clock = 200;
    assert_int_equal(probe_try(&p, "loop", &code), E_OK);
    assert_string_equal(code.p, "held"); /* killed by us */
    atomic_bool stop = true;
    struct probe_sniff got;
    p = probe;
    p.stop = &stop;
    int fd = file_of(S("x"));
    assert_int_equal(probe_sniff(&p, fd, S("x.txt"), &got), E_STOPPING);
    p = probe;
    p.path = "/nonexistent/jibei-probe";
    assert_int_equal(probe_sniff(&p, fd, S("x.txt"), &got), E_IO);
    p.path = "/bin/false"; /* dies without a word */
    assert_int_equal(probe_sniff(&p, fd, S("x.txt"), &got), E_OK);
    assert_true(got.verdict == VERDICT_not_checked && got.say == SAY_quarantine);
    close(fd);
}

/* ---- the process that forks */

/* Our only child between two questions. */
static pid_t nest(void)
{
    int pid = 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &pid), 1);
    fclose(f);
    return pid;
}

static void the_nest_stays_and_comes_back(void **st)
{
    (void)st;
    struct str code;
    sniffed(S(PNG), "图.png", "ok", "png");
    pid_t first = nest();
    sniffed(S(PDF), "卷.pdf", "ok", "pdf");
    assert_int_equal(nest(), first);
    kill(first, SIGKILL);
    sniffed(S(PNG), "图.png", "ok", "png");
    pid_t second = nest();
    assert_int_not_equal(second, first);
    kill(second, SIGSTOP); /* alive and silent */
    sniffed(S(PNG), "图.png", "ok", "png");
    pid_t third = nest();
    assert_int_not_equal(third, second);
    assert_int_equal(probe_try(&probe, "fork", &code), E_OK);
    assert_string_equal(code.p, "held"); /* it died in its file: the next has other addresses */
    sniffed(S(PNG), "图.png", "ok", "png");
    assert_int_not_equal(nest(), third);
    probes_close();
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

/* The processes that are there, the nest first; gives how many. */
static size_t children(pid_t *v, size_t max)
{
    char path[64];
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (n < max && fscanf(f, "%d", &v[n]) == 1)
        n++;
    fclose(f);
    return n;
}

static void sniffed_for(int64_t person, struct str bytes, const char *name, const char *code)
{
    probe.person = person;
    sniffed(bytes, name, code, NULL);
    probe.person = 0;
}

static void a_reader_serves_one_person(void **st)
{
    (void)st;
    pid_t v[8], again[8];
    probes_close();
    sniffed_for(0, S(PNG), "图.png", "ok");
    assert_int_equal(children(v, 8), 1); /* nobody's: its process ended with it */
    for (int i = 0; i < 30; i++) {
        sniffed_for(7, S(PNG), "图.png", "ok");
        sniffed_for(7, S("PK\3\4 torn"), "卷.docx", "broken");
    }
    assert_int_equal(children(v, 8), 2);
    sniffed_for(8, S(PDF), "卷.pdf", "ok");
    assert_int_equal(children(again, 8), 3);
    assert_int_equal(again[1], v[1]);
    for (int i = 0; i < 100; i++)
        sniffed_for(7, S(PNG), "图.png", "ok");
    assert_int_equal(children(v, 8), 3);
    assert_false(v[1] == again[1] || v[2] == again[1]); /* it had seen enough */
    probes_close();
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_file_is_not_blamed_for_another(void **st)
{
    (void)st;
    pid_t v[8];
    sniffed_for(7, S(PNG), "图.png", "ok");
    assert_int_equal(children(v, 8), 2);
    kill(v[1], SIGKILL);
    sniffed_for(7, S(PNG), "图.png", "ok");
    sniffed_for(7, S(PNG), "图.png", "ok");
    assert_int_equal(children(v, 8), 2);
    kill(v[1], SIGSTOP); /* alive and silent: the clock ends it */
    probe.clock = 300;
    sniffed_for(7, S(PNG), "图.png", "ok");
    probe.clock = 0;
    sniffed_for(7, S(PNG), "图.png", "ok");
    sniffed_for(9, S(PNG), "图.png", "ok");
    assert_int_equal(children(v, 8), 3);
    struct str code;
    assert_int_equal(probe_try(&probe, "fork", &code), E_OK); /* dies in its file */
    assert_int_equal(children(v, 8), 1); /* none of those forked before sees one more */
    probes_close();
}

static void a_name_may_be_anything(void **st)
{
    (void)st;
    struct probe_sniff got;
    struct buf b;
    int fd = file_of(S(PNG));
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 8188; i++)
        buf_char(&b, 'a');
    buf_addz(&b, ".png");
    assert_int_equal(probe_sniff(&probe, fd, buf_str(&b), &got), E_OK);
    assert_true(str_eqz(got.code, "ok"));
    buf_char(&b, 'x');
    assert_int_equal(probe_sniff(&probe, fd, buf_str(&b), &got), E_IO);
    assert_int_equal(probe_sniff(&probe, fd, (struct str){ "a\0b.png", 7 }, &got), E_OK);
    assert_true(str_eqz(got.code, "bad_name"));
    assert_int_equal(probe_sniff(&probe, fd, S(""), &got), E_OK);
    assert_true(str_eqz(got.code, "no_extension"));
    close(fd);
    buf_fini(&b);
}

/* Old Office files have text; Microsoft's Works, which also says .wps, is not among them. */
static bool must_have_text(const struct probe_sniff *s)
{
    static const char *const names[] = { "doc", "ppt", "xls", "dps", "et" };
    for (size_t i = 0; s->kind && !s->encrypted && i < sizeof names / sizeof *names; i++)
        if (!strcmp(s->kind->name, names[i]))
            return true;
    return false;
}

/* Whatever others made: each file is taken in, or refused with a reason, and no verb crashes. */
static void samples_of_others(void **st)
{
    (void)st;
    const char *samples = getenv("JIBEI_SAMPLES");
    DIR *d = samples ? opendir(samples) : NULL;
    if (!d)
        skip();
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[4096];
        struct stat sb;
        snprintf(path, sizeof path, "%s/%s", samples, e->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &sb) || !S_ISREG(sb.st_mode)) {
            if (fd >= 0)
                close(fd);
            continue;
        }
        struct probe_sniff s;
        struct probe_list l;
        struct probe_text t;
        struct probe_thumb th;
        struct probe_meta m;
        struct str name = str_of(e->d_name);
        assert_int_equal(probe_sniff(&probe, fd, name, &s), E_OK);
        if (s.verdict == VERDICT_not_checked || (s.verdict != VERDICT_ok && !s.text.n))
            fail_msg("%s: %.*s", e->d_name, STR_ARG(s.code));
        assert_int_equal(probe_list(&probe, fd, name, &l), E_OK);
        assert_int_equal(probe_text(&probe, fd, name, &t), E_OK);
        assert_int_equal(probe_thumb(&probe, fd, name, &th), E_OK);
        assert_int_equal(probe_meta(&probe, fd, name, &m), E_OK);
        if (must_have_text(&s) && !t.pages_n)
            fail_msg("%s: no text, %.*s", e->d_name, STR_ARG(t.code));
        struct str codes[] = { l.code, t.code, th.code, m.code };
        for (size_t i = 0; i < 4; i++)
            if (str_eqz(codes[i], "crashed") || str_eqz(codes[i], "timeout"))
                fail_msg("%s: verb %zu %.*s", e->d_name, i, STR_ARG(codes[i]));
        close(fd);
    }
    closedir(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_witnesses_decide),
        cmocka_unit_test(what_runs_is_refused),
        cmocka_unit_test(two_in_one_is_kept_away),
        cmocka_unit_test(archives_are_listed),
        cmocka_unit_test(all_formats_are_listed),
        cmocka_unit_test(bombs_end_the_list),
        cmocka_unit_test(droste_ends),
        cmocka_unit_test(text_comes_out),
        cmocka_unit_test(old_office_is_read),
        cmocka_unit_test(pdfs_are_read),
        cmocka_unit_test(hostile_xml_is_harmless),
        cmocka_unit_test(pictures_inside_come_out),
        cmocka_unit_test(a_docx_comes_as_paper),
        cmocka_unit_test(the_jail_holds),
        cmocka_unit_test(the_clock_kills),
        cmocka_unit_test(the_nest_stays_and_comes_back),
        cmocka_unit_test(a_reader_serves_one_person),
        cmocka_unit_test(a_file_is_not_blamed_for_another),
        cmocka_unit_test(a_name_may_be_anything),
        cmocka_unit_test(samples_of_others),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
