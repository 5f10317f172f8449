/* The first page. The lesson of the week is an estimate: the book's lessons spread evenly over the
 * term's weeks; the page shows the neighbours too. Who named no book has the one his school
 * adopted. */
#include "server/app/home.h"

#include "server/app/teaching.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "storage/taxon.h"
#include "storage/teaching.h"

enum { RECENT = 8, ITEMS = 5, COURSES_MAX = 30, LESSONS_MAX = 400 };

static int64_t monday_of(int64_t day)
{
    return day - (day_weekday(day) - 1);
}

struct weeks {
    int64_t now, all; /* now 0: outside of the term */
};

static struct weeks weeks_of(const struct term *t, int64_t today)
{
    int64_t first = monday_of(t->first_day), last = monday_of(t->last_day);
    struct weeks w = { .all = (last - first) / 7 + 1 };
    if (today >= first && today <= t->last_day)
        w.now = (monday_of(today) - first) / 7 + 1;
    return w;
}

static size_t reached(struct weeks w, size_t n)
{
    return w.now ? (size_t)((w.now - 1) * (int64_t)n / w.all) : 0;
}

size_t home_lesson_at(const struct term *t, int64_t day, size_t n)
{
    return reached(weeks_of(t, day), n);
}

/* The lessons below a taxon in the order of the book. */
static enum err lessons_below(struct call *c, int64_t taxon, struct taxon **out, size_t *n)
{
    struct taxon *kids;
    size_t kids_n;
    enum err e = taxon_children(c->db, c->arena, taxon, false, &kids, &kids_n);
    for (size_t i = 0; i < kids_n && !e && *n < LESSONS_MAX; i++) {
        if (kids[i].level == TAXON_LESSON)
            (*out)[(*n)++] = kids[i];
        else
            e = lessons_below(c, kids[i].id, out, n);
    }
    return e;
}

static struct home_lesson *lesson_new(struct call *c, const struct taxon *t)
{
    struct home_lesson *l = ARENA_NEW(c->arena, struct home_lesson);
    *l = (struct home_lesson){ t->id, t->name, t->path };
    return l;
}

static enum err cards(struct call *c, const struct resource_query *q, struct resource_card **out,
                      size_t *n)
{
    struct resource_page page = { 0 };
    enum err e = resource_page_get(c, q, &page);
    *out = page.items;
    *n = page.items_n;
    return e;
}

static enum err place_in_book(struct call *c, struct weeks w, struct home_course *h)
{
    struct taxon *lessons = arena_array(c->arena, LESSONS_MAX, sizeof *lessons);
    size_t n = 0;
    enum err e = h->taxon ? lessons_below(c, h->taxon, &lessons, &n) : E_OK;
    if (e || n == 0)
        return e;
    size_t at = reached(w, n);
    h->lesson = lesson_new(c, &lessons[at]);
    h->before = at > 0 ? lesson_new(c, &lessons[at - 1]) : NULL;
    h->after = at + 1 < n ? lesson_new(c, &lessons[at + 1]) : NULL;
    struct resource_query q = {
        .has_taxon = true, .taxon = lessons[at].id, .has_limit = true, .limit = ITEMS
    };
    return cards(c, &q, &h->items, &h->items_n);
}

static enum err courses(struct call *c, const struct term *term, struct weeks w, struct home *out)
{
    struct teaching *t;
    size_t n;
    struct teaching_filter f = { .term = term->id, .person = c->viewer->person };
    enum err e = teaching_list(c->db, c->arena, &f, &t, &n);
    if (e)
        return e;
    if (n > COURSES_MAX)
        n = COURSES_MAX;
    out->courses = arena_array(c->arena, n, sizeof *out->courses);
    for (size_t i = 0; i < n && !e; i++) {
        if (!t[i].taxon && (e = teaching_book(c, term, &t[i])))
            break;
        struct home_course *h = &out->courses[out->courses_n++];
        *h = (struct home_course){ .teaching = t[i].id,
                                   .class_no = t[i].class_no,
                                   .taxon = t[i].taxon,
                                   .grade = t[i].grade,
                                   .subject = t[i].subject,
                                   .edition = teaching_edition(t[i].taxon_path),
                                   .path = t[i].taxon_path };
        e = place_in_book(c, w, h);
    }
    return e;
}

enum err home_show(struct call *c, struct home *out)
{
    int64_t id;
    struct term t;
    struct resource_query newest = { .has_limit = true, .limit = RECENT };
    enum err e = term_at(c->db, day_local(c->now), &id);
    if (!e && !(e = term_get(c->db, c->arena, id, &t))) {
        struct weeks w = weeks_of(&t, day_local(c->now));
        out->week = w.now;
        out->term = t.name;
        e = courses(c, &t, w, out);
    }
    if (e && e != E_NOT_FOUND)
        return e;
    if ((e = cards(c, &newest, &out->recent, &out->recent_n)))
        return e;
    return resource_count_waiting(c->db, c->viewer->person, &out->waiting);
}
