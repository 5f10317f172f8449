/* Quick votes. */
#include "storage/prep_vote.h"

#include "storage/list.h"

enum err prep_vote_put(struct db *db, struct prep_vote *v)
{
    enum err e = db_int(db, &v->id,
                        "INSERT INTO prep_vote(session_id, person_id, question, at)"
                        " VALUES(?1, ?2, ?3, ?4) RETURNING id",
                        I(v->session), I(v->person), T(v->question), I(v->at));
    for (size_t i = 0; i < v->options_n && !e; i++)
        e = db_run(db, "INSERT INTO prep_option(vote_id, ord, words) VALUES(?1, ?2, ?3)", I(v->id),
                   I((int64_t)i + 1), T(v->options[i].text));
    return e;
}

static void vote_read(struct rows *r, struct arena *a, struct prep_vote *v)
{
    *v = (struct prep_vote){
        .id = rows_int(r, 0),
        .session = rows_int(r, 1),
        .person = rows_int(r, 2),
        .at = rows_int(r, 3),
        .closed_at = rows_int(r, 4),
        .mine = rows_int(r, 5),
        .question = rows_text(r, 6, a),
        .person_name = rows_text(r, 7, a),
        .options = arena_array(a, PREP_OPTIONS_MAX, sizeof *v->options),
    };
}

/* A row for each option. */
enum err prep_vote_list(struct db *db, struct arena *a, int64_t session, int64_t id, int64_t person,
                        struct prep_vote **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    struct prep_vote *v = NULL;
    db_rows(db, &r,
            "SELECT v.id, v.session_id, v.person_id, v.at, v.closed_at, coalesce(b.ord, 0),"
            " v.question, p.name, o.words, (SELECT count(*) FROM prep_ballot x"
            " WHERE x.vote_id = v.id AND x.ord = o.ord) FROM prep_vote v"
            " JOIN person p ON p.id = v.person_id JOIN prep_option o ON o.vote_id = v.id"
            " LEFT JOIN prep_ballot b ON b.vote_id = v.id AND b.person_id = ?3"
            " WHERE v.session_id = ?1 AND (?2 = 0 OR v.id = ?2) ORDER BY v.id, o.ord",
            I(session), I(id), I(person));
    while (rows_next(&r)) {
        if (!v || v->id != rows_int(&r, 0))
            vote_read(&r, a, v = list_add(&l));
        struct prep_option o = { .text = rows_text(&r, 8, a), .count = rows_int(&r, 9) };
        v->cast += o.count;
        v->options[v->options_n++] = o;
    }
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_vote_close(struct db *db, int64_t session, int64_t id, int64_t at)
{
    return db_run(db,
                  "UPDATE prep_vote SET closed_at = ?3 WHERE session_id = ?1"
                  " AND (?2 = 0 OR id = ?2) AND closed_at = 0",
                  I(session), I(id), I(at));
}

enum err prep_ballot_set(struct db *db, int64_t vote, int64_t person, int64_t option, int64_t at)
{
    return db_run(db,
                  "INSERT INTO prep_ballot(vote_id, person_id, ord, at) VALUES(?1, ?2, ?3, ?4)"
                  " ON CONFLICT(vote_id, person_id) DO UPDATE SET ord = excluded.ord,"
                  " at = excluded.at",
                  I(vote), I(person), I(option), I(at));
}
