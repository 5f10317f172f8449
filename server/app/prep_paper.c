/* From the tree of an editor's document to the lines of docx_write: a block is a line, a row of a
 * table is one line whose cells " | " parts, whatever blocks its cells hold. */
#include "server/app/prep_paper.h"

#include "server/crdt/walk.h"
#include "server/format/write.h"
#include "storage/list.h"

enum { LINE_CAP = 4 * 1024 * 1024 };

enum what { NOTHING, BLOCK, HEAD, ROW, CELL };

static const struct {
    const char *name;
    enum what what;
} kinds[] = {
    { "paragraph", BLOCK }, { "codeBlock", BLOCK }, { "heading", HEAD },
    { "tableRow", ROW },    { "tableCell", CELL },  { "tableHeader", CELL },
};

static enum what what_of(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eqz(name, kinds[i].name))
            return kinds[i].what;
    return NOTHING;
}

struct paper {
    struct arena *arena;
    struct list lines;
    struct buf line;
    bool row; /* inside of one: blocks join */
};

static void end_line(struct paper *p)
{
    if (p->line.n)
        *(struct str *)list_add(&p->lines) = arena_str(p->arena, buf_str(&p->line));
    if (!p->line.err)
        buf_clear(&p->line);
}

static void on_open(void *arg, struct str name, const struct yformat *attrs, size_t n, bool mine)
{
    struct paper *p = arg;
    enum what what = what_of(name);
    (void)attrs, (void)n, (void)mine;
    if (what == NOTHING || (p->row && what != ROW))
        return;
    end_line(p);
    p->row = what == ROW;
    if (what == ROW || what == HEAD)
        buf_addz(&p->line, what == ROW ? "| " : "# ");
}

static void on_close(void *arg, struct str name)
{
    struct paper *p = arg;
    enum what what = what_of(name);
    if (what == CELL)
        buf_addz(&p->line, " | ");
    if (what == ROW || (what != NOTHING && !p->row)) {
        end_line(p);
        p->row = false;
    }
}

static void on_text(void *arg, struct str text, const struct yformat *marks, size_t n, bool mine)
{
    struct paper *p = arg;
    (void)marks, (void)n, (void)mine;
    for (size_t i = 0; i < text.n; i++)
        buf_char(&p->line, text.p[i] == '\n' ? ' ' : text.p[i]);
}

enum err prep_paper(struct arena *a, struct str title, const struct ydoc *d, int64_t now,
                    struct buf *out)
{
    struct paper p = { .arena = a, .lines = list_of(a, sizeof(struct str)) };
    struct ydoc_walk walk = { .arg = &p, .open = on_open, .close = on_close, .text = on_text };
    buf_init(&p.line, LINE_CAP);
    enum err e = ydoc_walk(d, S("body"), &walk);
    end_line(&p);
    if (!e)
        e = p.line.err;
    buf_fini(&p.line);
    return e ? e : docx_write(title, p.lines.p, p.lines.n, now, out);
}
