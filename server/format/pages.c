/* Collecting pages. Only whole lines are ever cut off; the text given is trimmed. */
#include "server/format/pages.h"

#include "server/base/utf.h"

#include <string.h>

void pages_init(struct pages *p, struct pages_to to, uint64_t cap)
{
    *p = (struct pages){ .to = to, .number = 1, .left = cap };
    buf_init(&p->text, 2 * PAGE_BYTES);
}

void pages_fini(struct pages *p)
{
    buf_fini(&p->text);
}

bool pages_full(const struct pages *p)
{
    return p->cut;
}

static struct str head_cut(struct str s)
{
    return utf_head(str_trim(s), HEAD_BYTES);
}

void pages_title(struct pages *p, struct str title)
{
    title = head_cut(title);
    if (p->title_n || !title.n)
        return;
    memcpy(p->title, title.p, title.n);
    p->title_n = title.n;
}

void pages_head(struct pages *p, int level, struct str text)
{
    text = head_cut(text);
    if (!p->to.head || !text.n || p->cut)
        return;
    if (p->heads++ < HEADS_MAX)
        p->to.head(p->to.arg, level < 1 ? 1 : level > 9 ? 9 : level, p->number, text);
}

/* Gives what was collected, keeping number and title. */
static void give(struct pages *p)
{
    struct str s = str_trim(buf_str(&p->text));
    if (!s.n || p->cut) {
        buf_clear(&p->text);
        return;
    }
    if (s.n > p->left || p->given >= PAGES_MAX) {
        s = p->given >= PAGES_MAX ? STR_NONE : utf_head(s, (size_t)p->left);
        p->cut = true;
    }
    p->left -= s.n;
    p->given++;
    if (s.n)
        p->to.page(p->to.arg, p->number, (struct str){ p->title, p->title_n }, s);
    buf_clear(&p->text);
}

void pages_split(struct pages *p)
{
    if (p->text.n >= PAGE_BYTES)
        give(p);
}

void pages_add(struct pages *p, struct str s)
{
    while (s.n && !p->cut) {
        struct str part = utf_head(s, PAGE_BYTES);
        if (!part.n)
            part = s.n > PAGE_BYTES ? str_sub(s, 0, PAGE_BYTES) : s;
        if (p->text.n + part.n > 2 * PAGE_BYTES)
            give(p);
        buf_add(&p->text, part);
        s = str_sub(s, part.n, s.n);
    }
}

void pages_char(struct pages *p, char c)
{
    pages_add(p, (struct str){ &c, 1 });
}

void pages_line(struct pages *p)
{
    while (p->text.n && (p->text.p[p->text.n - 1] == ' ' || p->text.p[p->text.n - 1] == '\t'))
        p->text.n--;
    if (p->text.n && p->text.p[p->text.n - 1] != '\n')
        pages_char(p, '\n');
    pages_split(p);
}

void pages_space(struct pages *p)
{
    char last = p->text.n ? p->text.p[p->text.n - 1] : '\n';
    if (last != ' ' && last != '\n' && last != '\t')
        pages_char(p, ' ');
}

void pages_next(struct pages *p)
{
    give(p);
    p->number++;
    p->title_n = 0;
}
