/* The roster: a table of teachers, pasted or as a file, merged into the register. Columns are found
 * by their Chinese heads in any order; every row is checked before anything is written; all rows
 * are written or none. People are the same when school and staff number are (without a staff
 * number: school and phone). */
#ifndef APP_ROSTER_H
#define APP_ROSTER_H

#include "server/app/person.h"

enum { ROSTER_ROWS_MAX = 5000, ROSTER_COLUMNS_MAX = 60 };

struct roster_text {
    struct str text; /* pasted from Excel, or csv */
    bool apply;
};
struct roster_file {
    struct str name; /* of the file; its ending says what it is */
    bool apply, has_apply;
};
struct roster_column {
    struct str head;  /* as it stands in the table */
    struct str field; /* "staff_no", …; "" when it is not used */
};
struct roster_row {
    int64_t row;    /* as the table program counts */
    struct str act; /* add, change, same, wrong */
    struct str name, staff_no, school_name;
    struct str error, field; /* what is wrong and in which field */
};
struct roster {
    int64_t added, changed, same, wrong;
    bool applied;
    struct roster_column *columns;
    size_t columns_n;
    struct roster_row *rows;
    size_t rows_n;
    struct slip *slips; /* of those added, told this once */
    size_t slips_n;
};

/* apply false: a dry run. With rows that are wrong nothing is written either, and out says why.
 * E_INPUT: no table, no head that says 姓名. */
enum err roster_paste(struct call *c, const struct roster_text *in, struct roster *out) MUST_USE;
enum err roster_upload(struct call *c, const struct roster_file *in, struct str bytes,
                       struct roster *out) MUST_USE;

#endif
