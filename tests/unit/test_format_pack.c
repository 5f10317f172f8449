/* Packs: every byte is laid out before it is sent, and unzip, bsdtar and Python's zipfile agree
 * with what we wrote, also beyond 4 GiB and beyond 65,535 members. */
#include "server/base/buf.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "server/base/utf.h"
#include "server/format/charset.h"
#include "server/format/name.h"
#include "server/format/pack.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char dir[] = "/tmp/jibei-pack-XXXXXX";

static int make_dir(void **st)
{
    (void)st;
    return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **st)
{
    (void)st;
    char cmd[128];
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
    return system(cmd);
}

/* Runs a command in the test's folder; what it printed, to be freed with mem_free. */
static char *said(int want, const char *cmd)
{
    char line[4096];
    snprintf(line, sizeof line, "cd '%s' && LC_ALL=C.UTF-8 %s", dir, cmd);
    FILE *f = popen(line, "r");
    struct buf b;
    buf_init(&b, 64 << 20);
    size_t k;
    while ((k = fread(line, 1, sizeof line, f)) > 0)
        buf_put(&b, line, k);
    int rc = pclose(f);
    if (rc != want)
        fail_msg("%s: exit %d: %.*s", cmd, rc, STR_ARG(buf_str(&b)));
    return b.p ? b.p : mem_strdup("");
}

static void says(const char *cmd, const char *want)
{
    char *got = said(0, cmd);
    assert_string_equal(got, want);
    mem_free(got);
}

/* Writes the archive; content[k] NULL: zeroes, left as a hole. */
static void write_pack(const struct pack *p, const struct str *content, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)pack_size(p)), 0);
    for (uint64_t at = 0; at < pack_size(p);) {
        struct pack_piece q = pack_at(p, at);
        assert_true(q.len > 0);
        struct str b = q.bytes;
        if (q.content && content[q.member].p)
            b = (struct str){ content[q.member].p + q.from, (size_t)q.len };
        if (b.n)
            assert_int_equal(pwrite(fd, b.p, b.n, (off_t)at), b.n);
        at += q.len;
    }
    assert_int_equal(pack_at(p, pack_size(p)).len, 0);
    close(fd);
}

static struct pack_member member(const char *name, struct str content)
{
    return (struct pack_member){ .name = str_of(name),
                                 .size = content.n,
                                 .crc32 = crc32_of(0, content),
                                 .mtime =
                                     INT64_C(1756686000000) /* 2025-09-01 08:20 in Shanghai */ };
}

static void others_read_it(void **st)
{
    (void)st;
    struct str content[] = { S("第一课 荷花"), S(""), S("三"), S("same") };
    struct pack_member m[] = { member("三下/语文/1荷花-教案-林某.docx", content[0]),
                               member("空.txt", content[1]), member("a.txt", content[2]),
                               member("A.TXT", content[3]) };
    struct pack *p;
    assert_int_equal(pack_new(m, 4, PACK_UTF8, &p), E_OK);
    write_pack(p, content, "u.zip");
    mem_free(said(0, "unzip -tqq u.zip"));
    says("bsdtar -tf u.zip", "三下/语文/1荷花-教案-林某.docx\n空.txt\na.txt\nA (2).TXT\n");
    says("bsdtar -xOf u.zip 'A (2).TXT'", "same");
    says("python3 -c \"import zipfile as z;a=z.ZipFile('u.zip');print(a.testzip(), "
         "[(i.filename,i.file_size,i.compress_type,i.flag_bits,i.date_time) for i in "
         "a.infolist()][0])\"",
         "None ('三下/语文/1荷花-教案-林某.docx', 16, 0, 2048, (2025, 9, 1, 8, 20, 0))\n");
    says("TZ=UTC bsdtar -tvf u.zip | awk 'NR==1{print $6,$7,$8}'", "Sep 1 2025\n");
    unsigned char one[32], two[32];
    pack_digest(p, one);
    pack_free(p);
    m[3].crc32 ^= 1;
    assert_int_equal(pack_new(m, 4, PACK_UTF8, &p), E_OK);
    pack_digest(p, two);
    assert_memory_not_equal(one, two, 32);
    pack_free(p);
    assert_int_equal(pack_new(NULL, 0, PACK_UTF8, &p), E_OK);
    assert_int_equal(pack_size(p), 22);
    pack_free(p);
}

static void windows_7_reads_cp936(void **st)
{
    (void)st;
    struct str content[] = { S("x"), S("yy") };
    struct pack_member m[] = { member("荷花.docx", content[0]), member("😀.txt", content[1]) };
    struct pack *p;
    assert_int_equal(pack_new(m, 2, PACK_CP936, &p), E_OK);
    assert_int_equal(pack_name(p, 1).n, 5);
    write_pack(p, content, "g.zip");
    /* Without bit 11 Python reads CP437: the raw bytes come back by encoding again. */
    says("python3 -c \"import zipfile as z;a=z.ZipFile('g.zip');print(a.testzip(), "
         "[(i.filename.encode('cp437').decode('gbk'),i.flag_bits) for i in a.infolist()])\"",
         "None [('荷花.docx', 0), ('_.txt', 0)]\n");
    /* Programs that know Info-ZIP's 0x7075 see the Chinese name on any system. */
    says("bsdtar -tf g.zip", "荷花.docx\n_.txt\n");
    mem_free(said(0, "unzip -tqq g.zip"));
    pack_free(p);
}

static void names_are_safe(void **st)
{
    (void)st;
    static const char *const rows[][2] = {
        { "../../etc/passwd", "etc/passwd" },
        { "/abs//x.txt", "abs/x.txt" },
        { "a\\b:c*?.txt", "a_b_c__.txt" },
        { "CON", "_CON" },
        { "aux.txt", "_aux.txt" },
        { "com1.tar.gz", "_com1.tar.gz" },
        { "lpt0", "lpt0" },
        { "尾. . ", "尾" },
        { "", "_" },
        { "..", "_" },
        { "a/\xe2\x80\xae"
          "gpj.exe",
          "a/_gpj.exe" },
        { "bad\xff.txt", "bad_.txt" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        buf_init(&b, 4096);
        name_path(&b, str_of(rows[i][0]), PACK_NAME_MAX, false);
        assert_string_equal(b.p, rows[i][1]);
        buf_fini(&b);
    }
    assert_true(str_eqz(name_ext(S("x.tar.gz")), "gz"));
    assert_int_equal(name_ext(S(".profile")).n + name_ext(S("x.")).n + name_ext(S("a.b/c")).n, 0);
}

/* Random lists: names stay distinct without regard to case, short, and every byte is found at every
 * offset. */
static void every_offset_has_its_byte(void **st)
{
    (void)st;
    uint64_t seed = 20250901;
    struct rng r = rng_of(seed);
    static const char *const bits[] = {
        "课",     "A", "a",   "/", ".",
        "备.txt", " ", "con", "😀", "长长长长长长长长长长长长长长长长长长长长长"
    };
    for (int round = 0; round < 60; round++) {
        enum { N = 40 };
        struct pack_member m[N];
        struct str content[N];
        struct buf names[N];
        char body[64];
        memset(body, 'z', sizeof body);
        for (size_t k = 0; k < N; k++) {
            buf_init(&names[k], 4096);
            for (uint64_t j = rng_below(&r, 9); j > 0; j--)
                buf_addz(&names[k], bits[rng_below(&r, sizeof bits / sizeof *bits)]);
            content[k] = (struct str){ body, rng_below(&r, 60) };
            m[k] = member("", content[k]);
            m[k].name = buf_str(&names[k]);
        }
        struct pack *p;
        assert_int_equal(pack_new(m, N, round % 2 ? PACK_CP936 : PACK_UTF8, &p), E_OK);
        struct buf whole;
        buf_init(&whole, 1 << 20);
        for (uint64_t at = 0; at < pack_size(p);) {
            struct pack_piece q = pack_at(p, at);
            buf_add(&whole, q.content ? (struct str){ body + q.from, (size_t)q.len } : q.bytes);
            at += q.len;
        }
        assert_int_equal(whole.n, pack_size(p));
        for (uint64_t at = 0; at < pack_size(p); at++) {
            struct pack_piece q = pack_at(p, at);
            assert_int_equal(q.content ? 'z' : q.bytes.p[0], whole.p[at]);
        }
        for (size_t k = 0; k < N; k++) {
            struct str a = pack_name(p, k);
            assert_true(a.n > 0 && a.n <= PACK_NAME_MAX && utf_valid(a));
            for (size_t j = 0; j < k; j++) {
                struct str b = pack_name(p, j);
                bool same = a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
                bool inside = a.n < b.n && b.p[a.n] == '/' && strncasecmp(a.p, b.p, a.n) == 0;
                if (same || inside)
                    fail_msg("seed %llu round %d: %.*s and %.*s", (unsigned long long)seed, round,
                             STR_ARG(a), STR_ARG(b));
            }
        }
        pack_free(p);
        buf_fini(&whole);
        for (size_t k = 0; k < N; k++)
            buf_fini(&names[k]);
    }
}

static uint32_t crc_zeroes(uint64_t n)
{
    uint32_t all = 0, unit = crc32_of(0, S("\0"));
    uint64_t unit_len = 1, done = 0;
    for (; n; n >>= 1) {
        if (n & 1) {
            all = done ? (uint32_t)crc32_combine(all, unit, (long)unit_len) : unit;
            done += unit_len;
        }
        unit = (uint32_t)crc32_combine(unit, unit, (long)unit_len);
        unit_len *= 2;
    }
    return all;
}

static void past_4_gib(void **st)
{
    (void)st;
    struct str content[] = { STR_NONE, S("behind"), STR_NONE, S("end") };
    struct pack_member m[] = { member("5G.mp4", content[0]), member("after.txt", content[1]),
                               member("4G-2.mp4", content[2]), member("end.txt", content[3]) };
    m[0].size = UINT64_C(5) << 30;
    m[2].size = 0xfffffffe; /* at 2^32 - 1 unzip 6.0 mixes up its own fields */
    m[0].crc32 = crc_zeroes(m[0].size);
    m[2].crc32 = crc_zeroes(m[2].size);
    struct pack *p;
    assert_int_equal(pack_new(m, 4, PACK_UTF8, &p), E_OK);
    write_pack(p, content, "big.zip");
    pack_free(p);
    says("unzip -p big.zip end.txt", "end");
    says("bsdtar -tf big.zip", "5G.mp4\nafter.txt\n4G-2.mp4\nend.txt\n");
    says("python3 -c \"import zipfile as z;a=z.ZipFile('big.zip');"
         "print([i.file_size for i in a.infolist()], a.read('after.txt'), a.read('end.txt'))\"",
         "[5368709120, 6, 4294967294, 3] b'behind' b'end'\n");
    if (getenv("JIBEI_SLOW")) /* reads 9 GiB of zeroes */
        mem_free(said(0, "unzip -tqq big.zip"));
}

static void past_65535_members(void **st)
{
    (void)st;
    enum { N = 70000 };
    struct pack_member *m = mem_array(N, sizeof *m);
    struct str *content = mem_array(N, sizeof *content);
    for (size_t k = 0; k < N; k++) {
        content[k] = S("1");
        m[k] = member("同名.txt", content[k]);
    }
    struct pack *p;
    assert_int_equal(pack_new(m, N, PACK_UTF8, &p), E_OK);
    write_pack(p, content, "many.zip");
    assert_true(str_eqz(pack_name(p, N - 1), "同名 (70000).txt"));
    pack_free(p);
    mem_free(m);
    mem_free(content);
    says("python3 -c \"import zipfile as z;a=z.ZipFile('many.zip');"
         "print(len(a.namelist()), len(set(a.namelist())), a.testzip())\"",
         "70000 70000 None\n");
    says("bsdtar -tf many.zip | wc -l", "70000\n");
}

static void charsets_are_told_apart(void **st)
{
    (void)st;
    size_t skip;
    assert_int_equal(charset_guess(S("\xba\xc9\xbb\xa8"), false, &skip), CHARSET_GB18030);
    assert_int_equal(charset_guess(S("荷花"), false, &skip), CHARSET_UTF8);
    assert_int_equal(charset_guess(S("荷\xe8\x8a"), true, &skip), CHARSET_UTF8);
    assert_int_equal(charset_guess(S("a\0b"), false, &skip), CHARSET_BINARY);
    static const char *const same[] = { "\xba\xc9\xbb\xa8\r\n1\r2", "\xef\xbb\xbf荷花\n1\n2" };
    for (size_t i = 0; i < 2; i++) {
        struct buf b;
        buf_init(&b, 100);
        charset_utf8(&b, str_of(same[i]));
        assert_string_equal(b.p, "荷花\n1\n2");
        buf_fini(&b);
    }
    struct buf b;
    buf_init(&b, 100);
    charset_utf8(&b, S("\xff\xfe\x77\x83\xb1\x82"));
    assert_string_equal(b.p, "荷花");
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_read_it),
        cmocka_unit_test(windows_7_reads_cp936),
        cmocka_unit_test(names_are_safe),
        cmocka_unit_test(every_offset_has_its_byte),
        cmocka_unit_test(past_4_gib),
        cmocka_unit_test(past_65535_members),
        cmocka_unit_test(charsets_are_told_apart),
    };
    return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
