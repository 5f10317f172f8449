/* The dictionaries the product ships (dict.def): what may be chosen from, with a number for rows, a
 * code for the wire and words for people. */
#ifndef APP_DICT_H
#define APP_DICT_H

#include "server/base/str.h"

#include <stdint.h>

enum dict {
#define DICT(name, text) DICT_##name,
#define ROW(dict, number, code, text)
#include "server/app/dict.def"
#undef DICT
#undef ROW
    DICT_count
};

/* The numbers, as resource_kind_courseware. */
#define DICT(name, text)
#define ROW(dict, number, code, text) enum { dict##_##code = number };
#include "server/app/dict.def"
#undef DICT
#undef ROW

struct dict_row {
    int64_t number;
    struct str code, text;
};

struct dict_table {
    struct str name, text;
    const struct dict_row *rows;
    size_t rows_n;
};

struct dict_table dict_table(enum dict d);
/* The number of a code, 0 when the dictionary has no such code. */
int64_t dict_number(enum dict d, struct str code);
/* The number of what people call it, 0 when nobody does. */
int64_t dict_number_of_text(enum dict d, struct str text);
/* Code and words of a number; "" when there is no such row. */
struct str dict_code(enum dict d, int64_t number);
struct str dict_text(enum dict d, int64_t number);

#endif
