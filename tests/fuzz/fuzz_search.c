/* What is asked of search, and the snippet it is shown with: byte 0 is where the query ends and the
 * text begins. Runs hold nothing that means something to an index; asked for again they are
 * themselves; a snippet is text, short, and its marks come in pairs. */
#include "tests/fuzz/fuzz.h"

#include "server/app/snippet.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/search.h"

static void look_at_run(struct arena *a, struct str run)
{
    struct str *again;
    size_t n;
    MUST(run.n && utf_valid(run));
    for (size_t i = 0; i < run.n; i++) {
        char c = run.p[i];
        MUST((unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }
    search_runs(a, run, &again, &n);
    MUST(n == 1 && str_eq(again[0], run));
}

static void look_at_snippet(struct str s)
{
    bool in = false;
    MUST(utf_count(s) <= 300);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        MUST(c != SNIPPET_FROM[0] || !in);
        MUST(c != SNIPPET_TO[0] || in);
        in = c == SNIPPET_FROM[0] || (in && c != SNIPPET_TO[0]);
    }
    MUST(!in);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    if (n == 0)
        return 0;
    struct str in = { (const char *)p + 1, n - 1 }, text, *runs;
    struct str q = str_sub(in, 0, p[0]);
    struct arena *a = arena_new();
    struct buf clean;
    size_t runs_n;
    search_runs(a, q, &runs, &runs_n);
    for (size_t i = 0; i < runs_n; i++)
        look_at_run(a, runs[i]);
    buf_init(&clean, 3 * n + 16);
    text_clean(&clean, str_sub(in, q.n, in.n));
    text = buf_str(&clean);
    MUST(!clean.err && utf_valid(text));
    struct str snippet = snippet_of(a, text, runs, runs_n);
    MUST(utf_valid(snippet));
    look_at_snippet(snippet);
    buf_fini(&clean);
    arena_free(a);
    return 0;
}
