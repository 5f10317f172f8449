/* People and their further schools. */
#include "server/http/routes.h"

#include "server/app/person.h"

enum err h_person_list(struct call *c, const struct input *in, struct output *out)
{
    struct person_page *p = ARENA_NEW(c->arena, struct person_page);
    out->value = p;
    return person_find(c, in->query, p);
}

enum err h_person_create(struct call *c, const struct input *in, struct output *out)
{
    struct person_made *m = ARENA_NEW(c->arena, struct person_made);
    enum err e = person_create(c, in->body, m);
    out->value = m;
    out->rev = m->person ? m->person->rev : 0;
    return e;
}

enum err h_person_get(struct call *c, const struct input *in, struct output *out)
{
    struct person *p = ARENA_NEW(c->arena, struct person);
    enum err e = person_show(c, in->id[0], p);
    out->value = p;
    out->rev = p->rev;
    return e;
}

enum err h_person_patch(struct call *c, const struct input *in, struct output *out)
{
    struct person *p = ARENA_NEW(c->arena, struct person);
    enum err e = person_update(c, in->id[0], in->rev, in->body, p);
    out->value = p;
    out->rev = p->rev;
    return e;
}

enum err h_person_password(struct call *c, const struct input *in, struct output *out)
{
    struct slip *s = ARENA_NEW(c->arena, struct slip);
    out->value = s;
    return person_reset(c, in->id[0], s);
}

enum err h_person_leave(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return person_leave(c, in->id[0], in->body);
}

enum err h_posting_list(struct call *c, const struct input *in, struct output *out)
{
    struct posting_page *p = ARENA_NEW(c->arena, struct posting_page);
    out->value = p;
    return posting_find(c, in->id[0], p);
}

enum err h_posting_create(struct call *c, const struct input *in, struct output *out)
{
    struct posting *p = ARENA_NEW(c->arena, struct posting);
    out->value = p;
    return posting_add(c, in->id[0], in->body, p);
}

enum err h_posting_end(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return posting_stop(c, in->id[0], in->id[1]);
}
