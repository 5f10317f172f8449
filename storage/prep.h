/* Rows of 集体备课: sessions with who takes part, where they hang in the textbooks, what lies on
 * the table, until when; what happened to them. What is said in them is in storage/prep_talk.h, who
 * was there and the record in storage/prep_record.h, term plans in storage/prep_plan.h. P1: lead,
 * host and recorder have a row of prep_person. P2: a row of prep_person has the session's `at`
 * (prep_change keeps it so). */
#ifndef STORAGE_PREP_H
#define STORAGE_PREP_H

#include "storage/db.h"

struct prep_row {
    int64_t id, rev, dept, stage, stage_at, lead, host, recorder;
    int64_t at, starts_at, ends_at, term, week, opened_at, resource;
    int64_t created_by, created_at, changed_at, cancelled_at;
    int64_t school, group; /* the 备课组's; one of the two is 0 */
    bool silent;
    struct str uuid, subject, grade, title, way, place, agenda;
    struct str dept_name, lead_name, host_name, recorder_name;
};

struct prep_person {
    int64_t person;
    struct str part, answer, attended, reason; /* see 0010_prep.sql */
    struct str name, school_name;
    bool spoke; /* wrote an opinion, comment or suggestion */
};

struct prep_deadline {
    int64_t stage_no, at;
    struct str stage; /* its code, by the app */
};

struct prep_material {
    int64_t id;
    struct str title, kind; /* kind: its code, by the app */
    int64_t kind_no;
};

struct prep_spot {
    int64_t id;
    struct str name, path;
};

struct prep_log {
    int64_t at, person, was_no, became_no;
    struct str act, note, person_name;
    struct str was, became; /* codes, by the app */
};

enum err prep_put(struct db *db, struct prep_row *p) MUST_USE; /* sets id, rev = 1 */
enum err prep_get(struct db *db, struct arena *a, int64_t id, struct prep_row *p) MUST_USE;
/* All an organiser writes; E_REV when rev is not the row's; p->rev becomes the new one. */
enum err prep_change(struct db *db, struct prep_row *p) MUST_USE;
/* stage, stage_at, opened_at, resource, cancelled_at, changed_at; rev as above. */
enum err prep_move(struct db *db, struct prep_row *p) MUST_USE;

/* Who has this part and is not listed goes. */
enum err prep_people_drop(struct db *db, int64_t id, const int64_t *people, size_t n,
                          const char *part) MUST_USE;
/* Those that are new come in, those who are not listed any more go; what the others answered stays.
 */
enum err prep_people_set(struct db *db, const struct prep_row *p, const int64_t *people, size_t n,
                         const char *part) MUST_USE;
/* By pinyin, participants first. */
enum err prep_people(struct db *db, struct arena *a, int64_t id, struct prep_person **out,
                     size_t *n) MUST_USE;
/* E_NOT_FOUND: takes no part. */
enum err prep_person_get(struct db *db, struct arena *a, int64_t id, int64_t person,
                         struct prep_person *out) MUST_USE;
enum err prep_answer_set(struct db *db, int64_t id, int64_t person, struct str answer,
                         struct str reason) MUST_USE;
/* E_NOT_FOUND: takes no part. */
enum err prep_attended_set(struct db *db, int64_t id, int64_t person, struct str attended,
                           struct str reason) MUST_USE;
/* Of those who take part, whoever does not hold the key: he hears of it by his own. */
enum err prep_outsiders(struct db *db, struct arena *a, int64_t id, int64_t akey, int64_t **out,
                        size_t *n) MUST_USE;
/* Is this person in use, and (dept > 0) a member of the 备课组 now? */
enum err prep_fits(struct db *db, int64_t person, int64_t dept, int64_t now, bool *out) MUST_USE;

enum err prep_places_set(struct db *db, int64_t id, const int64_t *taxa, size_t n) MUST_USE;
enum err prep_places(struct db *db, struct arena *a, int64_t id, struct prep_spot **out,
                     size_t *n) MUST_USE;
enum err prep_materials_set(struct db *db, int64_t id, const int64_t *ids, size_t n) MUST_USE;
enum err prep_materials(struct db *db, struct arena *a, int64_t id, struct prep_material **out,
                        size_t *n) MUST_USE;
enum err prep_deadlines_set(struct db *db, int64_t id, const struct prep_deadline *d,
                            size_t n) MUST_USE;
enum err prep_deadlines(struct db *db, struct arena *a, int64_t id, struct prep_deadline **out,
                        size_t *n) MUST_USE;

enum err prep_log_put(struct db *db, int64_t id, const struct prep_log *l) MUST_USE;
enum err prep_log_list(struct db *db, struct arena *a, int64_t id, struct prep_log **out,
                       size_t *n) MUST_USE; /* newest first, at most 500 */

/* ---- lists: latest first, after the row with these sort values */
struct prep_card {
    int64_t id, rev, dept, stage_no, lead, host, starts_at, ends_at, at, term, week, opened_at;
    int64_t cancelled_at, changed_at, resource;
    struct str title, subject, grade, way, place, spot; /* spot: path of its first lesson */
    struct str dept_name, lead_name, host_name, part, uuid;
    struct str stage; /* code, by the app */
};
struct prep_filter {
    int64_t person;              /* only what he takes part in; 0: any */
    int64_t dept, school, group; /* of this 备课组; of those of this school, of this group's own */
    int64_t term, week, stage;   /* 0: any */
    int64_t from, until;         /* of `at` */
    int64_t after, after_id;     /* INT64_MAX to begin */
    int64_t limit;
};
/* The part in a card is the filter's person's. */
enum err prep_list(struct db *db, struct arena *a, const struct prep_filter *f,
                   struct prep_card **out, size_t *n) MUST_USE;

/* ---- reminders */
struct prep_due {
    int64_t id, at, stage; /* stage 0: the session begins */
    struct str title;
};
/* What begins or ends between the two and was not told of. */
enum err prep_due_list(struct db *db, struct arena *a, int64_t from, int64_t until,
                       struct prep_due **out, size_t *n) MUST_USE;
enum err prep_due_told(struct db *db, const struct prep_due *d) MUST_USE;

/* What `from` hosts, leads or records and is not over is `to`'s, if he fits. *n: how many. */
enum err prep_over(struct db *db, int64_t from, int64_t to, int64_t now, int64_t *n) MUST_USE;

#endif
