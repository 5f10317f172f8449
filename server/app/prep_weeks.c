/* Teaching weeks; see prep_weeks.h. */
#include "server/app/prep_weeks.h"

#include "server/base/clock.h"

static int64_t monday_of(int64_t day)
{
    return day - (day_weekday(day) - 1);
}

int64_t week_of(const struct term *t, int64_t day)
{
    if (day < monday_of(t->first_day) || day > t->last_day)
        return 0;
    return (monday_of(day) - monday_of(t->first_day)) / 7 + 1;
}

int64_t week_monday(const struct term *t, int64_t week)
{
    return monday_of(t->first_day) + (week - 1) * 7;
}

int64_t weeks_in(const struct term *t)
{
    return week_of(t, t->last_day);
}

bool day_teaches(const struct term *t, int64_t day)
{
    if (day < t->first_day || day > t->last_day)
        return false;
    for (size_t i = 0; i < t->changes_n; i++)
        if (t->changes[i].day == day)
            return str_eqz(t->changes[i].kind, "work");
    return day_weekday(day) <= 5;
}

bool week_teaches(const struct term *t, int64_t week)
{
    for (int i = 0; i < 7; i++)
        if (day_teaches(t, week_monday(t, week) + i))
            return true;
    return false;
}

int64_t week_after(const struct term *t, int64_t week)
{
    for (int64_t w = week + 1; w <= weeks_in(t); w++)
        if (week_teaches(t, w))
            return w;
    return 0;
}

size_t weeks_teaching(const struct term *t, int64_t from, int64_t until, int64_t out[WEEKS_MAX])
{
    size_t n = 0;
    for (int64_t w = from < 1 ? 1 : from; w <= until && w <= weeks_in(t) && n < WEEKS_MAX; w++)
        if (week_teaches(t, w))
            out[n++] = w;
    return n;
}

size_t week_spread(size_t i, size_t n, size_t weeks)
{
    return n ? i * weeks / n : 0;
}

int64_t week_day(const struct term *t, int64_t week, int weekday)
{
    int64_t monday = week_monday(t, week);
    for (int i = weekday; i <= 7; i++)
        if (day_teaches(t, monday + i - 1))
            return monday + i - 1;
    for (int i = weekday - 1; i >= 1; i--)
        if (day_teaches(t, monday + i - 1))
            return monday + i - 1;
    return 0;
}
