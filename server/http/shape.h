/* Shapes: what goes in and out over the wire, as tables. A row of shapes.def names a member of a
 * struct that some noun's header declares; the same row parses JSON and queries, prints JSON and
 * describes itself in the OpenAPI text.
 *
 *   SHAPE(town)                          a struct town …
 *   F(town, id, INT, 1, ID_MAX)          … whose member id is always there
 *   O(town, note, TEXT, 0, 500)          optional: the struct also has a bool has_note
 *   ENUM(town, kind, town_kind)          one of the words of words_town_kind (struct str member)
 *   OENUM(town, kind, town_kind)         the same, optional, with has_kind
 *   OBJ(town, county, county_ref)        struct county_ref *county, never NULL
 *   OOBJ(town, lead, person_ref)         the same; NULL: left out
 *   LIST(town, schools, school, 500)     struct school *schools; size_t schools_n; at most 500
 *   OLIST(town, schools, school, 500)    the same, optional, with has_schools
 *   INTS(town, ids, 500)                 int64_t *ids; size_t ids_n; OINTS with has_ids
 *   STRS(town, tags, 20, 40)             struct str *tags; size_t tags_n; at most 20 of ≤40
 * characters; OSTRS END(town)
 *
 * Types: INT int64_t with bounds · TIME int64_t, ms UTC · DAY int64_t day number, "YYYY-MM-DD" on
 * the wire · BOOL bool · STR struct str, one line, bounds in characters · TEXT the same with line
 * breaks · JSON struct str, valid JSON as it stands (replies only). */
#ifndef HTTP_SHAPE_H
#define HTTP_SHAPE_H

#include "server/app/call.h"
#include "server/base/buf.h"

#define ID_MAX 9007199254740991 /* 2^53 - 1: what JavaScript counts exactly */

enum field_type {
    FT_INT,
    FT_TIME,
    FT_DAY,
    FT_BOOL,
    FT_STR,
    FT_TEXT,
    FT_JSON,
    FT_ENUM,
    FT_OBJ,
    FT_LIST,
    FT_INTS,
    FT_STRS
};

struct shape;

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    int64_t min, max;
    size_t has;   /* offset of has_name; for optional ones but objects */
    size_t count; /* offset of name_n, for arrays */
    const struct shape *of;
    const char *const *words; /* NULL at the end */
    bool optional;
};

struct shape {
    const char *name;
    const struct field *fields;
    size_t n, size;
};

extern const struct shape shape_none;
#define SHAPE(name) extern const struct shape shape_##name;
#define F(s, m, type, min, max)
#define O(s, m, type, min, max)
#define ENUM(s, m, w)
#define OENUM(s, m, w)
#define OBJ(s, m, of)
#define OOBJ(s, m, of)
#define LIST(s, m, of, max)
#define OLIST(s, m, of, max)
#define INTS(s, m, max)
#define OINTS(s, m, max)
#define STRS(s, m, max, chars)
#define OSTRS(s, m, max, chars)
#define END(s)
#include "server/http/shapes.def"
#include "server/http/shape_undef.h"

extern const struct shape *const shapes[]; /* all of them, NULL at the end */

/* Parses a JSON object into a new struct of the arena. E_SYNTAX: no JSON; E_INPUT: the field and
 * why. */
enum err shape_parse(struct call *c, const struct shape *s, struct str json, void **out) MUST_USE;
/* The same from a raw query string (a=1&b=%E9…); arrays are comma separated. */
enum err shape_query(struct call *c, const struct shape *s, struct str query, void **out) MUST_USE;
void shape_print(struct buf *out, const struct shape *s, const void *value);
/* As JSON Schema (OpenAPI 3.1), without the names around it. */
void shape_describe(struct buf *out, const struct shape *s);
/* Percent-decodes; plus: also '+' to space. false: broken escape, NUL or no UTF-8. */
bool url_decode(struct arena *a, struct str s, bool plus, struct str *out);

#endif
