/* Cutting snippets. The text is cut into grams again, the way the index did, so that what is marked
 * is what was found: traditional and simplified, wide and narrow, over line breaks. */
#include "server/app/snippet.h"

#include "server/base/buf.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/list.h"

#include <string.h>

enum { BEFORE = 18, LENGTH = 90, SNIPPET_CAP = 4096 };

struct spot {
    uint64_t hash, first; /* of the whole gram and of its first character */
    enum gram_kind kind;
    uint32_t position;
    size_t start, end;
};

static uint64_t hash(const char *p, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 1099511628211u;
    return h;
}

static struct spot *spots_of(struct arena *a, struct str text, size_t *n)
{
    struct list l = list_of(a, sizeof(struct spot));
    struct grams g = grams_of(text);
    struct gram k;
    while (grams_next(&g, &k))
        *(struct spot *)list_add(&l) = (struct spot){
            .hash = hash(k.p, k.n),
            .first = hash(k.p, k.kind == GRAM_WORD ? k.n : k.first_n),
            .kind = k.kind,
            .position = k.position,
            .start = k.start,
            .end = k.end,
        };
    *n = l.n;
    return l.p;
}

/* Does the run's phrase begin at t[0]? end: where it ends in the text. */
static bool begins(const struct spot *t, size_t left, const struct spot *run, size_t n, size_t *end)
{
    if (n == 1) { /* a word, or one character anywhere */
        *end = t->kind == GRAM_PAIR ? t->start + 1 : t->end;
        return t->first == run->first && (t->kind == GRAM_WORD) == (run->kind == GRAM_WORD);
    }
    if (left < n - 1)
        return false;
    for (size_t i = 0; i < n - 1; i++)
        if (t[i].hash != run[i].hash || t[i].kind != GRAM_PAIR)
            return false;
    *end = t[n - 2].end;
    return true;
}

static size_t mark(char *marked, const struct spot *t, size_t n, const struct spot *run,
                   size_t run_n, struct str text)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0, end = 0; i < n; i++) {
        if (!begins(t + i, n - i, run, run_n, &end))
            continue;
        while (end < text.n && ((unsigned char)text.p[end] & 0xC0) == 0x80)
            end++;
        memset(marked + t[i].start, 1, end - t[i].start);
        first = first < t[i].start ? first : t[i].start;
    }
    return first;
}

/* So many characters back from an offset. */
static size_t back(struct str text, size_t at, int chars)
{
    while (at > 0 && chars-- > 0)
        at = utf_before(text, at);
    return at;
}

static struct str cut(struct arena *a, struct str text, const char *marked, size_t from)
{
    struct buf b;
    bool in = false, blank = true;
    size_t at = from;
    buf_init(&b, SNIPPET_CAP);
    if (from)
        buf_addz(&b, "…");
    for (int left = LENGTH; at < text.n && left > 0; left--) {
        uint32_t c;
        size_t n = utf_get(str_sub(text, at, text.n), &c);
        if (in != (marked[at] != 0))
            buf_addz(&b, in ? SNIPPET_TO : SNIPPET_FROM);
        in = marked[at] != 0;
        bool space = c <= ' ' || utf_is_control(c);
        if (!space)
            buf_put(&b, text.p + at, n);
        else if (!blank)
            buf_char(&b, ' ');
        blank = space;
        at += n;
    }
    if (in)
        buf_addz(&b, SNIPPET_TO);
    if (at < text.n)
        buf_addz(&b, "…");
    struct str s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* Every hit in the text; where the first one begins, SIZE_MAX: there is none. */
static size_t mark_all(struct arena *a, struct str text, const struct str *runs, size_t runs_n,
                       char *marked)
{
    size_t n, run_n, first = SIZE_MAX;
    struct spot *t = spots_of(a, text, &n);
    for (size_t i = 0; i < runs_n; i++) {
        struct spot *run = spots_of(a, runs[i], &run_n);
        size_t at = run_n ? mark(marked, t, n, run, run_n, text) : SIZE_MAX;
        first = first < at ? first : at;
    }
    return first;
}

struct str snippet_of(struct arena *a, struct str text, const struct str *runs, size_t runs_n)
{
    char *marked = arena_alloc(a, text.n + 1);
    size_t first = mark_all(a, text, runs, runs_n, marked);
    return first == SIZE_MAX ? S("") : cut(a, text, marked, back(text, first, BEFORE));
}

struct str snippet_of_lines(struct arena *a, struct str text, const struct str *runs, size_t runs_n)
{
    char *marked = arena_alloc(a, text.n + 1);
    struct str rest = text, line, kept;
    struct buf b;
    if (mark_all(a, text, runs, runs_n, marked) == SIZE_MAX)
        return S("");
    buf_init(&b, text.n + 1);
    while (str_next(&rest, '\n', &line))
        if (memchr(marked + (line.p - text.p), 1, line.n)) {
            if (b.n) {
                marked[b.n] = 0;
                buf_char(&b, '\n');
            }
            memmove(marked + b.n, marked + (line.p - text.p), line.n);
            buf_add(&b, line);
        }
    kept = arena_str(a, buf_str(&b));
    buf_fini(&b);
    char *first = memchr(marked, 1, kept.n);
    return cut(a, kept, marked, back(kept, (size_t)(first - marked), BEFORE));
}
