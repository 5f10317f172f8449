/* Measures server/crdt on updates from a file (u32le length, then the update, again and again) and
 * prints one line of JSON: seconds and bytes. What is measured is named by the first argument:
 * apply (one update at a time), load (the first update alone), listen (apply, and the state vector
 * after each), merge, diff, sv. */
#include "server/base/clock.h"
#include "server/base/mem.h"
#include "server/crdt/ydoc.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
    struct buf bytes;
    struct str *update;
    size_t n;
};

static struct input input_read(const char *path)
{
    struct input in = { .n = 0 };
    FILE *f = fopen(path, "rb");
    char t[65536];
    size_t k;
    if (!f)
        exit(2);
    buf_init(&in.bytes, (size_t)1 << 30);
    while ((k = fread(t, 1, sizeof t, f)) > 0)
        buf_put(&in.bytes, t, k);
    fclose(f);
    size_t room = 0;
    for (size_t at = 0; at + 4 <= in.bytes.n;) {
        uint32_t len;
        memcpy(&len, in.bytes.p + at, 4);
        if (in.n == room)
            in.update = mem_grow(in.update, room = room * 2 + 16, sizeof *in.update);
        in.update[in.n++] = (struct str){ in.bytes.p + at + 4, len };
        at += 4 + len;
    }
    return in;
}

static struct ydoc *apply_all(const struct input *in)
{
    struct ydoc *d = ydoc_new(NULL);
    for (size_t k = 0; k < in->n; k++)
        if (ydoc_apply(d, in->update[k], NULL))
            exit(3);
    return d;
}

static enum err once(const char *what, const struct input *in, struct ydoc **d, struct buf *out)
{
    static const char nothing[] = { 0 };
    struct ydoc_fault why;
    if (strcmp(what, "apply") == 0)
        return *d = apply_all(in), E_OK;
    if (strcmp(what, "merge") == 0)
        return ydoc_merge(in->update, in->n, out, &why);
    if (strcmp(what, "diff") == 0)
        return ydoc_diff_update(in->update[0], (struct str){ nothing, 1 }, out, &why);
    if (strcmp(what, "sv") == 0)
        return ydoc_state_vector_of(in->update[0], out, &why);
    /* answer: a fresh client's first answer */
    *d = ydoc_new(NULL);
    enum err e = ydoc_apply(*d, in->update[0], NULL);
    return e ? e : ydoc_diff(*d, STR_NONE, out);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    struct input in = input_read(argv[2]);
    int runs = atoi(argv[3]);
    int64_t best = INT64_MAX;
    size_t memory = 0, heap = 0, bytes = 0;
    for (int r = 0; r < runs; r++) {
        struct ydoc *d = NULL;
        struct buf out;
        struct ydoc_stats stats = { 0 };
        buf_init(&out, (size_t)1 << 30);
        size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        int64_t t = clock_mono_us();
        if (once(argv[1], &in, &d, &out))
            return 3;
        t = clock_mono_us() - t;
        heap = mallinfo2().uordblks + mallinfo2().hblkhd - before - out.room;
        if (d)
            ydoc_stats(d, &stats);
        memory = stats.memory;
        bytes = out.n;
        best = t < best ? t : best;
        buf_fini(&out);
        ydoc_free(d);
    }
    printf("{\"us\":%lld,\"updates\":%zu,\"memory\":%zu,\"heap\":%zu,\"bytes\":%zu}\n",
           (long long)best, in.n, memory, heap, bytes);
    mem_free(in.update);
    buf_fini(&in.bytes);
    return 0;
}
