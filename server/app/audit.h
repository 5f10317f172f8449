/* What goes on record: whatever changes rights, people, settings, publication, links, and exports.
 * Call it in the transaction that does it, so that nothing is done unrecorded or recorded undone.
 * Also the pages of the auditor. */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H

#include "server/app/call.h"
#include "server/base/buf.h"
#include "storage/audit.h"

/* action: "person.disable", a constant; noun and id: what it was done to; detail: a short text
 * without contents of others (names of fields, old → new), may be STR_NONE. */
enum err audit_add(struct call *c, const char *action, const char *noun, int64_t id,
                   struct str detail) MUST_USE;

struct audit_query {
    int64_t person, noun_id, from_at, until_at, limit;
    struct str action, noun, cursor;
    bool has_person, has_noun_id, has_from_at, has_until_at, has_limit, has_action, has_noun,
        has_cursor;
};
struct audit_page {
    struct audit *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct audit_verdict {
    int64_t rows, bad; /* bad: the first seq that does not fit, 0: none */
};
struct audit_export_query {
    int64_t from, limit; /* seq */
    bool has_from, has_limit;
};

/* All three need audit.read; an export is itself recorded. */
enum err audit_find(struct call *c, const struct audit_query *q, struct audit_page *out) MUST_USE;
enum err audit_check(struct call *c, struct audit_verdict *out) MUST_USE;
/* One JSON object per line, oldest first, from seq `from`: seq, at, person, session, ip, action,
 * noun, noun_id, detail, hash (hex). How hash is made stands in storage/audit.h. All of
 * them unless a limit is given, in a file without a name, so that its length has no bound but the
 * disk's; the caller closes it. */
enum err audit_export(struct call *c, const struct audit_export_query *q, int *fd,
                      uint64_t *size) MUST_USE;

#endif
