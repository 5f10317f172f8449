/* Lists of resources: one statement each, walked along an index in the order of the list, so that a
 * page costs what is on it. Rights are part of the statement: the viewer's keys are a subquery that
 * runs once. */
#include "storage/list.h"
#include "storage/resource.h"

#define KEYS "(SELECT akey FROM viewer_key WHERE person_id = ?1)"

/* From CARD_COLS. */
static void card_read(struct rows *r, struct arena *a, struct resource_card *card)
{
    *card = (struct resource_card){
        .id = rows_int(r, 0),
        .rev = rows_int(r, 1),
        .state_no = rows_int(r, 2),
        .kind_no = rows_int(r, 3),
        .akey = rows_int(r, 4),
        .taxon = rows_int(r, 5),
        .owner = rows_int(r, 6),
        .school = rows_int(r, 7),
        .files = rows_int(r, 8),
        .bytes = rows_int(r, 9),
        .taken = rows_int(r, 10),
        .published_at = rows_int(r, 11),
        .changed_at = rows_int(r, 12),
        .title = rows_text(r, 13, a),
        .place = rows_text(r, 14, a),
        .owner_name = rows_text(r, 15, a),
        .school_name = rows_text(r, 16, a),
    };
}

static enum err cards(struct rows *r, struct arena *a, struct resource_card **out, size_t *n)
{
    struct list l = list_of(a, sizeof(struct resource_card));
    while (rows_next(r))
        card_read(r, a, list_add(&l));
    *out = l.p;
    *n = l.n;
    return rows_end(r);
}

/* What waits for somebody's approval; viewer_role says who administers which school and leads which
 * department. */
#define WAITING                                                                                    \
    "SELECT w.id FROM viewer_role v JOIN resource w ON w.school = v.scope_id "                     \
    "WHERE v.person_id = ?1 AND v.role = 'school_admin' AND v.scope_kind = 3 "                     \
    "AND w.state IN (2, 3) UNION "                                                                 \
    "SELECT w.id FROM viewer_role v JOIN resource w ON w.dept = v.scope_id "                       \
    "WHERE v.person_id = ?1 AND v.role = 'prep_leader' AND v.scope_kind = 2 "                      \
    "AND w.state IN (2, 3)"

static void rows_new(struct db *db, struct rows *r, const struct resource_filter *f)
{
    db_rows(db, r,
            "SELECT " CARD_COLS " FROM resource r " CARD_JOINS
            "WHERE r.state = 5 AND r.akey IN " KEYS " AND (r.published_at, r.id) < (?2, ?3) "
            "AND (?4 = 0 OR r.kind = ?4) AND (?5 = 0 OR r.school = ?5) "
            "AND (?6 = 0 OR r.lesson_type = ?6) "
            "ORDER BY r.published_at DESC, r.id DESC LIMIT ?7",
            I(f->viewer), I(f->after), I(f->after_id), I(f->kind), I(f->school), I(f->lesson_type),
            I(f->limit));
}

static void rows_used(struct db *db, struct rows *r, const struct resource_filter *f)
{
    db_rows(db, r,
            "SELECT " CARD_COLS " FROM resource r " CARD_JOINS
            "WHERE r.state = 5 AND r.akey IN " KEYS " AND (r.taken_n, r.id) < (?2, ?3) "
            "AND (?4 = 0 OR r.kind = ?4) AND (?5 = 0 OR r.school = ?5) "
            "AND (?6 = 0 OR r.lesson_type = ?6) "
            "ORDER BY r.taken_n DESC, r.id DESC LIMIT ?7",
            I(f->viewer), I(f->after), I(f->after_id), I(f->kind), I(f->school), I(f->lesson_type),
            I(f->limit));
}

static void rows_new_at(struct db *db, struct rows *r, const struct resource_filter *f)
{
    db_rows(db, r,
            "SELECT " CARD_COLS
            " FROM resource_at w JOIN resource r ON r.id = w.resource_id " CARD_JOINS
            "WHERE w.taxon = ?8 AND w.akey IN " KEYS " AND (w.at, w.resource_id) < (?2, ?3) "
            "AND (?4 = 0 OR w.kind = ?4) AND (?5 = 0 OR w.school = ?5) "
            "AND (?6 = 0 OR r.lesson_type = ?6) "
            "ORDER BY w.at DESC, w.resource_id DESC LIMIT ?7",
            I(f->viewer), I(f->after), I(f->after_id), I(f->kind), I(f->school), I(f->lesson_type),
            I(f->limit), I(f->taxon));
}

enum err resource_list(struct db *db, struct arena *a, const struct resource_filter *f,
                       struct resource_card **out, size_t *n)
{
    struct rows r;
    if (f->taxon)
        rows_new_at(db, &r, f);
    else if (f->used)
        rows_used(db, &r, f);
    else
        rows_new(db, &r, f);
    return cards(&r, a, out, n);
}

enum err resource_list_used_at(struct db *db, struct arena *a, const struct resource_filter *f,
                               struct resource_card **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " CARD_COLS " FROM (SELECT w.resource_id AS id FROM resource_at w "
            "WHERE w.taxon = ?2 AND w.akey IN " KEYS " AND (?3 = 0 OR w.kind = ?3) "
            "AND (?4 = 0 OR w.school = ?4) ORDER BY w.at DESC, w.resource_id DESC LIMIT 2000) c "
            "JOIN resource r ON r.id = c.id " CARD_JOINS "WHERE (?5 = 0 OR r.lesson_type = ?5) "
            "ORDER BY r.taken_n DESC, r.id DESC LIMIT ?6 OFFSET ?7",
            I(f->viewer), I(f->taxon), I(f->kind), I(f->school), I(f->lesson_type), I(f->limit),
            I(f->after));
    return cards(&r, a, out, n);
}

enum err resource_list_own(struct db *db, struct arena *a, const struct resource_filter *f,
                           int64_t state, struct resource_card **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " CARD_COLS " FROM resource r " CARD_JOINS
            "WHERE r.owner = ?1 AND (r.changed_at, r.id) < (?2, ?3) "
            "AND (r.state = ?4 OR (?4 = 0 AND r.state <> 7)) AND (?5 = 0 OR r.kind = ?5) "
            "ORDER BY r.changed_at DESC, r.id DESC LIMIT ?6",
            I(f->viewer), I(f->after), I(f->after_id), I(state), I(f->kind), I(f->limit));
    return cards(&r, a, out, n);
}

enum err resource_list_school(struct db *db, struct arena *a, const struct resource_filter *f,
                              int64_t state, struct resource_card **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " CARD_COLS " FROM resource r " CARD_JOINS
            "WHERE r.school = ?1 AND r.state = ?2 AND r.akey % 8 <> 1 AND (r.changed_at, r.id) < "
            "(?3, ?4) "
            "AND (?5 = 0 OR r.kind = ?5) ORDER BY r.changed_at DESC, r.id DESC LIMIT ?6",
            I(f->school), I(state), I(f->after), I(f->after_id), I(f->kind), I(f->limit));
    return cards(&r, a, out, n);
}

/* Two ranges, of the schools somebody administers and of the departments somebody leads, taken
 * together. */
enum err resource_list_waiting(struct db *db, struct arena *a, const struct resource_filter *f,
                               struct resource_card **out, size_t *n)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT " CARD_COLS " FROM resource r " CARD_JOINS "WHERE r.id IN (" WAITING
            ") AND (r.changed_at, r.id) < (?2, ?3) "
            "ORDER BY r.changed_at DESC, r.id DESC LIMIT ?4",
            I(f->viewer), I(f->after), I(f->after_id), I(f->limit));
    return cards(&r, a, out, n);
}

enum err resource_count_waiting(struct db *db, int64_t person, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM (" WAITING ") w", I(person));
}

enum err resource_card_get(struct db *db, struct arena *a, int64_t id, struct resource_card *card)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT " CARD_COLS " FROM resource r " CARD_JOINS "WHERE r.id = ?1", I(id));
    while (rows_next(&r)) {
        card_read(&r, a, card);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}
