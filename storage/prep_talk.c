/* Opinions and the chat. */
#include "storage/prep_talk.h"

#include "storage/list.h"

#define COLUMNS                                                                                    \
    "SELECT o.id, o.rev, o.session_id, o.doc_id, o.parent, o.person_id, o.at, o.edited_at,"        \
    " o.withdrawn_at, o.decided_by, o.decided_at, o.resolved_by, o.resolved_at, o.kind, o.anchor," \
    " o.quote, o.body, o.instead, o.decision, o.reason, p.name, s.name, q.name"                    \
    " FROM prep_opinion o JOIN person p ON p.id = o.person_id"                                     \
    " LEFT JOIN school s ON s.id = p.school_id LEFT JOIN person q ON q.id = o.decided_by"

static void opinion_read(struct rows *r, struct arena *a, struct prep_opinion *o)
{
    *o = (struct prep_opinion){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .session = rows_int(r, 2),
        .doc = rows_int(r, 3),
        .parent = rows_int(r, 4),
        .person = rows_int(r, 5),
        .at = rows_int(r, 6),
        .edited_at = rows_int(r, 7),
        .withdrawn_at = rows_int(r, 8),
        .decided_by = rows_int(r, 9),
        .decided_at = rows_int(r, 10),
        .resolved_by = rows_int(r, 11),
        .resolved_at = rows_int(r, 12),
        .kind = rows_text(r, 13, a),
        .anchor = rows_text(r, 14, a),
        .quote = rows_text(r, 15, a),
        .body = rows_text(r, 16, a),
        .instead = rows_text(r, 17, a),
        .decision = rows_text(r, 18, a),
        .reason = rows_text(r, 19, a),
        .person_name = rows_text(r, 20, a),
        .school_name = rows_text(r, 21, a),
        .decided_name = rows_text(r, 22, a),
    };
}

enum err prep_opinion_put(struct db *db, struct prep_opinion *o)
{
    o->rev = 1;
    return db_int(db, &o->id,
                  "INSERT INTO prep_opinion(session_id, doc_id, kind, parent, person_id, at,"
                  " anchor, quote, body, instead) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                  " RETURNING id",
                  I(o->session), I(o->doc), T(o->kind), o->parent ? I(o->parent) : NUL,
                  I(o->person), I(o->at), T(o->anchor), T(o->quote), T(o->body), T(o->instead));
}

enum err prep_opinion_get(struct db *db, struct arena *a, int64_t id, struct prep_opinion *o)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE o.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        opinion_read(&r, a, o);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err prep_opinion_change(struct db *db, struct prep_opinion *o)
{
    enum err e =
        db_run(db,
               "UPDATE prep_opinion SET rev = rev + 1, body = ?3, instead = ?4, edited_at = ?5,"
               " withdrawn_at = ?6, decision = ?7, reason = ?8, decided_by = ?9, decided_at = ?10,"
               " resolved_by = ?11, resolved_at = ?12 WHERE id = ?1 AND rev = ?2",
               I(o->id), I(o->rev), T(o->body), T(o->instead), I(o->edited_at), I(o->withdrawn_at),
               T(o->decision), T(o->reason), o->decided_by ? I(o->decided_by) : NUL,
               I(o->decided_at), o->resolved_by ? I(o->resolved_by) : NUL, I(o->resolved_at));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    o->rev++;
    return E_OK;
}

/* Both lists come in the order of the opinion's id. */
static enum err mentions_in(struct db *db, struct arena *a, const struct prep_opinion_filter *f,
                            struct prep_opinion *o, size_t n)
{
    struct rows r;
    struct list l = list_of(a, sizeof(int64_t));
    size_t at = 0;
    db_rows(db, &r,
            "SELECT m.opinion_id, m.person_id FROM prep_opinion o"
            " JOIN prep_mention m ON m.opinion_id = o.id WHERE o.session_id = ?1 AND o.id > ?2"
            " ORDER BY m.opinion_id, m.person_id",
            I(f->session), I(f->after));
    while (rows_next(&r)) {
        int64_t id = rows_int(&r, 0);
        while (at < n && o[at].id < id) {
            at++;
            l = list_of(a, sizeof(int64_t));
        }
        if (at == n || o[at].id > id)
            continue;
        *(int64_t *)list_add(&l) = rows_int(&r, 1);
        o[at].mentions = l.p;
        o[at].mentions_n = l.n;
    }
    return rows_end(&r);
}

enum err prep_opinion_list(struct db *db, struct arena *a, const struct prep_opinion_filter *f,
                           struct prep_opinion **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE o.session_id = ?1 AND (?2 = 0 OR o.doc_id = ?2)"
                    " AND (?3 = 0 OR o.person_id = ?3) AND o.id > ?4 AND o.withdrawn_at = 0"
                    " ORDER BY o.id LIMIT ?5",
            I(f->session), I(f->doc), I(f->person), I(f->after), I(f->limit));
    while (rows_next(&r))
        opinion_read(&r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    enum err e = rows_end(&r);
    return e ? e : mentions_in(db, a, f, *out, *n);
}

enum err prep_opinion_replies(struct db *db, int64_t id, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM prep_opinion WHERE parent = ?1 AND withdrawn_at = 0",
                  I(id));
}

enum err prep_mention_put(struct db *db, int64_t opinion, int64_t person)
{
    return db_run(db,
                  "INSERT INTO prep_mention(opinion_id, person_id) VALUES(?1, ?2)"
                  " ON CONFLICT DO NOTHING",
                  I(opinion), I(person));
}

enum err prep_mention_list(struct db *db, struct arena *a, int64_t session,
                           struct prep_mention **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT m.opinion_id, m.person_id, p.name FROM prep_opinion o"
            " JOIN prep_mention m ON m.opinion_id = o.id JOIN person p ON p.id = o.person_id"
            " WHERE o.session_id = ?1 AND o.withdrawn_at = 0 ORDER BY m.opinion_id, m.person_id",
            I(session));
    while (rows_next(&r))
        *(struct prep_mention *)list_add(&l) =
            (struct prep_mention){ rows_int(&r, 0), rows_int(&r, 1), rows_text(&r, 2, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* ---- chat */

enum err prep_chat_put(struct db *db, int64_t session, struct prep_word *w)
{
    return db_int(db, &w->id,
                  "INSERT INTO prep_chat(session_id, person_id, at, body) VALUES(?1, ?2, ?3, ?4)"
                  " RETURNING id",
                  I(session), I(w->person), I(w->at), T(w->body));
}

enum err prep_chat_list(struct db *db, struct arena *a, int64_t session, int64_t after,
                        size_t limit, struct prep_word **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    if (after)
        db_rows(db, &r,
                "SELECT c.id, c.person_id, c.at, c.body, p.name FROM prep_chat c"
                " JOIN person p ON p.id = c.person_id WHERE c.session_id = ?1 AND c.id > ?2"
                " ORDER BY c.id LIMIT ?3",
                I(session), I(after), I((int64_t)limit));
    else
        db_rows(db, &r,
                "SELECT x.id, x.person_id, x.at, x.body, p.name FROM (SELECT * FROM prep_chat"
                " WHERE session_id = ?1 ORDER BY id DESC LIMIT ?2) x"
                " JOIN person p ON p.id = x.person_id ORDER BY x.id",
                I(session), I((int64_t)limit));
    while (rows_next(&r))
        *(struct prep_word *)list_add(&l) = (struct prep_word){
            .id = rows_int(&r, 0),
            .person = rows_int(&r, 1),
            .at = rows_int(&r, 2),
            .body = rows_text(&r, 3, a),
            .person_name = rows_text(&r, 4, a),
        };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_said_by(struct db *db, struct arena *a, int64_t person, size_t limit,
                      struct prep_said **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT o.session_id, o.at, o.kind, o.body FROM prep_opinion o WHERE o.person_id = ?1"
            " UNION ALL SELECT c.session_id, c.at, 'chat', c.body FROM prep_chat c"
            " WHERE c.person_id = ?1 UNION ALL SELECT x.session_id, x.at, 'reflection', x.body"
            " FROM prep_reflection x WHERE x.person_id = ?1 UNION ALL"
            " SELECT v.session_id, v.at, 'vote', v.question FROM prep_vote v WHERE v.person_id = ?1"
            " UNION ALL SELECT v.session_id, b.at, 'choice', v.question || ' ' || w.words"
            " FROM prep_ballot b JOIN prep_vote v ON v.id = b.vote_id JOIN prep_option w"
            " ON w.vote_id = b.vote_id AND w.ord = b.ord WHERE b.person_id = ?1 ORDER BY 2 DESC, "
            "1, 3, 4 LIMIT ?2",
            I(person), I((int64_t)limit));
    while (rows_next(&r))
        *(struct prep_said *)list_add(&l) =
            (struct prep_said){ rows_int(&r, 0), rows_int(&r, 1), rows_text(&r, 2, a),
                                rows_text(&r, 3, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}
