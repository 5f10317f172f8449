/* The record of a session (集体备课记录表), which fills itself, and the counts of a term. */
#ifndef APP_PREP_RECORD_H
#define APP_PREP_RECORD_H

#include "server/app/prep.h"
#include "storage/prep_record.h"
#include "storage/prep_vote.h"

/* Whether somebody came: by the recorder's word (attended present, absent), else (auto) by presence
 * from PREP_EARLY_MS before it began to PREP_LATE_MS after it ended; without a time, ever. */
struct prep_attendance {
    int64_t person, minutes;
    bool present;
    struct str name, school_name, part, answer, attended, reason;
};
struct prep_record_line { /* who said what, when; opinions with what became of them */
    int64_t at;
    struct str kind, person_name, school_name, quote, body, instead, decision, reason;
    struct prep_option *options; /* of a vote that is closed, whose question is the body */
    size_t options_n;
    bool has_options;
};
struct prep_record_field { /* printed as they stand: code of the field, and its text */
    struct str name, text;
};
struct prep_record_view {
    int64_t id, rev, invited, came;
    struct str summary, agreed, next_plan, remark, signed_name;
    int64_t signed_at;
    bool hidden; /* the silent round is on: others' opinions are not in it yet */
    struct prep_attendance *attendance;
    size_t attendance_n;
    struct prep_record_line *lines;
    size_t lines_n;
    struct prep_record_field *fields;
    size_t fields_n;
};
struct prep_attended {
    int64_t person;
    struct str attended, reason;
    bool has_reason;
};
struct prep_record_edit {
    struct str summary, agreed, next_plan;
    struct prep_attended *attendance;
    size_t attendance_n;
    bool has_summary, has_agreed, has_next_plan, has_attendance;
};
struct prep_sign {
    bool sign;
    struct str remark; /* 检查意见 */
    bool has_remark;
};

enum err prep_record_show(struct call *c, int64_t id, struct prep_record_view *out) MUST_USE;
/* rev: as prep_record_show gave it: one more than the row's, which nobody may have written yet. */
enum err prep_record_edit(struct call *c, int64_t id, int64_t rev,
                          const struct prep_record_edit *in) MUST_USE;
enum err prep_record_sign(struct call *c, int64_t id, const struct prep_sign *in) MUST_USE;

struct prep_stat_query {
    int64_t term, dept, school, group;
    bool has_term, has_dept, has_school, has_group;
};
struct prep_stats {
    int64_t term;
    struct str term_name;
    struct prep_stat *items;
    size_t items_n;
};
enum err prep_stats_get(struct call *c, const struct prep_stat_query *q,
                        struct prep_stats *out) MUST_USE;
/* The same as a workbook, and its file's name. */
enum err prep_stats_sheet(struct call *c, const struct prep_stat_query *q, struct buf *out,
                          struct str *name) MUST_USE;

#endif
