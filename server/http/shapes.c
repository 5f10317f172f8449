/* The tables made from shapes.def and words.def. */
#include "server/http/shape.h"

#include "server/http/structs.h"
#include "server/http/words.h"

#include <stddef.h>

#define WORDS(name, ...) const char *const words_##name[] = { __VA_ARGS__, NULL };
#include "server/http/words.def"
#undef WORDS

#define CT_INT int64_t
#define CT_TIME int64_t
#define CT_DAY int64_t
#define CT_BOOL bool
#define CT_STR struct str
#define CT_TEXT struct str
#define CT_JSON struct str
/* The member's offset, and a compile error where its C type is not the row's. */
#define AT(s, m, ctype) offsetof(struct s, m) + 0 * _Generic(((struct s *)0)->m, ctype : 1)
#define HAS(s, m) AT(s, has_##m, bool)
#define COUNT(s, m) AT(s, m##_n, size_t)

#define SHAPE(name) static const struct field fields_##name[] = {
#define F(s, m, T_, lo, hi)                                                                        \
    { .name = #m, .type = FT_##T_, .offset = AT(s, m, CT_##T_), .min = lo, .max = hi },
#define O(s, m, T_, lo, hi)                                                                        \
    { .name = #m,                                                                                  \
      .type = FT_##T_,                                                                             \
      .offset = AT(s, m, CT_##T_),                                                                 \
      .min = lo,                                                                                   \
      .max = hi,                                                                                   \
      .has = HAS(s, m),                                                                            \
      .optional = true },
#define ENUM(s, m, w)                                                                              \
    { .name = #m, .type = FT_ENUM, .offset = AT(s, m, struct str), .words = words_##w },
#define OENUM(s, m, w)                                                                             \
    { .name = #m,                                                                                  \
      .type = FT_ENUM,                                                                             \
      .offset = AT(s, m, struct str),                                                              \
      .words = words_##w,                                                                          \
      .has = HAS(s, m),                                                                            \
      .optional = true },
#define OBJ(s, m, t)                                                                               \
    { .name = #m, .type = FT_OBJ, .offset = AT(s, m, struct t *), .of = &shape_##t },
#define OOBJ(s, m, t)                                                                              \
    { .name = #m,                                                                                  \
      .type = FT_OBJ,                                                                              \
      .offset = AT(s, m, struct t *),                                                              \
      .of = &shape_##t,                                                                            \
      .optional = true },
#define LIST(s, m, t, hi)                                                                          \
    { .name = #m,                                                                                  \
      .type = FT_LIST,                                                                             \
      .offset = AT(s, m, struct t *),                                                              \
      .count = COUNT(s, m),                                                                        \
      .of = &shape_##t,                                                                            \
      .max = hi },
#define OLIST(s, m, t, hi)                                                                         \
    { .name = #m,                                                                                  \
      .type = FT_LIST,                                                                             \
      .offset = AT(s, m, struct t *),                                                              \
      .count = COUNT(s, m),                                                                        \
      .of = &shape_##t,                                                                            \
      .max = hi,                                                                                   \
      .has = HAS(s, m),                                                                            \
      .optional = true },
#define INTS(s, m, hi)                                                                             \
    { .name = #m, .type = FT_INTS, .offset = AT(s, m, int64_t *), .count = COUNT(s, m), .max = hi },
#define OINTS(s, m, hi)                                                                            \
    { .name = #m,                                                                                  \
      .type = FT_INTS,                                                                             \
      .offset = AT(s, m, int64_t *),                                                               \
      .count = COUNT(s, m),                                                                        \
      .max = hi,                                                                                   \
      .has = HAS(s, m),                                                                            \
      .optional = true },
#define STRS(s, m, hi, chars)                                                                      \
    { .name = #m,                                                                                  \
      .type = FT_STRS,                                                                             \
      .offset = AT(s, m, struct str *),                                                            \
      .count = COUNT(s, m),                                                                        \
      .max = hi,                                                                                   \
      .min = chars },
#define OSTRS(s, m, hi, chars)                                                                     \
    { .name = #m,                                                                                  \
      .type = FT_STRS,                                                                             \
      .offset = AT(s, m, struct str *),                                                            \
      .count = COUNT(s, m),                                                                        \
      .max = hi,                                                                                   \
      .min = chars,                                                                                \
      .has = HAS(s, m),                                                                            \
      .optional = true },
#define END(s)                                                                                     \
    }                                                                                              \
    ;                                                                                              \
    const struct shape shape_##s = { #s, fields_##s, sizeof fields_##s / sizeof *fields_##s,       \
                                     sizeof(struct s) };
#include "server/http/shapes.def"
#include "server/http/shape_undef.h"

const struct shape shape_none = { .name = "none" };

const struct shape *const shapes[] = {
#define SHAPE(name) &shape_##name,
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
    NULL
};
