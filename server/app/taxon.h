/* The textbook spine for people: browsing, a lesson's whole path, editing, taking in a table of
 * contents. */
#ifndef APP_TAXON_H
#define APP_TAXON_H

#include "server/app/call.h"
#include "storage/taxon.h"

enum { TAXON_NAME_CHARS = 80, TAXON_ROWS_MAX = 5000 };

struct taxon_query {
    int64_t parent; /* none: the stages */
    bool all;       /* also those out of use */
    bool has_parent, has_all;
};

struct taxon_list {
    struct taxon *items;
    size_t items_n;
};

/* One with what is above it, top first, and what hangs directly under it. */
struct taxon_view {
    struct taxon *self;
    struct taxon *path;
    size_t path_n;
    struct taxon *children;
    size_t children_n;
};

struct taxon_form {
    int64_t parent, ord;
    struct str name, code, grade;
    bool disabled;
    bool has_parent, has_name, has_code, has_ord, has_grade, has_disabled;
};

/* A table of contents as pasted from a sheet or a csv file: a line for each lesson,
 * "unit<TAB>lesson", or one column of lessons under the unit named last. */
struct taxon_import {
    int64_t parent; /* the volume */
    struct str text;
    bool has_dry_run, dry_run;
};

struct taxon_import_row {
    int64_t line;
    struct str unit, lesson, result; /* new, known, error */
    struct str note;
};

struct taxon_import_done {
    int64_t units, lessons, known, errors;
    bool dry_run;
    struct taxon_import_row *rows;
    size_t rows_n;
};

enum err taxon_browse(struct call *c, const struct taxon_query *q, struct taxon_list *out) MUST_USE;
enum err taxon_show(struct call *c, int64_t id, struct taxon_view *out) MUST_USE;
enum err taxon_create(struct call *c, const struct taxon_form *f, int64_t *id) MUST_USE;
enum err taxon_change(struct call *c, int64_t id, int64_t rev, const struct taxon_form *f) MUST_USE;
enum err taxon_take_in(struct call *c, const struct taxon_import *in,
                       struct taxon_import_done *out) MUST_USE;
/* Puts a child under its parent, copying down what the path says (T2, T3 of storage/taxon.h);
 * inside a transaction, no rights asked. Finds it when it is there already. */
enum err taxon_under(struct call *c, const struct taxon *parent, struct str name, struct str code,
                     struct str grade, struct taxon *out) MUST_USE;

#endif
