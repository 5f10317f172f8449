/* 集体备课: sessions of a 备课组, their life, who takes part. What is said in them is in
 * prep_talk.h, the record and the counts in prep_record.h, term plans in prep_plan.h. Every
 * function here asks the rights itself and, where nothing else is said, runs in a transaction of
 * its own.
 *
 * Who belongs to the 备课组 or takes part sees a session; so does who arranges or checks the work
 * there (perms.def). What he may do then follows from his parts and the stage (prep_state.h). */
#ifndef APP_PREP_H
#define APP_PREP_H

#include "server/app/call.h"
#include "server/app/doc.h"
#include "server/app/may.h"
#include "server/app/prep_state.h"
#include "storage/prep.h"

enum { PREP_PEOPLE_MAX = 500, PREP_EARLY_MS = 15 * 60 * 1000, PREP_LATE_MS = 30 * 60 * 1000 };

/* What the organiser fills in; what is not there stays as it is. Without participants: all members
 * of the 备课组; without host: the caller; without recorder: the lead author. */
struct prep_form {
    int64_t dept, lead, host, recorder, starts_at, ends_at;
    struct str title, subject, grade, way, place, agenda;
    bool silent;
    int64_t *taxons, *participants, *guests, *materials;
    size_t taxons_n, participants_n, guests_n, materials_n;
    struct prep_deadline *deadlines;
    size_t deadlines_n;
    bool has_dept, has_lead, has_host, has_recorder, has_starts_at, has_ends_at, has_title,
        has_subject, has_grade, has_way, has_place, has_agenda, has_silent, has_taxons,
        has_participants, has_guests, has_materials, has_deadlines;
};

struct prep_who {
    int64_t person;
    struct str part, answer, reason, name, school_name;
    bool spoke, has_spoke; /* only for the host: who has not spoken yet */
};

struct prep {
    int64_t id, rev, dept, school, group, lead, host, recorder, starts_at, ends_at, term, week;
    int64_t stage_at, opened_at, resource, created_at, changed_at, cancelled_at;
    int64_t signed_at; /* of the record; 0: not signed */
    struct str title, stage, subject, grade, way, place, agenda;
    struct str resource_state; /* of what was published, also where resource is 0 for this viewer */
    struct str dept_name, lead_name, host_name, recorder_name, right;
    bool silent;
    struct prep_who *people;
    size_t people_n;
    struct prep_spot *places;
    size_t places_n;
    struct prep_material *materials;
    size_t materials_n;
    struct prep_deadline *deadlines;
    size_t deadlines_n;
    struct str *may; /* codes of acts (prep_stages.def) the viewer may do now */
    size_t may_n;
};

struct prep_query {
    int64_t dept, school, group, term, week, from, until, limit;
    struct str stage, cursor;
    bool has_dept, has_school, has_group, has_term, has_week, has_from, has_until, has_limit,
        has_stage, has_cursor;
};
struct prep_page {
    struct prep_card *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct prep_order {
    struct str act, stage, note; /* stage: where to, for "move" */
    bool has_stage, has_note;
};
struct prep_answer {
    struct str answer, reason;
    bool has_reason;
};
struct prep_doc_new {
    struct str kind, title;
    int64_t from;             /* a document it begins with, instead of its kind's template */
    bool has_title, has_from; /* without a title: the session's */
};
struct prep_docs {
    struct doc_view *items;
    size_t items_n;
};
struct prep_events {
    struct prep_log *items;
    size_t items_n;
};

enum err prep_create(struct call *c, const struct prep_form *f, int64_t *id) MUST_USE;
enum err prep_update(struct call *c, int64_t id, int64_t rev, const struct prep_form *f) MUST_USE;
enum err prep_show(struct call *c, int64_t id, struct prep *out) MUST_USE;
/* Without dept, school and group: what the caller takes part in. */
enum err prep_find(struct call *c, const struct prep_query *q, struct prep_page *out) MUST_USE;
/* next, hand_in, close, move, open, cancel, resume; all leave a line in the log. */
enum err prep_do(struct call *c, int64_t id, const struct prep_order *o) MUST_USE;
enum err prep_events_get(struct call *c, int64_t id, struct prep_events *out) MUST_USE;
enum err prep_reply_invitation(struct call *c, int64_t id, const struct prep_answer *in) MUST_USE;
/* The documents of a session: 共案, 导学案, 作业; new ones are filled from the template of the
 * kind. */
enum err prep_docs_get(struct call *c, int64_t id, struct prep_docs *out) MUST_USE;
enum err prep_doc_add(struct call *c, int64_t id, const struct prep_doc_new *in,
                      int64_t *doc) MUST_USE;
/* Inside a transaction: the rows of a new document of the session; doc_fill comes next. */
enum err prep_doc_put(struct call *c, int64_t id, const struct prep_doc_new *in,
                      struct doc *out) MUST_USE;
/* The caller's sessions of the last month and of what comes, as RFC 5545 text. */
enum err prep_ics(struct call *c, struct buf *out) MUST_USE;

/* ---- for live documents
 * The right of the caller to a document whose owner is a session (doc_owners.def). */
enum err prep_doc_right(struct call *c, const struct doc *d, struct doc_rights *out) MUST_USE;
/* This person is connected to a document, or wrote in it; told at least every ten minutes. Does
 * nothing for a document of another owner, and writes once in ten minutes. In a transaction of its
 * own; no rights asked. */
enum err prep_seen(struct call *c, const struct doc *d, int64_t person) MUST_USE;

/* ---- for the noun's own files */
struct prep_access {
    struct prep_row row;
    unsigned parts; /* PART_* of the caller; 0 never: then it is E_NOT_FOUND */
    bool insider;   /* takes part: a row of prep_person */
};
/* Loads it for somebody who may see it. */
enum err prep_for(struct call *c, int64_t id, struct prep_access *out) MUST_USE;
/* E_FORBIDDEN: none of his parts may; E_STATE: not in this stage, or called off. */
enum err prep_may(struct call *c, const struct prep_access *a, enum prep_act act) MUST_USE;
/* Both. */
enum err prep_to(struct call *c, int64_t id, enum prep_act act, struct prep_access *out) MUST_USE;
bool prep_can(const struct prep_access *a, enum prep_act act);
/* E_STATE: the record is signed, so what was at this time or before stays as it is. 0: anything. */
enum err prep_unsigned(struct call *c, int64_t id, int64_t at) MUST_USE;
/* He was there just now: inside a transaction. */
enum err prep_here(struct call *c, int64_t session, int64_t person) MUST_USE;
/* Is what others wrote in the silent round hidden still? */
bool prep_hidden(const struct prep_row *p);
/* Tells all who see it: {noun, id, rev}. */
enum err prep_tell(struct call *c, const struct prep_row *p, const char *noun,
                   int64_t rev) MUST_USE;
/* The rights to its documents may have changed: open sockets are asked again. */
enum err prep_tell_docs(struct call *c, const struct prep_row *p) MUST_USE;
/* A notice to one, or (prep_notice_all) to all who take part but the caller. more: a
 * further parameter (prep_json), or STR_NONE. */
enum err prep_notice(struct call *c, const struct prep_row *p, int64_t person, const char *kind,
                     struct str more) MUST_USE;
enum err prep_notice_all(struct call *c, const struct prep_row *p, const char *kind,
                         struct str more) MUST_USE;
struct str prep_json(struct arena *a, const char *name, struct str value); /* "name":"value" */
/* Inside a transaction: makes one of a checked form; term plans use it. */
enum err prep_make(struct call *c, const struct prep_form *f, struct prep_row *out) MUST_USE;
/* One act that moves the session: writes the stage, the log, the event and the notices. */
enum err prep_shift(struct call *c, struct prep_row *p, enum prep_act act, int64_t to,
                    struct str note) MUST_USE;
/* Ends the silent round in the row, if there is one, and tells who was mentioned in it. */
enum err prep_open_up(struct call *c, struct prep_row *p) MUST_USE;
struct place prep_place_of_dept(int64_t dept, int64_t school, int64_t group);
/* "2025年9月3日（周三）14:30" */
struct str prep_time(struct arena *a, int64_t t);

#endif
