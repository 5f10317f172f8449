/* What roster_read.c gives to roster.c: cells under known heads, as text. */
#ifndef APP_ROSTER_INT_H
#define APP_ROSTER_INT_H

#include "server/app/roster.h"

enum roster_field {
    RF_NAME,
    RF_STAFF_NO,
    RF_SCHOOL,
    RF_SUBJECT,
    RF_GRADE,
    RF_PHONE,
    RF_TITLE,
    RF_LOGIN,
    RF_count,
    RF_NONE = -1
};

struct roster_line {
    int64_t row;
    struct str cell[RF_count]; /* trimmed, one line */
};
struct roster_table {
    struct roster_column *columns;
    size_t columns_n;
    bool has[RF_count];
    struct roster_line *lines;
    size_t lines_n;
};

extern const char *const roster_field_words[RF_count];

enum err roster_read_text(struct call *c, struct str text, struct roster_table *out) MUST_USE;
enum err roster_read_file(struct call *c, struct str name, struct str bytes,
                          struct roster_table *out) MUST_USE;
/* Codes of what people write; "" when nobody knows it. */
struct str roster_subject(struct str words);
struct str roster_grade(struct str words);

#endif
