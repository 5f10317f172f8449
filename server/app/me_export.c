/* Everything the house keeps about a person, as one JSON text for that person: register, further
 * schools, roles, departments, sessions, tokens, and what is on record of his doings. */
#include "server/app/me.h"

#include "server/app/audit.h"
#include "server/app/viewer.h"
#include "storage/dept.h"
#include "storage/person.h"
#include "storage/posting.h"
#include "storage/doc.h"
#include "storage/prep.h"
#include "storage/prep_talk.h"
#include "storage/role.h"
#include "storage/session.h"
#include "storage/token.h"

enum { RECORDS = 5000 };

static void text(struct buf *out, const char *name, struct str value)
{
    buf_fmt(out, ",\"%s\":", name);
    buf_json(out, value);
}

static void number(struct buf *out, const char *name, int64_t value)
{
    buf_fmt(out, ",\"%s\":", name);
    buf_int(out, value);
}

static void begin(struct buf *out, size_t i, int64_t id)
{
    buf_addz(out, i ? ",{\"id\":" : "{\"id\":");
    buf_int(out, id);
}

static enum err put_person(struct call *c, struct buf *out)
{
    struct person p;
    enum err e = person_get(c->db, c->arena, c->viewer->person, &p);
    if (e)
        return e;
    buf_addz(out, "{\"person\":");
    begin(out, 0, p.id);
    text(out, "uuid", p.uuid);
    text(out, "name", p.name);
    text(out, "login", p.login);
    text(out, "staff_no", p.staff_no);
    text(out, "phone", p.phone);
    text(out, "school", p.school_name);
    text(out, "subject", p.subject);
    text(out, "grade", p.grade);
    text(out, "title", p.title);
    number(out, "created_at", p.created_at);
    buf_char(out, '}');
    return E_OK;
}

static enum err put_postings(struct call *c, struct buf *out)
{
    struct posting *rows;
    size_t n;
    enum err e = posting_list(c->db, c->arena, c->viewer->person, &rows, &n);
    buf_addz(out, ",\"postings\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        text(out, "school", rows[i].school_name);
        text(out, "form", rows[i].form);
        number(out, "from_at", rows[i].from_at);
        number(out, "until_at", rows[i].until_at);
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
    buf_addz(out, ",\"roles\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        text(out, "role", rows[i].role);
        number(out, "scope_kind", rows[i].scope_kind);
        number(out, "scope", rows[i].scope_id);
        number(out, "from_at", rows[i].from_at);
        number(out, "until_at", rows[i].until_at);
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
    buf_addz(out, ",\"depts\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        text(out, "name", rows[i].name);
        text(out, "school", rows[i].school_name);
        text(out, "group", rows[i].group_name);
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
    buf_addz(out, ",\"sessions\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        number(out, "created_at", rows[i].created_at);
        number(out, "seen_at", rows[i].seen_at);
        text(out, "ip", rows[i].ip);
        text(out, "agent", rows[i].agent);
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
    buf_addz(out, ",\"tokens\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        text(out, "name", rows[i].name);
        number(out, "created_at", rows[i].created_at);
        number(out, "expires_at", rows[i].expires_at);
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
    buf_addz(out, ",\"docs\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].id);
        text(out, "kind", rows[i].kind);
        text(out, "title", rows[i].title);
        number(out, "made_at", rows[i].made_at);
        number(out, "changed_at", rows[i].changed_at);
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
    buf_addz(out, ",\"preps\":[");
    for (size_t i = 0; i < n; i++) {
        begin(out, i, rows[i].id);
        text(out, "title", rows[i].title);
        text(out, "part", rows[i].part);
        number(out, "at", rows[i].at);
        buf_char(out, '}');
    }
    buf_addz(out, "],\"said\":[");
    for (size_t i = 0; i < said_n; i++) {
        begin(out, i, said[i].session);
        text(out, "kind", said[i].kind);
        text(out, "body", said[i].body);
        number(out, "at", said[i].at);
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
    buf_addz(out, ",\"records\":[");
    for (size_t i = 0; i < n && !e; i++) {
        begin(out, i, rows[i].seq);
        number(out, "at", rows[i].at);
        text(out, "action", rows[i].action);
        text(out, "noun", rows[i].noun);
        number(out, "noun_id", rows[i].noun_id);
        text(out, "ip", rows[i].ip);
        buf_char(out, '}');
    }
    buf_addz(out, "]}");
    return e;
}

enum err me_export(struct call *c, struct buf *out)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = audit_add(c, "me.export", "person", c->viewer->person, STR_NONE);
    e = txn_end(&tx, e);
    if (e || (e = put_person(c, out)) || (e = put_postings(c, out)) || (e = put_roles(c, out)) ||
        (e = put_depts(c, out)) || (e = put_sessions(c, out)) || (e = put_tokens(c, out)) ||
        (e = put_docs(c, out)) || (e = put_preps(c, out)))
        return e;
    return put_records(c, out);
}
