/* The outgoing half of shapes: values as JSON, tables as JSON Schema. */
#include "server/http/shape.h"

#include "server/base/clock.h"

#include <string.h>

static void print_day(struct buf *out, int64_t day)
{
    struct civil c = civil_utc(day * DAY_MS);
    buf_fmt(out, "\"%04d-%02d-%02d\"", c.year, c.month, c.day);
}

static void print_array(struct buf *out, const struct field *f, const char *from)
{
    const char *items;
    size_t n;
    memcpy(&items, from + f->offset, sizeof items);
    memcpy(&n, from + f->count, sizeof n);
    buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(out, ',');
        if (f->type == FT_LIST)
            shape_print(out, f->of, items + i * f->of->size);
        else if (f->type == FT_INTS)
            buf_int(out, ((const int64_t *)(const void *)items)[i]);
        else
            buf_json(out, ((const struct str *)(const void *)items)[i]);
    }
    buf_char(out, ']');
}

static void print_value(struct buf *out, const struct field *f, const char *from)
{
    const void *at = from + f->offset;
    switch (f->type) {
    case FT_INT:
    case FT_TIME: buf_int(out, *(const int64_t *)at); break;
    case FT_DAY: print_day(out, *(const int64_t *)at); break;
    case FT_BOOL: buf_addz(out, *(const bool *)at ? "true" : "false"); break;
    case FT_STR:
    case FT_TEXT:
    case FT_ENUM: buf_json(out, *(const struct str *)at); break;
    case FT_JSON: buf_add(out, *(const struct str *)at); break;
    case FT_OBJ: shape_print(out, f->of, *(void *const *)at); break;
    case FT_LIST:
    case FT_INTS:
    case FT_STRS: print_array(out, f, from); break;
    }
}

static bool is_there(const struct field *f, const char *from)
{
    if (f->optional && f->type != FT_OBJ)
        return *(const bool *)(const void *)(from + f->has);
    return f->type != FT_OBJ || *(void *const *)(const void *)(from + f->offset) != NULL;
}

void shape_print(struct buf *out, const struct shape *s, const void *value)
{
    const char *from = value;
    buf_char(out, '{');
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (!is_there(f, from))
            continue;
        buf_json_name(out, f->name);
        print_value(out, f, from);
    }
    buf_char(out, '}');
}

/* ---- JSON Schema */

static void describe_words(struct buf *out, const char *const *words)
{
    buf_addz(out, "{\"type\":\"string\",\"enum\":[");
    for (const char *const *w = words; *w; w++) {
        if (w != words)
            buf_char(out, ',');
        buf_json(out, str_of(*w));
    }
    buf_addz(out, "]}");
}

static void describe_ref(struct buf *out, const struct shape *s)
{
    buf_fmt(out, "{\"$ref\":\"#/components/schemas/%s\"}", s->name);
}

static void describe_field(struct buf *out, const struct field *f)
{
    long long lo = f->min, hi = f->max;
    switch (f->type) {
    case FT_INT:
    case FT_TIME:
        buf_fmt(out, "{\"type\":\"integer\",\"minimum\":%lld,\"maximum\":%lld}", lo, hi);
        break;
    case FT_DAY: buf_addz(out, "{\"type\":\"string\",\"format\":\"date\"}"); break;
    case FT_BOOL: buf_addz(out, "{\"type\":\"boolean\"}"); break;
    case FT_STR:
    case FT_TEXT:
        buf_fmt(out, "{\"type\":\"string\",\"minLength\":%lld,\"maxLength\":%lld}", lo, hi);
        break;
    case FT_JSON: buf_addz(out, "{}"); break;
    case FT_ENUM: describe_words(out, f->words); break;
    case FT_OBJ: describe_ref(out, f->of); break;
    case FT_LIST:
        buf_fmt(out, "{\"type\":\"array\",\"maxItems\":%lld,\"items\":", hi);
        describe_ref(out, f->of);
        buf_char(out, '}');
        break;
    case FT_INTS:
        buf_fmt(out, "{\"type\":\"array\",\"maxItems\":%lld,\"items\":{\"type\":\"integer\"}}", hi);
        break;
    case FT_STRS:
        buf_fmt(out,
                "{\"type\":\"array\",\"maxItems\":%lld,\"items\":{\"type\":\"string\","
                "\"maxLength\":%lld}}",
                hi, lo);
        break;
    }
}

void shape_describe(struct buf *out, const struct shape *s)
{
    buf_addz(out, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    for (size_t i = 0; i < s->n; i++) {
        buf_fmt(out, "%s\"%s\":", i ? "," : "", s->fields[i].name);
        describe_field(out, &s->fields[i]);
    }
    buf_addz(out, "},\"required\":[");
    bool first = true;
    for (size_t i = 0; i < s->n; i++) {
        if (s->fields[i].optional)
            continue;
        buf_fmt(out, "%s\"%s\"", first ? "" : ",", s->fields[i].name);
        first = false;
    }
    buf_addz(out, "]}");
}
