/* Finding resources by words: what is indexed of a resource, what may be asked, pages of hits with
 * snippets and facets, suggestions while typing. */
#ifndef APP_SEARCH_H
#define APP_SEARCH_H

#include "server/app/call.h"

/* ---- for those who change what is found; each inside their transaction */

/* The resource, its places, people or files changed, or its state or audience did. */
enum err search_index_resource(struct call *c, int64_t resource) MUST_USE;
/* The text of a content was read. */
enum err search_index_blob(struct call *c, int64_t blob) MUST_USE;

/* Indexes all published resources that are not yet: after filling the database from elsewhere. In
 * transactions of its own. bulk: nobody else uses the database; n (may be NULL): how many. */
enum err search_fill(struct call *c, bool bulk, int64_t *n) MUST_USE;

/* ---- for those who look */
struct search_in {
    struct str q;
    bool has_kind, has_lesson_type, has_scope, has_subject, has_grade, has_taxon, has_school,
        has_year, has_sort, has_cursor, has_limit;
    struct str kind, lesson_type, scope, subject, grade, sort, cursor;
    int64_t taxon, school, year, limit;
};

struct search_item {
    int64_t id, rev, taxon, owner, school, files, bytes, taken, published_at, changed_at;
    struct str title, kind, state, scope, place, owner_name, school_name;
    bool has_snippet, has_file, has_page;
    struct str snippet; /* hits between U+0002 and U+0003 */
    struct str file;    /* in which of its files */
    int64_t page;       /* and where */
};

struct facet_value {
    struct str value, label;
    int64_t n;
};
struct facet {
    struct str name;
    struct facet_value *values;
    size_t values_n;
};

struct search_page {
    struct search_item *items;
    size_t items_n;
    bool has_total, has_more, has_next;
    int64_t total;
    bool more;            /* there are more than total */
    struct facet *facets; /* over what total counts */
    size_t facets_n;
    struct str next;
};

struct suggest_in {
    struct str q;
};
struct suggestion {
    struct str noun, text; /* resource, taxon, person */
    int64_t id;
    bool has_hint;
    struct str hint;
};
struct suggest_page {
    struct suggestion *items;
    size_t items_n;
};

/* Newest first (or the best fitting, or the most taken, of the newest 2,000). total and facets come
 * with the first page and count at most the newest 2,000. */
enum err search_find(struct call *c, const struct search_in *in, struct search_page *out) MUST_USE;
enum err search_suggest(struct call *c, const struct suggest_in *in,
                        struct suggest_page *out) MUST_USE;

#endif
