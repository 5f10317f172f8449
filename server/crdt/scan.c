/* The door: an update is read through once before anything is done with it. */
#include "server/crdt/ydoc_int.h"

enum err fault_tell(struct ydoc_fault *why, const char *what, size_t at, enum err e)
{
    if (why)
        *why = (struct ydoc_fault){ what, at };
    return e;
}

static void scan_run(struct in *in, struct scan *s)
{
    struct run r = { .count = 0 };
    struct wire w;
    uint64_t count = in_uint(in);
    r.client = in_uint(in);
    uint32_t clock = r.clock = in_clock(in);
    r.p = in->p;
    if (count > in_left(in)) {
        in_fail(in, "more structs than there are bytes");
        return;
    }
    for (r.count = (uint32_t)count; count > 0 && !in->what; count--) {
        wire_read(in, r.client, clock, &w);
        clock += w.len;
    }
    r.end = in->p;
    r.end_clock = clock;
    s->structs += r.count;
    s->runs += r.count > 0;
    if (!in->what && r.count && s->run)
        s->run(s->arg, &r);
}

static enum err at_end(struct in *in, struct str update, struct ydoc_fault *why)
{
    if (!in->what && in->p != in->end)
        in_fail(in, "bytes behind the end");
    if (in->what)
        return fault_tell(why, in->what, (size_t)(in->at - update.p), E_SYNTAX);
    return E_OK;
}

enum err update_scan(struct str update, struct scan *s, struct ydoc_fault *why)
{
    struct in in = in_of(update);
    if (update.n > UINT32_MAX / 2)
        return fault_tell(why, "an update of more than 2 GiB", 0, E_TOO_LARGE);
    for (uint64_t runs = in_uint(&in); runs > 0 && !in.what; runs--)
        scan_run(&in, s);
    const char *from = in.p;
    s->deletes = ranges_skip(&in, NULL);
    s->delete_set = (struct str){ from, (size_t)(in.p - from) };
    return at_end(&in, update, why);
}

enum err update_end(struct update *u, struct str update, struct ranges *deleted,
                    struct ydoc_fault *why)
{
    ranges_skip(&u->in, deleted);
    return at_end(&u->in, update, why);
}
