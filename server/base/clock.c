/* Days by the civil calendar algorithm: years begin in March, so that the leap day comes last. */
#include "server/base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t now_of(clockid_t id, int64_t per_second)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * per_second + t.tv_nsec / (1000000000 / per_second);
}

int64_t clock_now(void)
{
    return now_of(CLOCK_REALTIME, 1000);
}

int64_t clock_mono(void)
{
    return now_of(CLOCK_MONOTONIC, 1000);
}

int64_t clock_mono_us(void)
{
    return now_of(CLOCK_MONOTONIC, 1000000);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t day_number(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400), yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_day(int64_t day, struct civil *c)
{
    int64_t z = day + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c->year = (int)(yoe + era * 400 + (c->month <= 2));
    c->weekday = day_weekday(day);
}

struct civil civil_utc(int64_t t)
{
    struct civil c = { 0 };
    int64_t day = floor_div(t, DAY_MS), rest = t - day * DAY_MS;
    civil_day(day, &c);
    c.hour = (int)(rest / HOUR_MS);
    c.minute = (int)(rest / MINUTE_MS % 60);
    c.second = (int)(rest / SECOND_MS % 60);
    c.ms = (int)(rest % SECOND_MS);
    return c;
}

struct civil civil_local(int64_t t)
{
    return civil_utc(t + ZONE_MS);
}

int day_weekday(int64_t day)
{
    int64_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w) + 1;
}

int64_t day_local(int64_t t)
{
    return floor_div(t + ZONE_MS, DAY_MS);
}

int64_t day_start(int64_t day)
{
    return day * DAY_MS - ZONE_MS;
}

bool day_parse(struct str s, int64_t *day)
{
    int64_t y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !str_int(str_sub(s, 0, 4), &y) ||
        !str_int(str_sub(s, 5, 7), &m) || !str_int(str_sub(s, 8, 10), &d))
        return false;
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > 31)
        return false;
    struct civil c;
    *day = day_number((int)y, (int)m, (int)d);
    civil_day(*day, &c);
    return c.month == m && c.day == d;
}

void clock_iso_to(char out[32], int64_t t)
{
    struct civil c = civil_utc(t);
    snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year % 10000, c.month % 100,
             c.day % 100, c.hour % 100, c.minute % 100, c.second % 100, c.ms % 1000);
}

struct str clock_http(struct arena *a, int64_t t)
{
    static const char *days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil c = civil_utc(t);
    return arena_fmt(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[c.weekday - 1], c.day,
                     months[c.month - 1], c.year, c.hour, c.minute, c.second);
}
