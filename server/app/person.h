/* People: the register, their further schools, password slips, leaving. */
#ifndef APP_PERSON_H
#define APP_PERSON_H

#include "server/app/call.h"
#include "storage/person.h"
#include "storage/posting.h"

struct person_query {
    struct str q, cursor;
    int64_t school, group, dept, limit;
    bool disabled;
    bool has_q, has_cursor, has_school, has_group, has_dept, has_limit, has_disabled;
};
struct person_page {
    struct person *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct person_new {
    struct str name, login, staff_no, phone, subject, grade, title;
    int64_t school;
    bool has_login, has_staff_no, has_phone, has_subject, has_grade, has_title, has_school;
};
struct person_edit {
    struct str name, login, staff_no, phone, subject, grade, title;
    int64_t school;
    bool has_name, has_login, has_staff_no, has_phone, has_subject, has_grade, has_title,
        has_school;
};
/* What is printed and handed over in an envelope; the password is told this once. */
struct slip {
    int64_t person;
    struct str school_name, name, staff_no, login, password;
};
struct slip_page {
    struct slip *items;
    size_t items_n;
};
struct person_ids {
    int64_t *persons;
    size_t persons_n;
};
struct person_made {
    struct person *person;
    struct slip *slip;
};

/* Phones are masked where the viewer may not see them. */
enum err person_find(struct call *c, const struct person_query *q,
                     struct person_page *out) MUST_USE;
enum err person_show(struct call *c, int64_t id, struct person *out) MUST_USE;
enum err person_create(struct call *c, const struct person_new *in,
                       struct person_made *out) MUST_USE;
enum err person_update(struct call *c, int64_t id, int64_t rev, const struct person_edit *in,
                       struct person *out) MUST_USE;
/* New passwords to print, to be changed at the next login; ends the persons' sessions. All or none.
 */
enum err person_reset(struct call *c, const struct person_ids *in, struct slip_page *out) MUST_USE;

struct person_heir {
    int64_t to;
};
struct person_handed { /* how many of each */
#define HANDOVER(noun, field, text) int64_t field;
#include "server/app/handover.def"
#undef HANDOVER
};
/* What others know of his goes to a colleague of the same school (handover.def). */
enum err person_hand_over(struct call *c, int64_t id, int64_t to,
                          struct person_handed *out) MUST_USE;
/* Leaves: roles, memberships and postings end, sessions and tokens too, the account is disabled. */
enum err person_leave(struct call *c, int64_t id) MUST_USE;
enum err person_return(struct call *c, int64_t id) MUST_USE; /* enabled again; roles stay ended */

struct posting_new {
    int64_t school, from_at, until_at;
    struct str form;
    bool has_from_at, has_until_at, has_form;
};
struct posting_page {
    struct posting *items;
    size_t items_n;
};
enum err posting_find(struct call *c, int64_t person, struct posting_page *out) MUST_USE;
enum err posting_add(struct call *c, int64_t person, const struct posting_new *in,
                     struct posting *out) MUST_USE;
enum err posting_stop(struct call *c, int64_t person, int64_t id) MUST_USE;

/* ---- for other app files, inside their transaction */
/* Puts a new person with the rest filled in (uuid, pinyin, login); hash STR_NONE: no password yet.
 * E_INPUT, E_CONFLICT with a sentence. */
enum err person_add(struct call *c, struct person *p, struct str hash, bool must_change) MUST_USE;
/* Name, phone, codes: what must hold of every row. */
enum err person_check(struct call *c, const struct person *p) MUST_USE;
/* May the viewer act on this person's account? What somebody's roles give, only those may touch
 * who could have granted them. */
enum err person_guard(struct call *c, const struct person *p, int cap) MUST_USE;

/* One per noun that is owned: gives what `from` owns to `to` and says how many that were. Inside
 * the transaction. */
#define HANDOVER(noun, field, text)                                                                \
    enum err handover_##noun(struct call *c, int64_t from, int64_t to, int64_t *n);
#include "server/app/handover.def"
#undef HANDOVER

#endif
