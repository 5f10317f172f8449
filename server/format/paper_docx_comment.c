/* Comments of a docx. A comment is made to a text by quoting it; here it is found again, its first
 * line where the whole is not to be found, and Word's marks are put around it. Comment and replies
 * are comments each, at the same place; commentsExtended.xml says which answers which, by the
 * number of their last paragraph. */
#include "server/format/paper_docx_int.h"

#include "server/base/clock.h"
#include "server/base/mem.h"
#include "server/base/utf.h"

enum { TEXT_CAP = 64 << 20, PARAGRAPH_FIRST = 0x10000000 };

/* ---- finding the places */

/* All text of the document, and where in it each stretch begins. */
struct scan {
    struct buf text;
    const struct paper **node;
    size_t *at, n, room, room_at;
};

static void scan_add(struct scan *s, const struct paper *p)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->node = mem_grow(s->node, s->room, sizeof *s->node);
        s->at = mem_grow(s->at, s->room, sizeof *s->at);
    }
    s->node[s->n] = p;
    s->at[s->n++] = s->text.n;
    buf_add(&s->text, p->text);
}

static void scan_paper(struct scan *s, const struct paper *p, int depth)
{
    if (depth > PAPER_DEPTH)
        return;
    if (p->kind == PAPER_text)
        scan_add(s, p);
    else if (p->kind == PAPER_hard_break)
        buf_char(&s->text, '\n');
    for (const struct paper *k = p->first; k; k = k->next)
        scan_paper(s, k, depth + 1);
    if (paper_holds(p->kind) == INLINES)
        buf_char(&s->text, '\n');
}

/* The stretch in which byte `at` lies, or (end) before which it stands. */
static size_t stretch_of(const struct scan *s, size_t at, bool end)
{
    size_t lo = 0, hi = s->n;
    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (end ? s->at[mid] < at : s->at[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static bool find_in(const struct scan *s, struct str quote, struct docx_anchor *a)
{
    size_t at = quote.n ? str_find(buf_str(&s->text), quote, 0) : SIZE_MAX;
    if (at == SIZE_MAX || !s->n)
        return false;
    size_t from = stretch_of(s, at, false), to = stretch_of(s, at + quote.n, true);
    a->from = s->node[from];
    a->to = s->node[to];
    a->from_at = at - s->at[from];
    a->to_at = at + quote.n - s->at[to];
    /* A quote that begins or ends with a line end reaches past a stretch. */
    a->from_at = a->from_at < a->from->text.n ? a->from_at : a->from->text.n;
    a->to_at = a->to_at < a->to->text.n ? a->to_at : a->to->text.n;
    if (a->from == a->to && a->from_at >= a->to_at)
        a->from = NULL;
    return a->from;
}

/* ---- the parts */

static void put_when(struct buf *b, int64_t at)
{
    struct civil c = civil_local(at);
    buf_fmt(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
            c.second); /* Word shows it as it stands, whatever the Z says */
}

static void put_comment(struct docx *d, const struct paper_comment *c, size_t number,
                        size_t answers)
{
    struct buf *b = &d->comments;
    struct str rest = c->body.n ? c->body : S(" "), line;
    bool first = true;
    buf_fmt(b, "<w:comment w:id=\"%zu\" w:author=\"", number);
    buf_xml(b, c->author);
    buf_addz(b, "\" w:date=\"");
    put_when(b, c->at);
    buf_addz(b, "\" w:initials=\"");
    buf_xml(b, utf_head(c->author, 4));
    buf_addz(b, "\">");
    while (str_next(&rest, '\n', &line)) {
        bool last = !rest.p;
        buf_addz(b, "<w:p");
        if (last)
            buf_fmt(b, " w14:paraId=\"%08zX\"", PARAGRAPH_FIRST + number);
        buf_addz(b, "><w:pPr><w:pStyle w:val=\"CommentText\"/></w:pPr>");
        if (first)
            buf_addz(b, "<w:r><w:rPr><w:rStyle w:val=\"CommentReference\"/></w:rPr>"
                        "<w:annotationRef/></w:r>");
        buf_addz(b, "<w:r><w:t xml:space=\"preserve\">");
        buf_xml(b, line);
        buf_addz(b, "</w:t></w:r></w:p>");
        first = false;
    }
    buf_addz(b, "</w:comment>");
    buf_fmt(&d->threads, "<w15:commentEx w15:paraId=\"%08zX\"", PARAGRAPH_FIRST + number);
    if (answers != number)
        buf_fmt(&d->threads, " w15:paraIdParent=\"%08zX\"", PARAGRAPH_FIRST + answers);
    buf_fmt(&d->threads, " w15:done=\"%d\"/>", c->resolved);
}

void docx_comments_find(struct docx *d)
{
    struct scan s = { .n = 0 };
    size_t number = 0;
    d->anchors_n = d->job->comments_n;
    if (!d->anchors_n)
        return;
    d->anchors = mem_array(d->anchors_n, sizeof *d->anchors);
    buf_init(&s.text, TEXT_CAP);
    scan_paper(&s, d->job->doc, 0);
    for (size_t i = 0; i < d->anchors_n; i++) {
        const struct paper_comment *c = &d->job->comments[i];
        struct docx_anchor *a = &d->anchors[i];
        struct str line = str_trim(str_sub(c->quote, 0, str_chr(c->quote, '\n', 0)));
        if (!find_in(&s, str_trim(c->quote), a) && !find_in(&s, line, a))
            paper_lost(d->report, LOSS_comment_place, c->quote);
        a->first = number;
        a->n = 1 + c->replies_n;
        put_comment(d, c, number++, a->first);
        for (size_t k = 0; k < c->replies_n; k++)
            put_comment(d, &c->replies[k], number++, a->first);
    }
    buf_fini(&s.text);
    mem_free(s.node);
    mem_free(s.at);
}

/* ---- the marks */

static void put_begin(struct docx *d, const struct docx_anchor *a)
{
    for (size_t k = a->first; k < a->first + a->n; k++)
        buf_fmt(&d->body, "<w:commentRangeStart w:id=\"%zu\"/>", k);
}

static void put_end(struct docx *d, const struct docx_anchor *a)
{
    for (size_t k = a->first; k < a->first + a->n; k++)
        buf_fmt(&d->body,
                "<w:commentRangeEnd w:id=\"%zu\"/><w:r><w:rPr><w:rStyle "
                "w:val=\"CommentReference\"/></w:rPr><w:commentReference w:id=\"%zu\"/></w:r>",
                k, k);
}

void docx_comments_lost(struct docx *d)
{
    for (size_t i = 0; i < d->anchors_n && !d->lost_anchors_put; i++)
        if (!d->anchors[i].from) {
            put_begin(d, &d->anchors[i]);
            put_end(d, &d->anchors[i]);
        }
    d->lost_anchors_put = true;
}

size_t docx_comment_next(const struct docx *d, const struct paper *text, size_t at)
{
    size_t next = SIZE_MAX;
    for (size_t i = 0; i < d->anchors_n; i++) {
        const struct docx_anchor *a = &d->anchors[i];
        if (a->from == text && a->from_at >= at && a->from_at < next)
            next = a->from_at;
        if (a->to == text && a->to_at >= at && a->to_at < next)
            next = a->to_at;
    }
    return next;
}

void docx_comment_marks(struct docx *d, const struct paper *text, size_t at)
{
    for (size_t i = 0; i < d->anchors_n; i++)
        if (d->anchors[i].to == text && d->anchors[i].to_at == at)
            put_end(d, &d->anchors[i]);
    for (size_t i = 0; i < d->anchors_n; i++)
        if (d->anchors[i].from == text && d->anchors[i].from_at == at)
            put_begin(d, &d->anchors[i]);
}
