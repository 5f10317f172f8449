/* Shapes at work: parsing by jansson, printing and describing by walking the same table. What is
 * refused is named by its field; nothing is guessed, and unknown fields are errors, so that a
 * misspelt one is not lost. */
#include "server/http/shape.h"

#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/utf.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* ---- one value into its member */

static bool plain_text(struct str s, bool lines)
{
    while (s.n) {
        uint32_t rune;
        size_t k = utf_get(s, &rune);
        if (utf_is_control(rune) && !(lines && (rune == '\n' || rune == '\r' || rune == '\t')))
            return false;
        s = str_sub(s, k, s.n);
    }
    return true;
}

static enum err put_str(struct call *c, const struct field *f, struct str s, struct str *to)
{
    bool lines = f->type == FT_TEXT;
    if (!utf_valid(s) || (s.n && memchr(s.p, 0, s.n)))
        return fail(c, E_INPUT, f->name, "含有无法识别的字符，请重新输入。");
    if (!plain_text(s, lines))
        return fail(c, E_INPUT, f->name, "含有不可见的控制字符，请删除后重试。");
    s = str_trim(s);
    int64_t n = (int64_t)utf_count(s);
    if (n < f->min)
        return n == 0 ? fail(c, E_INPUT, f->name, "此项必填。")
                      : fail(c, E_INPUT, f->name, "太短，至少 %" PRId64 " 个字。", f->min);
    if (n > f->max)
        return fail(c, E_INPUT, f->name, "太长，最多 %" PRId64 " 个字。", f->max);
    *to = arena_str(c->arena, s);
    return E_OK;
}

static enum err put_int(struct call *c, const struct field *f, int64_t v, int64_t *to)
{
    if (v < f->min || v > f->max)
        return fail(c, E_INPUT, f->name, "数值应在 %" PRId64 " 到 %" PRId64 " 之间。", f->min,
                    f->max);
    *to = v;
    return E_OK;
}

static enum err put_day(struct call *c, const struct field *f, struct str s, int64_t *to)
{
    return day_parse(s, to) ? E_OK : fail(c, E_INPUT, f->name, "日期应写作 2025-09-01 的样子。");
}

static enum err put_word(struct call *c, const struct field *f, struct str s, struct str *to)
{
    for (const char *const *w = f->words; *w; w++)
        if (str_eqz(s, *w)) {
            *to = str_of(*w);
            return E_OK;
        }
    return fail(c, E_INPUT, f->name, "不是可选的值。");
}

/* ---- from JSON */

static enum err parse_object(struct call *c, const struct shape *s, const json_t *j, char *to);

static enum err wrong_type(struct call *c, const struct field *f)
{
    return fail(c, E_INPUT, f->name, "这一项的类型不对。");
}

static struct str json_str(const json_t *j)
{
    return (struct str){ json_string_value(j), json_string_length(j) };
}

static enum err parse_list(struct call *c, const struct field *f, const json_t *j, char *to)
{
    size_t n = json_array_size(j);
    size_t size = f->type == FT_LIST   ? f->of->size
                  : f->type == FT_INTS ? sizeof(int64_t)
                                       : sizeof(struct str);
    if (!json_is_array(j))
        return wrong_type(c, f);
    if ((int64_t)n > f->max)
        return fail(c, E_INPUT, f->name, "太多，最多 %" PRId64 " 项。", f->max);
    char *items = arena_array(c->arena, n, size);
    struct field one = { .name = f->name, .type = FT_TEXT, .min = 0, .max = f->min };
    enum err e = E_OK;
    for (size_t i = 0; i < n && !e; i++) {
        const json_t *v = json_array_get(j, i);
        char *at = items + i * size;
        if (f->type == FT_LIST)
            e = json_is_object(v) ? parse_object(c, f->of, v, at) : wrong_type(c, f);
        else if (f->type == FT_INTS && json_is_integer(v))
            *(int64_t *)(void *)at = json_integer_value(v);
        else if (f->type == FT_STRS && json_is_string(v))
            e = put_str(c, &one, json_str(v), (struct str *)(void *)at);
        else
            e = wrong_type(c, f);
    }
    memcpy(to + f->offset, &items, sizeof items);
    memcpy(to + f->count, &n, sizeof n);
    return e;
}

static enum err parse_field(struct call *c, const struct field *f, const json_t *j, char *to)
{
    void *at = to + f->offset;
    switch (f->type) {
    case FT_INT:
    case FT_TIME:
        return json_is_integer(j) ? put_int(c, f, json_integer_value(j), at) : wrong_type(c, f);
    case FT_BOOL:
        *(bool *)at = json_is_true(j);
        return json_is_boolean(j) ? E_OK : wrong_type(c, f);
    case FT_STR:
    case FT_TEXT: return json_is_string(j) ? put_str(c, f, json_str(j), at) : wrong_type(c, f);
    case FT_DAY: return json_is_string(j) ? put_day(c, f, json_str(j), at) : wrong_type(c, f);
    case FT_ENUM: return json_is_string(j) ? put_word(c, f, json_str(j), at) : wrong_type(c, f);
    case FT_OBJ: {
        if (!json_is_object(j))
            return wrong_type(c, f);
        char *obj = arena_alloc(c->arena, f->of->size);
        memcpy(at, &obj, sizeof obj);
        return parse_object(c, f->of, j, obj);
    }
    case FT_LIST:
    case FT_INTS:
    case FT_STRS: return parse_list(c, f, j, to);
    case FT_JSON: break;
    }
    return wrong_type(c, f);
}

static const struct field *field_named(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eqz(name, s->fields[i].name))
            return &s->fields[i];
    return NULL;
}

static enum err parse_object(struct call *c, const struct shape *s, const json_t *j, char *to)
{
    const char *key;
    json_t *v;
    json_object_foreach(
        (json_t *)(uintptr_t)j, key,
        v) if (!field_named(s, str_of(key))) return fail(c, E_INPUT, arena_z(c->arena, str_of(key)),
                                                         "没有这一项，请检查名称。");
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        const json_t *given = json_object_get(j, f->name);
        if (!given || (json_is_null(given) && f->optional)) {
            if (!f->optional)
                return fail(c, E_INPUT, f->name, "此项必填。");
            continue;
        }
        enum err e = parse_field(c, f, given, to);
        if (e)
            return e;
        if (f->optional && f->type != FT_OBJ)
            *(bool *)(void *)(to + f->has) = true;
    }
    return E_OK;
}

enum err shape_parse(struct call *c, const struct shape *s, struct str json, void **out)
{
    json_error_t why;
    json_t *j = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(j)) {
        json_decref(j);
        return E_SYNTAX;
    }
    *out = arena_alloc(c->arena, s->size);
    enum err e = parse_object(c, s, j, *out);
    json_decref(j);
    return e;
}

/* ---- from a query */

bool url_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char byte;
        if (s.p[i] == '%') {
            if (i + 2 >= s.n || !hex_decode(str_sub(s, i + 1, i + 3), &byte, 1))
                return false;
            p[n++] = (char)byte;
            i += 2;
        } else {
            p[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = (struct str){ p, n };
    return utf_valid(*out) && !memchr(p, 0, n);
}

static enum err query_ints(struct call *c, const struct field *f, struct str v, char *to)
{
    struct str part;
    size_t n = 0;
    int64_t *ids = arena_array(c->arena, v.n / 2 + 1, sizeof *ids);
    while (str_next(&v, ',', &part)) {
        if ((int64_t)n == f->max || !str_int(part, &ids[n]))
            return wrong_type(c, f);
        n++;
    }
    memcpy(to + f->offset, &ids, sizeof ids);
    memcpy(to + f->count, &n, sizeof n);
    return E_OK;
}

static enum err query_field(struct call *c, const struct field *f, struct str v, char *to)
{
    void *at = to + f->offset;
    int64_t i;
    switch (f->type) {
    case FT_INT:
    case FT_TIME: return str_int(v, &i) ? put_int(c, f, i, at) : wrong_type(c, f);
    case FT_BOOL:
        *(bool *)at = str_eqz(v, "true") || str_eqz(v, "1");
        return *(bool *)at || str_eqz(v, "false") || str_eqz(v, "0") ? E_OK : wrong_type(c, f);
    case FT_STR:
    case FT_TEXT: return put_str(c, f, v, at);
    case FT_DAY: return put_day(c, f, v, at);
    case FT_ENUM: return put_word(c, f, v, at);
    case FT_INTS: return query_ints(c, f, v, to);
    default: return wrong_type(c, f);
    }
}

enum err shape_query(struct call *c, const struct shape *s, struct str query, void **out)
{
    char *to = *out = arena_alloc(c->arena, s->size ? s->size : 1);
    struct str pair, name, value;
    uint64_t seen = 0;
    while (str_next(&query, '&', &pair)) {
        size_t eq = str_chr(pair, '=', 0);
        struct str after = eq == SIZE_MAX ? STR_NONE : str_sub(pair, eq + 1, pair.n);
        if (pair.n == 0)
            continue;
        if (!url_decode(c->arena, str_sub(pair, 0, eq), true, &name) ||
            !url_decode(c->arena, after, true, &value))
            return E_SYNTAX;
        const struct field *f = field_named(s, name);
        if (!f)
            return fail(c, E_INPUT, name.p, "没有这个查询条件，请检查名称。");
        uint64_t bit = (uint64_t)1 << ((f - s->fields) & 63);
        if (seen & bit)
            return fail(c, E_INPUT, f->name, "同一个查询条件出现了两次。");
        seen |= bit;
        if (value.n == 0 && f->optional)
            continue;
        enum err e = query_field(c, f, value, to);
        if (e)
            return e;
        if (f->optional && f->type != FT_OBJ)
            *(bool *)(void *)(to + f->has) = true;
    }
    for (size_t i = 0; i < s->n; i++)
        if (!s->fields[i].optional && !(seen & ((uint64_t)1 << (i & 63))))
            return fail(c, E_INPUT, s->fields[i].name, "缺少这个查询条件。");
    return E_OK;
}
