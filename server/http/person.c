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

enum err h_person_passwords(struct call *c, const struct input *in, struct output *out)
{
    struct slip_page *s = ARENA_NEW(c->arena, struct slip_page);
    out->value = s;
    return person_reset(c, in->body, s);
}

enum err h_person_disable(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return person_leave(c, in->id[0]);
}

enum err h_person_enable(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return person_return(c, in->id[0]);
}

enum err h_person_hand_over(struct call *c, const struct input *in, struct output *out)
{
    const struct person_heir *body = in->body;
    struct person_handed *n = ARENA_NEW(c->arena, struct person_handed);
    out->value = n;
    return person_hand_over(c, in->id[0], body->to, n);
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
