/* Puts on record who did what to what. The person and the session are the caller's. */
#include "server/app/audit.h"

#include "server/app/viewer.h"

enum err audit_add(struct call *c, const char *action, const char *noun, int64_t id,
                   struct str detail)
{
    struct audit row = {
        .at = c->now,
        .person = c->viewer->person,
        .session = c->viewer->session,
        .ip = c->ip,
        .action = str_of(action),
        .noun = str_of(noun),
        .noun_id = id,
        .detail = detail,
    };
    if (!db_in_txn(c->db))
        BUG("what goes on record belongs in the transaction that does it");
    return audit_put(c->db, &row);
}
