/* Resources: what a teacher brings, describes, publishes and withdraws, and what others find and
 * take. Every function here asks the rights itself and runs in a transaction of its own. */
#ifndef APP_RESOURCE_H
#define APP_RESOURCE_H

#include "server/app/may.h"
#include "server/app/resource_state.h"
#include "storage/file.h"
#include "storage/resource.h"

enum { FILES_MAX = 500 }; /* other bounds stand in shapes.def */

/* What the author fills in; what is not there stays as it is. Codes are those of the dictionaries.
 */
struct resource_form {
    struct str title, kind, scope, lesson_type, summary, origin, origin_note, licence;
    int64_t scope_ref; /* which department or group, where there are several */
    int64_t dept;      /* whose leader may approve */
    int64_t *taxons;   /* its places, the main one first */
    size_t taxons_n;
    struct str *modes;
    size_t modes_n;
    struct str *authors;
    size_t authors_n;
    bool has_title, has_kind, has_scope, has_scope_ref, has_taxons, has_lesson_type, has_modes,
        has_authors, has_summary, has_origin, has_origin_note, has_licence, has_dept;
};

struct resource_file {
    int64_t id, ord, version, size, at;
    struct str name, path, mime, kind;
    struct str state, reason; /* "ok" or "refused", and why */
};

struct resource_spot {
    int64_t id;
    struct str name, path;
};

/* The whole of one, as its page shows it. */
struct resource {
    int64_t id, rev;
    struct str title, kind, state, scope, scope_name, lesson_type, summary, origin, origin_note;
    struct str licence;
    int64_t scope_ref, dept, owner, school;
    struct str owner_name, school_name, approved_by;
    int64_t bytes, taken, created_at, changed_at, published_at;
    struct str *modes;
    size_t modes_n;
    struct str *authors;
    size_t authors_n;
    struct resource_spot *places;
    size_t places_n;
    struct resource_file *files;
    size_t files_n;
    bool has_note;
    struct str note; /* why it was returned */
    struct str *may; /* what the viewer may do now: codes of resource_act, and "edit" */
    size_t may_n;
};

/* Which list, which filters, where to go on. */
struct resource_query {
    struct str view, kind, lesson_type, state, sort, cursor;
    int64_t taxon, school, limit;
    bool has_view, has_taxon, has_kind, has_school, has_lesson_type, has_state, has_sort,
        has_cursor, has_limit;
};

struct resource_page {
    struct resource_card *items;
    size_t items_n;
    bool has_next;
    struct str next;
};

struct resource_order {
    struct str act;
    bool has_note;
    struct str note;
};

struct resource_acted {
    int64_t id, rev;
    struct str state;
};

struct resource_events {
    struct resource_log *items;
    size_t items_n;
};

struct resource_uses {
    struct resource_use *items;
    size_t items_n;
};

/* A draft of the caller's, and its description changed. resource_make and resource_alter are for
 * whoever has a writing transaction open already. rev 0: whatever it is now. */
enum err resource_make(struct call *c, const struct resource_form *f, int64_t *id) MUST_USE;
enum err resource_create(struct call *c, const struct resource_form *f, int64_t *id) MUST_USE;
enum err resource_alter(struct call *c, int64_t id, int64_t rev,
                        const struct resource_form *f) MUST_USE;
enum err resource_change(struct call *c, int64_t id, int64_t rev,
                         const struct resource_form *f) MUST_USE;
enum err resource_show(struct call *c, int64_t id, struct resource *out) MUST_USE;
enum err resource_page_get(struct call *c, const struct resource_query *q,
                           struct resource_page *out) MUST_USE;
/* Does one act of the life of a resource, or undoes the last one. resource_step is for whoever has
 * a writing transaction open already. */
enum err resource_step(struct call *c, int64_t id, enum resource_act act, struct str note,
                       struct resource_acted *out) MUST_USE;
enum err resource_do(struct call *c, int64_t id, enum resource_act act, struct str note,
                     struct resource_acted *out) MUST_USE;
enum err resource_events_get(struct call *c, int64_t id, struct resource_events *out) MUST_USE;
enum err resource_uses_get(struct call *c, int64_t id, struct resource_uses *out) MUST_USE;

/* ---- for the noun's own files and for search */
/* Cards of these ids in this order; ids that are gone are left out. Asks no rights: the ids come
 * from a statement that did. */
enum err resource_cards(struct call *c, const int64_t *ids, size_t n, struct resource_card **out,
                        size_t *out_n) MUST_USE;
/* Where it is, for may(): the audience counts only while it is published. */
struct place resource_place_of(const struct resource_row *r);
/* Loads the row for somebody who may read it: E_NOT_FOUND otherwise. */
enum err resource_for_reader(struct call *c, int64_t id, struct resource_row *r) MUST_USE;
/* What may() says to somebody who may read it: never E_NOT_FOUND. */
enum err resource_may(struct call *c, const struct resource_row *r, enum cap cap) MUST_USE;
/* Loads it for its author, inside the transaction that changes it. E_NOT_FOUND for who may not read
 * it, E_FORBIDDEN for who may. */
enum err resource_for_author(struct call *c, int64_t id, struct resource_row *r) MUST_USE;
/* Its contents changed: beyond the school that needs a new approval, unless the author may approve.
 */
enum err resource_content_changed(struct call *c, struct resource_row *r) MUST_USE;
/* Tells searchers and listeners that it changed. */
enum err resource_touched(struct call *c, const struct resource_row *r) MUST_USE;

#endif
