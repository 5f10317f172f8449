/* Text, outline and rows: which reader of server/format takes which kind. */
#include "server/base/utf.h"
#include "server/format/charset.h"
#include "server/format/odf.h"
#include "server/format/office97.h"
#include "server/format/ooxml.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <string.h>

enum { TEXT_MAX = 16 << 20, PLAIN_MAX = 32 << 20, ROWS_MAX = 50000 };

const char *code_of(enum err e, bool cut)
{
    if (e == E_TOO_LARGE || (!e && cut))
        return "cut";
    return e ? "unreadable" : "ok";
}

static void put_page(void *arg, int64_t number, struct str title, struct str text)
{
    (void)arg;
    out_open("page");
    out_int("number", number);
    out_str("title", title);
    out_str("text", text);
    out_close();
}

static void no_page(void *arg, int64_t number, struct str title, struct str text)
{
    (void)arg, (void)number, (void)title, (void)text;
}

static void put_head(void *arg, int level, int64_t page, struct str text)
{
    (void)arg;
    out_open("head");
    out_int("level", level);
    out_int("page", page);
    out_str("text", text);
    out_close();
}

/* ---- readers of what is no archive */

/* "# Title" of Markdown. */
static void markdown_head(struct pages *p, struct str line)
{
    int level = 0;
    while (level < 6 && (size_t)level < line.n && line.p[level] == '#')
        level++;
    if (level && (size_t)level < line.n && line.p[level] == ' ')
        pages_head(p, level, str_sub(line, (size_t)level, line.n));
}

static enum err plain_pages(struct file *f, struct pages *p)
{
    struct buf raw, text;
    struct str rest, line;
    bool md = !strcmp(f->kind->name, "md");
    buf_init(&raw, PLAIN_MAX);
    buf_init(&text, 3 * PLAIN_MAX);
    enum err e = file_read(f, PLAIN_MAX, &raw);
    bool cut = e == E_TOO_LARGE;
    if (!e || cut)
        charset_utf8(&text, buf_str(&raw));
    rest = buf_str(&text);
    while ((!e || cut) && str_next(&rest, '\n', &line) && !pages_full(p)) {
        if (md)
            markdown_head(p, line);
        pages_add(p, line);
        pages_char(p, '\n');
        pages_split(p);
    }
    pages_next(p);
    buf_fini(&raw);
    buf_fini(&text);
    return e;
}

/* pdftotext ends each page with a form feed. */
static enum err pdf_pages(struct file *f, struct pages *p)
{
    (void)f;
    struct buf b;
    struct str rest, page;
    buf_init(&b, TEXT_MAX + (1 << 20));
    enum err e = pdf_output(&b);
    if (!e || e == E_TOO_LARGE) {
        rest = buf_str(&b);
        while (str_next(&rest, '\f', &page) && !pages_full(p)) {
            struct buf clean;
            buf_init(&clean, 3 * page.n + 64);
            charset_utf8(&clean, page);
            pages_add(p, buf_str(&clean));
            buf_fini(&clean);
            pages_next(p);
        }
    }
    buf_fini(&b);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}

/* ---- which reader */

static enum err read_docx(struct file *f, struct pages *p)
{
    return docx_pages(f->zip, p);
}

static enum err read_pptx(struct file *f, struct pages *p)
{
    return pptx_pages(f->zip, p);
}

static enum err read_xlsx(struct file *f, struct pages *p)
{
    return xlsx_pages(f->zip, p);
}

static enum err read_odf(struct file *f, struct pages *p)
{
    return odf_pages(f->zip, p);
}

static enum err read_epub(struct file *f, struct pages *p)
{
    return epub_pages(f->zip, p);
}

static enum err read_office97(struct file *f, struct pages *p)
{
    return office97_pages(f->src, p);
}

static const struct reader {
    const char *kind;
    enum err (*read)(struct file *f, struct pages *p);
    bool zip;
} readers[] = {
    { "docx", read_docx, true },     { "pptx", read_pptx, true },
    { "xlsx", read_xlsx, true },     { "odt", read_odf, true },
    { "odp", read_odf, true },       { "ods", read_odf, true },
    { "epub", read_epub, true },     { "txt", plain_pages, false },
    { "md", plain_pages, false },    { "csv", plain_pages, false },
    { "srt", plain_pages, false },   { "pdf", pdf_pages, false },
    { "doc", read_office97, false }, { "ppt", read_office97, false },
    { "xls", read_office97, false }, { "wps", read_office97, false },
    { "dps", read_office97, false }, { "et", read_office97, false },
};

static const char *run_reader(struct file *f, bool pages)
{
    struct finding got = sniff(f);
    struct pages p;
    if (!got.kind || verdicts[got.verdict].say > SAY_warn)
        return got.verdict == VERDICT_broken ? "unreadable" : "unsupported";
    if (got.encrypted)
        return "unreadable";
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        const struct reader *r = &readers[i];
        if (strcmp(r->kind, got.kind->name) != 0)
            continue;
        if (r->zip && !file_zip(f))
            return "unreadable";
        if (!pages && r->read == pdf_pages)
            return "unsupported"; /* its text has no headings */
        pages_init(&p, (struct pages_to){ NULL, pages ? put_page : no_page, put_head }, TEXT_MAX);
        enum err e = r->read(f, &p);
        bool cut = pages_full(&p);
        pages_fini(&p);
        return code_of(e, cut);
    }
    return "unsupported";
}

const char *verb_text(struct file *f)
{
    return run_reader(f, true);
}

const char *verb_outline(struct file *f)
{
    return run_reader(f, false);
}

/* ---- rows */

struct rows {
    size_t n;
    bool cut;
};

static bool put_row(void *arg, const struct sheet_row *r)
{
    struct rows *w = arg;
    if (r->hidden)
        return true;
    if (w->n++ >= ROWS_MAX || out_full()) {
        w->cut = true;
        return false;
    }
    out_open("row");
    out_int("sheet", r->sheet);
    out_int("row", r->row);
    out_str("name", r->name);
    out_strs("cells", r->cells, r->n);
    out_close();
    return true;
}

const char *verb_rows(struct file *f)
{
    struct finding got = sniff(f);
    struct rows w = { 0 };
    struct sheet_to to = { &w, put_row };
    enum err e;
    if (!got.kind || verdicts[got.verdict].say > SAY_warn)
        return got.verdict == VERDICT_broken ? "unreadable" : "unsupported";
    if (got.encrypted)
        return "unreadable";
    if (!strcmp(got.kind->name, "xlsx") && file_zip(f))
        e = xlsx_rows(f->zip, &to);
    else if (!strcmp(got.kind->name, "xls") || !strcmp(got.kind->name, "et"))
        e = office97_rows(f->src, &to);
    else if (got.kind->look == LOOK_TEXT && got.kind->family != FAMILY_courseware) {
        struct buf b;
        buf_init(&b, PLAIN_MAX);
        e = file_read(f, PLAIN_MAX, &b);
        if (!e)
            e = csv_rows(buf_str(&b), &to);
        buf_fini(&b);
    } else
        return "unsupported";
    return code_of(e, w.cut);
}
