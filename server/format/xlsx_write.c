/* Writing SpreadsheetML: inline strings in text format, one stylesheet, stored in a pack.
 * Everything is kept in memory under one cap until the end. */
#include "server/format/sheet.h"

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "server/format/pack.h"

#include <string.h>

enum { STYLE_TEXT = 1, STYLE_HEAD = 2, STYLE_NOTE = 3, CHOICE_MAX = 255 };

struct one_sheet {
    struct str name; /* owned */
    struct buf xml, choices;
    size_t choices_n;
    int64_t row;
    int64_t head; /* row of the head, 0: none */
};

struct xlsx {
    size_t cap, n;
    struct one_sheet sheet[SHEETS_MAX];
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PKG_NS "http://schemas.openxmlformats.org/package/2006/"

struct xlsx *xlsx_new(size_t cap)
{
    struct xlsx *x = NEW(struct xlsx);
    x->cap = cap;
    return x;
}

void xlsx_free(struct xlsx *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->n; i++) {
        buf_fini(&x->sheet[i].xml);
        buf_fini(&x->sheet[i].choices);
        mem_free((char *)x->sheet[i].name.p);
    }
    mem_free(x);
}

/* Excel refuses \ / ? * [ ] : in a sheet's name and more than 31 UTF-16 units; 31 characters of the
 * BMP here. */
static struct str sheet_name(struct str s, size_t nth)
{
    struct buf b;
    buf_init(&b, 1024);
    size_t chars = 0;
    for (size_t i = 0; i < s.n && i < 200; i++) {
        bool first = ((unsigned char)s.p[i] & 0xc0) != 0x80;
        if (first && ++chars > 28)
            break;
        buf_char(&b, strchr("\\/?*[]:'", s.p[i]) || (unsigned char)s.p[i] < 0x20 ? '_' : s.p[i]);
    }
    if (!b.n)
        buf_fmt(&b, "表%zu", nth);
    char *p = mem_strdup(b.p);
    struct str out = { p, b.n };
    buf_fini(&b);
    return out;
}

void xlsx_sheet(struct xlsx *x, struct str name, const int *widths, size_t n)
{
    if (x->n == SHEETS_MAX)
        BUG("too many sheets");
    struct one_sheet *s = &x->sheet[x->n++];
    s->name = sheet_name(name, x->n);
    buf_init(&s->xml, x->cap);
    buf_init(&s->choices, 1u << 20);
    if (!n)
        return;
    buf_addz(&s->xml, "<cols>");
    for (size_t i = 0; i < n; i++)
        buf_fmt(&s->xml,
                "<col min=\"%zu\" max=\"%zu\" width=\"%d\" style=\"%d\" customWidth=\"1\"/>", i + 1,
                i + 1, widths[i], STYLE_TEXT);
    buf_addz(&s->xml, "</cols>");
}

static void column_name(struct buf *b, size_t c)
{
    char t[8];
    size_t n = sizeof t;
    for (c++; c; c = (c - 1) / 26)
        t[--n] = (char)('A' + (c - 1) % 26);
    buf_put(b, t + n, sizeof t - n);
}

static void put_row(struct xlsx *x, const struct str *cells, size_t n, int style)
{
    if (!x->n)
        BUG("a row before its sheet");
    struct one_sheet *s = &x->sheet[x->n - 1];
    struct buf *b = &s->xml;
    s->row++;
    buf_fmt(b, "<row r=\"%lld\">", (long long)s->row);
    for (size_t i = 0; i < n && i < SHEET_COLUMNS_MAX; i++) {
        if (!cells[i].n && style != STYLE_HEAD)
            continue;
        buf_addz(b, "<c r=\"");
        column_name(b, i);
        buf_fmt(b, "%lld\" s=\"%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
                (long long)s->row, style);
        buf_xml(b, str_sub(cells[i], 0, SHEET_CELL_MAX));
        buf_addz(b, "</t></is></c>");
    }
    buf_addz(b, "</row>");
}

void xlsx_head(struct xlsx *x, const struct str *cells, size_t n)
{
    put_row(x, cells, n, STYLE_HEAD);
    x->sheet[x->n - 1].head = x->sheet[x->n - 1].row;
}

void xlsx_row(struct xlsx *x, const struct str *cells, size_t n)
{
    put_row(x, cells, n, STYLE_TEXT);
}

void xlsx_note(struct xlsx *x, struct str text)
{
    put_row(x, &text, 1, STYLE_NOTE);
}

void xlsx_choice(struct xlsx *x, size_t column, const struct str *choices, size_t n)
{
    struct one_sheet *s = &x->sheet[x->n - 1];
    struct buf list, col;
    buf_init(&list, CHOICE_MAX * 4);
    buf_init(&col, 16);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(&list, ',');
        buf_add(&list, choices[i]);
    }
    size_t chars = 0;
    for (size_t i = 0; i < list.n; i++)
        chars += ((unsigned char)list.p[i] & 0xc0) != 0x80;
    if (!list.err && chars && chars <= CHOICE_MAX) {
        column_name(&col, column);
        buf_fmt(&s->choices,
                "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"0\" "
                "sqref=\"%s2:%s5000\"><formula1>\"",
                col.p, col.p);
        buf_xml(&s->choices, buf_str(&list));
        buf_addz(&s->choices, "\"</formula1></dataValidation>");
        s->choices_n++;
    }
    buf_fini(&list);
    buf_fini(&col);
}

/* ---- the parts around the sheets */

static void put_styles(struct buf *b)
{
    buf_addz(
        b, XML_HEAD
        "<styleSheet xmlns=\"" MAIN_NS "\"><fonts count=\"3\">"
        "<font><sz val=\"11\"/><name val=\"宋体\"/></font>"
        "<font><b/><sz val=\"11\"/><name val=\"宋体\"/></font>"
        "<font><sz val=\"10\"/><color rgb=\"FF5B6675\"/><name val=\"宋体\"/></font></fonts>"
        "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill>"
        "<fill><patternFill patternType=\"gray125\"/></fill>"
        "<fill><patternFill patternType=\"solid\"><fgColor "
        "rgb=\"FFE8EEF8\"/></patternFill></fill></fills>"
        "<borders count=\"1\"><border/></borders>"
        "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"4\"><xf/>"
        "<xf numFmtId=\"49\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" applyNumberFormat=\"1\" applyFont=\"1\" "
        "applyFill=\"1\"/>"
        "<xf numFmtId=\"49\" fontId=\"2\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
        "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
        "builtinId=\"0\"/></cellStyles></styleSheet>");
}

static void put_sheet(struct buf *b, const struct one_sheet *s)
{
    struct str body = buf_str(&s->xml);
    size_t cols = str_starts(body, S("<cols>")) ? str_find(body, S("</cols>"), 0) + 7 : 0;
    buf_addz(b, XML_HEAD "<worksheet xmlns=\"" MAIN_NS "\">");
    if (s->head)
        buf_fmt(b,
                "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"%lld\" "
                "topLeftCell=\"A%lld\" "
                "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>",
                (long long)s->head, (long long)s->head + 1);
    buf_add(b, str_sub(body, 0, cols));
    buf_addz(b, "<sheetData>");
    buf_add(b, str_sub(body, cols, body.n));
    buf_addz(b, "</sheetData>");
    if (s->choices_n) {
        buf_fmt(b, "<dataValidations count=\"%zu\">", s->choices_n);
        buf_add(b, buf_str(&s->choices));
        buf_addz(b, "</dataValidations>");
    }
    buf_addz(b, "</worksheet>");
}

static void put_book(const struct xlsx *x, struct buf *book, struct buf *rels, struct buf *types)
{
    buf_addz(book, XML_HEAD "<workbook xmlns=\"" MAIN_NS "\" xmlns:r=\"" REL_NS "\"><sheets>");
    buf_addz(rels, XML_HEAD "<Relationships xmlns=\"" PKG_NS "relationships\">");
    buf_addz(types, XML_HEAD
             "<Types xmlns=\"" PKG_NS "content-types\">"
             "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
             "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
             "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-"
             "officedocument.spreadsheetml.sheet.main+xml\"/>"
             "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-"
             "officedocument.spreadsheetml.styles+xml\"/>");
    for (size_t i = 0; i < x->n; i++) {
        buf_addz(book, "<sheet name=\"");
        buf_xml(book, x->sheet[i].name);
        buf_fmt(book, "\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", i + 1, i + 1);
        buf_fmt(rels,
                "<Relationship Id=\"rId%zu\" Type=\"" REL_NS
                "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                i + 1, i + 1);
        buf_fmt(types,
                "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" "
                "ContentType=\"application/vnd.openxmlformats-"
                "officedocument.spreadsheetml.worksheet+xml\"/>",
                i + 1);
    }
    buf_addz(book, "</sheets></workbook>");
    buf_fmt(rels,
            "<Relationship Id=\"rId%zu\" Type=\"" REL_NS
            "/styles\" Target=\"styles.xml\"/></Relationships>",
            x->n + 1);
    buf_addz(types, "</Types>");
}

/* Packs the parts. */
static enum err put_pack(const struct buf *parts, const char *const *names, size_t n, int64_t now,
                         struct buf *out)
{
    struct pack_member *m = mem_array(n, sizeof *m);
    struct pack *p = NULL;
    enum err e = E_OK;
    for (size_t i = 0; i < n; i++) {
        struct str s = buf_str(&parts[i]);
        m[i] = (struct pack_member){ str_of(names[i]), s.n, crc32_of(0, s), now };
        if (parts[i].err)
            e = parts[i].err;
    }
    if (!e)
        e = pack_new(m, n, PACK_UTF8, &p);
    for (uint64_t at = 0; !e && at < pack_size(p);) {
        struct pack_piece q = pack_at(p, at);
        buf_add(out, q.content ? buf_str(&parts[q.member]) : q.bytes);
        at += q.len;
        e = out->err;
    }
    pack_free(p);
    mem_free(m);
    return e;
}

enum err xlsx_finish(struct xlsx *x, int64_t now, struct buf *out)
{
    size_t n = x->n + 5;
    struct buf *parts = mem_array(n, sizeof *parts);
    char(*names)[40] = mem_array(n, sizeof *names);
    const char **zs = mem_array(n, sizeof *zs);
    static const char *const fixed[] = { "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml",
                                         "xl/_rels/workbook.xml.rels", "xl/styles.xml" };
    if (!x->n)
        BUG("a workbook without sheets");
    for (size_t i = 0; i < n; i++) {
        buf_init(&parts[i], x->cap);
        zs[i] = i < 5 ? fixed[i] : names[i];
    }
    buf_addz(&parts[1], XML_HEAD
             "<Relationships xmlns=\"" PKG_NS "relationships\"><Relationship Id=\"rId1\" "
             "Type=\"" REL_NS "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    put_book(x, &parts[2], &parts[3], &parts[0]);
    put_styles(&parts[4]);
    enum err e = E_OK;
    for (size_t i = 0; i < x->n; i++) {
        struct buf name = { .cap = sizeof *names - 1 };
        buf_fmt(&name, "xl/worksheets/sheet%zu.xml", i + 1);
        memcpy(names[i + 5], name.p, name.n);
        buf_fini(&name);
        put_sheet(&parts[i + 5], &x->sheet[i]);
        if (x->sheet[i].xml.err || x->sheet[i].choices.err)
            e = E_TOO_LARGE;
    }
    if (!e)
        e = put_pack(parts, zs, n, now, out);
    for (size_t i = 0; i < n; i++)
        buf_fini(&parts[i]);
    mem_free(parts);
    mem_free(names);
    mem_free(zs);
    return e;
}
