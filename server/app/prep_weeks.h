/* Teaching weeks of a term, and how lessons are spread over them. Pure. A week begins on Monday;
 * week 1 holds the first day of the term; one without a single teaching day (a holiday from Monday
 * to Friday) is no teaching week, but it keeps its number. */
#ifndef APP_PREP_WEEKS_H
#define APP_PREP_WEEKS_H

#include "storage/term.h"

enum { WEEKS_MAX = 60 };

int64_t week_of(const struct term *t, int64_t day); /* 0: outside of the term */
int64_t week_monday(const struct term *t, int64_t week);
int64_t weeks_in(const struct term *t); /* the number of the last one */
bool day_teaches(const struct term *t, int64_t day);
bool week_teaches(const struct term *t, int64_t week);
/* The next teaching week after this one; 0: the term is over. */
int64_t week_after(const struct term *t, int64_t week);
/* The numbers of the teaching weeks from `from` to `until`, at most WEEKS_MAX; gives how many. */
size_t weeks_teaching(const struct term *t, int64_t from, int64_t until, int64_t out[WEEKS_MAX]);
/* The place (from 0) among `weeks` weeks of the i-th of n lessons: in order, as evenly as whole
 * numbers allow. */
size_t week_spread(size_t i, size_t n, size_t weeks);
/* The day of this weekday (1 Monday … 7) in the week, or, when there is no teaching, the first
 * teaching day after and then before it in that week; 0: none. */
int64_t week_day(const struct term *t, int64_t week, int weekday);

#endif
