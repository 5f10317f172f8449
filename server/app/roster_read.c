/* From a table to lines: finds the row of heads, then gathers the cells below it. Files are opened
 * in the jail (probe.h); what is pasted is text already. */
#include "server/app/dict.h"
#include "server/app/probe.h"
#include "server/app/roster_int.h"
#include "server/app/sheet_rows.h"
#include "server/base/utf.h"
#include "server/format/sheet.h"
#include "storage/list.h"

const char *const roster_field_words[RF_count] = { "name",  "staff_no", "school", "subject",
                                                   "grade", "phone",    "title",  "login" };

static const struct {
    const char *head;
    enum roster_field field;
} heads[] = {
    { "姓名", RF_NAME },        { "教师姓名", RF_NAME },     { "名字", RF_NAME },
    { "工号", RF_STAFF_NO },    { "教师工号", RF_STAFF_NO }, { "职工号", RF_STAFF_NO },
    { "教工号", RF_STAFF_NO },  { "编号", RF_STAFF_NO },     { "学校", RF_SCHOOL },
    { "所在学校", RF_SCHOOL },  { "学校名称", RF_SCHOOL },   { "单位", RF_SCHOOL },
    { "工作单位", RF_SCHOOL },  { "学校代码", RF_SCHOOL },   { "学科", RF_SUBJECT },
    { "任教学科", RF_SUBJECT }, { "科目", RF_SUBJECT },      { "年级", RF_GRADE },
    { "任教年级", RF_GRADE },   { "手机", RF_PHONE },        { "手机号", RF_PHONE },
    { "手机号码", RF_PHONE },   { "电话", RF_PHONE },        { "联系电话", RF_PHONE },
    { "职称", RF_TITLE },       { "登录名", RF_LOGIN },      { "账号", RF_LOGIN },
};

static const struct {
    const char *words, *code;
} subjects[] = {
    { "体育", "pe" },      { "道法", "morality" }, { "品德", "morality" },   { "思想品德", "morality" },
    { "政治", "morality" }, { "思想政治", "morality" }, { "信息技术", "it" }, { "信息", "it" },
    { "生物", "biology" }, { "心理", "mental" },   { "综合实践", "practice" }, { "劳动教育", "labor" },
}, grades[] = {
    { "初一", "J7" }, { "初二", "J8" }, { "初三", "J9" },      { "高中一年级", "S10" },
    { "高二年级", "S11" }, { "1", "P1" }, { "2", "P2" },        { "3", "P3" },
    { "4", "P4" },    { "5", "P5" },    { "6", "P6" },         { "7", "J7" },
    { "8", "J8" },    { "9", "J9" },    { "一", "P1" },        { "二", "P2" },
    { "三", "P3" },   { "四", "P4" },   { "五", "P5" },        { "六", "P6" },
    { "七", "J7" },   { "八", "J8" },   { "九", "J9" },
};

struct str roster_subject(struct str words)
{
    int64_t n = dict_number_of_text(DICT_subject, words);
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects && !n; i++)
        if (str_eqz(words, subjects[i].words))
            return str_of(subjects[i].code);
    return n ? dict_code(DICT_subject, n) : STR_NONE;
}

struct str roster_grade(struct str words)
{
    int64_t n = dict_number_of_text(DICT_grade, words);
    for (size_t i = 0; i < sizeof grades / sizeof *grades && !n; i++)
        if (str_eqz(words, grades[i].words))
            return str_of(grades[i].code);
    return n ? dict_code(DICT_grade, n) : STR_NONE;
}

/* ---- gathering */

struct gather {
    struct call *c;
    struct roster_table *t;
    struct list lines, columns;
    enum roster_field at[ROSTER_COLUMNS_MAX];
    bool found, full;
};

static enum roster_field field_of(struct str head)
{
    size_t bracket = str_find(head, S("（"), 0), ascii = str_chr(head, '(', 0);
    head = str_sub(head, 0, bracket < ascii ? bracket : ascii);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_eqz(head, heads[i].head))
            return heads[i].field;
    return RF_NONE;
}

/* The row of heads is the first one with a cell that says 姓名. */
static void try_heads(struct gather *g, const struct str *cells, size_t n)
{
    bool seen[RF_count] = { 0 };
    for (size_t i = 0; i < n && i < ROSTER_COLUMNS_MAX; i++) {
        g->at[i] = field_of(sheet_word(g->c->arena, cells[i]));
        if (g->at[i] != RF_NONE && seen[g->at[i]])
            g->at[i] = RF_NONE; /* the first one counts */
        if (g->at[i] != RF_NONE)
            seen[g->at[i]] = true;
    }
    for (size_t i = n; i < ROSTER_COLUMNS_MAX; i++)
        g->at[i] = RF_NONE;
    if (!seen[RF_NAME])
        return;
    g->found = true;
    for (size_t i = 0; i < n && i < ROSTER_COLUMNS_MAX; i++) {
        struct roster_column *col = list_add(&g->columns);
        col->head = utf_head(sheet_word(g->c->arena, cells[i]), 80);
        col->field = g->at[i] == RF_NONE ? STR_NONE : str_of(roster_field_words[g->at[i]]);
    }
    for (int f = 0; f < RF_count; f++)
        g->t->has[f] = seen[f];
}

static bool take(struct gather *g, int64_t row, const struct str *cells, size_t n)
{
    if (!g->found) {
        try_heads(g, cells, n);
        return g->found || row < 20;
    }
    struct roster_line line = { .row = row };
    bool any = false;
    for (size_t i = 0; i < n && i < ROSTER_COLUMNS_MAX; i++)
        if (g->at[i] != RF_NONE) {
            line.cell[g->at[i]] = sheet_line(g->c->arena, cells[i]);
            any |= line.cell[g->at[i]].n > 0;
        }
    if (!any)
        return true;
    if (g->lines.n == ROSTER_ROWS_MAX) {
        g->full = true;
        return false;
    }
    *(struct roster_line *)list_add(&g->lines) = line;
    return true;
}

static struct gather begin(struct call *c, struct roster_table *t)
{
    *t = (struct roster_table){ 0 };
    return (struct gather){
        .c = c,
        .t = t,
        .lines = list_of(c->arena, sizeof(struct roster_line)),
        .columns = list_of(c->arena, sizeof(struct roster_column)),
    };
}

static enum err finish(struct gather *g)
{
    g->t->lines = g->lines.p;
    g->t->lines_n = g->lines.n;
    g->t->columns = g->columns.p;
    g->t->columns_n = g->columns.n;
    if (!g->found)
        return fail(g->c, E_INPUT, "text",
                    "没有找到表头。请把表头一起粘贴，至少要有“姓名”和“工号”两列。");
    if (g->full)
        return fail(g->c, E_INPUT, "text", "一次最多导入 %d 人，请分成几份导入。", ROSTER_ROWS_MAX);
    if (g->lines.n == 0)
        return fail(g->c, E_INPUT, "text", "表头下面没有内容。");
    return E_OK;
}

static bool take_sheet(void *arg, const struct sheet_row *r)
{
    struct gather *g = arg;
    return r->sheet > 1 && g->found ? false : take(g, r->row, r->cells, r->n);
}

enum err roster_read_text(struct call *c, struct str text, struct roster_table *out)
{
    struct gather g = begin(c, out);
    struct sheet_to to = { &g, take_sheet };
    enum err e = csv_rows(text, &to);
    if (e && e != E_TOO_LARGE)
        return fail(c, E_INPUT, "text", "粘贴的内容不是表格，请从 Excel 或 WPS 里复制整片单元格。");
    if (e)
        return fail(c, E_INPUT, "text", "有一格的内容太长，请检查。");
    return finish(&g);
}

enum err roster_read_file(struct call *c, struct str name, struct str bytes,
                          struct roster_table *out)
{
    struct gather g = begin(c, out);
    struct probe_rows rows;
    enum err e = sheet_rows(c, name, bytes, &rows);
    if (e)
        return e;
    if (str_eqz(rows.code, "cut"))
        return fail(c, E_INPUT, "file", "一次最多导入 %d 人，请分成几份导入。", ROSTER_ROWS_MAX);
    if (!str_eqz(rows.code, "ok"))
        return fail(c, E_INPUT, "file",
                    "读不了这个文件。请用 xlsx 或 csv 格式另存，不要加密，再上传一次。");
    for (size_t i = 0; i < rows.n; i++)
        if ((rows.v[i].sheet > 1 && g.found) ||
            !take(&g, rows.v[i].row, rows.v[i].cells, rows.v[i].n))
            break;
    return finish(&g);
}
