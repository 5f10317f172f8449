/* The common plans of demo_plan.def, written as the web client's editor writes. Yjs counts what a
 * client makes: one for each element and attribute, one for each UTF-16 unit of a text; by these
 * numbers a remark finds its place. The client's number comes from the seed. */
#include "server/app/demo_plan.h"

#include "server/base/utf.h"
#include "server/crdt/edit.h"

enum { PLAN_CAP = 1 << 20 };
enum what { HEADING, LINE, HEAD, ROW };
enum remark_what { COMMENT, INSTEAD };

static const struct plan_line {
    int half;
    enum what what;
    const char *text;
} plans[] = {
#define LESSON(half, name)
#define PLAN(half, what, text) { half, what, text },
#define QUOTE(half, quote, what, text)
#include "server/app/demo_plan.def"
#undef LESSON
#undef PLAN
#undef QUOTE
};

static const struct quote {
    int half;
    const char *quote;
    enum remark_what what;
    const char *text;
} quotes[] = {
#define LESSON(half, name)
#define PLAN(half, what, text)
#define QUOTE(half, quote, what, text) { half, quote, what, text },
#include "server/app/demo_plan.def"
#undef LESSON
#undef PLAN
#undef QUOTE
};
enum { QUOTES_N = sizeof quotes / sizeof *quotes };

static const struct {
    int half;
    const char *name;
} lessons[] = {
#define LESSON(half, name) { half, name },
#define PLAN(half, what, text)
#define QUOTE(half, quote, what, text)
#include "server/app/demo_plan.def"
#undef LESSON
#undef PLAN
#undef QUOTE
};

const char *demo_plan_lesson(int half)
{
    for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++)
        if (lessons[i].half == half)
            return lessons[i].name;
    return "";
}

struct writer {
    struct arena *arena;
    struct ydoc_edit *e;
    struct demo_plan *plan;
    int half;
    uint32_t made; /* by this client so far */
    enum err err;
};

static ynode node(struct writer *w, ynode in, enum ynode_kind kind, const char *name)
{
    ynode n = in;
    if (!w->err)
        w->err = ylist_insert_node(w->e, in, ylength(w->e, in), kind, str_of(name), &n);
    w->made++;
    return n;
}

/* The characters are all of one UTF-16 unit. */
static void find_quotes(struct writer *w, struct str text, uint32_t node_id)
{
    for (size_t i = 0; i < QUOTES_N; i++) {
        struct str q = str_of(quotes[i].quote);
        size_t at = str_find(text, q, 0);
        if (quotes[i].half != w->half || at == SIZE_MAX)
            continue;
        uint32_t from = w->made + (uint32_t)utf_count(str_sub(text, 0, at));
        struct demo_remark *r = &w->plan->remarks[w->plan->remarks_n++];
        *r = (struct demo_remark){ .instead = quotes[i].what == INSTEAD,
                                   .quote = q,
                                   .text = str_of(quotes[i].text) };
        r->anchor = arena_fmt(w->arena,
                              "{\"from\":{\"type\":{\"client\":%lld,\"clock\":%u},\"item\":{"
                              "\"client\":%lld,\"clock\":%u},\"assoc\":0},\"to\":{\"type\":{"
                              "\"client\":%lld,\"clock\":%u},\"item\":{\"client\":%lld,\"clock\":"
                              "%u},\"assoc\":0}}",
                              (long long)w->plan->client, node_id, (long long)w->plan->client, from,
                              (long long)w->plan->client, node_id, (long long)w->plan->client,
                              from + (uint32_t)utf_count(q));
    }
}

/* {} is the lesson. */
static struct str named(struct writer *w, struct str text)
{
    size_t at = str_find(text, S("{}"), 0);
    if (at == SIZE_MAX)
        return text;
    return arena_fmt(w->arena, "%.*s%.*s%.*s", STR_ARG(str_sub(text, 0, at)),
                     STR_ARG(w->plan->lesson), STR_ARG(str_sub(text, at + 2, text.n)));
}

static void say(struct writer *w, ynode in, struct str text)
{
    uint32_t id = w->made;
    if (!text.n)
        return;
    ynode t = node(w, in, YXMLTEXT, "");
    find_quotes(w, text, id);
    if (!w->err)
        w->err = ytext_insert(w->e, t, 0, text, NULL, 0);
    w->made += (uint32_t)utf_count(text);
}

static void heading(struct writer *w, ynode body, struct str text)
{
    ynode h = node(w, body, YELEMENT, "heading");
    if (!w->err)
        w->err = ymap_set(w->e, h, S("level"), S("2"));
    w->made++;
    say(w, h, text);
}

static void row(struct writer *w, ynode table, struct str text, const char *cell)
{
    ynode r = node(w, table, YELEMENT, "tableRow");
    struct str one;
    bool more = true;
    while (more) { /* what stands behind the last |, too, which may be nothing */
        size_t bar = str_chr(text, '|', 0);
        more = bar < text.n;
        one = str_sub(text, 0, bar);
        text = str_sub(text, more ? bar + 1 : text.n, text.n);
        say(w, node(w, node(w, r, YELEMENT, cell), YELEMENT, "paragraph"), one);
    }
}

static void write_lines(struct writer *w)
{
    ynode body = yroot(w->e, S("body")), table = body;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct str text = named(w, str_of(plans[i].text));
        if (plans[i].half != w->half)
            continue;
        switch (plans[i].what) {
        case HEADING: heading(w, body, text); break;
        case LINE: say(w, node(w, body, YELEMENT, "paragraph"), text); break;
        case HEAD:
            table = node(w, body, YELEMENT, "table");
            row(w, table, text, "tableHeader");
            break;
        case ROW: row(w, table, text, "tableCell"); break;
        }
    }
}

enum err demo_plan_write(struct demo *d, struct arena *a, int half, struct str lesson,
                         struct demo_plan *out)
{
    *out = (struct demo_plan){ .client = 1 + (int64_t)rng_below(&d->rng, UINT32_MAX),
                               .lesson = lesson };
    struct ydoc *doc = ydoc_new(NULL);
    struct writer w = { .arena = a, .plan = out, .half = half };
    struct buf update;
    w.e = ydoc_edit_open(doc, (uint64_t)out->client);
    buf_init(&update, PLAN_CAP);
    write_lines(&w);
    enum err closed = ydoc_edit_close(w.e, &update);
    out->update = arena_str(a, buf_str(&update));
    buf_fini(&update);
    ydoc_free(doc);
    return w.err ? w.err : closed;
}
