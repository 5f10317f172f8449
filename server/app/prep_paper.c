/* From the tags of an editor's document to the lines of docx_write. ydoc_xml escapes nothing, so
 * what is no tag of the editor counts as text. Marks and images are left out. */
#include "server/app/prep_paper.h"

#include "server/format/write.h"
#include "storage/list.h"

#include <string.h>

enum what { TEXT, BLOCK, HEAD, ROW, CELL, SKIP };

static const struct {
    const char *name;
    enum what what;
} tags[] = {
    { "paragraph", BLOCK },  { "heading", HEAD },        { "tableRow", ROW },
    { "tableCell", CELL },   { "tableHeader", CELL },    { "table", SKIP },
    { "bulletList", SKIP },  { "orderedList", SKIP },    { "listItem", SKIP },
    { "taskList", SKIP },    { "taskItem", SKIP },       { "blockquote", SKIP },
    { "codeBlock", BLOCK },  { "horizontalRule", SKIP }, { "hardBreak", SKIP },
    { "pageBreak", SKIP },   { "image", SKIP },          { "inlineMath", SKIP },
    { "blockMath", SKIP },   { "bold", SKIP },           { "italic", SKIP },
    { "underline", SKIP },   { "strike", SKIP },         { "code", SKIP },
    { "link", SKIP },        { "highlight", SKIP },      { "textStyle", SKIP },
    { "superscript", SKIP }, { "subscript", SKIP },
};

/* What begins at "<"; TEXT: no tag of ours. */
static enum what tag_at(struct str xml, size_t at, bool *close, size_t *end)
{
    *end = str_chr(xml, '>', at);
    *close = at + 1 < xml.n && xml.p[at + 1] == '/';
    struct str inside = str_sub(xml, at + 1 + *close, *end);
    struct str name = str_sub(inside, 0, str_chr(inside, ' ', 0));
    if (*end == SIZE_MAX)
        return TEXT;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (str_eqz(name, tags[i].name))
            return tags[i].what;
    return TEXT;
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
    buf_clear(&p->line);
}

static void tag(struct paper *p, enum what what, bool close)
{
    if (what == ROW) {
        end_line(p);
        p->row = !close;
        if (!close)
            buf_addz(&p->line, "| ");
    } else if (what == CELL && close) {
        buf_addz(&p->line, " | ");
    } else if (!p->row && (what == BLOCK || what == HEAD)) {
        end_line(p);
        if (what == HEAD && !close)
            buf_addz(&p->line, "# ");
    }
}

enum err prep_paper(struct arena *a, struct str title, struct str xml, int64_t now, struct buf *out)
{
    struct paper p = { .arena = a, .lines = list_of(a, sizeof(struct str)) };
    bool close;
    size_t end;
    buf_init(&p.line, xml.n + 64);
    for (size_t at = 0; at < xml.n; at++) {
        enum what what = xml.p[at] == '<' ? tag_at(xml, at, &close, &end) : TEXT;
        if (what == TEXT) {
            buf_char(&p.line, xml.p[at] == '\n' ? ' ' : xml.p[at]);
            continue;
        }
        tag(&p, what, close);
        at = end;
    }
    end_line(&p);
    buf_fini(&p.line);
    return docx_write(title, p.lines.p, p.lines.n, now, out);
}
