/* Names pasted from a table, and what a path of an old net disk says: lines of a roster are one
 * line each and lie under a known head; a guess is always words we know, and a title. */
#include "tests/fuzz/fuzz.h"

#include "server/app/dict.h"
#include "server/app/import_guess.h"
#include "server/app/roster_int.h"
#include "server/base/utf.h"

static void look_at_roster(struct arena *a, struct str text)
{
    struct call c = { .arena = a };
    struct roster_table t;
    if (roster_read_text(&c, text, &t)) {
        MUST(c.fault.text.n && str_eqz(c.fault.field, "text"));
        return;
    }
    MUST(t.has[RF_NAME] && t.lines_n > 0 && t.lines_n <= ROSTER_ROWS_MAX);
    MUST(t.columns_n <= ROSTER_COLUMNS_MAX);
    for (size_t i = 0; i < t.lines_n; i++)
        for (int f = 0; f < RF_count; f++) {
            struct str s = t.lines[i].cell[f];
            MUST(!s.n || (t.has[f] && utf_valid(s) && !memchr(s.p, '\n', s.n)));
            struct str code = f == RF_SUBJECT ? roster_subject(s) : roster_grade(s);
            MUST(!code.n || dict_number(f == RF_SUBJECT ? DICT_subject : DICT_grade, code));
        }
}

static void look_at_guess(struct str path)
{
    struct guess g = guess_of(path);
    MUST(!g.subject.n || dict_number(DICT_subject, g.subject));
    MUST(!g.grade.n || dict_number(DICT_grade, g.grade));
    MUST(g.half >= 0 && g.half <= 2 && dict_code(DICT_resource_kind, g.kind).n);
    MUST(!path.n || path.p[path.n - 1] == '/' || g.title.n);
    MUST(!utf_valid(path) || utf_valid(g.title));
    MUST(!utf_valid(path) || utf_valid(lesson_core(g.title)));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n };
    struct arena *a = arena_new();
    look_at_roster(a, in);
    look_at_guess(str_sub(in, 0, 4096));
    arena_free(a);
    return 0;
}
