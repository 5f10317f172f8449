/* Hosts as RFC 9110 (7.2) and Origins as RFC 6454 (6.1) write them; browsers print a number in one
 * way only, so bytes are compared. */
#include "server/base/site.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool is_port(struct str s)
{
    int64_t port;
    struct str digits = str_sub(s, 1, s.n);
    return s.n == 0 ||
           (s.p[0] == ':' && str_int(digits, &port) && digits.p[0] != '-' && port <= 65535);
}

static bool is_number(int family, struct str s)
{
    char z[INET6_ADDRSTRLEN];
    unsigned char ip[16];
    if (s.n >= sizeof z || str_chr(s, 0, 0) != SIZE_MAX)
        return false;
    snprintf(z, sizeof z, "%.*s", STR_ARG(s));
    return inet_pton(family, z, ip) == 1;
}

/* O2 */
static bool is_here(struct str host)
{
    if (str_starts(host, S("["))) {
        size_t end = str_chr(host, ']', 0);
        return end != SIZE_MAX && is_port(str_sub(host, end + 1, host.n)) &&
               is_number(AF_INET6, str_sub(host, 1, end));
    }
    struct str name = str_sub(host, 0, str_chr(host, ':', 0));
    return is_port(str_sub(host, name.n, host.n)) &&
           (str_eqz(name, "localhost") || is_number(AF_INET, name));
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (!alnum && c != '.' && c != '-' && c != '_')
            return false;
    }
    return s.n > 0;
}

static bool is_host(struct str s)
{
    return str_starts(s, S("[")) && str_ends(s, S("]"))
               ? is_number(AF_INET6, str_sub(s, 1, s.n - 1))
               : is_name(s);
}

bool site_read(struct str typed, char out[SITE_URL_MAX])
{
    struct str s = str_trim(typed);
    while (str_ends(s, S("/")))
        s.n--;
    if (s.n >= SITE_URL_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
    out[s.n] = 0;
    s.p = out;
    bool tls = str_starts(s, S("https://"));
    if (!tls && !str_starts(s, S("http://")))
        return false;
    struct str host = str_sub(s, tls ? 8 : 7, s.n);
    size_t end = str_find(host, S("]"), 0), colon = str_chr(host, ':', end == SIZE_MAX ? 0 : end);
    struct str port = colon == SIZE_MAX ? STR_NONE : str_sub(host, colon, host.n);
    if (!is_host(str_sub(host, 0, colon)) || !is_port(port) || port.n == 1)
        return false;
    if (str_eqz(port, tls ? ":443" : ":80"))
        out[s.n - port.n] = 0;
    return true;
}

enum err site_judge(const struct site *s, struct str origin, struct str host)
{
    size_t slashes = str_find(origin, S("://"), 0);
    if (s->configured && str_eqz(origin, s->url))
        return E_OK;
    if (slashes == SIZE_MAX || !str_eq(str_sub(origin, slashes + 3, origin.n), host))
        return E_ORIGIN;
    bool known = !s->configured && str_starts(origin, S("http://")) && is_here(host);
    return known ? E_OK : E_SITE;
}

struct str site_address(const struct site *s, struct arena *a, struct str host)
{
    if (s->configured || !is_here(host))
        return str_of(s->url);
    return arena_fmt(a, "http://%.*s", STR_ARG(host));
}

bool site_is_socket(struct str path)
{
    static const struct str doc = { "/ws/doc/", 8 };
    int64_t number;
    if (!str_starts(path, doc))
        return str_eqz(path, "/ws/events");
    return str_int(str_sub(path, doc.n, path.n), &number) && number > 0;
}
