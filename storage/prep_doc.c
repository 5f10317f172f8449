/* Documents of sessions. */
#include "storage/prep_doc.h"

#include "storage/list.h"

enum err prep_doc_list(struct db *db, struct arena *a, int64_t session, int64_t **ids, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **ids);
    db_rows(db, &r,
            "SELECT id FROM doc WHERE owner_noun = 'prep' AND owner_id = ?1 AND parent IS NULL"
            " ORDER BY id LIMIT 200",
            I(session));
    while (rows_next(&r))
        *(int64_t *)list_add(&l) = rows_int(&r, 0);
    *ids = l.p;
    *n = l.n;
    return rows_end(&r);
}

enum err prep_authors(struct db *db, struct arena *a, int64_t session, int64_t doc,
                      struct str **names, size_t *n)
{
    struct rows r;
    struct list l = list_of(a, sizeof **names);
    db_rows(db, &r,
            "SELECT p.name, CASE WHEN s.lead = p.id THEN 0 ELSE 1 END AS rank FROM prep_session s"
            " JOIN person p ON p.id = s.lead"
            " OR p.id IN (SELECT c.person FROM doc_client c WHERE c.doc_id = ?2)"
            " OR p.id IN (SELECT o.person_id FROM prep_opinion o WHERE o.session_id = s.id"
            " AND o.withdrawn_at = 0 AND o.decision IN ('adopted', 'partly'))"
            " WHERE s.id = ?1 ORDER BY rank, p.pinyin, p.id LIMIT 50",
            I(session), I(doc));
    while (rows_next(&r))
        *(struct str *)list_add(&l) = rows_text(&r, 0, a);
    *names = l.p;
    *n = l.n;
    return rows_end(&r);
}
