/* The life of a resource: which act is legal in which state, where it leads and whose it is. Pure:
 * no database.
 *
 *   draft ──submit──▶ submitted ──claim──▶ reviewing        beyond the school: group, county
 *     │                   └──approve / return──┘
 *     └──publish──▶ published ◀─┘        returned ──submit──▶ …
 *                       └──withdraw──▶ withdrawn ──submit / publish──▶ …
 *
 * L1: what goes beyond the school is published only by an approval. L2: nothing is deleted;
 * discarded is a state one comes back from by undo. L3: an undo takes back the last act of the same
 * person within UNDO_MS. */
#ifndef APP_RESOURCE_STATE_H
#define APP_RESOURCE_STATE_H

#include "server/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum resource_state {
    RS_NONE,
    RS_DRAFT,
    RS_SUBMITTED,
    RS_REVIEWING,
    RS_RETURNED,
    RS_PUBLISHED,
    RS_WITHDRAWN,
    RS_DISCARDED,
    RS_count
};

enum resource_act {
    RA_NONE,
    RA_CREATE,
    RA_SUBMIT,
    RA_PUBLISH,
    RA_CLAIM,
    RA_RELEASE,
    RA_APPROVE,
    RA_RETURN,
    RA_RECALL,
    RA_WITHDRAW,
    RA_DISCARD,
    RA_CHANGE,
    RA_UNDO,
    RA_count
};

enum resource_who {
    WHO_AUTHOR,
    WHO_APPROVER,
    WHO_KEEPER /* author, or who answers for the school */
};

enum { UNDO_MS = 10 * 60 * 1000 };

/* Where the act leads from the state; RS_NONE: it is not legal there. */
enum resource_state resource_next(enum resource_state state, enum resource_act act);
enum resource_who resource_act_who(enum resource_act act);
/* Does the audience lie beyond a school, so that an approval is needed? */
bool resource_beyond(int64_t akey);

#endif
