/* Being in. */
#include "server/app/session.h"

#include "server/base/clock.h"

enum { IDLE_MINUTES = 30 };

enum err session_idle_ms(struct call *c, int64_t *ms)
{
    (void)c;
    *ms = IDLE_MINUTES * (int64_t)MINUTE_MS;
    return E_OK;
}
