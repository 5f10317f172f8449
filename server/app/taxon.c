/* The textbook spine; see taxon.h. */
#include "server/app/taxon.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/may.h"
#include "server/base/utf.h"
#include "storage/outbox.h"

static void finish(struct taxon *t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        t[i].kind = dict_code(DICT_taxon_kind, t[i].level);
}

enum err taxon_browse(struct call *c, const struct taxon_query *q, struct taxon_list *out)
{
    enum err e = taxon_children(c->db, c->arena, q->has_parent ? q->parent : 0,
                                q->has_all && q->all, &out->items, &out->items_n);
    finish(out->items, out->items_n);
    return e;
}

enum err taxon_show(struct call *c, int64_t id, struct taxon_view *out)
{
    enum err e = taxon_path(c->db, c->arena, id, &out->path, &out->path_n);
    if (e)
        return e;
    if (out->path_n == 0)
        return E_NOT_FOUND;
    e = taxon_children(c->db, c->arena, id, false, &out->children, &out->children_n);
    finish(out->path, out->path_n);
    finish(out->children, out->children_n);
    out->self = &out->path[out->path_n - 1];
    return e;
}

/* ---- putting */

static struct str path_below(struct call *c, const struct taxon *parent, struct str name)
{
    if (parent->level < TAXON_SUBJECT) /* the stage follows from the grade and is left out */
        return parent->level == 0 ? S("") : name;
    return arena_fmt(c->arena, "%.*s · %.*s", STR_ARG(parent->path), STR_ARG(name));
}

/* "三年级下册" says the third grade; a volume of 高中 says none. */
static struct str grade_in(struct str name)
{
    struct dict_table t = dict_table(DICT_grade);
    for (size_t i = 0; i < t.rows_n; i++)
        if (str_starts(name, t.rows[i].text))
            return t.rows[i].code;
    return S("");
}

static void copy_down(struct taxon *t, const struct taxon *parent, struct str grade)
{
    int64_t stage = dict_number_of_text(DICT_stage, t->name);
    int64_t subject = dict_number_of_text(DICT_subject, t->name);
    t->stage = t->level == TAXON_STAGE ? dict_code(DICT_stage, stage) : parent->stage;
    t->subject = t->level == TAXON_SUBJECT ? dict_code(DICT_subject, subject) : parent->subject;
    t->grade = t->level == TAXON_VOLUME ? (grade.n ? grade : grade_in(t->name)) : parent->grade;
}

enum err taxon_under(struct call *c, const struct taxon *parent, struct str name, struct str code,
                     struct str grade, struct taxon *out)
{
    int64_t id;
    enum err e = taxon_find(c->db, parent->id, name, &id);
    if (e == E_OK)
        return taxon_get(c->db, c->arena, id, out);
    if (e != E_NOT_FOUND)
        return e;
    *out = (struct taxon){
        .parent = parent->id, .level = parent->level + 1, .name = name, .code = code
    };
    out->path = path_below(c, parent, name);
    copy_down(out, parent, grade);
    if ((e = taxon_next_ord(c->db, parent->id, &out->ord)))
        return e;
    return taxon_put(c->db, out);
}

static enum err name_in(struct call *c, struct str name, struct str *out)
{
    *out = str_trim(name);
    if (out->n == 0 || utf_count(*out) > TAXON_NAME_CHARS)
        return fail(c, E_INPUT, "name", "名称须为 1 到 %d 个字。", (int)TAXON_NAME_CHARS);
    return E_OK;
}

static enum err parent_in(struct call *c, const struct taxon_form *f, struct taxon *parent)
{
    enum err e;
    *parent = (struct taxon){ 0 };
    if (!f->has_parent || f->parent == 0)
        return E_OK;
    if ((e = taxon_get(c->db, c->arena, f->parent, parent)))
        return e == E_NOT_FOUND ? fail(c, E_INPUT, "parent", "上级目录不存在，请刷新后重试。") : e;
    if (parent->level == TAXON_LESSON)
        return fail(c, E_INPUT, "parent", "课下面不能再建目录。");
    return E_OK;
}

static enum err told(struct call *c, const char *action, int64_t id, struct str detail)
{
    enum err e = audit_add(c, action, "taxon", id, detail);
    return e ? e : outbox_add(c->db, "taxon", id, 0, AUDIENCE(AUD_COUNTY, 1));
}

enum err taxon_create(struct call *c, const struct taxon_form *f, int64_t *id)
{
    struct txn tx = { 0 };
    struct taxon parent, t;
    struct str name = STR_NONE;
    enum err e = txn_begin(&tx, c->db);
    if (e)
        goto done;
    if ((e = parent_in(c, f, &parent)) || (e = name_in(c, f->has_name ? f->name : S(""), &name)))
        goto done;
    if (f->has_grade && f->grade.n && !dict_number(DICT_grade, f->grade)) {
        e = fail(c, E_INPUT, "grade", "没有这个年级，请从列表中选择。");
        goto done;
    }
    int64_t known;
    e = taxon_find(c->db, parent.id, name, &known);
    if (e != E_NOT_FOUND) {
        e = e ? e : fail(c, E_CONFLICT, "name", "同一目录下已有“%.*s”。", STR_ARG(name));
        goto done;
    }
    if ((e = taxon_under(c, &parent, name, f->has_code ? f->code : S(""),
                         f->has_grade ? f->grade : S(""), &t)))
        goto done;
    if (f->has_ord) {
        t.ord = f->ord;
        if ((e = taxon_edit(c->db, &t)))
            goto done;
    }
    *id = t.id;
    e = told(c, "taxon.create", t.id, S(""));
done:
    return txn_end(&tx, e);
}

/* A new name goes into the paths of everything below it. */
static enum err repath(struct call *c, int64_t id)
{
    struct taxon *all;
    size_t n;
    enum err e = taxon_subtree(c->db, c->arena, id, &all, &n);
    for (size_t i = 0; i < n && !e; i++) {
        struct taxon parent = { 0 };
        if (all[i].parent && (e = taxon_get(c->db, c->arena, all[i].parent, &parent)))
            break;
        e = taxon_path_set(c->db, all[i].id, path_below(c, &parent, all[i].name));
    }
    return e;
}

enum err taxon_change(struct call *c, int64_t id, int64_t rev, const struct taxon_form *f)
{
    struct txn tx = { 0 };
    struct taxon t;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = taxon_get(c->db, c->arena, id, &t)))
        goto done;
    if (f->has_parent && f->parent != t.parent) {
        e = fail(c, E_INPUT, "parent", "目录不能换上级，请在新位置新建，再停用原来的。");
        goto done;
    }
    if (f->has_name && (e = name_in(c, f->name, &t.name)))
        goto done;
    if (f->has_code)
        t.code = f->code;
    if (f->has_ord)
        t.ord = f->ord;
    if (f->has_disabled)
        t.disabled_at = f->disabled ? (t.disabled_at ? t.disabled_at : c->now) : 0;
    t.rev = rev;
    if ((e = taxon_edit(c->db, &t))) {
        if (e == E_CONFLICT)
            e = fail(c, e, "name", "同一目录下已有“%.*s”。", STR_ARG(t.name));
        goto done;
    }
    if (f->has_name && (e = repath(c, id)))
        goto done;
    e = told(c, "taxon.edit", id, S(""));
done:
    return txn_end(&tx, e);
}

/* ---- a table of contents */

/* Cuts a line at its first tab or comma; Chinese names hold neither. */
static void cut(struct str line, struct str *unit, struct str *lesson)
{
    size_t at = str_chr(line, '\t', 0);
    if (at == SIZE_MAX)
        at = str_chr(line, ',', 0);
    if (at == SIZE_MAX) {
        *unit = STR_NONE;
        *lesson = str_trim(line);
        return;
    }
    *unit = str_trim(str_sub(line, 0, at));
    *lesson = str_trim(str_sub(line, at + 1, line.n));
}

static bool is_header(struct str unit, struct str lesson)
{
    return str_eqz(unit, "单元") || str_eqz(lesson, "课题") || str_eqz(lesson, "课");
}

struct intake {
    struct call *c;
    const struct taxon *volume;
    struct taxon unit; /* the one named last; id 0: none yet, or only in a dry run */
    struct str unit_name;
    struct taxon_import_done *out;
};

/* Finds or makes a child; in a dry run only looks. fresh: it was not there. */
static enum err child(struct intake *in, const struct taxon *parent, struct str name,
                      struct taxon *t, bool *fresh)
{
    int64_t id;
    enum err e = parent->id ? taxon_find(in->c->db, parent->id, name, &id) : E_NOT_FOUND;
    *fresh = e == E_NOT_FOUND;
    if (e && !*fresh)
        return e;
    if (*fresh && in->out->dry_run) {
        *t = (struct taxon){ .level = parent->level + 1 };
        return E_OK;
    }
    return taxon_under(in->c, parent, name, S(""), S(""), t);
}

static enum err row_in(struct intake *in, struct taxon_import_row *row)
{
    struct taxon lesson;
    bool fresh;
    enum err e;
    if (row->unit.n && !str_eq(row->unit, in->unit_name)) {
        if ((e = child(in, in->volume, row->unit, &in->unit, &fresh)))
            return e;
        in->unit_name = row->unit;
        in->out->units += fresh;
    }
    if (row->lesson.n == 0) {
        row->result = S("known");
        return E_OK;
    }
    if ((e = child(in, &in->unit, row->lesson, &lesson, &fresh)))
        return e;
    row->result = fresh ? S("new") : S("known");
    in->out->lessons += fresh;
    in->out->known += !fresh;
    return E_OK;
}

static bool row_bad(struct intake *in, struct taxon_import_row *row)
{
    if (in->unit_name.n == 0 && row->unit.n == 0)
        row->note = S("前面没有单元名，请在第一列写上单元。");
    else if (utf_count(row->unit) > TAXON_NAME_CHARS || utf_count(row->lesson) > TAXON_NAME_CHARS)
        row->note = S("名称过长，请缩短到 80 个字以内。");
    else
        return false;
    row->result = S("error");
    in->out->errors++;
    return true;
}

static enum err rows_in(struct intake *in, struct str text)
{
    struct taxon_import_done *out = in->out;
    struct str line;
    int64_t n = 0;
    out->rows = arena_array(in->c->arena, TAXON_ROWS_MAX, sizeof *out->rows);
    while (str_next(&text, '\n', &line)) {
        struct taxon_import_row *row = &out->rows[out->rows_n];
        n++;
        *row = (struct taxon_import_row){ .line = n, .note = S("") };
        cut(str_trim(line), &row->unit, &row->lesson);
        if ((row->unit.n == 0 && row->lesson.n == 0) || is_header(row->unit, row->lesson))
            continue;
        if (++out->rows_n >= TAXON_ROWS_MAX)
            return fail(in->c, E_INPUT, "text", "一次最多导入 %d 行。", (int)TAXON_ROWS_MAX - 1);
        if (row_bad(in, row))
            continue;
        enum err e = row_in(in, row);
        if (e)
            return e;
    }
    return E_OK;
}

enum err taxon_take_in(struct call *c, const struct taxon_import *in, struct taxon_import_done *out)
{
    struct txn tx = { 0 };
    struct taxon volume;
    struct intake t = { .c = c, .volume = &volume, .unit_name = STR_NONE, .out = out };
    *out = (struct taxon_import_done){ .dry_run = in->has_dry_run && in->dry_run };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = taxon_get(c->db, c->arena, in->parent, &volume)))
        goto done;
    if (volume.level != TAXON_VOLUME) {
        e = fail(c, E_INPUT, "parent", "请选择要导入到哪一册。");
        goto done;
    }
    if ((e = rows_in(&t, in->text)))
        goto done;
    if (out->errors && !out->dry_run) {
        e = fail(c, E_INPUT, "text", "有 %d 行不对，请改好后再导入：先用“预览”查看是哪几行。",
                 (int)out->errors);
        goto done;
    }
    if (!out->dry_run)
        e = told(c, "taxon.import", volume.id, S(""));
done:
    return txn_end(&tx, e);
}
