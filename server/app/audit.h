/* What goes on record: whatever changes rights, people, settings, publication, links, and exports.
 * Call it in the transaction that does it, so that nothing is done unrecorded or recorded undone.
 * Also the pages of the auditor. */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H

#include "server/app/call.h"
#include "storage/audit.h"

/* action: "person.disable", a constant; noun and id: what it was done to; detail: a short text
 * without contents of others (names of fields, old → new), may be STR_NONE. */
enum err audit_add(struct call *c, const char *action, const char *noun, int64_t id,
                   struct str detail) MUST_USE;

#endif
