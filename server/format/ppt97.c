/* The text of presentations of PowerPoint 97 to 2003, [MS-PPT]. The stream "PowerPoint Document" is
 * a sequence of records, some of them containers of others. Each time a presentation was saved,
 * what changed was put behind the rest, and then a directory of where each object now is; the last
 * UserEditAtom leads to it and to those before it. So the document is found, in it the list of
 * slides with the texts of their outline, and each slide with the drawings that hold other texts.
 *
 * A slide gives its title, its outline, what else is written on it, and the speaker's notes. */
#include "server/format/office97_int.h"

#include "server/base/mem.h"

#include <string.h>

enum { SLIDES_MAX = 2000, DEPTH_MAX = 32, PERSIST_MAX = 1 << 20, EDITS_MAX = 4096 };
enum { TEXT_BYTES = 1 << 20, EDIT_BYTES = 28 };

enum record_type {
    R_DOCUMENT = 1000,
    R_SLIDE = 1006,
    R_SLIDE_ATOM = 1007,
    R_NOTES = 1008,
    R_SLIDE_PERSIST = 1011,
    R_TEXT_HEADER = 3999,
    R_TEXT_CHARS = 4000,
    R_TEXT_BYTES = 4008,
    R_SLIDE_LIST = 4080,
    R_USER_EDIT = 4085,
    R_PERSIST = 6002,
};
/* What a TextHeaderAtom says of the text behind it. */
enum text_type { TEXT_TITLE = 0, TEXT_NOTES = 2, TEXT_CENTER_TITLE = 6, TEXT_UNTOLD = 100 };
/* Which slides a list has: its instance. */
enum { LIST_SLIDES = 0, LIST_NOTES = 2 };
enum { CONTAINER = 0xf };

struct record {
    uint16_t type, instance;
    bool container;
    struct str body;
};

/* The slides of a list: which object each is, and the records of its outline's texts. */
struct list {
    struct {
        uint32_t object, id;
        struct str outline;
    } v[SLIDES_MAX];
    size_t n;
};

struct show {
    struct str in;
    struct pages *out;
    uint64_t budget;   /* records that may still be visited (B2) */
    uint32_t *persist; /* where object k lies, and one more; 0: nowhere */
    size_t persist_n;
    struct list slides, notes;
    struct buf text, title;
};

/* Cuts the next record off *rest. */
static bool record_next(struct show *w, struct str *rest, struct record *r)
{
    if (rest->n < 8 || !w->budget)
        return false;
    w->budget--;
    uint16_t head = u16_at(*rest, 0);
    r->type = u16_at(*rest, 2);
    r->instance = head >> 4;
    r->container = (head & 0xf) == CONTAINER;
    r->body = span_at(*rest, 8, u32_at(*rest, 4));
    *rest = str_sub(*rest, 8 + r->body.n, rest->n);
    return true;
}

/* ---- where things are */

/* Runs of numbered objects: the first number and how many, then the place of each. What a later
 * edit told stays. */
static void read_persist(struct show *w, struct str dir)
{
    for (size_t at = 0; at + 4 <= dir.n && w->budget; w->budget--) {
        uint32_t head = u32_at(dir, at), first = head & 0xfffff, n = head >> 20;
        at += 4;
        for (uint32_t i = 0; i < n && at + 4 <= dir.n; i++, at += 4)
            if (first + i < w->persist_n && !w->persist[first + i])
                w->persist[first + i] = u32_at(dir, at) + 1;
    }
}

static struct str last_edit(struct show *w)
{
    struct str rest = w->in, got = STR_NONE;
    struct record r;
    while (record_next(w, &rest, &r))
        if (r.type == R_USER_EDIT)
            got = r.body;
    return got;
}

static bool record_at(struct show *w, uint32_t at, struct record *r)
{
    struct str rest = span_at(w->in, at, w->in.n);
    return record_next(w, &rest, r);
}

static bool object_at(struct show *w, uint32_t k, struct record *r)
{
    return k < w->persist_n && w->persist[k] && record_at(w, w->persist[k] - 1, r);
}

/* From the last edit back to the first; each lies before the one that leads to it. */
static enum err read_edits(struct show *w, struct record *document)
{
    struct str edit = last_edit(w);
    struct record r;
    uint32_t object = u32_at(edit, 16), before = UINT32_MAX;
    if (edit.n < EDIT_BYTES || edit.n >= EDIT_BYTES + 4) /* the longer one: it is encrypted */
        return E_SYNTAX;
    for (int i = 0; i < EDITS_MAX; i++) {
        uint32_t at = u32_at(edit, 8);
        if (record_at(w, u32_at(edit, 12), &r) && r.type == R_PERSIST)
            read_persist(w, r.body);
        if (!at || at >= before || !record_at(w, at, &r) || r.type != R_USER_EDIT)
            break;
        before = at;
        edit = r.body;
    }
    return object_at(w, object, document) && document->type == R_DOCUMENT ? E_OK : E_SYNTAX;
}

/* Each slide's own record, then those of its outline. */
static void read_list(struct show *w, struct str body, struct list *to)
{
    struct str rest = body;
    struct record r;
    size_t from = 0;
    while (record_next(w, &rest, &r)) {
        size_t end = body.n - rest.n;
        if (r.type == R_SLIDE_PERSIST) {
            if (to->n == SLIDES_MAX)
                return;
            to->v[to->n].object = u32_at(r.body, 0);
            to->v[to->n].id = u32_at(r.body, 12);
            to->v[to->n++].outline = STR_NONE;
            from = end;
        } else if (to->n)
            to->v[to->n - 1].outline = str_sub(body, from, end);
    }
}

static void read_document(struct show *w, struct str rest)
{
    struct record r;
    while (record_next(w, &rest, &r))
        if (r.type == R_SLIDE_LIST && r.instance == LIST_SLIDES)
            read_list(w, r.body, &w->slides);
        else if (r.type == R_SLIDE_LIST && r.instance == LIST_NOTES)
            read_list(w, r.body, &w->notes);
}

/* ---- texts */

static void decode(struct str s, size_t size, struct buf *out)
{
    struct utf16 half = { 0 };
    for (size_t at = 0; at + size <= s.n; at += size) {
        uint32_t c, unit = size == 2 ? u16_at(s, at) : u8_at(s, at);
        if (!utf16_unit(&half, unit, &c))
            continue;
        if (c == '\r' || c == 0x0b) /* ends of a paragraph and of a line */
            c = '\n';
        if ((c >= 0x20 && c != 0xad) || c == '\n' || c == '\t') /* 0xad: a hyphen that may be */
            buf_utf8(out, c);
    }
}

static void put_text(struct show *w, const struct record *r, uint32_t type)
{
    struct str body = str_sub(r->body, 0, TEXT_BYTES), line;
    bool title = type == TEXT_TITLE || type == TEXT_CENTER_TITLE;
    w->budget -= body.n / 8 < w->budget ? body.n / 8 : w->budget;
    buf_clear(&w->text);
    decode(body, r->type == R_TEXT_CHARS ? 2 : 1, &w->text);
    struct str rest = buf_str(&w->text);
    if (str_eqz(rest, "*")) /* stands for a number, a date or a footer */
        return;
    while (str_next(&rest, '\n', &line)) {
        if (title && w->title.n < HEAD_BYTES) {
            buf_addz(&w->title, w->title.n ? " " : "");
            buf_add(&w->title, str_sub(line, 0, HEAD_BYTES));
        }
        pages_add(w->out, line);
        pages_line(w->out);
    }
}

/* Every text in a container's records, or those of one type. */
static void put_texts(struct show *w, struct str rest, bool notes, int depth)
{
    struct record r;
    uint32_t type = TEXT_UNTOLD;
    while (!pages_full(w->out) && record_next(w, &rest, &r)) {
        if (r.container && depth < DEPTH_MAX) /* B3 */
            put_texts(w, r.body, notes, depth + 1);
        else if (r.type == R_TEXT_HEADER)
            type = u32_at(r.body, 0);
        else if ((r.type == R_TEXT_CHARS || r.type == R_TEXT_BYTES) &&
                 (!notes || type == TEXT_NOTES))
            put_text(w, &r, type);
    }
}

/* ---- slides */

/* What the speaker notes of a slide, whose first record tells where they are. */
static void put_notes(struct show *w, struct str slide)
{
    struct record r;
    if (!record_next(w, &slide, &r) || r.type != R_SLIDE_ATOM)
        return;
    uint32_t id = u32_at(r.body, 16);
    for (size_t i = 0; id && i < w->notes.n; i++)
        if (w->notes.v[i].id == id && object_at(w, w->notes.v[i].object, &r) && r.type == R_NOTES)
            put_texts(w, r.body, true, 0);
}

static void put_slide(struct show *w, size_t k)
{
    struct record r;
    bool found = object_at(w, w->slides.v[k].object, &r) && r.type == R_SLIDE;
    buf_clear(&w->title);
    put_texts(w, w->slides.v[k].outline, false, 0);
    if (found)
        put_texts(w, r.body, false, 0);
    struct str title = str_trim(buf_str(&w->title));
    pages_title(w->out, title);
    pages_head(w->out, 1, title);
    if (found)
        put_notes(w, r.body);
    pages_next(w->out);
}

enum err ppt97_pages(struct ole *o, struct pages *out)
{
    struct buf in;
    struct record document;
    buf_init(&in, OFFICE97_STREAM);
    enum err whole = ole_stream(o, "PowerPoint Document", &in), e;
    struct show *w = NEW(struct show);
    w->in = buf_str(&in);
    w->out = out;
    w->budget = in.n / 2; /* whatever is visited has eight bytes, and is visited twice at most */
    w->persist_n = in.n / 4 < PERSIST_MAX ? in.n / 4 : PERSIST_MAX;
    w->persist = mem_array(w->persist_n + 1, sizeof *w->persist);
    buf_init(&w->text, 4 * TEXT_BYTES);
    buf_init(&w->title, 4 * HEAD_BYTES);
    e = whole == E_NOT_FOUND ? whole : read_edits(w, &document);
    if (!e)
        read_document(w, document.body);
    for (size_t k = 0; !e && k < w->slides.n && !pages_full(out); k++)
        put_slide(w, k);
    buf_fini(&in);
    buf_fini(&w->text);
    buf_fini(&w->title);
    mem_free(w->persist);
    mem_free(w);
    return e ? e : whole;
}
