/* Time: milliseconds UTC since 1970, and civil days in the county's zone. Asia/Shanghai is +8 h
 * without daylight saving since 1992; what needs other zones brings its own tables. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "server/base/arena.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS };
#define DAY_MS ((int64_t)24 * HOUR_MS)
#define ZONE_MS ((int64_t)8 * HOUR_MS) /* Asia/Shanghai */

int64_t clock_now(void);  /* wall clock, ms UTC */
int64_t clock_mono(void); /* monotonic ms, for deadlines */
int64_t clock_mono_us(void);

struct civil {
    int year, month, day, hour, minute, second, ms; /* month and day from 1 */
    int weekday;                                    /* 1 Monday … 7 Sunday */
};
struct civil civil_utc(int64_t t);
struct civil civil_local(int64_t t); /* in Asia/Shanghai */
/* Days are "YYYY-MM-DD" on the wire and day numbers since 1970-01-01 in rows. */
int64_t day_number(int year, int month, int day);
bool day_parse(struct str s, int64_t *day); /* false: no such day */
int64_t day_local(int64_t t);               /* the local day of an instant */
int64_t day_start(int64_t day);             /* its first instant, in Asia/Shanghai */
int day_weekday(int64_t day);               /* 1 Monday … 7 Sunday */
/* RFC 3339 in UTC with milliseconds, for logs: 2025-09-01T00:20:00.000Z */
void clock_iso_to(char out[32], int64_t t);
/* IMF-fixdate (RFC 9110, 5.6.7), for Last-Modified and Expires. */
struct str clock_http(struct arena *a, int64_t t);

#endif
