/* Everything the house keeps about a person, as one JSON text for that person: register, further
 * schools, roles, departments, sessions, tokens, lessons, and what is on record of his doings. */
#include "server/app/me.h"

#include "server/app/audit.h"
#include "server/app/viewer.h"
#include "storage/calendar_feed.h"
#include "storage/dept.h"
#include "storage/doc.h"
#include "storage/person.h"
#include "storage/posting.h"
#include "storage/prep.h"
#include "storage/prep_talk.h"
#include "storage/role.h"
#include "storage/session.h"
#include "storage/timetable.h"
#include "storage/token.h"

enum { RECORDS = 5000 };

static void begin(struct buf *out, const char *name, int64_t id)
{
    buf_json_open(out, name, '{');
    buf_json_int(out, "id", id);
}

static enum err put_person(struct call *c, struct buf *out)
{
    struct person p;
    int64_t feed;
    enum err e = person_get(c->db, c->arena, c->viewer->person, &p);
    if (e || (e = calendar_feed_at(c->db, p.id, &feed)))
        return e;
    begin(out, "person", p.id);
    buf_json_text(out, "uuid", p.uuid);
    buf_json_text(out, "name", p.name);
    buf_json_text(out, "login", p.login);
    buf_json_text(out, "staff_no", p.staff_no);
    buf_json_text(out, "phone", p.phone);
    buf_json_text(out, "school", p.school_name);
    buf_json_text(out, "subject", p.subject);
    buf_json_text(out, "grade", p.grade);
    buf_json_text(out, "title", p.title);
    buf_json_int(out, "created_at", p.created_at);
    buf_json_int(out, "calendar_made_at", feed);
    buf_char(out, '}');
    return E_OK;
}

static enum err put_postings(struct call *c, struct buf *out)
{
    struct posting *rows;
    size_t n;
    enum err e = posting_list(c->db, c->arena, c->viewer->person, &rows, &n);
    buf_json_open(out, "postings", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "school", rows[i].school_name);
        buf_json_text(out, "form", rows[i].form);
        buf_json_int(out, "from_at", rows[i].from_at);
        buf_json_int(out, "until_at", rows[i].until_at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

static enum err put_roles(struct call *c, struct buf *out)
{
    struct role_filter f = { .person = c->viewer->person, .now = 0 };
    struct role_grant *rows;
    size_t n;
    enum err e = role_list(c->db, c->arena, &f, &rows, &n);
    buf_json_open(out, "roles", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "role", rows[i].role);
        buf_json_int(out, "scope_kind", rows[i].scope_kind);
        buf_json_int(out, "scope", rows[i].scope_id);
        buf_json_int(out, "from_at", rows[i].from_at);
        buf_json_int(out, "until_at", rows[i].until_at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

static enum err put_depts(struct call *c, struct buf *out)
{
    struct dept_filter f = { .person = c->viewer->person, .now = c->now };
    struct dept *rows;
    size_t n;
    enum err e = dept_list(c->db, c->arena, &f, 1000, &rows, &n);
    buf_json_open(out, "depts", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "name", rows[i].name);
        buf_json_text(out, "school", rows[i].school_name);
        buf_json_text(out, "group", rows[i].group_name);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

static enum err put_sessions(struct call *c, struct buf *out)
{
    struct session *rows;
    size_t n;
    enum err e = session_list(c->db, c->arena, c->viewer->person, 0, &rows, &n);
    buf_json_open(out, "sessions", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_int(out, "created_at", rows[i].created_at);
        buf_json_int(out, "seen_at", rows[i].seen_at);
        buf_json_text(out, "ip", rows[i].ip);
        buf_json_text(out, "agent", rows[i].agent);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

static enum err put_tokens(struct call *c, struct buf *out)
{
    struct token *rows;
    size_t n;
    enum err e = token_list(c->db, c->arena, c->viewer->person, &rows, &n);
    buf_json_open(out, "tokens", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "name", rows[i].name);
        buf_json_int(out, "created_at", rows[i].created_at);
        buf_json_int(out, "expires_at", rows[i].expires_at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

/* His weeks, as his schools imported them. */
static enum err put_lessons(struct call *c, struct buf *out)
{
    struct timetable_filter f = { .person = c->viewer->person };
    struct timetable_lesson *rows;
    size_t n;
    enum err e = timetable_list(c->db, c->arena, &f, &rows, &n);
    buf_json_open(out, "lessons", '[');
    for (size_t i = 0; i < n && !e; i++) {
        buf_json_open(out, NULL, '{');
        buf_json_int(out, "term", rows[i].term);
        buf_json_text(out, "school", rows[i].school_name);
        buf_json_int(out, "weekday", rows[i].weekday);
        buf_json_int(out, "period", rows[i].period);
        buf_json_int(out, "weeks", rows[i].weeks);
        buf_json_text(out, "class", rows[i].class_name);
        buf_json_text(out, "subject", rows[i].subject);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

/* Live documents he began. */
static enum err put_docs(struct call *c, struct buf *out)
{
    struct doc_filter f = { .person = c->viewer->person, .own = true };
    struct doc *rows;
    size_t n;
    enum err e = doc_list(c->db, c->arena, &f, RECORDS, &rows, &n);
    buf_json_open(out, "docs", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "kind", rows[i].kind);
        buf_json_text(out, "title", rows[i].title);
        buf_json_int(out, "made_at", rows[i].made_at);
        buf_json_int(out, "changed_at", rows[i].changed_at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

/* Joint preparations, and what he said in them. */
static enum err put_preps(struct call *c, struct buf *out)
{
    struct prep_said *said;
    struct prep_filter f = { .person = c->viewer->person,
                             .until = INT64_MAX,
                             .after = INT64_MAX,
                             .after_id = INT64_MAX,
                             .limit = RECORDS };
    struct prep_card *rows;
    size_t n, said_n;
    enum err e = prep_list(c->db, c->arena, &f, &rows, &n);
    if (e || (e = prep_said_by(c->db, c->arena, f.person, RECORDS, &said, &said_n)))
        return e;
    buf_json_open(out, "preps", '[');
    for (size_t i = 0; i < n; i++) {
        begin(out, NULL, rows[i].id);
        buf_json_text(out, "title", rows[i].title);
        buf_json_text(out, "part", rows[i].part);
        buf_json_int(out, "at", rows[i].at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    buf_json_open(out, "said", '[');
    for (size_t i = 0; i < said_n; i++) {
        begin(out, NULL, said[i].session);
        buf_json_text(out, "kind", said[i].kind);
        buf_json_text(out, "body", said[i].body);
        buf_json_int(out, "at", said[i].at);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return E_OK;
}

static enum err put_records(struct call *c, struct buf *out)
{
    struct audit_filter f = { .person = c->viewer->person };
    struct audit *rows;
    size_t n;
    enum err e = audit_list(c->db, c->arena, &f, RECORDS, &rows, &n);
    buf_json_open(out, "records", '[');
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, NULL, rows[i].seq);
        buf_json_int(out, "at", rows[i].at);
        buf_json_text(out, "action", rows[i].action);
        buf_json_text(out, "noun", rows[i].noun);
        buf_json_int(out, "noun_id", rows[i].noun_id);
        buf_json_text(out, "ip", rows[i].ip);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    return e;
}

enum err me_export(struct call *c, struct buf *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = audit_add(c, "me.export", "person", c->viewer->person, STR_NONE);
    e = txn_end(&tx, e);
    if (e)
        return e;
    buf_json_open(out, NULL, '{');
    if ((e = put_person(c, out)) || (e = put_postings(c, out)) || (e = put_roles(c, out)) ||
        (e = put_depts(c, out)) || (e = put_sessions(c, out)) || (e = put_tokens(c, out)) ||
        (e = put_lessons(c, out)) || (e = put_docs(c, out)) || (e = put_preps(c, out)) ||
        (e = put_records(c, out)))
        return e;
    buf_char(out, '}');
    return E_OK;
}
