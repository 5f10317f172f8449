/* doc, ppt and xls out of streams the test itself makes, byte by byte. */
#include "server/base/mem.h"
#include "server/format/office97.h"
#include "tests/unit/oles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <uchar.h>

#include <cmocka.h>

static void on_page(void *arg, int64_t number, struct str title, struct str text)
{
    buf_fmt(arg, "[%d %.*s|%.*s]", (int)number, STR_ARG(title), STR_ARG(text));
}

static void on_head(void *arg, int level, int64_t page, struct str text)
{
    buf_fmt(arg, "<h%d p%d %.*s>", level, (int)page, STR_ARG(text));
}

static bool on_row(void *arg, const struct sheet_row *r)
{
    buf_fmt(arg, "%.*s%s%d:", STR_ARG(r->name), r->hidden ? "?" : "!", (int)r->row);
    for (size_t i = 0; i < r->n; i++)
        buf_fmt(arg, "%s%.*s", i ? "|" : "", STR_ARG(r->cells[i]));
    buf_char(arg, '\n');
    return true;
}

static struct buf made, said;

static void make(const struct oles *o)
{
    buf_init(&made, 1 << 20);
    buf_init(&said, 1 << 20);
    oles_end(o, &made);
}

static void done(enum err e, enum err want, const char *text)
{
    assert_int_equal(e, want);
    assert_string_equal(said.p ? said.p : "", text);
    buf_fini(&made);
    buf_fini(&said);
}

static void pages_are(const struct oles *o, enum err want, const char *text)
{
    struct pages p;
    make(o);
    struct str s = buf_str(&made);
    pages_init(&p, (struct pages_to){ &said, on_page, on_head }, 1 << 20);
    enum err e = office97_pages(zip_bytes(&s), &p);
    pages_fini(&p);
    done(e, want, text);
}

static void rows_are(const struct oles *o, enum err want, const char *text)
{
    make(o);
    struct str s = buf_str(&made);
    done(office97_rows(zip_bytes(&s), &(struct sheet_to){ &said, on_row }), want, text);
}

static void put_utf16(struct buf *b, const char16_t *s)
{
    for (; *s; s++)
        buf_u16(b, *s);
}

static void set_u32(struct buf *b, size_t at, uint32_t v)
{
    for (size_t i = 0; i < 4; i++)
        b->p[at + i] = (char)(v >> 8 * i);
}

static void zeroes(struct buf *b, size_t to)
{
    while (b->n < to)
        buf_char(b, 0);
}

/* ---- Word */

enum { LONGS = 64, TABLES = 154, FIB_END = 898, TEXT_AT = 1024 };

struct word {
    struct buf main, table;
    uint32_t from[8], chars; /* pieces: where each lies, flagged as they are */
    uint32_t cp[9];
    uint32_t n;
};

static void word_begin(struct word *w)
{
    *w = (struct word){ 0 };
    buf_init(&w->main, 1 << 20);
    buf_init(&w->table, 1 << 20);
    buf_u16(&w->main, 0xa5ec);
    buf_u16(&w->main, 0xc1);
    zeroes(&w->main, 10);
    buf_u16(&w->main, 0x0200); /* 1Table */
    zeroes(&w->main, 32);
    buf_u16(&w->main, 14);
    zeroes(&w->main, LONGS - 2);
    buf_u16(&w->main, 22);
    zeroes(&w->main, TABLES - 2);
    buf_u16(&w->main, 93);
    zeroes(&w->main, TEXT_AT);
}

static void word_wide(struct word *w, const char16_t *s)
{
    w->from[w->n] = (uint32_t)w->main.n;
    put_utf16(&w->main, s);
    w->chars += ((uint32_t)w->main.n - w->from[w->n]) / 2;
    w->cp[++w->n] = w->chars;
}

static void word_latin(struct word *w, struct str s)
{
    w->from[w->n] = (uint32_t)w->main.n * 2 | 0x40000000;
    buf_add(&w->main, s);
    w->chars += (uint32_t)s.n;
    w->cp[++w->n] = w->chars;
    if (w->main.n % 2)
        buf_char(&w->main, 0);
}

/* A page of paragraphs: where the last of each lies, and its properties. */
static void word_props(struct word *w, const uint32_t *ends, const struct str *props, size_t n)
{
    char page[512] = "";
    size_t at = 510;
    uint32_t number = (uint32_t)((w->main.n + 511) / 512);
    for (size_t i = 0; i <= n; i++)
        for (int k = 0; k < 4; k++)
            page[4 * i + (size_t)k] = (char)((i ? ends[i - 1] : TEXT_AT) >> 8 * k);
    for (size_t i = 0; i < n; i++) {
        at = (at - props[i].n - 2) & ~(size_t)1;
        page[at + 1] = (char)(props[i].n / 2);
        memcpy(page + at + 2, props[i].p, props[i].n);
        page[4 * (n + 1) + 13 * i] = (char)(at / 2);
    }
    page[511] = (char)n;
    zeroes(&w->main, (size_t)number * 512);
    buf_put(&w->main, page, sizeof page);
    set_u32(&w->main, TABLES + 8 * 13, (uint32_t)w->table.n);
    set_u32(&w->main, TABLES + 8 * 13 + 4, 12);
    buf_u32(&w->table, TEXT_AT);
    buf_u32(&w->table, ends[n - 1]);
    buf_u32(&w->table, number);
}

/* text, notes: characters of the document and of its footnotes. */
static void word_end(struct word *w, uint32_t text, uint32_t notes, struct oles *o)
{
    set_u32(&w->main, LONGS + 12, text);
    set_u32(&w->main, LONGS + 16, notes);
    set_u32(&w->main, TABLES + 8 * 33, (uint32_t)w->table.n);
    buf_put(&w->table, "\1\2\0xx\2", 6);
    buf_u32(&w->table, 4 + 12 * w->n);
    for (uint32_t i = 0; i <= w->n; i++)
        buf_u32(&w->table, w->cp[i]);
    for (uint32_t i = 0; i < w->n; i++) {
        buf_u16(&w->table, 0);
        buf_u32(&w->table, w->from[i]);
        buf_u16(&w->table, 0);
    }
    set_u32(&w->main, TABLES + 8 * 33 + 4, (uint32_t)w->table.n);
    *o = (struct oles){ 0 };
    oles_add(o, "WordDocument", buf_str(&w->main));
    oles_add(o, "1Table", buf_str(&w->table));
}

static void word_fini(struct word *w)
{
    buf_fini(&w->main);
    buf_fini(&w->table);
}

static void doc_is_read(void **st)
{
    (void)st;
    struct word w;
    struct oles o;
    word_begin(&w);
    word_wide(&w, u"第一课 荷花\r");
    word_latin(&w, S("caf\xe9 \x93ok\x94\x0bnext\r"));
    word_wide(&w, u"见\x13 HYPERLINK \x13 X \x14Y\x15\x14网页\x15。\x02𠮷\x1e\x1f\r");
    word_wide(&w, u"\x0c第二页\r");
    word_wide(&w, u"注释\r");
    word_end(&w, w.chars - 3, 3, &o);
    pages_are(&o, E_OK, "[1 |第一课 荷花\ncafé “ok”\nnext\n见网页。𠮷-][2 |第二页\n注释]");
    word_fini(&w);
}

static void doc_tables_and_headings(void **st)
{
    (void)st;
    struct word w;
    struct oles o;
    word_begin(&w);
    word_wide(&w, u"目标\r环节\7\7甲\r乙\7\7后\r");
    static const uint32_t ends[] = { TEXT_AT + 6,  TEXT_AT + 12, TEXT_AT + 14, TEXT_AT + 18,
                                     TEXT_AT + 22, TEXT_AT + 24, TEXT_AT + 28 };
    /* heading 2; a cell; another one; two paragraphs of a cell; the row's end; level 4 */
    static const struct str props[] = {
        { "\2\0", 2 },
        { "\0\0\x16\x24\1\0", 6 },
        { "\0\0\x16\x24\1\0", 6 },
        { "\1\0\x16\x24\1\0", 6 },
        { "\0\0\x16\x24\1\0", 6 },
        { "\0\0\x16\x24\1\x17\x24\1", 8 },
        { "\0\0\x40\x26\3\0", 6 },
    };
    word_props(&w, ends, props, 7);
    word_end(&w, w.chars, 0, &o);
    pages_are(&o, E_OK, "<h2 p1 目标><h4 p1 后>[1 |目标\n环节\t\t甲 乙\n后]");
    word_fini(&w);
    /* Without properties a row ends where a cell would be empty. */
    word_begin(&w);
    word_wide(&w, u"a\7b\7\7c\7d\7\7e\r");
    word_end(&w, w.chars, 0, &o);
    pages_are(&o, E_OK, "[1 |a\tb\nc\td\ne]");
    word_fini(&w);
}

static void broken_docs_are_told(void **st)
{
    (void)st;
    struct word w;
    struct oles o;
    word_begin(&w);
    word_wide(&w, u"文\r");
    word_wide(&w, u"字\r");
    w.from[0] = 0x3ffffff0; /* outside */
    word_end(&w, 0x7fffffff, 0x7fffffff, &o);
    pages_are(&o, E_OK, "[1 |字]");
    w.main.p[11] |= 1; /* encrypted */
    pages_are(&o, E_SYNTAX, "");
    w.main.p[11] = 0; /* 0Table, which there is not */
    pages_are(&o, E_SYNTAX, "");
    w.main.p[11] = 2;
    w.main.p[2] = 0x65; /* Word 6 */
    pages_are(&o, E_SYNTAX, "");
    o.v[0].bytes = S("\xec\xa5\xc1");
    pages_are(&o, E_SYNTAX, "");
    word_fini(&w);
    o = (struct oles){ 0 };
    oles_add(&o, "CONTENTS", S("Works"));
    pages_are(&o, E_SYNTAX, "");
}

/* ---- Excel */

static void record(struct buf *b, uint16_t type, struct str body)
{
    buf_u16(b, type);
    buf_u16(b, (uint16_t)body.n);
    buf_add(b, body);
}

static void cell(struct buf *b, uint16_t type, int row, int column, int style, struct str rest)
{
    struct buf t;
    buf_init(&t, 65536);
    buf_u16(&t, (uint16_t)row);
    buf_u16(&t, (uint16_t)column);
    buf_u16(&t, (uint16_t)style);
    buf_add(&t, rest);
    record(b, type, buf_str(&t));
    buf_fini(&t);
}

/* Two sheets, the second hidden; styles 0 plain, 1 a date, 2 of a format of its own. Three strings:
 * one goes from Latin to wide where its record is continued, one has runs and phonetics. */
static void excel_begin(struct buf *b)
{
    buf_init(b, 1 << 20);
    record(b, 0x809, S("\0\6\5\0\0\0\0\0"));
    record(b, 0x85, S("\0\0\0\0\0\0\2\0S1"));
    record(b, 0x85, S("\0\0\0\0\1\0\2\1\x2d\x4e\x87\x65"));
    record(b, 0x41e, S("\xb0\0\4\0\0h:mm"));
    record(b, 0xe0, S("\0\0\0\0"));
    record(b, 0xe0, S("\0\0\x0e\0"));
    record(b, 0xe0, S("\0\0\xb0\0"));
    record(b, 0xfc, S("\3\0\0\0\3\0\0\0\4\0\0ab"));
    record(b, 0x3c, S("\1\x77\x83\xb1\x82\3\0\x0d\1\0\5\0\0\0"));
    record(b, 0x3c, S("\1x\0y\0z\0r"));
    record(b, 0x3c, S("rrr12345\1\0\1\x4e"));
    record(b, 0x3c, S("")); /* half a character is none */
    record(b, 0x0a, S(""));
}

static void excel_sheet(struct buf *b, int k)
{
    set_u32(b, k ? 30 : 16, (uint32_t)b->n);
    record(b, 0x809, S("\0\6\x10\0\0\0\0\0"));
}

static void xls_is_read(void **st)
{
    (void)st;
    struct buf b;
    struct oles o = { 0 };
    excel_begin(&b);
    excel_sheet(&b, 0);
    cell(&b, 0xfd, 0, 0, 0, S("\0\0\0\0"));
    cell(&b, 0xfd, 0, 2, 0, S("\1\0\0\0"));
    cell(&b, 0xfd, 0, 3, 0, S("\x77\0\0\0"));              /* there is no such string */
    cell(&b, 0x27e, 1, 0, 0, S("\x1e\0\0\0"));             /* 7 */
    cell(&b, 0x27e, 1, 1, 0, S("\x07\0\0\0"));             /* 1 / 100 */
    cell(&b, 0x203, 1, 2, 1, S("\0\0\0\0\0\x5d\xe6\x40")); /* day 45800 */
    cell(&b, 0x203, 1, 3, 2, S("\0\0\0\0\0\0\xe0\x3f"));
    record(&b, 0xbd, S("\2\0\1\0\0\0\6\0\0\0\1\0\x02\x9f\x02\0\2\0"));
    cell(&b, 6, 3, 0, 0, S("\0\0\0\0\0\0\xff\xff......"));
    record(&b, 0x207, S("\2\0\1\x97\x5f"));
    record(&b, 0x3c, S("\0!"));
    cell(&b, 6, 3, 1, 0, S("\1\0\1\0\0\0\xff\xff......"));
    cell(&b, 6, 3, 2, 0, S("\0\0\0\0\0\0\xf8\x3f......"));
    record(&b, 0x809, S("\0\6\x20\0\0\0\0\0")); /* a chart in the sheet */
    cell(&b, 0x204, 3, 3, 0, S("\1\0\0x"));
    record(&b, 0x0a, S(""));
    cell(&b, 0x204, 3, 4, 0, S("\2\0\0ok"));
    cell(&b, 0x205, 3, 5, 0, S("\1\0"));
    cell(&b, 0x205, 3, 6, 0, S("\7\1")); /* #DIV/0! */
    record(&b, 0x0a, S(""));
    excel_sheet(&b, 1);
    cell(&b, 0x204, 0, 600, 0, S("\2\0\0no"));
    cell(&b, 0x204, 9, 0, 0, S("\2\0\0in"));
    record(&b, 0x0a, S(""));
    oles_add(&o, "Workbook", buf_str(&b));
    rows_are(&o, E_OK,
             "S1!1:ab荷花||xyz\nS1!2:7|0.01|2025-05-23|12:00\nS1!3:|1|2017-07-28\n"
             "S1!4:得!|1|1.5||ok|1\n中文?10:in\n");
    pages_are(&o, E_OK,
              "<h1 p1 S1>[1 S1|ab荷花\t\txyz\n7\t0.01\t2025-05-23\t12:00\n\t1\t2017-07-28\n"
              "得!\t1\t1.5\t\tok\t1]");
    buf_fini(&b);
}

static void broken_workbooks_are_told(void **st)
{
    (void)st;
    struct buf b;
    struct oles o = { 0 };
    excel_begin(&b);
    excel_sheet(&b, 0);
    set_u32(&b, 30, 99999999);
    cell(&b, 0x204, 0, 0, 0, S("\xff\xff\1ab"));
    buf_u32(&b, 0xffff0204);
    oles_add(&o, "Book", buf_str(&b));
    rows_are(&o, E_OK, "S1!1:\xe6\x89\xa1\n");
    b.p[5] = 5; /* BIFF5 */
    rows_are(&o, E_SYNTAX, "");
    b.p[5] = 6;
    b.p[12] = 0x2f; /* encrypted */
    b.p[13] = 0;
    rows_are(&o, E_SYNTAX, "");
    o.v[0].name = "Other";
    rows_are(&o, E_SYNTAX, "");
    buf_fini(&b);
}

/* ---- PowerPoint */

/* Begins a record, and ends it once its body is there. */
static size_t atom(struct buf *b, uint16_t head, uint16_t type)
{
    buf_u16(b, head);
    buf_u16(b, type);
    buf_u32(b, 0);
    return b->n;
}

static void end(struct buf *b, size_t from)
{
    set_u32(b, from - 4, (uint32_t)(b->n - from));
}

static void atom_u32(struct buf *b, uint16_t type, const uint32_t *v, size_t n)
{
    size_t at = atom(b, 0, type);
    for (size_t i = 0; i < n; i++)
        buf_u32(b, v[i]);
    end(b, at);
}

static void text(struct buf *b, uint32_t type, const char16_t *s)
{
    size_t at;
    atom_u32(b, 3999, &type, 1);
    at = atom(b, 0, 4000);
    put_utf16(b, s);
    end(b, at);
}

/* A slide or its notes: what is in one text box of a group of its drawing. */
static uint32_t slide(struct buf *b, uint16_t type, uint32_t notes, uint32_t kind,
                      const char16_t *s)
{
    uint32_t at = (uint32_t)b->n;
    size_t whole = atom(b, 15, type), nested[4];
    atom_u32(b, 1007, (uint32_t[]){ 0, 0, 0, 0, notes, 0 }, 6);
    nested[0] = atom(b, 15, 1036);
    nested[1] = atom(b, 15, 0xf003);
    nested[2] = atom(b, 15, 0xf004);
    nested[3] = atom(b, 15, 0xf00d);
    text(b, kind, s);
    for (size_t i = 4; i-- > 0;)
        end(b, nested[i]);
    end(b, whole);
    return at;
}

/* Objects: 1 the document, 2 and 3 slides, 4 notes of the first slide. The second slide was saved
 * twice. */
static void show_put(struct buf *b)
{
    buf_init(b, 1 << 20);
    size_t doc = atom(b, 15, 1000), list = atom(b, 15, 4080);
    atom_u32(b, 1011, (uint32_t[]){ 2, 0, 2, 256, 0 }, 5);
    text(b, 6, u"荷\x0b花\r");
    text(b, 1, u"目标\r重点");
    atom_u32(b, 1011, (uint32_t[]){ 3, 0, 0, 257, 0 }, 5);
    end(b, list);
    list = atom(b, 0x2f, 4080);
    atom_u32(b, 1011, (uint32_t[]){ 4, 0, 0, 300, 0 }, 5);
    end(b, list);
    end(b, doc);
    uint32_t first = slide(b, 1006, 300, 4, u"图注");
    uint32_t second = slide(b, 1006, 0, 4, u"旧");
    uint32_t notes = slide(b, 1008, 0, 2, u"讲稿");
    uint32_t dir = (uint32_t)b->n;
    atom_u32(b, 6002, (uint32_t[]){ 1 | 4 << 20, 0, first, second, notes }, 5);
    uint32_t edit = (uint32_t)b->n;
    atom_u32(b, 4085, (uint32_t[]){ 0, 0, 0, dir, 1, 4, 0 }, 7);
    second = slide(b, 1006, 0, 0, u"新");
    dir = (uint32_t)b->n;
    atom_u32(b, 6002, (uint32_t[]){ 3 | 1 << 20, second }, 2);
    atom_u32(b, 4085, (uint32_t[]){ 0, 0, edit, dir, 1, 4, 0 }, 7);
}

static void ppt_is_read(void **st)
{
    (void)st;
    struct buf b;
    struct oles o = { 0 };
    show_put(&b);
    oles_add(&o, "PowerPoint Document", buf_str(&b));
    pages_are(&o, E_OK, "<h1 p1 荷 花>[1 荷 花|荷\n花\n目标\n重点\n图注\n讲稿]<h1 p2 新>[2 新|新]");
    set_u32(&b, b.n - 28 + 8, (uint32_t)b.n - 36); /* the last edit leads to itself */
    pages_are(&o, E_SYNTAX, "");
    set_u32(&b, b.n - 28 + 16, 77); /* no such document */
    pages_are(&o, E_SYNTAX, "");
    set_u32(&b, b.n - 32, 24); /* no edit */
    pages_are(&o, E_SYNTAX, "");
    buf_fini(&b);
}

/* Containers a thousand deep, and a list whose slides are the list itself. */
static void mazes_end(void **st)
{
    (void)st;
    struct buf b;
    struct oles o = { 0 };
    buf_init(&b, 1 << 20);
    size_t doc = atom(&b, 15, 1000), list = atom(&b, 15, 4080);
    for (int i = 0; i < 500; i++)
        atom_u32(&b, 1011, (uint32_t[]){ 2, 0, 0, 256, 0 }, 5);
    end(&b, list);
    end(&b, doc);
    uint32_t deep = (uint32_t)b.n;
    size_t at[1000];
    for (size_t i = 0; i < 1000; i++)
        at[i] = atom(&b, 15, 1006);
    for (size_t i = 1000; i-- > 0;)
        end(&b, at[i]);
    uint32_t dir = (uint32_t)b.n;
    atom_u32(&b, 6002, (uint32_t[]){ 1 | 2 << 20, 0, deep }, 3);
    atom_u32(&b, 4085, (uint32_t[]){ 0, 0, 0, dir, 1, 4, 0 }, 7);
    oles_add(&o, "PowerPoint Document", buf_str(&b));
    pages_are(&o, E_OK, "");
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doc_is_read),
        cmocka_unit_test(doc_tables_and_headings),
        cmocka_unit_test(broken_docs_are_told),
        cmocka_unit_test(xls_is_read),
        cmocka_unit_test(broken_workbooks_are_told),
        cmocka_unit_test(ppt_is_read),
        cmocka_unit_test(mazes_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
