/* ydoc: a filter that reads documents and says what becomes of them. Each document is a line with a
 * count and so many lines of base64, Yjs v1 updates, which are applied in that order to a fresh
 * document. Each is answered with one line, at once: {"sv":{…},"state":"…"} or {"error":"…"}. With
 * an option, the view it names is printed instead. */
#include "server/app/command.h"
#include "server/base/arena.h"
#include "server/base/id.h"
#include "server/crdt/ydoc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 512 << 20 };

struct filter {
    struct arena *arena;
    struct buf out;
    char *line;
    size_t room;
    const char *text, *delta, *xml;
    bool json, keep, check;
};

/* The next line without its end; false: the input is over. */
static bool next_line(struct filter *f, struct str *line)
{
    ssize_t n = getline(&f->line, &f->room, stdin);
    if (n < 0)
        return false;
    *line = str_trim((struct str){ f->line, (size_t)n });
    return true;
}

static void say_error(struct filter *f, int64_t nth, const char *what, size_t at)
{
    buf_clear(&f->out);
    buf_addz(&f->out, "{\"error\":\"");
    if (nth > 0)
        buf_fmt(&f->out, "update %" PRId64 ": ", nth);
    buf_addz(&f->out, what);
    if (at)
        buf_fmt(&f->out, " (byte %zu)", at);
    buf_addz(&f->out, "\"}");
}

static enum err say_state(struct filter *f, const struct ydoc *d)
{
    struct buf state;
    uint64_t client;
    uint32_t clock;
    buf_init(&state, LINE_MAX_BYTES);
    buf_addz(&f->out, "{\"sv\":{");
    for (size_t k = 0; ydoc_state(d, k, &client, &clock); k++)
        buf_fmt(&f->out, "%s\"%" PRIu64 "\":%" PRIu32, k ? "," : "", client, clock);
    enum err e = ydoc_diff(d, STR_NONE, &state);
    buf_addz(&f->out, "},\"state\":\"");
    if (!e)
        buf_add(&f->out, base64_encode(f->arena, buf_str(&state)));
    buf_addz(&f->out, "\"}");
    buf_fini(&state);
    return e ? e : f->out.err;
}

static void say(struct filter *f, const struct ydoc *d)
{
    const char *broken = f->check ? ydoc_check(d) : NULL;
    enum err e;
    if (broken) {
        say_error(f, 0, broken, 0);
        return;
    }
    if (f->text)
        e = ydoc_text(d, str_of(f->text), &f->out);
    else if (f->delta)
        e = ydoc_delta(d, str_of(f->delta), &f->out);
    else if (f->xml)
        e = ydoc_xml(d, str_of(f->xml), &f->out);
    else if (f->json)
        e = ydoc_json(d, STR_NONE, &f->out);
    else
        e = say_state(f, d);
    if (e)
        say_error(f, 0, "too large to be printed", 0);
}

/* One document; false: the input ended before it did. */
static bool document(struct filter *f, int64_t n)
{
    struct ydoc_setup setup = { .keep_deleted = f->keep };
    struct ydoc *d = ydoc_new(&setup);
    struct str line, update;
    struct ydoc_fault why;
    bool wrong = false, all = true;
    for (int64_t k = 1; k <= n && all; k++) {
        all = next_line(f, &line);
        if (wrong || !all)
            continue;
        arena_reset(f->arena);
        wrong = !base64_decode(f->arena, line, &update);
        if (wrong)
            say_error(f, k, "no base64", 0);
        else if (ydoc_apply(d, update, &why) != E_OK && (wrong = true))
            say_error(f, k, why.what, why.at);
    }
    if (!all && !wrong)
        say_error(f, 0, "the input ends in the midst of a document", 0);
    else if (!wrong)
        say(f, d);
    ydoc_free(d);
    return all;
}

static void run(struct filter *f)
{
    struct str line;
    bool more = true;
    while (more && next_line(f, &line)) {
        int64_t n;
        if (line.n == 0)
            continue;
        buf_clear(&f->out);
        arena_reset(f->arena);
        if (str_int(line, &n) && n >= 0)
            more = document(f, n);
        else
            say_error(f, 0, "a count of updates is expected", 0);
        fwrite(buf_str(&f->out).p, 1, f->out.n, stdout);
        putchar('\n');
        fflush(stdout);
    }
}

int cmd_ydoc(struct args *a)
{
    struct filter f = { .json = args_flag(a, "json"),
                        .keep = args_flag(a, "keep-deleted"),
                        .check = args_flag(a, "check") };
    f.text = args_option(a, "text");
    f.delta = args_option(a, "delta");
    f.xml = args_option(a, "xml");
    if (!args_end(a))
        return 2;
    f.arena = arena_new();
    buf_init(&f.out, LINE_MAX_BYTES);
    run(&f);
    buf_fini(&f.out);
    arena_free(f.arena);
    free(f.line);
    return 0;
}
