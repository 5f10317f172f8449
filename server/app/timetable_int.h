/* What the files of timetables share: lines of a sheet. */
#ifndef APP_TIMETABLE_INT_H
#define APP_TIMETABLE_INT_H

#include "server/app/probe.h"
#include "server/app/timetable.h"

enum { TIMETABLE_COLUMNS = 60 };
enum timetable_field {
    TF_NONE,
    TF_NAME,
    TF_STAFF_NO,
    TF_WEEKDAY,
    TF_PERIOD,
    TF_CLASS,
    TF_SUBJECT,
    TF_WEEKS,
    TF_count
};
struct timetable_line {
    int64_t sheet, row;
    int64_t weekday, period, weeks; /* 0 (weeks: -1): what stands there is none */
    struct str staff_no, name, class_name, subject;
};
/* Each sheet from its own row of heads on; false: none has one. A name is without its spaces. */
bool timetable_lines(struct arena *a, const struct probe_rows *rows, struct timetable_line **out,
                     size_t *n);

#endif
