/* The functions that have no command, as a filter for the tests beside it: a line with a word and a
 * count, then so many lines of base64; answered with a line of base64, or "error: …".
 *
 * merge u…      diff sv u     answer sv u…     sv u       v1to2 u    v2to1 u
 * snapshot u…   restore s u… (both with deleted content kept)    check u… */
#include "server/base/arena.h"
#include "server/base/id.h"
#include "server/crdt/ydoc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 100000 };

struct call {
    struct str part[PARTS];
    size_t n;
    struct arena *arena;
    struct buf out;
    struct ydoc_fault why;
};

static enum err apply(struct call *c, size_t from, bool keep, struct ydoc **d)
{
    struct ydoc_setup setup = { .keep_deleted = keep };
    enum err e = E_OK;
    *d = ydoc_new(&setup);
    for (size_t k = from; k < c->n && !e; k++)
        e = ydoc_apply(*d, c->part[k], &c->why);
    return e;
}

static enum err on_document(struct call *c, const char *what)
{
    bool sv = strcmp(what, "answer") == 0, restore = strcmp(what, "restore") == 0;
    struct ydoc *d;
    enum err e = apply(c, sv || restore, !sv, &d);
    if (e)
        goto done;
    c->why = (struct ydoc_fault){ "refused", 0 };
    if (sv)
        e = ydoc_diff(d, c->part[0], &c->out);
    else if (restore)
        e = ydoc_restore(d, c->part[0], &c->out);
    else if (strcmp(what, "snapshot") == 0)
        ydoc_snapshot(d, &c->out);
    else if (ydoc_check(d))
        e = E_CORRUPT;
done:
    ydoc_free(d);
    return e;
}

static enum err answer(struct call *c, const char *what)
{
    if (strcmp(what, "merge") == 0)
        return ydoc_merge(c->part, c->n, &c->out, &c->why);
    if (strcmp(what, "diff") == 0)
        return ydoc_diff_update(c->part[1], c->part[0], &c->out, &c->why);
    if (strcmp(what, "sv") == 0)
        return ydoc_state_vector_of(c->part[0], &c->out, &c->why);
    if (strcmp(what, "v1to2") == 0)
        return ydoc_v1_to_v2(c->part[0], &c->out, &c->why);
    if (strcmp(what, "v2to1") == 0)
        return ydoc_v2_to_v1(c->part[0], &c->out, &c->why);
    return on_document(c, what);
}

int main(void)
{
    static struct call c;
    char *line = NULL, what[32];
    size_t room = 0;
    c.arena = arena_new();
    buf_init(&c.out, (size_t)1 << 30);
    while (scanf("%31s %zu ", what, &c.n) == 2 && c.n <= PARTS) {
        arena_reset(c.arena);
        buf_clear(&c.out);
        c.why = (struct ydoc_fault){ "no base64", 0 };
        for (size_t k = 0; k < c.n; k++) {
            ssize_t got = getline(&line, &room, stdin);
            struct str s = str_trim((struct str){ line, got < 0 ? 0 : (size_t)got });
            if (!base64_decode(c.arena, s, &c.part[k]))
                c.part[k] = STR_NONE;
        }
        if (answer(&c, what))
            printf("error: %s\n", c.why.what);
        else
            printf("%.*s\n", STR_ARG(base64_encode(c.arena, buf_str(&c.out))));
        fflush(stdout);
    }
    buf_fini(&c.out);
    arena_free(c.arena);
    free(line);
    return 0;
}
