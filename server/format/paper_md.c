/* Markdown, as GitHub and most editors read it (GFM 0.29). Lines inside of quotes and lists carry a
 * prefix. Tables with merged cells or more than a line in a cell are HTML, which Markdown allows.
 */
#include "server/format/paper_html_int.h"

#include "server/base/mem.h"

#include <string.h>

struct md {
    struct html html; /* for what Markdown cannot say; html.out is the output */
    struct buf prefix;
    bool fresh; /* nothing stands on this line yet */
    int depth;
};

static void put(struct md *m, struct str s)
{
    if (m->fresh && s.n)
        buf_add(m->html.out, buf_str(&m->prefix));
    m->fresh = m->fresh && !s.n;
    buf_add(m->html.out, s);
}

static void putz(struct md *m, const char *z)
{
    put(m, str_of(z));
}

static void end_line(struct md *m)
{
    buf_char(m->html.out, '\n');
    m->fresh = true;
}

static void blank_line(struct md *m)
{
    struct str p = buf_str(&m->prefix);
    while (p.n && p.p[p.n - 1] == ' ')
        p.n--;
    buf_add(m->html.out, p);
    end_line(m);
}

/* ---- text */

/* What Markdown would read as something else has a backslash before it. start: of a line. */
static void put_escaped(struct md *m, struct str s, bool start)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool first = start && i == digits;
        if (first && c >= '0' && c <= '9')
            digits++;
        bool number = start && digits && i == digits && (c == '.' || c == ')');
        if (strchr("\\`*_[]<>|~$&", c) || (first && !digits && strchr("#+-=", c)) || number)
            putz(m, "\\");
        if (c == '\n')
            end_line(m);
        else
            put(m, str_sub(s, i, i + 1));
    }
}

static bool plain_marks(const struct paper *t)
{
    struct paper_look l = t->look;
    l.bold = l.italic = l.strike = l.code = false;
    l.link = STR_NONE;
    return !t->mine && paper_same_look(&l, &(struct paper_look){ 0 });
}

static void put_code(struct md *m, struct str s)
{
    const char *fence = str_chr(s, '`', 0) == SIZE_MAX ? "`" : "``";
    putz(m, fence);
    if (fence[1])
        putz(m, " ");
    put(m, s);
    if (fence[1])
        putz(m, " ");
    putz(m, fence);
}

/* Emphasis holds only where it stands directly at its text. */
static void put_emphasized(struct md *m, const struct paper *t, bool start)
{
    const struct paper_look *l = &t->look;
    struct str s = str_trim(t->text);
    size_t from = s.n ? (size_t)(s.p - t->text.p) : t->text.n;
    const char *marks[] = { l->strike ? "~~" : "", l->bold ? "**" : "", l->italic ? "*" : "" };
    put(m, str_sub(t->text, 0, from));
    for (size_t k = 0; s.n && k < 3; k++)
        putz(m, marks[k]);
    if (s.n)
        put_escaped(m, s, start && from == 0 && !l->strike && !l->bold && !l->italic);
    for (size_t k = 3; s.n && k-- > 0;)
        putz(m, marks[k]);
    put(m, str_sub(t->text, from + s.n, t->text.n));
}

static void put_text(struct md *m, const struct paper *t, bool start)
{
    struct str href = t->look.link;
    bool link = href.n && paper_link_fits(href);
    if (href.n && !link)
        paper_lost(m->html.report, LOSS_link, href);
    if (link)
        putz(m, "[");
    if (t->look.code)
        put_code(m, t->text);
    else if (plain_marks(t))
        put_emphasized(m, t, start && !link);
    else {
        if (m->fresh)
            buf_add(m->html.out, buf_str(&m->prefix));
        m->fresh = false;
        html_open(&m->html, t);
        put_escaped(m, t->text, false);
        html_close(&m->html, t);
    }
    if (link) {
        putz(m, "](");
        put(m, href);
        putz(m, ")");
    }
}

static void put_math(struct md *m, const struct paper *p)
{
    const char *fence = p->kind == PAPER_block_math ? "$$" : "$";
    putz(m, fence);
    for (size_t i = 0; i < p->text.n; i++)
        put(m, p->text.p[i] == '\n' ? S(" ") : str_sub(p->text, i, i + 1));
    putz(m, fence);
}

static void put_image(struct md *m, const struct paper *p)
{
    putz(m, "![");
    put_escaped(m, p->alt, false);
    putz(m, "](<");
    for (size_t i = 0; i < p->text.n; i++)
        if (!strchr("<>\n\\", p->text.p[i]))
            put(m, str_sub(p->text, i, i + 1));
    putz(m, ">)");
}

static void put_inlines(struct md *m, const struct paper *p, bool start)
{
    for (const struct paper *k = p->first; k; k = k->next) {
        bool first = start && k == p->first;
        switch (k->kind) {
        case PAPER_text: put_text(m, k, first); break;
        case PAPER_inline_math: put_math(m, k); break;
        case PAPER_image: put_image(m, k); break;
        case PAPER_hard_break:
            putz(m, "\\");
            end_line(m);
            break;
        default: paper_lost(m->html.report, LOSS_unknown, str_of(paper_name(k->kind)));
        }
    }
}

/* ---- tables */

static bool plain_cell(const struct paper *c)
{
    const struct paper *p = c->first;
    if (c->colspan != 1 || c->rowspan != 1 || (p && (p->next || p->kind != PAPER_paragraph)))
        return false;
    for (p = p ? p->first : NULL; p; p = p->next)
        if (p->kind == PAPER_hard_break ||
            (p->kind == PAPER_text && str_chr(p->text, '\n', 0) != SIZE_MAX))
            return false;
    return true;
}

static size_t cells_of(const struct paper *row)
{
    size_t n = 0;
    for (const struct paper *c = row->first; c; c = c->next)
        n++;
    return n;
}

static bool plain_table(const struct paper *t)
{
    if (!t->first || !t->first->first)
        return false;
    for (const struct paper *r = t->first; r; r = r->next) {
        if (cells_of(r) != cells_of(t->first))
            return false;
        for (const struct paper *c = r->first; c; c = c->next)
            if (!plain_cell(c))
                return false;
    }
    return true;
}

static void put_table(struct md *m, const struct paper *t)
{
    if (!plain_table(t)) {
        if (m->fresh)
            buf_add(m->html.out, buf_str(&m->prefix));
        m->fresh = false;
        html_block(&m->html, t);
        m->fresh = true;
        return;
    }
    for (const struct paper *r = t->first; r; r = r->next) {
        putz(m, "|");
        for (const struct paper *c = r->first; c; c = c->next) {
            putz(m, " ");
            if (c->first)
                put_inlines(m, c->first, false);
            putz(m, " |");
        }
        end_line(m);
        if (r != t->first)
            continue;
        putz(m, "|");
        for (size_t k = cells_of(r); k > 0; k--)
            putz(m, " --- |");
        end_line(m);
    }
}

/* ---- blocks */

static void put_blocks(struct md *m, const struct paper *p);

static void within(struct md *m, const struct paper *p, const char *prefix)
{
    size_t n = m->prefix.n;
    buf_addz(&m->prefix, prefix);
    put_blocks(m, p);
    m->prefix.n = n;
    m->prefix.p[n] = 0;
}

static void put_list(struct md *m, const struct paper *list)
{
    int64_t number = list->level;
    for (const struct paper *item = list->first; item; item = item->next) {
        struct buf sign;
        char blanks[40];
        buf_init(&sign, 64);
        if (list->kind == PAPER_ordered_list)
            buf_fmt(&sign, "%lld. ", (long long)number++);
        else
            buf_addz(&sign, "- ");
        size_t width = sign.n;
        if (item->kind == PAPER_task_item)
            buf_addz(&sign, item->checked ? "[x] " : "[ ] ");
        memset(blanks, ' ', width);
        blanks[width] = 0;
        put(m, buf_str(&sign));
        within(m, item, blanks);
        if (!m->fresh)
            end_line(m);
        buf_fini(&sign);
    }
}

static void put_fenced(struct md *m, const struct paper *p)
{
    struct buf b;
    struct str rest, line;
    buf_init(&b, 64 << 20);
    paper_text(p, &b);
    rest = buf_str(&b);
    const char *fence = str_find(rest, S("```"), 0) == SIZE_MAX ? "```" : "~~~~~~";
    putz(m, fence);
    for (size_t i = 0; i < p->text.n && p->text.p[i] > ' '; i++)
        put(m, str_sub(p->text, i, i + 1));
    end_line(m);
    while (rest.n && str_next(&rest, '\n', &line)) {
        put(m, line);
        end_line(m);
    }
    putz(m, fence);
    end_line(m);
    buf_fini(&b);
}

static void put_line(struct md *m, const struct paper *p)
{
    static const char *const heads[] = { "# ", "## ", "### ", "#### ", "##### ", "###### " };
    bool heading = p->kind == PAPER_heading;
    if (p->align > ALIGN_left)
        paper_lost(m->html.report, LOSS_layout, STR_NONE);
    if (heading)
        putz(m, heads[p->level < 1 ? 0 : p->level > 6 ? 5 : p->level - 1]);
    put_inlines(m, p, !heading);
    end_line(m);
}

static void put_block(struct md *m, const struct paper *p)
{
    switch (p->kind) {
    case PAPER_paragraph:
    case PAPER_heading: put_line(m, p); break;
    case PAPER_bullet_list:
    case PAPER_ordered_list:
    case PAPER_task_list: put_list(m, p); break;
    case PAPER_table: put_table(m, p); break;
    case PAPER_blockquote: within(m, p, "> "); break;
    case PAPER_code_block: put_fenced(m, p); break;
    case PAPER_rule:
    case PAPER_page_break:
        putz(m, p->kind == PAPER_rule ? "---" : "<div style=\"break-after:page\"></div>");
        end_line(m);
        break;
    case PAPER_block_math:
        put_math(m, p);
        end_line(m);
        break;
    case PAPER_image:
        put_image(m, p);
        end_line(m);
        break;
    default: paper_lost(m->html.report, LOSS_unknown, str_of(paper_name(p->kind)));
    }
}

/* Paragraphs are apart by a blank line anyway, however many empty ones stand between. */
static void put_blocks(struct md *m, const struct paper *p)
{
    bool any = false;
    if (++m->depth > PAPER_DEPTH)
        paper_lost(m->html.report, LOSS_depth, STR_NONE);
    for (const struct paper *k = p->first; k && m->depth <= PAPER_DEPTH; k = k->next) {
        if (k->kind == PAPER_paragraph && !k->first)
            continue;
        if (any)
            blank_line(m);
        any = true;
        put_block(m, k);
    }
    m->depth--;
}

static void put_comments(struct md *m)
{
    const struct paper_job *j = m->html.job;
    if (j->comments_n)
        buf_addz(m->html.out, "\n## 批注\n");
    for (size_t i = 0; i < j->comments_n; i++) {
        const struct paper_comment *c = &j->comments[i];
        buf_addz(m->html.out, "\n> ");
        put_escaped(m, str_sub(c->quote, 0, str_chr(c->quote, '\n', 0)), true);
        end_line(m);
        for (size_t k = 0; k <= c->replies_n; k++) {
            const struct paper_comment *one = k ? &c->replies[k - 1] : c;
            buf_addz(m->html.out, k ? "\n- **" : "\n**");
            put_escaped(m, one->author, false);
            buf_addz(m->html.out, "**：");
            put_escaped(m, one->body, false);
            end_line(m);
        }
    }
}

enum err paper_markdown(const struct paper_job *j, struct paper_report *r, struct buf *out)
{
    struct md *m = NEW(struct md);
    struct buf title;
    m->html = (struct html){ .job = j, .report = r, .arena = arena_new(), .out = out };
    m->fresh = true;
    buf_init(&m->prefix, 4096);
    buf_addz(&m->prefix, "");
    buf_init(&title, 64 << 10);
    if (j->doc->first && j->doc->first->kind == PAPER_heading)
        paper_text(j->doc->first, &title);
    if (j->title.n && !str_eq(str_trim(buf_str(&title)), str_trim(j->title))) {
        putz(m, "# ");
        put_escaped(m, j->title, false);
        end_line(m);
        end_line(m);
    }
    put_blocks(m, j->doc);
    put_comments(m);
    buf_fini(&title);
    buf_fini(&m->prefix);
    arena_free(m->html.arena);
    mem_free(m);
    return out->err;
}
