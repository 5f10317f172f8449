/* Who I am. Roles and capabilities are those of this moment: the viewer's. */
#include "server/app/me.h"

#include "server/app/may.h"
#include "server/app/office.h"
#include "storage/list.h"
#include "storage/person.h"
#include "storage/place.h"

static struct str kind_word(enum scope_kind kind)
{
    switch (kind) {
    case SCOPE_DEPT: return S("dept");
    case SCOPE_SCHOOL: return S("school");
    case SCOPE_GROUP: return S("group");
    case SCOPE_TOWN: return S("town");
    default: return S("county");
    }
}

static void list_roles(struct call *c, struct me *m)
{
    struct list l = list_of(c->arena, sizeof *m->roles);
    for (int role = 0; role < ROLE_count; role++)
        if (viewer_holds(c->viewer, (enum role)role))
            *(struct str *)list_add(&l) = str_of(role_kinds[role].code);
    m->roles = l.p;
    m->roles_n = l.n;
}

static void list_caps(struct call *c, struct me *m)
{
    struct list l = list_of(c->arena, sizeof *m->caps);
    for (int cap = CAP_none + 1; cap < CAP_count; cap++)
        if (may_at(c->viewer, (enum cap)cap, NULL))
            *(struct str *)list_add(&l) = str_of(cap_kinds[cap].code);
    m->caps = l.p;
    m->caps_n = l.n;
}

static enum err list_held(struct call *c, struct me *m)
{
    const struct viewer *v = c->viewer;
    enum err e = E_OK;
    m->held = arena_array(c->arena, v->roles_n, sizeof *m->held);
    for (size_t i = 0; i < v->roles_n && !e; i++) {
        const struct role_held *h = &v->roles[i];
        struct me_role *r = &m->held[m->held_n++];
        *r = (struct me_role){
            .role = str_of(role_kinds[h->role].code),
            .text = str_of(role_kinds[h->role].text),
            .kind = kind_word(h->kind),
            .id = h->id,
        };
        e = place_name(c->db, c->arena, h->kind, h->id, &r->place);
    }
    return e;
}

static enum err list_places(struct call *c, enum audience_kind kind, struct place_ref **out,
                            size_t *n)
{
    struct list l = list_of(c->arena, sizeof **out);
    enum err e = E_OK;
    for (size_t i = 0; i < c->viewer->keys_n && !e; i++) {
        int64_t key = c->viewer->keys[i];
        if (key % 8 != (int64_t)kind)
            continue;
        struct place_ref *p = list_add(&l);
        p->id = key / 8;
        e = place_name(c->db, c->arena, (enum scope_kind)kind, p->id, &p->name);
    }
    *out = l.p;
    *n = l.n;
    return e;
}

enum err me_get(struct call *c, struct me *m)
{
    struct person p;
    enum err e = person_get(c->db, c->arena, c->viewer->person, &p);
    if (e)
        return e == E_NOT_FOUND ? E_LOGIN : e;
    *m = (struct me){
        .id = p.id,
        .name = p.name,
        .login = p.login,
        .staff_no = p.staff_no,
        .phone = p.phone,
        .subject = p.subject,
        .grade = p.grade,
        .title = p.title,
        .must_change_password = c->viewer->must_change,
        .pdf = office_there(c->house),
    };
    if (p.school) {
        m->school = ARENA_NEW(c->arena, struct place_ref);
        *m->school = (struct place_ref){ p.school, p.school_name };
    }
    list_roles(c, m);
    list_caps(c, m);
    if ((e = list_held(c, m)) || (e = list_places(c, AUD_GROUP, &m->groups, &m->groups_n)))
        return e;
    return list_places(c, AUD_DEPT, &m->depts, &m->depts_n);
}
