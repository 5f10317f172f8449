/* 集体备课: what is pure of it. Teaching weeks against a slow model day by day, the spreading of
 * lessons, the stages' laws, iCalendar's exact bytes and its folding at random. */
#include "server/app/prep_state.h"
#include "server/app/prep_weeks.h"
#include "server/app/timetable_free.h"

#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/format/ics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- weeks */

enum { ROUNDS = 300 };

struct random_term {
    struct term t;
    struct day_change change[40];
};

static struct rng rng;

static int64_t below(uint64_t n)
{
    return (int64_t)rng_below(&rng, n);
}

static void random_term(struct random_term *r)
{
    int64_t first = day_number(2025, 8, 25) + below(14), days = 20 + below(200);
    *r = (struct random_term){ .t = { .first_day = first, .last_day = first + days } };
    r->t.changes = r->change;
    for (int64_t d = first; d <= first + days && r->t.changes_n < 40; d++)
        if (below(9) == 0)
            r->change[r->t.changes_n++] =
                (struct day_change){ .day = d,
                                     .kind = day_weekday(d) <= 5 ? S("holiday") : S("work") };
}

/* Day by day, as somebody with a calendar counts. */
static int64_t slow_week(const struct term *t, int64_t day)
{
    int64_t week = 0;
    int64_t monday = t->first_day;
    while (day_weekday(monday) != 1)
        monday--;
    for (int64_t d = monday; d <= t->last_day; d++) {
        week += day_weekday(d) == 1;
        if (d == day)
            return week;
    }
    return 0;
}

static bool slow_teaches(const struct term *t, int64_t week)
{
    for (int64_t d = t->first_day; d <= t->last_day; d++)
        if (slow_week(t, d) == week && day_teaches(t, d))
            return true;
    return false;
}

static void weeks_as_counted_by_hand(void **st)
{
    (void)st;
    for (int i = 0; i < ROUNDS / 10; i++) {
        struct random_term r;
        int64_t weeks[WEEKS_MAX], last = 0;
        random_term(&r);
        for (int64_t d = r.t.first_day - 10; d < r.t.last_day + 10; d++)
            assert_int_equal(week_of(&r.t, d), slow_week(&r.t, d));
        size_t n = weeks_teaching(&r.t, 1, WEEKS_MAX, weeks), k = 0;
        for (int64_t w = 1; w <= weeks_in(&r.t); w++) {
            assert_int_equal(week_teaches(&r.t, w), slow_teaches(&r.t, w));
            if (!slow_teaches(&r.t, w))
                continue;
            assert_true(k < n && weeks[k++] == w);
            if (last)
                assert_int_equal(week_after(&r.t, last), w);
            last = w;
        }
        assert_int_equal(k, n);
        assert_int_equal(week_after(&r.t, last), 0);
    }
}

static void a_day_of_a_week_teaches(void **st)
{
    (void)st;
    for (int i = 0; i < ROUNDS; i++) {
        struct random_term r;
        random_term(&r);
        int64_t w = 1 + below((uint64_t)weeks_in(&r.t));
        int weekday = 1 + (int)below(7);
        int64_t day = week_day(&r.t, w, weekday), wish = week_monday(&r.t, w) + weekday - 1;
        assert_int_equal(day != 0, week_teaches(&r.t, w));
        if (!day)
            continue;
        assert_int_equal(week_of(&r.t, day), w);
        assert_true(day_teaches(&r.t, day));
        if (day_teaches(&r.t, wish))
            assert_int_equal(day, wish);
    }
}

/* In order, each week within one lesson of any other, and the first in the first week. */
static void lessons_are_spread_evenly(void **st)
{
    (void)st;
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = 1 + (size_t)below(80), weeks = 1 + (size_t)below(30), in[30] = { 0 }, last = 0;
        for (size_t k = 0; k < n; k++) {
            size_t w = week_spread(k, n, weeks);
            assert_true(w < weeks && w >= last);
            in[w]++;
            last = w;
        }
        size_t least = SIZE_MAX, most = 0;
        for (size_t w = 0; w < weeks; w++) {
            least = in[w] < least ? in[w] : least;
            most = in[w] > most ? in[w] : most;
        }
        assert_true(most - least <= 1);
        assert_int_equal(week_spread(0, n, weeks), 0);
    }
}

/* ---- free together */

static bool busy_at(const struct busy *b, size_t n, int64_t who, int64_t from, int64_t until)
{
    for (int64_t minute = from; minute < until; minute++)
        for (size_t i = 0; i < n; i++)
            if (b[i].who == who && b[i].from <= minute && minute < b[i].until)
                return true;
    return false;
}

/* Every step lies in exactly one span, and that says of everybody what minute by minute is so. */
static void free_minute_by_minute(void **st)
{
    enum { PEOPLE = 5 };
    (void)st;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *a = arena_new();
        struct busy b[12];
        struct free_span *s;
        size_t n = (size_t)below(12), s_n, at = 0;
        for (size_t i = 0; i < n; i++) {
            int64_t from = below(700) - 50;
            b[i] = (struct busy){ below(PEOPLE), from, from + below(120) };
        }
        int64_t earliest = below(200), latest = 300 + below(300), minutes = 10 + below(90);
        free_spans(a, b, n, earliest, latest, minutes, &s, &s_n);
        for (int64_t start = 0; start + minutes <= latest; start += FREE_STEP) {
            if (start < earliest)
                continue;
            while (at < s_n && s[at].last < start)
                at++;
            assert_true(at < s_n && s[at].first <= start);
            for (int64_t who = 0; who < PEOPLE; who++) {
                bool told = false;
                for (size_t i = 0; i < s[at].busy_n; i++)
                    told |= s[at].busy[i] == who;
                assert_int_equal(told, busy_at(b, n, who, start, start + minutes));
            }
        }
        for (size_t i = 0; i < s_n; i++)
            assert_true(s[i].first >= earliest && s[i].last + minutes <= latest);
        arena_free(a);
    }
}

/* ---- stages */

static void rights_only_grow_with_parts(void **st)
{
    (void)st;
    for (int64_t stage = 1; stage <= PREP_STAGES; stage++)
        for (unsigned parts = 0; parts < 128; parts++) {
            enum doc_right now = prep_right_in(stage, false, parts);
            for (unsigned more = 1; more < 128; more <<= 1)
                assert_true(prep_right_in(stage, false, parts | more) >= now);
            enum doc_right off = prep_right_in(stage, true, parts);
            assert_true(off <= DOC_READ && off <= now);
            if (!(parts & PART_SEES) && !(parts & PART_IN))
                assert_int_equal(now, DOC_NONE);
        }
}

static void stages_and_acts_have_codes(void **st)
{
    (void)st;
    for (int64_t s = 1; s <= PREP_STAGES; s++)
        assert_int_equal(prep_stage_number(prep_stage_code(s)), s);
    for (int a = PA_NONE + 1; a < PA_count; a++)
        assert_int_equal(prep_act_of(prep_act_code((enum prep_act)a)), a);
    assert_int_equal(prep_stage_number(S("")), 0);
    assert_int_equal(prep_act_of(S("create")), PA_NONE);
    assert_int_equal(prep_stage_code(0).n, 0);
    assert_int_equal(prep_stage_code(PREP_STAGES + 1).n, 0);
    assert_false(prep_legal(PREP_plan, PA_NONE));
    assert_false(prep_his(PART_HOST, PA_NONE));
}

/* P1: from every stage but the last exactly one forward step, and it is somebody's. */
static void every_stage_has_a_way_on(void **st)
{
    static const enum prep_act on[] = { PA_next, PA_publish, PA_close };
    (void)st;
    for (int64_t s = 1; s < PREP_STAGES; s++) {
        int n = 0;
        for (size_t i = 0; i < sizeof on / sizeof *on; i++)
            n += prep_legal(s, on[i]) && prep_his(PART_HOST, on[i]);
        assert_int_equal(n, 1);
        assert_true(prep_legal(s, PA_move));
    }
}

/* ---- iCalendar */

static void an_event_byte_for_byte(void **st)
{
    struct buf b;
    (void)st;
    buf_init(&b, 1 << 20);
    ics_begin(&b, S("集体备课"));
    ics_event(&b, &(struct ics_event){ .uid = S("u@jibei"),
                                       .summary = S("荷花; a,b\\c"),
                                       .description = S("一\n二\r\x01"),
                                       .starts_at = INT64_C(1756686000000),
                                       .ends_at = INT64_C(1756689600000),
                                       .changed_at = 0,
                                       .sequence = 3 });
    ics_end(&b);
    assert_string_equal(b.p,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Jibei//Jibei//ZH\r\n"
                        "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:集体备课\r\n"
                        "BEGIN:VEVENT\r\nUID:u@jibei\r\nDTSTAMP:19700101T000000Z\r\n"
                        "DTSTART:20250901T002000Z\r\nDTEND:20250901T012000Z\r\nSEQUENCE:3\r\n"
                        "STATUS:CONFIRMED\r\nSUMMARY:荷花\\; a\\,b\\\\c\r\nDESCRIPTION:一\\n二\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n");
    buf_fini(&b);
}

/* Unfolded, it is the line that was to be written; no line is longer, no character is cut. */
static void folding_at_random(void **st)
{
    static const char *const pieces[] = { "a", "é", "课", "😀", " " };
    (void)st;
    for (int i = 0; i < ROUNDS; i++) {
        struct buf text, out, back;
        buf_init(&text, 1 << 16);
        buf_init(&out, 1 << 20);
        buf_init(&back, 1 << 20);
        for (int64_t n = 1 + below(200); n; n--)
            buf_addz(&text, pieces[below(5)]);
        ics_event(&out, &(struct ics_event){ .summary = buf_str(&text) });
        struct str rest = buf_str(&out), line;
        while (str_next(&rest, '\n', &line)) {
            if (!line.n)
                break;
            assert_true(line.n <= 76 && line.p[line.n - 1] == '\r'); /* 75 and the CR */
            assert_true(((unsigned char)line.p[line.p[0] == ' '] & 0xc0) != 0x80);
            bool more = line.p[0] == ' ';
            if (!more && back.n)
                buf_char(&back, '\n');
            buf_add(&back, str_sub(line, more, line.n - 1));
        }
        struct str at = buf_str(&back);
        size_t from = str_find(at, S("\nSUMMARY:"), 0);
        assert_true(from != SIZE_MAX);
        struct str value = str_sub(at, from + 9, str_chr(at, '\n', from + 1));
        assert_true(str_eq(value, buf_str(&text)));
        buf_fini(&text);
        buf_fini(&out);
        buf_fini(&back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weeks_as_counted_by_hand),    cmocka_unit_test(a_day_of_a_week_teaches),
        cmocka_unit_test(lessons_are_spread_evenly),   cmocka_unit_test(free_minute_by_minute),
        cmocka_unit_test(rights_only_grow_with_parts), cmocka_unit_test(stages_and_acts_have_codes),
        cmocka_unit_test(every_stage_has_a_way_on),    cmocka_unit_test(an_event_byte_for_byte),
        cmocka_unit_test(folding_at_random),
    };
    uint64_t seed = id_random(1u << 30);
    printf("seed %llu\n", (unsigned long long)seed);
    rng = rng_of(seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
