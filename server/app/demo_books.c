/* The demo's textbooks from demo_books.def, and who teaches by which of them. */
#include "server/app/demo.h"

#include "server/app/dict.h"
#include "server/app/taxon.h"
#include "server/base/mem.h"
#include "storage/teaching.h"
#include "storage/term.h"

enum { BOOK, UNIT, LESSON };
static const struct {
    int what;
    const char *name[4];
} rows[] = {
#define BOOK(stage, subject, edition, volume) { BOOK, { stage, subject, edition, volume } },
#define UNIT(name) { UNIT, { name, "", "", "" } },
#define LESSON(name) { LESSON, { name, "", "", "" } },
#include "server/app/demo_books.def"
#undef BOOK
#undef UNIT
#undef LESSON
};
enum { ROWS_N = sizeof rows / sizeof *rows };

/* Stage, subject, edition, volume of a BOOK row; those that are there are found. */
static enum err put_book(struct demo *d, size_t i, struct taxon *volume)
{
    struct taxon at = { 0 };
    enum err e = E_OK;
    for (int k = 0; k < 4 && !e; k++) {
        struct taxon below;
        e = taxon_under(d->call, &at, str_of(rows[i].name[k]), S(""), S(""), &below);
        at = below;
    }
    *volume = at;
    return e;
}

static void book_begin(struct demo *d, const struct taxon *volume, size_t i)
{
    struct demo_book *b = &d->books[d->books_n++];
    *b = (struct demo_book){ .id = volume->id,
                             .subject = dict_code(DICT_subject,
                                                  dict_number(DICT_subject, volume->subject)),
                             .grade = dict_code(DICT_grade, dict_number(DICT_grade, volume->grade)),
                             .edition = str_of(rows[i].name[2]),
                             .half = str_ends(volume->name, S("下册")) ? 2 : 1 };
    b->lessons = mem_array(200, sizeof *b->lessons);
    b->names = mem_array(200, sizeof *b->names);
}

enum err demo_books(struct demo *d)
{
    struct txn tx = { 0 };
    struct taxon volume = { 0 }, unit = { 0 }, lesson;
    d->books = mem_array(ROWS_N, sizeof *d->books);
    enum err e = txn_begin(&tx, d->call->db);
    for (size_t i = 0; i < ROWS_N && !e; i++) {
        struct str name = str_of(rows[i].name[0]);
        if (rows[i].what == BOOK) {
            if (!(e = put_book(d, i, &volume)))
                book_begin(d, &volume, i);
        } else if (rows[i].what == UNIT) {
            e = taxon_under(d->call, &volume, name, S(""), S(""), &unit);
        } else if (!(e = taxon_under(d->call, &unit, name, S(""), S(""), &lesson))) {
            struct demo_book *b = &d->books[d->books_n - 1];
            b->lessons[b->lessons_n] = lesson.id;
            b->names[b->lessons_n++] = name;
        }
    }
    return txn_end(&tx, e);
}

/* The book for a subject and grade in this half of the year, the school's own edition where there
 * are two. */
const struct demo_book *demo_book_taught(const struct demo *d, const struct demo_person *p)
{
    const struct demo_book *found = NULL;
    int64_t skip = p->school % 2;
    for (size_t i = 0; i < d->books_n; i++) {
        const struct demo_book *b = &d->books[i];
        if (!str_eqz(b->subject, p->subject) || !str_eqz(b->grade, p->grade))
            continue;
        bool better = !found || (b->half == d->half && found->half != d->half) ||
                      (b->half == found->half && skip-- > 0);
        if (better)
            found = b;
    }
    return found;
}

/* The list's code for an edition by its name in the spine: 人教版（PEP） is 人教版. */
static struct str edition_code(struct str name)
{
    struct dict_table t = dict_table(DICT_edition);
    for (size_t i = 0; i < t.rows_n; i++)
        if (str_starts(name, t.rows[i].text))
            return t.rows[i].code;
    return STR_NONE;
}

enum err demo_teaching(struct demo *d)
{
    struct txn tx = { 0 };
    struct term term;
    enum err e = term_get(d->call->db, d->call->arena, d->term, &term);
    if (e || (e = txn_begin(&tx, d->call->db)))
        goto done;
    int64_t year = 0;
    if (!str_int(str_sub(term.key, 0, 4), &year))
        year = 0;
    for (size_t i = DEMO_STAFF; i < d->people_n && !e; i++) {
        const struct demo_person *p = &d->people[i];
        const struct demo_book *b = demo_book_taught(d, p);
        for (int64_t k = 0; k < 2 && !e; k++) {
            struct teaching t = { .term = d->term,
                                  .person = p->id,
                                  .school = d->school[p->school],
                                  .grade = str_of(p->grade),
                                  .subject = str_of(p->subject),
                                  .class_no = 1 + ((int64_t)i * 2 + k) % 6,
                                  .taxon = b ? b->id : 0 };
            e = teaching_put(d->call->db, &t);
        }
        struct adoption a = { .school = d->school[p->school],
                              .year = year,
                              .grade = str_of(p->grade),
                              .subject = str_of(p->subject),
                              .edition = b ? edition_code(b->edition) : STR_NONE };
        if (!e && a.edition.n)
            e = adoption_set(d->call->db, &a);
    }
done:
    return txn_end(&tx, e);
}
