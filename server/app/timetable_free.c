/* Steps through the day; see timetable_free.h. */
#include "server/app/timetable_free.h"

#include "storage/list.h"

#include <string.h>

static bool among(const int64_t *list, size_t n, int64_t who)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == who)
            return true;
    return false;
}

/* Who is busy at some minute of [from, until), ascending, each once. */
static void busy_in(const struct busy *b, size_t n, int64_t from, int64_t until, int64_t *out,
                    size_t *out_n)
{
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        bool empty = b[i].from >= b[i].until;
        if (empty || b[i].from >= until || b[i].until <= from || among(out, *out_n, b[i].who))
            continue;
        size_t at = (*out_n)++;
        for (; at && out[at - 1] > b[i].who; at--)
            out[at] = out[at - 1];
        out[at] = b[i].who;
    }
}

void free_spans(struct arena *a, const struct busy *b, size_t n, int64_t earliest, int64_t latest,
                int64_t minutes, struct free_span **out, size_t *out_n)
{
    struct list l = list_of(a, sizeof **out);
    struct free_span *last = NULL;
    int64_t start = (earliest + FREE_STEP - 1) / FREE_STEP * FREE_STEP;
    for (; start + minutes <= latest; start += FREE_STEP) {
        int64_t *who = arena_array(a, n ? n : 1, sizeof *who);
        size_t who_n;
        busy_in(b, n, start, start + minutes, who, &who_n);
        if (last && last->busy_n == who_n && !memcmp(last->busy, who, who_n * sizeof *who)) {
            last->last = start;
            continue;
        }
        last = list_add(&l);
        *last = (struct free_span){ start, start, who, who_n };
    }
    *out = l.p;
    *out_n = l.n;
}
