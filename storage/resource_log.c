/* What happened to resources, and who took them. */
#include "storage/list.h"
#include "storage/resource.h"

#define LOG_COLS                                                                                   \
    "l.id, l.at, l.person, l.act, l.was, l.became, l.undone, l.note, p.name FROM resource_log l "  \
    "JOIN person p ON p.id = l.person "

static void log_read(struct rows *r, struct arena *a, struct resource_log *l)
{
    *l = (struct resource_log){
        .id = rows_int(r, 0),
        .at = rows_int(r, 1),
        .person = rows_int(r, 2),
        .act_no = rows_int(r, 3),
        .was_no = rows_int(r, 4),
        .became_no = rows_int(r, 5),
        .undone = rows_int(r, 6) != 0,
        .note = rows_text(r, 7, a),
        .person_name = rows_text(r, 8, a),
    };
}

enum err resource_log_put(struct db *db, int64_t resource, const struct resource_log *l)
{
    return db_run(db,
                  "INSERT INTO resource_log(resource_id, at, person, act, was, became, note) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  I(resource), I(l->at), I(l->person), I(l->act_no), I(l->was_no), I(l->became_no),
                  T(l->note));
}

enum err resource_log_list(struct db *db, struct arena *a, int64_t resource,
                           struct resource_log **out, size_t *n)
{
    struct list all = list_of(a, sizeof(struct resource_log));
    struct rows r;
    db_rows(db, &r, "SELECT " LOG_COLS "WHERE l.resource_id = ?1 ORDER BY l.id DESC LIMIT 500",
            I(resource));
    while (rows_next(&r))
        log_read(&r, a, list_add(&all));
    *out = all.p;
    *n = all.n;
    return rows_end(&r);
}

enum err resource_log_last(struct db *db, struct arena *a, int64_t resource, struct resource_log *l)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r,
            "SELECT " LOG_COLS
            "WHERE l.resource_id = ?1 AND l.undone = 0 ORDER BY l.id DESC LIMIT 1",
            I(resource));
    while (rows_next(&r)) {
        log_read(&r, a, l);
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}

enum err resource_log_undo(struct db *db, int64_t id)
{
    return db_run(db, "UPDATE resource_log SET undone = 1 WHERE id = ?1", I(id));
}

enum err resource_use_put(struct db *db, int64_t resource, int64_t person, int64_t now, bool *fresh)
{
    enum err e = db_run(db,
                        "UPDATE resource_use SET times = times + 1, last_at = ?3 "
                        "WHERE resource_id = ?1 AND person = ?2",
                        I(resource), I(person), I(now));
    *fresh = !e && db_changed(db) == 0;
    if (!*fresh)
        return e;
    e = db_run(db,
               "INSERT INTO resource_use(resource_id, person, first_at, last_at) "
               "VALUES(?1, ?2, ?3, ?3)",
               I(resource), I(person), I(now));
    return e ? e
             : db_run(db, "UPDATE resource SET taken_n = taken_n + 1 WHERE id = ?1", I(resource));
}

enum err resource_use_list(struct db *db, struct arena *a, int64_t resource,
                           struct resource_use **out, size_t *n)
{
    struct list all = list_of(a, sizeof(struct resource_use));
    struct rows r;
    db_rows(db, &r,
            "SELECT u.person, u.first_at, u.last_at, u.times, p.name, COALESCE(s.name, '') FROM "
            "resource_use u "
            "JOIN person p ON p.id = u.person LEFT JOIN school s ON s.id = p.school_id "
            "WHERE u.resource_id = ?1 ORDER BY u.last_at DESC, u.person LIMIT 500",
            I(resource));
    while (rows_next(&r)) {
        struct resource_use *u = list_add(&all);
        *u = (struct resource_use){
            .person = rows_int(&r, 0),
            .first_at = rows_int(&r, 1),
            .last_at = rows_int(&r, 2),
            .times = rows_int(&r, 3),
            .person_name = rows_text(&r, 4, a),
            .school_name = rows_text(&r, 5, a),
        };
    }
    *out = all.p;
    *n = all.n;
    return rows_end(&r);
}
