/* Looking for resources. A page is made in one pass over the index, newest first: the first rows
 * are the page, the rest is only counted, as far as the budget goes ("N+").
 *
 * Sorted by fit or by use, the newest CANDIDATES are read, sorted, and the page is cut out of them;
 * the cursor remembers where the reading began, so that later publications do not move the list. */
#include "server/app/search.h"

#include "server/app/cursor.h"
#include "server/app/dict.h"
#include "server/app/resource.h"
#include "server/app/search_terms.h"
#include "server/app/snippet.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/map.h"
#include "server/base/pinyin.h"
#include "storage/list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 2000, COUNT_US = 5000, SORT_US = 10000, STANDARD = 20, TERMS_MAX = 12 };
enum { VALUES_MAX = 20, SUGGESTED = 6, SUGGESTIONS = 20, COUNTED = 240 /* whatever the time */ };

struct found {
    int64_t resource, slot, score;
    int64_t row; /* the part that shows it best */
};

struct count {
    struct str term;
    int64_t n, slot;
};

struct finding {
    struct call *c;
    struct search_query q;
    struct list found;
    struct map *counts; /* term → struct count */
    size_t limit;
    int64_t top, score; /* from the cursor: where the reading began, what the last row scored */
    int64_t last;       /* its slot */
    bool first, more;
};

/* ---- what was asked */

static void want(struct finding *f, enum search_term letter, struct str value)
{
    f->q.terms[f->q.terms_n++] = arena_fmt(f->c->arena, "%c%.*s", letter, STR_ARG(value));
}

static void want_int(struct finding *f, enum search_term letter, int64_t value)
{
    f->q.terms[f->q.terms_n++] = arena_fmt(f->c->arena, "%c%" PRId64, letter, value);
}

static enum err want_code(struct finding *f, enum search_term letter, enum dict d, struct str code,
                          const char *field)
{
    int64_t n = dict_number(d, code);
    if (!n)
        return fail(f->c, E_INPUT, field, "没有这种选项，请从列表中选择。");
    want_int(f, letter, n);
    return E_OK;
}

static enum err filters_in(struct finding *f, const struct search_in *in)
{
    enum err e = E_OK;
    f->q.terms = arena_array(f->c->arena, TERMS_MAX, sizeof *f->q.terms);
    if (in->has_kind)
        e = want_code(f, TERM_kind, DICT_resource_kind, in->kind, "kind");
    if (!e && in->has_lesson_type)
        e = want_code(f, TERM_lesson_type, DICT_lesson_type, in->lesson_type, "lesson_type");
    if (!e && in->has_scope)
        e = want_code(f, TERM_scope, DICT_scope, in->scope, "scope");
    if (e)
        return e;
    if (in->has_subject && !dict_number(DICT_subject, in->subject))
        return fail(f->c, E_INPUT, "subject", "没有这个学科，请从列表中选择。");
    if (in->has_grade && !dict_number(DICT_grade, in->grade))
        return fail(f->c, E_INPUT, "grade", "没有这个年级，请从列表中选择。");
    if (in->has_subject)
        want(f, TERM_subject, in->subject);
    if (in->has_grade)
        want(f, TERM_grade, in->grade);
    if (in->has_taxon)
        want_int(f, TERM_taxon, in->taxon);
    if (in->has_school)
        want_int(f, TERM_school, in->school);
    if (in->has_year)
        want_int(f, TERM_year, in->year);
    return E_OK;
}

static enum err cursor_in(struct finding *f, const struct search_in *in)
{
    struct str key, top;
    f->first = !in->has_cursor;
    f->score = INT64_MAX;
    if (f->first)
        return E_OK;
    enum err e = cursor_read(f->c, "search", in->cursor, &key, &f->last);
    if (e)
        return e;
    if (!str_next(&key, '.', &top) || !str_int(top, &f->top) || !str_int(key, &f->score) ||
        f->top < 0)
        return fail(f->c, E_INPUT, "cursor", "翻页位置不对，请回到第一页。");
    f->q.below = f->q.sort == SEARCH_NEWEST ? f->last : f->top;
    return E_OK;
}

static enum err query_in(struct finding *f, const struct search_in *in)
{
    struct call *c = f->c;
    f->q.viewer = c->viewer->person;
    f->q.keys = c->viewer->keys;
    f->q.keys_n = c->viewer->keys_n;
    f->q.sort = !in->has_sort || str_eqz(in->sort, "fit") ? SEARCH_FIT
                : str_eqz(in->sort, "used")               ? SEARCH_USED
                                                          : SEARCH_NEWEST;
    f->limit = (size_t)(in->has_limit ? in->limit : STANDARD);
    search_runs(c->arena, in->q, &f->q.runs, &f->q.runs_n);
    enum err e = filters_in(f, in);
    return e ? e : cursor_in(f, in);
}

/* ---- reading candidates */

static void count_terms(struct finding *f, const struct search_hit *hit)
{
    struct str rest = hit->terms, term;
    while (str_next(&rest, ' ', &term)) {
        term = str_sub(term, sizeof SEARCH_TERM - 1, term.n);
        if (term.n < 2 || term.p[0] == TERM_key)
            continue;
        if (term.p[0] == TERM_taxon) /* places come last and are not counted */
            break;
        struct count *k = map_get(f->counts, term);
        if (!k) {
            k = ARENA_NEW(f->c->arena, struct count);
            k->term = arena_str(f->c->arena, term);
            map_put(f->counts, term, k);
        }
        k->n += k->slot != hit->slot;
        k->slot = hit->slot;
    }
}

/* Is this candidate behind the cursor, in the order of the sort? */
static bool is_after(const struct finding *f, const struct found *x)
{
    return f->first || x->score < f->score || (x->score == f->score && x->slot < f->last);
}

/* Rows of one resource follow each other; the best of them shows it. */
static bool take(struct finding *f, const struct search_hit *hit)
{
    struct found *last = f->found.n ? (struct found *)f->found.p + f->found.n - 1 : NULL;
    if (last && last->slot == hit->slot) {
        bool better = hit->score > last->score || (f->q.sort != SEARCH_FIT && hit->id < last->row);
        if (better)
            last->row = hit->id;
        last->score = hit->score > last->score ? hit->score : last->score;
        return true;
    }
    size_t most = f->first || f->q.sort != SEARCH_NEWEST ? CANDIDATES : f->limit + 1;
    if (f->found.n >= most) {
        f->more = true;
        return false;
    }
    struct found *x = list_add(&f->found);
    *x = (struct found){ hit->resource_id, hit->slot, hit->score, hit->id };
    if (f->first)
        count_terms(f, hit);
    return true;
}

static enum err read_all(struct finding *f)
{
    struct search_scan s;
    struct search_hit hit;
    int64_t budget = f->q.sort == SEARCH_NEWEST ? COUNT_US : SORT_US;
    int64_t deadline = clock_mono_us() + budget;
    size_t least = f->limit > COUNTED ? f->limit : COUNTED;
    search_begin(&s, f->c->db, f->c->arena, &f->q);
    while (search_next(&s, &hit)) {
        if (!take(f, &hit))
            break;
        if (f->found.n > least && f->found.n % 16 == 0 && clock_mono_us() > deadline) {
            f->more = true;
            break;
        }
    }
    return search_end(&s);
}

static int by_score(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->slot < y->slot ? 1 : x->slot > y->slot ? -1 : 0;
}

/* ---- the page */

static enum err show(struct finding *f, const struct found *x, const struct resource_card *card,
                     struct search_item *item)
{
    struct call *c = f->c;
    struct search_text t = { 0 };
    *item = (struct search_item){
        .id = card->id,
        .rev = card->rev,
        .taxon = card->taxon,
        .owner = card->owner,
        .school = card->school,
        .files = card->files,
        .bytes = card->bytes,
        .taken = card->taken,
        .published_at = card->published_at,
        .changed_at = card->changed_at,
        .title = card->title,
        .kind = card->kind,
        .state = card->state,
        .scope = card->scope,
        .place = card->place,
        .owner_name = card->owner_name,
        .school_name = card->school_name,
    };
    enum err e = search_text(c->db, c->arena, x->row, &t);
    if (e)
        return e == E_NOT_FOUND ? E_OK : e;
    item->snippet = t.blob ? snippet_of(c->arena, t.text, f->q.runs, f->q.runs_n)
                           : snippet_of_lines(c->arena, t.text, f->q.runs, f->q.runs_n);
    item->has_snippet = item->snippet.n > 0;
    if (t.blob)
        e = search_file_name(c->db, c->arena, x->resource, t.blob, &item->file);
    item->has_file = item->file.n > 0;
    item->page = t.page;
    item->has_page = item->has_file && t.page > 0;
    return e;
}

static enum err items_out(struct finding *f, const struct found *x, size_t n,
                          struct search_page *out)
{
    struct call *c = f->c;
    struct resource_card *cards;
    size_t cards_n, at = 0;
    int64_t *ids = arena_array(c->arena, n + 1, sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = x[i].resource;
    enum err e = resource_cards(c, ids, n, &cards, &cards_n);
    out->items = arena_array(c->arena, n + 1, sizeof *out->items);
    for (size_t i = 0; i < n && !e && at < cards_n; i++)
        if (cards[at].id == ids[i])
            e = show(f, &x[i], &cards[at++], &out->items[out->items_n++]);
    return e;
}

static int by_count(const void *a, const void *b)
{
    const struct facet_value *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : str_cmp(x->value, y->value);
}

/* ---- facets */

enum facet_of { NUMBER, CODE, SCHOOL, YEAR, NONE };

static const struct facet_kind {
    const char *name;
    enum search_term letter;
    enum facet_of of;
    enum dict dict;
} facet_kinds[] = {
#define TERM(name, letter, value, dict) { #name, TERM_##name, value, DICT_##dict },
#include "server/app/search_terms.def"
#undef TERM
};
enum { FACETS_N = sizeof facet_kinds / sizeof *facet_kinds };

static enum err value_out(struct call *c, const struct facet_kind *k, struct facet_value *v)
{
    int64_t number = 0;
    if ((k->of == NUMBER || k->of == SCHOOL) && !str_int(v->value, &number))
        return E_OK;
    switch (k->of) {
    case NUMBER:
        v->label = dict_text(k->dict, number);
        v->value = dict_code(k->dict, number);
        break;
    case CODE: v->label = dict_text(k->dict, dict_number(k->dict, v->value)); break;
    case SCHOOL: return search_school_name(c->db, c->arena, number, &v->label);
    case YEAR: v->label = v->value; break;
    case NONE: break;
    }
    return E_OK;
}

static enum err facet_out(struct finding *f, const struct facet_kind *kind, struct search_page *out)
{
    struct list l = list_of(f->c->arena, sizeof(struct facet_value));
    struct str key;
    void *value;
    enum err e = E_OK;
    for (size_t i = 0; map_each(f->counts, &i, &key, &value);) {
        const struct count *k = value;
        if (k->term.p[0] == (char)kind->letter)
            *(struct facet_value *)list_add(&l) =
                (struct facet_value){ .value = str_sub(k->term, 1, k->term.n), .n = k->n };
    }
    if (l.n)
        qsort(l.p, l.n, l.size, by_count);
    l.n = l.n < VALUES_MAX ? l.n : VALUES_MAX;
    for (size_t i = 0; i < l.n && !e; i++)
        e = value_out(f->c, kind, (struct facet_value *)l.p + i);
    if (l.n)
        out->facets[out->facets_n++] = (struct facet){ str_of(kind->name), l.p, l.n };
    return e;
}

static enum err facets_out(struct finding *f, struct search_page *out)
{
    enum err e = E_OK;
    out->facets = arena_array(f->c->arena, FACETS_N, sizeof *out->facets);
    for (size_t i = 0; i < FACETS_N && !e; i++)
        if (facet_kinds[i].of != NONE)
            e = facet_out(f, &facet_kinds[i], out);
    return e;
}

static enum err page_out(struct finding *f, struct search_page *out)
{
    struct found *x = f->found.p;
    size_t from = 0, n = f->found.n;
    enum err e = E_OK;
    if (f->q.sort != SEARCH_NEWEST && n)
        qsort(x, n, sizeof *x, by_score);
    while (f->q.sort != SEARCH_NEWEST && from < n && !is_after(f, &x[from]))
        from++;
    size_t left = n - from, shown = left < f->limit ? left : f->limit;
    e = items_out(f, x + from, shown, out);
    if (!e && left > shown) {
        const struct found *last = &x[from + shown - 1];
        int64_t top = f->first ? f->top : f->q.below;
        struct str key = arena_fmt(f->c->arena, "%" PRId64 ".%" PRId64, top, last->score);
        out->has_next = true;
        out->next = cursor_make(f->c->arena, "search", key, last->slot);
    }
    if (e || !f->first)
        return e;
    out->has_total = out->has_more = true;
    out->total = (int64_t)n;
    out->more = f->more;
    return facets_out(f, out);
}

enum err search_find(struct call *c, const struct search_in *in, struct search_page *out)
{
    struct finding f = { .c = c, .found = list_of(c->arena, sizeof(struct found)) };
    enum err e = query_in(&f, in);
    *out = (struct search_page){ 0 };
    if (e || f.q.runs_n == 0) {
        out->has_total = out->has_more = !e;
        return e;
    }
    f.counts = map_new();
    e = read_all(&f);
    const struct found *newest = f.found.p;
    if (f.first && f.found.n)
        f.top = newest->slot + 1;
    if (!e)
        e = page_out(&f, out);
    map_free(f.counts);
    return e;
}

/* ---- while typing */

static void suggest_names(struct list *l, const char *noun, const struct search_name *names,
                          size_t n)
{
    for (size_t i = 0; i < n; i++)
        *(struct suggestion *)list_add(l) = (struct suggestion){
            .noun = str_of(noun),
            .id = names[i].id,
            .text = names[i].text,
            .has_hint = names[i].hint.n > 0,
            .hint = names[i].hint,
        };
}

static bool suggested(const struct list *l, const char *noun, struct str text)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct suggestion *s = (const struct suggestion *)l->p + i;
        if (str_eqz(s->noun, noun) && str_eq(s->text, text))
            return true;
    }
    return false;
}

/* The place of a resource that was found, when the words are in its own name: names begin with
 * numbers ("2 荷花"), which nobody types. */
static void suggest_place(struct list *l, struct str q, const struct resource_card *card)
{
    struct str name = card->place;
    for (size_t at; (at = str_find(name, S(" · "), 0)) != SIZE_MAX;)
        name = str_sub(name, at + sizeof " · " - 1, name.n);
    if (card->taxon && str_find(name, q, 0) != SIZE_MAX && !suggested(l, "taxon", name))
        *(struct suggestion *)list_add(l) =
            (struct suggestion){ S("taxon"), name, card->taxon, true, card->place };
}

/* Titles with these words, newest first, each title once. */
static enum err suggest_titles(struct call *c, struct str q, struct list *l)
{
    struct search_query query = { .viewer = c->viewer->person,
                                  .keys = c->viewer->keys,
                                  .keys_n = c->viewer->keys_n,
                                  .title = true };
    struct search_scan s;
    struct search_hit hit;
    int64_t ids[SUGGESTED * 3];
    size_t n = 0, cards_n, titles = 0;
    struct resource_card *cards;
    search_runs(c->arena, q, &query.runs, &query.runs_n);
    search_begin(&s, c->db, c->arena, &query);
    while (n < SUGGESTED * 3 && search_next(&s, &hit))
        ids[n++] = hit.resource_id;
    enum err e = search_end(&s);
    if (e || (e = resource_cards(c, ids, n, &cards, &cards_n)))
        return e;
    for (size_t i = 0; i < cards_n; i++)
        suggest_place(l, q, &cards[i]);
    for (size_t i = 0; i < cards_n && titles < SUGGESTED; i++) {
        if (suggested(l, "resource", cards[i].title))
            continue;
        *(struct suggestion *)list_add(l) =
            (struct suggestion){ S("resource"), cards[i].title, cards[i].id, cards[i].place.n > 0,
                                 cards[i].place };
        titles++;
    }
    return E_OK;
}

enum err search_suggest(struct call *c, const struct suggest_in *in, struct suggest_page *out)
{
    struct list l = list_of(c->arena, sizeof(struct suggestion));
    struct search_name *names;
    struct str q = str_trim(in->q), *runs;
    size_t n, runs_n;
    enum err e;
    *out = (struct suggest_page){ 0 };
    search_runs(c->arena, q, &runs, &runs_n);
    if (runs_n == 0)
        return E_OK;
    if ((e = search_taxa(c->db, c->arena, q, SUGGESTED, &names, &n)))
        return e;
    suggest_names(&l, "taxon", names, n);
    if ((e = search_people(c->db, c->arena, runs[0], SUGGESTED, &names, &n)))
        return e;
    suggest_names(&l, "person", names, n);
    if ((e = suggest_titles(c, q, &l)))
        return e;
    out->items = l.p;
    out->items_n = l.n < SUGGESTIONS ? l.n : SUGGESTIONS;
    return E_OK;
}
