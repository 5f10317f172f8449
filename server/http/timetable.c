/* Timetables, and when people are free together. */
#include "server/http/routes.h"

#include "server/app/timetable.h"

enum err h_timetable_get(struct call *c, const struct input *in, struct output *out)
{
    struct timetable_page *p = ARENA_NEW(c->arena, struct timetable_page);
    out->value = p;
    return timetable_find(c, in->query, p);
}

enum err h_timetable_import(struct call *c, const struct input *in, struct output *out)
{
    struct timetable_done *d = ARENA_NEW(c->arena, struct timetable_done);
    out->value = d;
    return timetable_take(c, in->id[0], in->query, in->rq->body, d);
}

enum err h_timetable_held(struct call *c, const struct input *in, struct output *out)
{
    struct timetable_held *h = ARENA_NEW(c->arena, struct timetable_held);
    out->value = h;
    return timetable_held(c, in->id[0], in->query, h);
}

enum err h_timetable_sheet(struct call *c, const struct input *in, struct output *out)
{
    struct str name;
    enum err e = timetable_sheet(c, in->id[0], in->query, &out->reply->bytes, &name);
    if (!e)
        reply_file(c, out->reply, XLSX, name);
    return e;
}

enum err h_timetable_drop(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return timetable_drop(c, in->id[0], in->query);
}

enum err h_free_times(struct call *c, const struct input *in, struct output *out)
{
    struct free_times *t = ARENA_NEW(c->arena, struct free_times);
    out->value = t;
    return free_find(c, in->id[0], in->query, t);
}
