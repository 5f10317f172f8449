/* Who I am: what a client needs to know about the person logged in, and the export of what the
 * house keeps about him. */
#ifndef APP_ME_H
#define APP_ME_H

#include "server/app/call.h"
#include "server/base/buf.h"

struct place_ref {
    int64_t id;
    struct str name;
};
/* A role held at a place. kind: dept, school, group, county or town. */
struct me_role {
    struct str role, text, kind, place;
    int64_t id;
};
struct me {
    int64_t id;
    struct str name, login, staff_no, phone, subject, grade, title;
    struct place_ref *school; /* NULL: none */
    struct str *roles, *caps; /* codes; caps: what one may at some place at least */
    size_t roles_n, caps_n;
    struct me_role *held;
    size_t held_n;
    struct place_ref *groups, *depts; /* one belongs to */
    size_t groups_n, depts_n;
    bool must_change_password;
    bool pdf; /* the house makes PDFs (app/office.h) */
};

enum err me_get(struct call *c, struct me *out) MUST_USE;
/* All of one's own data as JSON: person, postings, roles, departments, teaching, sessions, tokens,
 * what is on record. Recorded. */
enum err me_export(struct call *c, struct buf *out) MUST_USE;

#endif
