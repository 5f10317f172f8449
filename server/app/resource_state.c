/* The table of the life of a resource; see resource_state.h. */
#include "server/app/resource_state.h"

/* An empty cell: not legal. RA_UNDO is legal where the log says so, not here. */
static const enum resource_state legal[RS_count][RA_count] = {
    [RS_NONE] = { [RA_CREATE] = RS_DRAFT },
    [RS_DRAFT] = { [RA_SUBMIT] = RS_SUBMITTED,
                   [RA_PUBLISH] = RS_PUBLISHED,
                   [RA_DISCARD] = RS_DISCARDED },
    [RS_SUBMITTED] = { [RA_CLAIM] = RS_REVIEWING,
                       [RA_APPROVE] = RS_PUBLISHED,
                       [RA_RETURN] = RS_RETURNED,
                       [RA_RECALL] = RS_DRAFT },
    [RS_REVIEWING] = { [RA_RELEASE] = RS_SUBMITTED,
                       [RA_APPROVE] = RS_PUBLISHED,
                       [RA_RETURN] = RS_RETURNED,
                       [RA_RECALL] = RS_DRAFT },
    [RS_RETURNED] = { [RA_SUBMIT] = RS_SUBMITTED,
                      [RA_PUBLISH] = RS_PUBLISHED,
                      [RA_DISCARD] = RS_DISCARDED },
    [RS_PUBLISHED] = { [RA_WITHDRAW] = RS_WITHDRAWN, [RA_CHANGE] = RS_SUBMITTED },
    [RS_WITHDRAWN] = { [RA_SUBMIT] = RS_SUBMITTED,
                       [RA_PUBLISH] = RS_PUBLISHED,
                       [RA_DISCARD] = RS_DISCARDED },
};

static const enum resource_who who[RA_count] = {
    [RA_CLAIM] = WHO_APPROVER,  [RA_RELEASE] = WHO_APPROVER, [RA_APPROVE] = WHO_APPROVER,
    [RA_RETURN] = WHO_APPROVER, [RA_WITHDRAW] = WHO_KEEPER,
};

enum resource_state resource_next(enum resource_state state, enum resource_act act)
{
    return state < RS_count && act < RA_count ? legal[state][act] : RS_NONE;
}

enum resource_who resource_act_who(enum resource_act act)
{
    return act < RA_count ? who[act] : WHO_AUTHOR;
}

bool resource_beyond(int64_t akey)
{
    return akey % 8 > 3;
}
