/* Rows of live documents. */
#include "storage/doc.h"

#include "server/base/clock.h"
#include "storage/list.h"

/* A document that is written in moves up in lists, but not at every keystroke. */
enum { CHANGED_EVERY_MS = 60000 };

#define COLUMNS                                                                                    \
    "SELECT d.id, d.rev, d.kind, d.title, d.owner_noun, d.owner_id, d.author, d.school, d.parent," \
    " d.base, d.read_key, d.write_key, d.made_at, d.changed_at, d.template, p.name, s.name"        \
    " FROM doc d"                                                                                  \
    " JOIN person p ON p.id = d.author LEFT JOIN school s ON s.id = d.school"

static struct doc doc_row(struct rows *r, struct arena *a)
{
    return (struct doc){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .kind = rows_text(r, 2, a),
        .title = rows_text(r, 3, a),
        .owner_noun = rows_text(r, 4, a),
        .owner_id = rows_int(r, 5),
        .author = rows_int(r, 6),
        .school = rows_int(r, 7),
        .parent = rows_int(r, 8),
        .base = rows_int(r, 9),
        .read_key = rows_int(r, 10),
        .write_key = rows_int(r, 11),
        .made_at = rows_int(r, 12),
        .changed_at = rows_int(r, 13),
        .template = rows_int(r, 14),
        .author_name = rows_text(r, 15, a),
        .school_name = rows_text(r, 16, a),
    };
}

enum err doc_put(struct db *db, struct doc *d)
{
    enum err e =
        db_int(db, &d->id,
               "INSERT INTO doc(kind, title, owner_noun, owner_id, author, school, parent, base,"
               " read_key, write_key, made_at, changed_at)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id",
               T(d->kind), T(d->title), T(d->owner_noun), I(d->owner_id), I(d->author),
               d->school ? I(d->school) : NUL, d->parent ? I(d->parent) : NUL, I(d->base),
               I(d->read_key), I(d->write_key), I(d->made_at), I(d->changed_at));
    d->rev = 1;
    return e ? e
             : db_run(db, "INSERT INTO doc_head(doc_id, seq, folded, state) VALUES(?1, 0, 0, ?2)",
                      I(d->id), BYTES(STR_NONE));
}

enum err doc_get(struct db *db, struct arena *a, int64_t id, struct doc *out)
{
    struct rows r;
    db_rows(db, &r, COLUMNS " WHERE d.id = ?1", I(id));
    bool found = rows_next(&r);
    if (found)
        *out = doc_row(&r, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err doc_change(struct db *db, struct doc *d)
{
    enum err e =
        db_run(db,
               "UPDATE doc SET rev = rev + 1, title = ?3, changed_at = ?4, base = ?5, template = ?6"
               " WHERE id = ?1 AND rev = ?2",
               I(d->id), I(d->rev), T(d->title), I(d->changed_at), I(d->base), I(d->template));
    if (e || db_changed(db) != 1)
        return e ? e : E_REV;
    d->rev++;
    return E_OK;
}

enum err doc_list(struct db *db, struct arena *a, const struct doc_filter *f, size_t limit,
                  struct doc **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            COLUMNS " WHERE (d.author = ?1 OR (?7 = 0 AND d.read_key IN (SELECT akey"
                    " FROM viewer_key WHERE person_id = ?1))) AND (?2 = '' OR d.owner_noun = ?2)"
                    " AND (?3 = 0 OR d.owner_id = ?3) AND (?8 = 0 OR d.template = 1)"
                    " AND (?9 = 0 OR d.parent = ?9)"
                    " AND (?4 = 0 OR d.changed_at < ?4 OR (d.changed_at = ?4 AND d.id < ?5))"
                    " ORDER BY d.changed_at DESC, d.id DESC LIMIT ?6",
            I(f->person), T(f->owner_noun), I(f->owner_id), I(f->before_at), I(f->before_id),
            I((int64_t)limit), I(f->own), I(f->templates), I(f->parent));
    while (rows_next(&r))
        *(struct doc *)list_add(&l) = doc_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err doc_next(struct db *db, int64_t after, int64_t *id)
{
    enum err e = db_int(db, id, "SELECT id FROM doc WHERE id > ?1 ORDER BY id LIMIT 1", I(after));
    *id = e ? 0 : *id;
    return e == E_NOT_FOUND ? E_OK : e;
}

/* ---- the log */

enum err doc_append(struct db *db, int64_t id, int64_t at, struct str updates, int64_t *seq)
{
    enum err e =
        db_int(db, seq, "UPDATE doc_head SET seq = seq + 1 WHERE doc_id = ?1 RETURNING seq", I(id));
    if (e || (e = db_run(db, "INSERT INTO doc_log(doc_id, seq, at, updates) VALUES(?1, ?2, ?3, ?4)",
                         I(id), I(*seq), I(at), BYTES(updates))))
        return e;
    return db_run(db, "UPDATE doc SET changed_at = ?2 WHERE id = ?1 AND changed_at < ?3", I(id),
                  I(at), I(at - CHANGED_EVERY_MS));
}

enum err doc_seq(struct db *db, int64_t id, int64_t *seq)
{
    return db_int(db, seq, "SELECT seq FROM doc_head WHERE doc_id = ?1", I(id));
}

enum err doc_client_put(struct db *db, int64_t id, const struct doc_client *c, int64_t at)
{
    return db_run(db,
                  "INSERT INTO doc_client(doc_id, client, person, at) VALUES(?1, ?2, ?3, ?4)"
                  " ON CONFLICT DO NOTHING",
                  I(id), I(c->client), I(c->person), I(at));
}

enum err doc_client_list(struct db *db, struct arena *a, int64_t id, struct doc_client **out,
                         size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            "SELECT c.client, c.person, p.name FROM doc_client c JOIN person p ON p.id = c.person"
            " WHERE c.doc_id = ?1 ORDER BY c.client",
            I(id));
    while (rows_next(&r))
        *(struct doc_client *)list_add(&l) = (struct doc_client){ .client = rows_int(&r, 0),
                                                                  .person = rows_int(&r, 1),
                                                                  .name = rows_text(&r, 2, a) };
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

/* What stands behind out->folded. */
static enum err read_log(struct db *db, struct arena *a, int64_t id, struct doc_stored *out)
{
    struct rows r;
    struct list l = list_of(a, sizeof *out->logs);
    db_rows(db, &r, "SELECT updates FROM doc_log WHERE doc_id = ?1 AND seq > ?2 ORDER BY seq",
            I(id), I(out->folded));
    while (rows_next(&r))
        *(struct str *)list_add(&l) = rows_text(&r, 0, a);
    out->logs = l.p;
    out->logs_n = l.n;
    return rows_end(&r);
}

enum err doc_read(struct db *db, struct arena *a, int64_t id, struct doc_stored *out)
{
    struct txn tx = { 0 };
    struct rows r;
    bool own = !db_in_txn(db), found;
    enum err e = own ? txn_read(&tx, db) : E_OK;
    if (e)
        return txn_end(&tx, e);
    db_rows(db, &r, "SELECT seq, folded, state FROM doc_head WHERE doc_id = ?1", I(id));
    if ((found = rows_next(&r)))
        *out = (struct doc_stored){ .seq = rows_int(&r, 0),
                                    .folded = rows_int(&r, 1),
                                    .state = rows_text(&r, 2, a) };
    e = rows_end(&r);
    if (!e)
        e = found ? read_log(db, a, id, out) : E_NOT_FOUND;
    return own ? txn_end(&tx, e) : e;
}

enum err doc_read_behind(struct db *db, struct arena *a, int64_t id, int64_t seq,
                         struct doc_stored *out)
{
    int64_t folded;
    *out = (struct doc_stored){ .seq = seq, .folded = seq };
    enum err e = read_log(db, a, id, out);
    if (e)
        return e;
    out->seq += (int64_t)out->logs_n; /* L1 */
    if ((e = db_int(db, &folded, "SELECT folded FROM doc_head WHERE doc_id = ?1", I(id))))
        return e;
    return folded > seq ? E_CONFLICT : E_OK;
}

enum err doc_fold(struct db *db, int64_t id, int64_t seq, struct str state)
{
    enum err e = db_run(db,
                        "UPDATE doc_head SET folded = ?2, state = ?3 WHERE doc_id = ?1"
                        " AND folded < ?2",
                        I(id), I(seq), BYTES(state));
    if (e || db_changed(db) == 0)
        return e;
    return db_run(db, "DELETE FROM doc_log WHERE doc_id = ?1 AND seq <= ?2", I(id), I(seq));
}

/* ---- versions */

enum err doc_version_put(struct db *db, struct doc_version *v, struct str state)
{
    enum err e =
        db_int(db, &v->number,
               "SELECT coalesce(max(number), 0) + 1 FROM doc_version WHERE doc_id = ?1", I(v->doc));
    return e ? e
             : db_int(db, &v->id,
                      "INSERT INTO doc_version(doc_id, number, name, person, at, seq, state)"
                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
                      I(v->doc), I(v->number), T(v->name), v->person ? I(v->person) : NUL, I(v->at),
                      I(v->seq), BYTES(state));
}

enum err doc_version_named(struct db *db, int64_t doc, int64_t *number)
{
    return db_int(db, number,
                  "SELECT coalesce(max(number), 0) FROM doc_version WHERE doc_id = ?1"
                  " AND name <> ''",
                  I(doc));
}

enum err doc_version_whole(struct db *db, int64_t doc, int64_t *number)
{
    return db_int(db, number,
                  "SELECT coalesce(max(v.number), 0) FROM doc_version v"
                  " JOIN doc_head h ON h.doc_id = v.doc_id AND h.seq = v.seq WHERE v.doc_id = ?1",
                  I(doc));
}

#define VERSION_COLUMNS "SELECT v.id, v.doc_id, v.number, v.person, v.at, v.seq, v.name, p.name"
#define VERSION_FROM " FROM doc_version v LEFT JOIN person p ON p.id = v.person"

static struct doc_version version_row(struct rows *r, struct arena *a)
{
    return (struct doc_version){
        .id = rows_int(r, 0),
        .doc = rows_int(r, 1),
        .number = rows_int(r, 2),
        .person = rows_int(r, 3),
        .at = rows_int(r, 4),
        .seq = rows_int(r, 5),
        .name = rows_text(r, 6, a),
        .person_name = rows_text(r, 7, a),
    };
}

enum err doc_version_list(struct db *db, struct arena *a, int64_t doc, int64_t before, size_t limit,
                          struct doc_version **out, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **out);
    db_rows(db, &r,
            VERSION_COLUMNS VERSION_FROM " WHERE v.doc_id = ?1 AND (?2 = 0 OR v.number < ?2)"
                                         " ORDER BY v.number DESC LIMIT ?3",
            I(doc), I(before), I((int64_t)limit));
    while (rows_next(&r))
        *(struct doc_version *)list_add(&l) = version_row(&r, a);
    *out = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err doc_version_get(struct db *db, struct arena *a, int64_t doc, int64_t number,
                         struct doc_version *out, struct str *state)
{
    struct rows r;
    db_rows(db, &r,
            VERSION_COLUMNS ", v.state" VERSION_FROM " WHERE v.doc_id = ?1 AND v.number = ?2",
            I(doc), I(number));
    bool found = rows_next(&r);
    if (found)
        *out = version_row(&r, a);
    if (found && state)
        *state = rows_text(&r, 8, a);
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err doc_version_thin(struct db *db, int64_t doc, int64_t at)
{
    return db_run(db,
                  "DELETE FROM doc_version WHERE doc_id = ?1 AND person IS NULL AND name = ''"
                  " AND at < ?2 AND EXISTS(SELECT 1 FROM doc_version n WHERE n.doc_id = ?1"
                  " AND n.number > doc_version.number AND n.at / ?3 = doc_version.at / ?3)"
                  " AND NOT EXISTS(SELECT 1 FROM doc b WHERE b.parent = ?1"
                  " AND b.base = doc_version.number)",
                  I(doc), I(at), I(DAY_MS));
}
