/* The agenda's timer of a 集体备课: what is talked about now and how long it may still take, the
 * same for all who see the session; the host runs it (prep_stages.def).
 *
 * T1: times are told as how long it lasts and how much of that is gone, so that the clocks of the
 * clients do not matter. T2: one that was forgotten is not shown for ever. */
#ifndef APP_PREP_TIMER_H
#define APP_PREP_TIMER_H

#include "server/app/prep.h"

struct prep_timer {
    struct str words;   /* "": none runs */
    int64_t ms, passed; /* passed may be more than ms: it is over */
};
struct prep_timer_new {
    struct str words; /* without: the one that runs gets so many minutes more */
    int64_t minutes;
    bool has_words;
};

enum err prep_timer_show(struct call *c, int64_t id, struct prep_timer *out) MUST_USE;
/* E_STATE: none runs that could be made longer. */
enum err prep_timer_start(struct call *c, int64_t id, const struct prep_timer_new *in,
                          struct prep_timer *out) MUST_USE;
enum err prep_timer_stop(struct call *c, int64_t id) MUST_USE;

#endif
