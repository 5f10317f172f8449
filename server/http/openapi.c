/* The OpenAPI 3.1 text, printed from the tables of routes and shapes. Its golden file is what the
 * client's types are made from, so a change of the wire is a change one can read. */
#include "server/http/openapi.h"

#include "server/app/command.h"
#include "server/app/version.h"
#include "server/http/route.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void print_path(struct buf *out, const char *path)
{
    struct str rest = str_of(path), part;
    struct str name = STR_NONE;
    buf_char(out, '"');
    while (str_next(&rest, '{', &part)) {
        if (name.p) { /* part begins inside braces */
            size_t end = str_chr(part, '}', 0), colon = str_chr(part, ':', 0);
            buf_char(out, '{');
            buf_add(out, str_sub(part, 0, colon < end ? colon : end));
            part = str_sub(part, end, part.n);
        }
        buf_add(out, part);
        name = part;
    }
    buf_addz(out, "\":");
}

static void print_parameters(struct buf *out, const struct route *r)
{
    struct str rest = str_of(r->path), part;
    const char *comma = "";
    buf_addz(out, ",\"parameters\":[");
    while (str_next(&rest, '/', &part)) {
        if (part.n == 0 || part.p[0] != '{')
            continue;
        bool text = str_ends(part, S(":text}"));
        struct str name = str_sub(part, 1, part.n - (text ? 6 : 1));
        buf_fmt(out, "%s{\"name\":\"%.*s\",\"in\":\"path\",\"required\":true,\"schema\":", comma,
                STR_ARG(name));
        buf_addz(out, text ? "{\"type\":\"string\"}}" : "{\"type\":\"integer\",\"minimum\":1}}");
        comma = ",";
    }
    for (size_t i = 0; i < r->query->n; i++) {
        const struct field *f = &r->query->fields[i];
        struct shape one = { .name = "", .fields = f, .n = 1 };
        struct buf tmp;
        buf_init(&tmp, 64 * 1024);
        shape_describe(&tmp,
                       &one); /* {"type":"object",…,"properties":{"name":SCHEMA},"required":… */
        struct str all = buf_str(&tmp), head = S("\"properties\":{");
        size_t from = str_find(all, head, 0) + head.n + strlen(f->name) + 3;
        size_t to = str_find(all, S("},\"required\":["), from);
        buf_fmt(out, "%s{\"name\":\"%s\",\"in\":\"query\",\"required\":%s,\"schema\":%.*s}", comma,
                f->name, f->optional ? "false" : "true", STR_ARG(str_sub(all, from, to)));
        buf_fini(&tmp);
        comma = ",";
    }
    if (r->flags & IF_MATCH)
        buf_fmt(out,
                "%s{\"name\":\"If-Match\",\"in\":\"header\",\"required\":true,\"schema\":"
                "{\"type\":\"string\"}}",
                comma);
    if (r->flags & IDEMPOTENT)
        buf_fmt(out,
                "%s{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
                "\"schema\":{\"type\":\"string\",\"maxLength\":64}}",
                r->flags & IF_MATCH ? "," : comma);
    buf_char(out, ']');
}

static void print_reply(struct buf *out, const struct route *r)
{
    buf_fmt(out, ",\"responses\":{\"%d\":{\"description\":", r->status);
    buf_json(out, str_of(r->text));
    if (r->reply != &shape_none)
        buf_fmt(
            out,
            ",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\""
            "}}}",
            r->reply->name);
    buf_addz(out,
             "},\"default\":{\"description\":\"出错\",\"content\":{\"application/problem+json\":"
             "{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}}");
}

static void print_route(struct buf *out, const struct route *r)
{
    buf_char(out, '"');
    for (const char *p = r->method; *p; p++)
        buf_char(out, (char)tolower((unsigned char)*p));
    buf_fmt(out, "\":{\"operationId\":\"%s\",\"summary\":", r->name);
    buf_json(out, str_of(r->text));
    if (r->cap == CAP_none)
        buf_addz(out, ",\"security\":[]");
    else
        buf_fmt(out, ",\"x-capability\":\"%s\"", cap_kinds[r->cap].code);
    print_parameters(out, r);
    if (r->body != &shape_none)
        buf_fmt(out,
                ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":"
                "{\"$ref\":\"#/components/schemas/%s\"}}}}",
                r->body->name);
    print_reply(out, r);
    buf_char(out, '}');
}

/* All methods of one path stand together, at the path's first row. */
static void print_paths(struct buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < routes_n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= strcmp(routes[k].path, routes[i].path) == 0;
        if (seen)
            continue;
        buf_fmt(out, "%s\n", comma);
        print_path(out, routes[i].path);
        comma = ",";
        char open = '{';
        for (size_t k = i; k < routes_n; k++) {
            if (strcmp(routes[k].path, routes[i].path) != 0)
                continue;
            buf_char(out, open);
            open = ',';
            print_route(out, &routes[k]);
        }
        buf_char(out, '}');
    }
}

void openapi_print(struct buf *out)
{
    buf_addz(out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"集备 Jibei\",\"version\":");
    buf_json(out, S(JIBEI_VERSION));
    buf_addz(out, "},\"security\":[{\"session\":[]},{\"token\":[]}],\n\"paths\":{");
    print_paths(out);
    buf_addz(out, "\n},\n\"components\":{\"securitySchemes\":{"
                  "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"jibei\"},"
                  "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\n\"schemas\":{\n");
    for (const struct shape *const *s = shapes; *s; s++) {
        buf_fmt(out, "\"%s\":", (*s)->name);
        shape_describe(out, *s);
        buf_addz(out, ",\n");
    }
    buf_addz(out, "\"problem\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
                  "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                  "\"status\":{\"type\":\"integer\"},\"code\":{\"type\":\"string\"},"
                  "\"detail\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},"
                  "\"request_id\":{\"type\":\"string\"}},"
                  "\"required\":[\"type\",\"title\",\"status\",\"code\",\"detail\",\"request_id\"]}"
                  "}}}\n");
}

enum err h_openapi_get(struct call *c, const struct input *in, struct output *out)
{
    (void)in;
    openapi_print(&out->reply->bytes);
    out->reply->status = 200;
    reply_header(c, out->reply, "Content-Type", S("application/json; charset=utf-8"));
    return E_OK;
}

int cmd_dump_api(struct args *a)
{
    struct buf out;
    if (!args_end(a))
        return 2;
    buf_init(&out, 16 << 20);
    openapi_print(&out);
    bool ok = !out.err && fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    buf_fini(&out);
    return ok ? 0 : 1;
}
