/* Shapes and routes without a server: what is refused and how, what is printed, which row a path
 * finds. */
#include "server/http/openapi.h"
#include "server/http/route.h"

#include "server/app/version.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct call call_with(struct arena *a)
{
    return (struct call){ .arena = a };
}

static void what_is_parsed_is_printed(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    struct call c = call_with(a);
    struct str json = S("{\"name\":\"集备\",\"version\":\"1\",\"started\":1756684800123}");
    void *v;
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(shape_parse(&c, &shape_version, json, &v), E_OK);
    shape_print(&out, &shape_version, v);
    assert_string_equal(out.p, json.p);
    buf_fini(&out);
    arena_free(a);
}

static void refuse(const char *json, enum err want, const char *field)
{
    struct arena *a = arena_new();
    struct call c = call_with(a);
    void *v;
    assert_int_equal(shape_parse(&c, &shape_version, str_of(json), &v), want);
    assert_string_equal(field, c.fault.field.p ? c.fault.field.p : "");
    assert_true(want == E_SYNTAX || c.fault.text.n > 0);
    arena_free(a);
}

static void bad_input_names_its_field(void **st)
{
    (void)st;
    refuse("{", E_SYNTAX, "");
    refuse("[]", E_SYNTAX, "");
    refuse("{\"name\":\"a\",\"name\":\"b\"}", E_SYNTAX, "");
    refuse("{\"name\":\"a\",\"started\":1}", E_INPUT, "version");
    refuse("{\"name\":\" \",\"version\":\"1\",\"started\":1}", E_INPUT, "name");
    refuse("{\"name\":\"a\\u0000\",\"version\":\"1\",\"started\":1}", E_SYNTAX, "");
    refuse("{\"name\":\"a\\u202eb\",\"version\":\"1\",\"started\":1}", E_INPUT, "name");
    refuse("{\"name\":\"a\\nb\",\"version\":\"1\",\"started\":1}", E_INPUT, "name");
    refuse("{\"name\":\"a\",\"version\":1,\"started\":1}", E_INPUT, "version");
    refuse("{\"name\":\"a\",\"version\":\"1\",\"started\":-1}", E_INPUT, "started");
    refuse("{\"name\":\"a\",\"version\":\"1\",\"started\":9007199254740992}", E_INPUT, "started");
    refuse("{\"name\":\"a\",\"version\":\"1\",\"started\":1,\"more\":1}", E_INPUT, "more");
}

static void queries_are_decoded(void **st)
{
    (void)st;
    struct arena *a = arena_new();
    struct call c = call_with(a);
    void *v;
    assert_int_equal(shape_query(&c, &shape_version, S("name=%E9%9B%86+x&version=1&started=5"), &v),
                     E_OK);
    assert_true(str_eqz(((struct version *)v)->name, "集 x"));
    assert_int_equal(shape_query(&c, &shape_version, S("name=%E9&version=1&started=5"), &v),
                     E_SYNTAX);
    assert_int_equal(shape_query(&c, &shape_version, S("name=a&name=b&version=1&started=5"), &v),
                     E_INPUT);
    assert_int_equal(shape_query(&c, &shape_version, S("name=a&version=1"), &v), E_INPUT);
    assert_int_equal(shape_query(&c, &shape_version, S("x=1"), &v), E_INPUT);
    arena_free(a);
}

static const char *found(const char *method, const char *path)
{
    struct http_request rq = { .method = method, .path = str_of(path) };
    route_find(&rq);
    return rq.route ? rq.route->name : rq.path_known ? "405" : "404";
}

static void paths_find_their_rows(void **st)
{
    (void)st;
    assert_string_equal(found("GET", "/api/version"), "version_get");
    assert_string_equal(found("HEAD", "/api/version"), "version_get");
    assert_string_equal(found("POST", "/api/version"), "405");
    assert_string_equal(found("GET", "/api/version/"), "404");
    assert_string_equal(found("GET", "/api"), "404");
    assert_string_equal(found("GET", "/"), "404");
    assert_string_equal(found("GET", ""), "404");
    assert_string_equal(found("GET", "/api//version"), "404");
}

static void the_description_is_json(void **st)
{
    (void)st;
    struct buf out;
    json_error_t why;
    buf_init(&out, 4 << 20);
    openapi_print(&out);
    json_t *j = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &why);
    assert_non_null(j);
    json_t *paths = json_object_get(j, "paths");
    size_t n = 0;
    const char *path;
    json_t *methods;
    json_object_foreach(paths, path, methods) n += json_object_size(methods);
    assert_int_equal(n, routes_n);
    json_decref(j);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_parsed_is_printed), cmocka_unit_test(bad_input_names_its_field),
        cmocka_unit_test(queries_are_decoded),       cmocka_unit_test(paths_find_their_rows),
        cmocka_unit_test(the_description_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
