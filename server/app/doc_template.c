/* Writes the parts of doc_templates.def into a new document, as the web client's editor has them:
 * in the fragment "body", paragraphs, headings and tables whose cells hold paragraphs. */
#include "server/app/doc_template.h"

#include "server/base/buf.h"
#include "server/base/id.h"
#include "server/crdt/edit.h"

enum part_what { HEADING, LINE, FACTS, TABLE };
enum { ROWS_TO_FILL = 4, UPDATE_CAP = 1 << 20 };

static const struct part {
    const char *kind;
    enum part_what what;
    const char *text;
} parts[] = {
#define PART(kind, what, text) { #kind, what, text },
#include "server/app/doc_templates.def"
#undef PART
};

/* A new last child. */
static enum err add(struct ydoc_edit *e, ynode in, const char *name, ynode *made)
{
    return ylist_insert_node(e, in, ylength(e, in), YELEMENT, str_of(name), made);
}

static enum err say(struct ydoc_edit *e, ynode in, struct str text)
{
    ynode t;
    enum err err;
    if (text.n == 0)
        return E_OK;
    if ((err = ylist_insert_node(e, in, 0, YXMLTEXT, STR_NONE, &t)))
        return err;
    return ytext_insert(e, t, 0, text, NULL, 0);
}

static enum err line(struct ydoc_edit *e, ynode in, struct str text)
{
    ynode p;
    enum err err = add(e, in, "paragraph", &p);
    return err ? err : say(e, p, text);
}

static enum err heading(struct ydoc_edit *e, ynode in, struct str text)
{
    ynode h;
    enum err err;
    if ((err = add(e, in, "heading", &h)) || (err = ymap_set(e, h, S("level"), S("2"))))
        return err;
    return say(e, h, text);
}

static enum err cell(struct ydoc_edit *e, ynode row, bool head, struct str text)
{
    ynode c;
    enum err err = add(e, row, head ? "tableHeader" : "tableCell", &c);
    return err ? err : line(e, c, text);
}

static enum err head_row(struct ydoc_edit *e, ynode table, struct str names)
{
    ynode r;
    struct str name;
    enum err err = add(e, table, "tableRow", &r);
    while (!err && names.n && str_next(&names, '|', &name))
        err = cell(e, r, true, name);
    return err;
}

static enum err empty_row(struct ydoc_edit *e, ynode table, size_t cells)
{
    ynode r;
    enum err err = add(e, table, "tableRow", &r);
    for (size_t i = 0; i < cells && !err; i++)
        err = cell(e, r, false, STR_NONE);
    return err;
}

static size_t names_in(struct str text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '|';
    return n;
}

static struct str value_of(const struct doc_facts *known, struct str name)
{
    for (size_t i = 0; known && i < known->n; i++)
        if (str_eq(known->items[i].name, name))
            return known->items[i].value;
    return STR_NONE;
}

static enum err fact(struct ydoc_edit *e, ynode row, struct str name, struct str value)
{
    enum err err = cell(e, row, true, name);
    return err ? err : cell(e, row, false, value);
}

/* Two in a row, as paper forms have it. */
static enum err facts(struct ydoc_edit *e, ynode table, struct str names,
                      const struct doc_facts *known)
{
    struct str name;
    ynode r = 0;
    enum err err = E_OK;
    for (size_t i = 0; !err && names.n && str_next(&names, '|', &name); i++) {
        if (i % 2 == 0)
            err = add(e, table, "tableRow", &r);
        err = err ? err : fact(e, r, name, value_of(known, name));
    }
    return err;
}

static enum err to_fill(struct ydoc_edit *e, ynode table, struct str head)
{
    enum err err = head_row(e, table, head);
    for (int i = 0; i < ROWS_TO_FILL && !err; i++)
        err = empty_row(e, table, names_in(head));
    return err;
}

static enum err put(struct ydoc_edit *e, ynode body, const struct part *p,
                    const struct doc_facts *known)
{
    struct str text = str_of(p->text);
    ynode table;
    if (p->what == HEADING)
        return heading(e, body, text);
    if (p->what == LINE)
        return line(e, body, text);
    enum err err = add(e, body, "table", &table);
    if (err)
        return err;
    return p->what == FACTS ? facts(e, table, text, known) : to_fill(e, table, text);
}

static enum err write_parts(struct ydoc_edit *e, struct str kind, const struct doc_facts *known)
{
    ynode body = yroot(e, S("body"));
    enum err err = E_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !err; i++)
        if (str_eqz(kind, parts[i].kind))
            err = put(e, body, &parts[i], known);
    return err;
}

enum err doc_template(struct call *c, struct str kind, const struct doc_facts *known,
                      struct str *update)
{
    struct ydoc *d = ydoc_new(NULL);
    struct ydoc_edit *e = ydoc_edit_open(d, 1 + id_random(UINT32_MAX));
    struct buf out;
    buf_init(&out, UPDATE_CAP);
    enum err err = write_parts(e, kind, known), closed = ydoc_edit_close(e, &out);
    *update = arena_str(c->arena, buf_str(&out));
    buf_fini(&out);
    ydoc_free(d);
    return err ? err : closed;
}
