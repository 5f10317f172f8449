/* What the door and the transport decide from bytes alone: knocks, heads, targets, proxies,
 * addresses, settings, words of a command. */
#include "server/app/command.h"
#include "server/app/config.h"
#include "server/base/id.h"
#include "server/base/site.h"
#include "server/door/address.h"
#include "server/door/handshake.h"
#include "server/http/head.h"
#include "server/http/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OWN "http://jibei.test"
#define SHAKE                                                                                      \
    "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"                         \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
#define WS "GET /ws/events HTTP/1.1\r\n" SHAKE

static const struct site own = { OWN, true };

static enum knock knock(const char *z)
{
    return knock_of(str_of(z), false, &own);
}

static void knocks(void **st)
{
    (void)st;
    assert_int_equal(knock(""), KNOCK_WAIT);
    assert_int_equal(knock("G"), KNOCK_WAIT);
    assert_int_equal(knock("GET / HTTP/1.1\r\nHost: x\r\n"), KNOCK_WAIT);
    assert_int_equal(knock("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), KNOCK_HTTP);
    assert_int_equal(knock_of(S("GET / HTTP/1.1\r\nHost"), true, &own), KNOCK_HTTP);
    assert_int_equal(knock("hello there\r\n"), KNOCK_HTTP);
    assert_int_equal(knock("\x16\x03\x01"), KNOCK_NONE);
    assert_int_equal(knock_of(S("\0GET / HTTP/1.1"), true, &own), KNOCK_NONE);
    assert_int_equal(knock("\xff"), KNOCK_NONE);
    assert_int_equal(knock("\r\nGET / HTTP/1.1\r\n"), KNOCK_HTTP);
    assert_int_equal(knock("GET / HTTP/1.1\nHost: x\n\n"), KNOCK_HTTP);
    assert_int_equal(knock(WS "\r\n"), KNOCK_LIVE);
    assert_int_equal(knock(WS), KNOCK_WAIT);
    assert_int_equal(knock(WS "Origin: " OWN "\r\nCookie: a=b\r\n\r\n"), KNOCK_LIVE);
    assert_int_equal(knock("GET /ws/doc/17 HTTP/1.1\r\n" SHAKE "\r\n"), KNOCK_LIVE);
    assert_int_equal(knock("GET /ws/doc/17?ticket=x HTTP/1.1\r\n" SHAKE "\r\n"), KNOCK_LIVE);
    assert_int_equal(knock("GET /ws/events?ticket=x HTTP/1.1\r\n" SHAKE "Cookie: a=b\r\n\r\n"),
                     KNOCK_LIVE);
}

/* Each of these is one step from a good handshake; none may reach libwebsockets. */
static void knocks_that_are_odd(void **st)
{
    static const char *const odd[] = {
        WS "Cookie: a=b\r\n\r\n",
        WS "Origin: http://evil.test\r\n\r\n",
        WS "Origin: " OWN "\r\nOrigin: " OWN "\r\n\r\n",
        WS "Content-Length: 5\r\n\r\n",
        WS "Transfer-Encoding: chunked\r\n\r\n",
        WS "Upgrade: h2c\r\n\r\n",
        WS "Cookie: a=b\r\nCookie: c=d\r\nOrigin: " OWN "\r\n\r\n",
        WS "A: b\r\n folded\r\n\r\n",
        WS "A: b\nB: c\r\n\r\n",
        WS "A: b\rB: c\r\n\r\n",
        WS "A: \x01\r\n\r\n",
        "GET /ws/events HTTP/1.0\r\n" SHAKE "\r\n",
        "GET /ws/eventsx HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/ HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/doc/ HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/doc/-1 HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/doc/1x HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/doc/1/2 HTTP/1.1\r\n" SHAKE "\r\n",
        "POST /ws/events HTTP/1.1\r\n" SHAKE "\r\n",
        "GET /ws/events HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
    };
    (void)st;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (knock(odd[i]) != KNOCK_HTTP)
            fail_msg("knock %zu", i);
}

static enum err verdict(const char *lines, bool one_one, int64_t *length)
{
    struct head h = { 0 };
    struct str rest = str_of(lines), line;
    while (str_next(&rest, '\n', &line)) {
        size_t colon = str_chr(line, ':', 0);
        head_see(&h, str_sub(line, 0, colon), str_sub(line, colon + 1, line.n));
    }
    *length = h.length;
    return head_verdict(&h, one_one);
}

static void heads(void **st)
{
    int64_t n;
    (void)st;
    assert_int_equal(verdict("Host:x\nContent-Length:5", true, &n), E_OK);
    assert_int_equal(n, 5);
    assert_int_equal(verdict("Transfer-Encoding:chunked", true, &n), E_OK);
    assert_int_equal(n, BODY_UNKNOWN);
    assert_int_equal(verdict("Transfer-Encoding:CHUNKED", true, &n), E_OK);
    assert_int_equal(verdict("Transfer-Encoding:chunked", false, &n), E_SYNTAX);
    assert_int_equal(verdict("Transfer-Encoding:gzip, chunked", true, &n), E_CODING);
    assert_int_equal(verdict("Transfer-Encoding:chunked\nContent-Length:5", true, &n), E_SYNTAX);
    assert_int_equal(verdict("Content-Length:5\nContent-Length:5", true, &n), E_SYNTAX);
    assert_int_equal(verdict("Host:a\nHost:b", true, &n), E_SYNTAX);
    static const char *const lengths[] = { "-1",  "-0",  "+1",
                                           "",    " 1",  "1 ",
                                           "0x1", "1,1", "9223372036854775808" };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char line[64];
        snprintf(line, sizeof line, "Content-Length:%s", lengths[i]);
        if (verdict(line, true, &n) != E_SYNTAX)
            fail_msg("length \"%s\"", lengths[i]);
    }
    assert_int_equal(verdict("Content-Length :1", true, &n), E_SYNTAX);
    assert_int_equal(verdict("A(b):1", true, &n), E_SYNTAX);
    assert_int_equal(verdict("A:\x7f", true, &n), E_SYNTAX);
    assert_int_equal(verdict("A:tab\there", true, &n), E_OK);
}

static void targets(void **st)
{
    struct str path, query;
    (void)st;
    assert_int_equal(head_target(S("/a/%E8%AF%BE?q=%20"), &path, &query), E_OK);
    assert_true(str_eqz(path, "/a/%E8%AF%BE") && str_eqz(query, "q=%20"));
    assert_int_equal(head_target(S("http://x/y"), &path, &query), E_OK);
    assert_true(str_eqz(path, "/y"));
    assert_int_equal(head_target(S("http://x"), &path, &query), E_OK);
    assert_true(str_eqz(path, "/"));
    static const char *const bad[] = { "",      "a",       "*",         "/%",
                                       "/%4",   "/%zz",    "/%00",      "/%0a",
                                       "/%ff",  "/%c0%af", "/%7f",      "/%ed%a0%80",
                                       "/%e8a", "/%e8%af", "/\xe8\xaf", "/%f8%80%80%80%80" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (head_target(str_of(bad[i]), &path, &query) != E_SYNTAX)
            fail_msg("target \"%s\"", bad[i]);
}

/* Random bytes never crash the readers and a good head stays good with more header lines. */
static void random_heads(void **st)
{
    static const char bytes[] = "\r\n:% /?GET\x80\xe8wsupgrade";
    struct rng r = rng_of(20250901);
    (void)st;
    for (int i = 0; i < 20000; i++) {
        char b[300];
        struct str path, query;
        size_t n = rng_below(&r, sizeof b);
        for (size_t k = 0; k < n; k++)
            b[k] = bytes[rng_below(&r, sizeof bytes)];
        (void)knock_of((struct str){ b, n }, rng_below(&r, 2), &own);
        enum err e = head_target((struct str){ b, n }, &path, &query);
        assert_true(e == E_SYNTAX || (e == E_OK && path.n && path.p[0] == '/'));
    }
}

static void client(const char *trusted, const char *peer, const char *list, const char *wanted)
{
    struct proxies *p = proxies_new(str_of(trusted));
    assert_non_null(p);
    struct str got = proxy_client(p, str_of(peer), str_of(list));
    if (!str_eqz(got, wanted))
        fail_msg("%s, %s, %s: %.*s", trusted, peer, list, STR_ARG(got));
    proxies_free(p);
}

static void proxies_and_clients(void **st)
{
    (void)st;
    client("", "10.0.0.9", "1.2.3.4", "10.0.0.9");
    client("127.0.0.1", "127.0.0.1", "1.2.3.4", "1.2.3.4");
    client("127.0.0.1", "127.0.0.1", "", "127.0.0.1");
    struct proxies *p = proxies_new(S("127.0.0.1"));
    assert_false(proxy_trusted(p, (struct str){ "127.0.0.1\0x", 11 }));
    proxies_free(p);
    client("127.0.0.1", "10.0.0.9", "1.2.3.4", "10.0.0.9");
    client("127.0.0.1/32,10.0.0.0/8", "127.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4");
    client("10.0.0.0/8", "10.0.0.1", "10.0.0.2,10.0.0.3", "10.0.0.2");
    client("10.0.0.0/8", "10.0.0.1", "1.2.3.4, junk", "10.0.0.1");
    client("::1", "::1", "2001:db8::7", "2001:db8::7");
    client("172.16.0.0/12", "172.31.255.1", "1.1.1.1", "1.1.1.1");
    client("172.16.0.0/12", "172.32.0.1", "1.1.1.1", "172.32.0.1");
    assert_null(proxies_new(S("10.0.0.0/33")));
    assert_null(proxies_new(S("proxy.example")));
    assert_null(proxies_new(S("10.0.0.0/-1")));
}

static void addresses(void **st)
{
    struct sockaddr_storage a;
    socklen_t n;
    char url[128];
    (void)st;
    static const char *const good[][2] = {
        { "127.0.0.1:8080", "http://127.0.0.1:8080" },
        { ":80", "http://localhost:80" },
        { "0.0.0.0:80", "http://localhost:80" },
        { "[::1]:443", "http://[::1]:443" },
        { "[::]:9", "http://localhost:9" },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(address_parse(str_of(good[i][0]), &a, &n));
        address_url(&a, url, sizeof url);
        assert_string_equal(url, good[i][1]);
    }
    static const char *const bad[] = {
        "",           "80",       "localhost:80", "1.2.3:80", "1.2.3.4:65536",
        "1.2.3.4:-1", "1.2.3.4:", "[::1:80",      "[zz]:1"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_parse(str_of(bad[i]), &a, &n))
            fail_msg("address \"%s\"", bad[i]);
}

/* Whose pages may act here: by a configured address, and by whatever the browser typed. */
static void origins(void **st)
{
    static const struct site typed = { "http://localhost:8080", false };
    static const struct {
        const char *origin, *host;
        enum err configured, typed;
    } rows[] = {
        { OWN, "jibei.test", E_OK, E_SITE },
        { OWN, "x", E_OK, E_ORIGIN },
        { "http://192.168.1.5:8080", "192.168.1.5:8080", E_SITE, E_OK },
        { "http://192.168.1.5", "192.168.1.5", E_SITE, E_OK },
        { "http://127.0.0.1:1", "127.0.0.1:1", E_SITE, E_OK },
        { "http://localhost:8080", "localhost:8080", E_SITE, E_OK },
        { "http://localhost", "localhost", E_SITE, E_OK },
        { "http://[fe80::1]:8080", "[fe80::1]:8080", E_SITE, E_OK },
        { "http://[::1]", "[::1]", E_SITE, E_OK },
        { "http://rebound.test:8080", "rebound.test:8080", E_SITE, E_SITE },
        { "http://127.0.0.1:-80", "127.0.0.1:-80", E_SITE, E_SITE },
        { "http://127.0.0.1:65536", "127.0.0.1:65536", E_SITE, E_SITE },
        { "http://localhost.evil.test", "localhost.evil.test", E_SITE, E_SITE },
        { "http://192.168.1.5.evil.test", "192.168.1.5.evil.test", E_SITE, E_SITE },
        { "http://1.2.3", "1.2.3", E_SITE, E_SITE },
        { "https://192.168.1.5", "192.168.1.5", E_SITE, E_SITE }, /* TLS is a proxy's: configure */
        { "http://192.168.1.5:9", "192.168.1.5:8080", E_ORIGIN, E_ORIGIN },
        { "http://192.168.1.6:8080", "192.168.1.5:8080", E_ORIGIN, E_ORIGIN },
        { "http://localhost:8080", "192.168.1.5:8080", E_ORIGIN, E_ORIGIN },
        { "http://192.168.1.5:x", "192.168.1.5:x", E_SITE, E_SITE },
        { "http://[::1]x", "[::1]x", E_SITE, E_SITE },
        { "http://[1.2.3.4]", "[1.2.3.4]", E_SITE, E_SITE },
        { "http://", "", E_SITE, E_SITE },
        { "null", "192.168.1.5", E_ORIGIN, E_ORIGIN },
        { "", "", E_ORIGIN, E_ORIGIN },
    };
    (void)st;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str origin = str_of(rows[i].origin), host = str_of(rows[i].host);
        if (site_judge(&own, origin, host) != rows[i].configured ||
            site_judge(&typed, origin, host) != rows[i].typed)
            fail_msg("Origin \"%s\" Host \"%s\"", rows[i].origin, rows[i].host);
    }
    struct arena *a = arena_new();
    assert_true(str_eqz(site_address(&typed, a, S("10.0.0.2:81")), "http://10.0.0.2:81"));
    assert_true(str_eqz(site_address(&typed, a, S("rebound.test")), typed.url));
    assert_true(str_eqz(site_address(&own, a, S("10.0.0.2:81")), OWN));
    arena_free(a);
}

static void an_address_as_browsers_write_it(void **st)
{
    static const struct {
        const char *typed, *read; /* NULL: none */
    } rows[] = {
        { "http://jibei.test", "http://jibei.test" },
        { " HTTPS://Jibei.Test:443// ", "https://jibei.test" },
        { "http://jibei.test:80", "http://jibei.test" },
        { "http://jibei.test:443", "http://jibei.test:443" },
        { "https://10.0.0.2:8443/", "https://10.0.0.2:8443" },
        { "http://[FE80::1]:8080", "http://[fe80::1]:8080" },
        { "https://xn--1qqw23a.cn", "https://xn--1qqw23a.cn" },
        { "", NULL },
        { "http://", NULL },
        { "https:///", NULL },
        { "jibei.test", NULL },
        { "ftp://jibei.test", NULL },
        { "http://jibei.test/app", NULL },
        { "http://jibei.test?x", NULL },
        { "http://a@jibei.test", NULL },
        { "http://jibei.test:", NULL },
        { "http://jibei.test:x", NULL },
        { "http://jibei.test:70000", NULL },
        { "http://[::1", NULL },
        { "http://[::1]x", NULL },
        { "http://[jibei]", NULL },
        { "http://jibei.test; script-src *", NULL },
        { "http://\xe9\x9b\x86\xe5\xa4\x87.cn", NULL },
    };
    (void)st;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char url[SITE_URL_MAX];
        bool is = site_read(str_of(rows[i].typed), url);
        if (is != (rows[i].read != NULL) || (is && strcmp(url, rows[i].read) != 0))
            fail_msg("\"%s\" was read as \"%s\"", rows[i].typed, is ? url : "none");
    }
}

static void settings_and_words(void **st)
{
    char *argv[] = { "--data=here", "--seed",    "7", "--public-url", "http://a", "word",
                     "--dry",       "--workers", "3", "--seed2=x" };
    int n = 10;
    struct config c;
    struct buf wrong;
    (void)st;
    buf_init(&wrong, 1000);
    assert_true(config_read(&c, &n, argv, &wrong));
    assert_string_equal(c.data, "here");
    assert_string_equal(c.public_url, "http://a");
    assert_int_equal(c.workers, 3);
    assert_int_equal(c.connections, 10000);
    struct args a = { "x", &c, n, argv };
    assert_string_equal(args_option(&a, "seed"), "7");
    assert_null(args_option(&a, "seed"));
    assert_true(args_flag(&a, "dry") && !args_flag(&a, "dry"));
    assert_string_equal(args_word(&a), "word");
    assert_null(args_word(&a));
    assert_string_equal(args_option(&a, "seed2"), "x");
    assert_true(args_end(&a));
    char *bad[] = { "--workers", "many" }, *none[] = { "--data" };
    n = 2;
    assert_false(config_read(&c, &n, bad, &wrong));
    n = 1;
    assert_false(config_read(&c, &n, none, &wrong));
    assert_true(wrong.n > 0);
    buf_fini(&wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knocks),
        cmocka_unit_test(knocks_that_are_odd),
        cmocka_unit_test(heads),
        cmocka_unit_test(targets),
        cmocka_unit_test(random_heads),
        cmocka_unit_test(proxies_and_clients),
        cmocka_unit_test(addresses),
        cmocka_unit_test(origins),
        cmocka_unit_test(an_address_as_browsers_write_it),
        cmocka_unit_test(settings_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
