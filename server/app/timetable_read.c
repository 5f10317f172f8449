/* From the rows of sheets to lessons. The heads may stand in any order; what is beside them or
 * above them is left out, and so is a sheet without heads. */
#include "server/app/timetable_int.h"

#include "server/app/sheet_rows.h"
#include "storage/list.h"

static const struct {
    const char *head;
    enum timetable_field field;
} heads[] = {
    { "姓名", TF_NAME },     { "教师", TF_NAME },     { "教师姓名", TF_NAME },
    { "工号", TF_STAFF_NO }, { "星期", TF_WEEKDAY },  { "周次", TF_NONE },
    { "节次", TF_PERIOD },   { "第几节", TF_PERIOD }, { "节", TF_PERIOD },
    { "班级", TF_CLASS },    { "学科", TF_SUBJECT },  { "科目", TF_SUBJECT },
    { "课程", TF_SUBJECT },  { "单双周", TF_WEEKS },
};

/* The number a word ends with or is: 3, 三, 第3节, 周三, 星期天; 0: none. */
static int64_t number_in(struct str s)
{
    static const char *const words[] = { "一", "二", "三", "四", "五",   "六",
                                         "七", "八", "九", "十", "十一", "十二" };
    static const char *const around[] = { "第", "星期", "周", "礼拜" };
    int64_t n;
    s = str_trim(s);
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        if (str_starts(s, str_of(around[i])))
            s = str_sub(s, str_of(around[i]).n, s.n);
    if (str_ends(s, S("节")))
        s = str_sub(s, 0, s.n - S("节").n);
    s = str_trim(s);
    if (str_int(s, &n))
        return n;
    if (str_eqz(s, "日") || str_eqz(s, "天"))
        return 7;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eqz(s, words[i]))
            return (int64_t)i + 1;
    return 0;
}

static int64_t weeks_in(struct str s)
{
    s = str_trim(s);
    if (s.n == 0 || str_starts(s, S("每")) || str_starts(s, S("全")) || str_eqz(s, "单双周"))
        return 0;
    return str_starts(s, S("单")) ? 1 : str_starts(s, S("双")) ? 2 : -1;
}

static bool heads_in(struct arena *a, const struct str *cells, size_t n, enum timetable_field *at)
{
    bool has[TF_count] = { false };
    for (size_t i = 0; i < n && i < TIMETABLE_COLUMNS; i++) {
        at[i] = TF_NONE;
        for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
            if (str_eqz(sheet_word(a, cells[i]), heads[k].head))
                at[i] = heads[k].field;
        has[at[i]] = true;
    }
    return (has[TF_NAME] || has[TF_STAFF_NO]) && has[TF_WEEKDAY] && has[TF_PERIOD];
}

static void line_in(struct arena *a, const struct probe_row *r, const enum timetable_field *at,
                    struct list *lines)
{
    struct str cell[TF_count] = { 0 };
    bool any = false;
    for (size_t i = 0; i < r->n && i < TIMETABLE_COLUMNS; i++)
        if (at[i] != TF_NONE) {
            cell[at[i]] = sheet_line(a, r->cells[i]);
            any |= cell[at[i]].n > 0;
        }
    if (any)
        *(struct timetable_line *)list_add(lines) =
            (struct timetable_line){ .sheet = r->sheet,
                                     .row = r->row,
                                     .staff_no = cell[TF_STAFF_NO],
                                     .name = sheet_word(a, cell[TF_NAME]),
                                     .class_name = cell[TF_CLASS],
                                     .subject = cell[TF_SUBJECT],
                                     .weekday = number_in(cell[TF_WEEKDAY]),
                                     .period = number_in(cell[TF_PERIOD]),
                                     .weeks = weeks_in(cell[TF_WEEKS]) };
}

bool timetable_lines(struct arena *a, const struct probe_rows *rows, struct timetable_line **out,
                     size_t *n)
{
    enum timetable_field at[TIMETABLE_COLUMNS] = { TF_NONE };
    struct list lines = list_of(a, sizeof **out);
    int64_t sheet = 0; /* whose heads are known */
    for (size_t i = 0; i < rows->n; i++) {
        const struct probe_row *r = &rows->v[i];
        if (sheet == r->sheet)
            line_in(a, r, at, &lines);
        else if (heads_in(a, r->cells, r->n, at))
            sheet = r->sheet;
    }
    *out = lines.p;
    *n = lines.n;
    return sheet > 0;
}
