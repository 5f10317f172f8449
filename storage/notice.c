/* Rows of the table notice. N1: whatever changes a person's notices is told to that person alone
 * (audience kind 1). */
#include "storage/notice.h"

#include "server/base/clock.h"
#include "storage/list.h"
#include "storage/outbox.h"

static enum err tell(struct db *db, int64_t person, int64_t id)
{
    return outbox_add(db, "notice", id, 0, person * 8 + 1);
}

enum err notice_put(struct db *db, int64_t person, const char *kind, const char *noun,
                    int64_t noun_id, struct str params)
{
    int64_t id = 0;
    enum err e =
        db_int(db, &id,
               "INSERT INTO notice(person_id, kind, noun, noun_id, params, at, read_at)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0) RETURNING id",
               I(person), T(str_of(kind)), T(str_of(noun)), I(noun_id), T(params), I(clock_now()));
    return e ? e : tell(db, person, id);
}

#define NOTICE_COLUMNS "id, person_id, kind, noun, noun_id, params, at, read_at"

enum err notice_list(struct db *db, struct arena *a, int64_t person, bool unread, int64_t before,
                     size_t limit, struct notice **out, size_t *n)
{
    struct notice *list = arena_array(a, limit, sizeof *list);
    struct rows r;
    size_t k = 0;
    db_rows(db, &r,
            unread ? "SELECT " NOTICE_COLUMNS " FROM notice WHERE person_id = ?1 AND read_at = 0"
                     " AND id < ?2 ORDER BY id DESC LIMIT ?3"
                   : "SELECT " NOTICE_COLUMNS " FROM notice WHERE person_id = ?1"
                     " AND id < ?2 ORDER BY id DESC LIMIT ?3",
            I(person), I(before ? before : INT64_MAX), I((int64_t)limit));
    for (; k < limit && rows_next(&r); k++)
        list[k] = (struct notice){
            .id = rows_int(&r, 0),
            .person = rows_int(&r, 1),
            .kind = rows_text(&r, 2, a),
            .noun = rows_text(&r, 3, a),
            .noun_id = rows_int(&r, 4),
            .params = rows_text(&r, 5, a),
            .at = rows_int(&r, 6),
            .read_at = rows_int(&r, 7),
        };
    *out = list;
    *n = k;
    return rows_end(&r);
}

enum err notice_unread(struct db *db, int64_t person, int64_t *n)
{
    return db_int(db, n, "SELECT count(*) FROM notice WHERE person_id = ?1 AND read_at = 0",
                  I(person));
}

enum err notice_read(struct db *db, int64_t person, int64_t id, int64_t now)
{
    int64_t was = 0;
    enum err e = db_int(db, &was, "SELECT read_at FROM notice WHERE id = ?1 AND person_id = ?2",
                        I(id), I(person));
    if (e || was)
        return e;
    e = db_run(db, "UPDATE notice SET read_at = ?1 WHERE id = ?2", I(now), I(id));
    return e ? e : tell(db, person, id);
}

enum err notice_read_all(struct db *db, int64_t person, int64_t upto, int64_t now)
{
    enum err e =
        db_run(db,
               "UPDATE notice SET read_at = ?1 WHERE person_id = ?2 AND read_at = 0 AND id <= ?3",
               I(now), I(person), I(upto));
    if (!e && db_changed(db) > 0)
        e = tell(db, person, 0);
    return e;
}

enum err notice_settle(struct db *db, const char *kind, int64_t noun_id, int64_t now)
{
    struct rows r;
    struct arena *a = arena_new();
    struct list l = list_of(a, sizeof(int64_t));
    db_rows(db, &r,
            "UPDATE notice SET read_at = ?1 WHERE kind = ?2 AND noun_id = ?3 AND read_at = 0"
            " RETURNING person_id",
            I(now), T(str_of(kind)), I(noun_id));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    enum err e = rows_end(&r);
    for (size_t i = 0; i < l.n && !e; i++)
        e = tell(db, ((int64_t *)l.p)[i], 0);
    arena_free(a);
    return e;
}
