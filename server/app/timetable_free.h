/* When several are free: pure. Times are minutes of one day; an interval is [from, until). */
#ifndef APP_TIMETABLE_FREE_H
#define APP_TIMETABLE_FREE_H

#include "server/base/arena.h"

enum { FREE_STEP = 10 };

struct busy {
    int64_t who, from, until; /* who: 0 … n-1 */
};
struct free_span {
    int64_t first, last; /* a meeting may begin at every step from first to last */
    int64_t *busy;       /* who is busy then, ascending */
    size_t busy_n;
};
/* All starts from earliest (rounded up to a step) so that the meeting ends by latest, those next to
 * each other with the same people busy put together; in the order of time. */
void free_spans(struct arena *a, const struct busy *b, size_t n, int64_t earliest, int64_t latest,
                int64_t minutes, struct free_span **out, size_t *out_n);

#endif
