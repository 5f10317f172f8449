/* Text ↔ sockaddr. */
#include "server/door/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

bool address_parse(struct str s, struct sockaddr_storage *out, socklen_t *n)
{
    char host[64];
    int64_t port;
    size_t colon = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ':')
            colon = i;
    if (colon == SIZE_MAX || !str_int(str_sub(s, colon + 1, s.n), &port) || port < 0 ||
        port > 65535)
        return false;
    struct str name = str_sub(s, 0, colon);
    bool six = name.n > 1 && name.p[0] == '[' && name.p[name.n - 1] == ']';
    if (six)
        name = str_sub(name, 1, name.n - 1);
    if (name.n >= sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", STR_ARG(name));
    memset(out, 0, sizeof *out);
    if (six) {
        struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
        memcpy(out, &a, *n = sizeof a);
        return inet_pton(AF_INET6, host, &((struct sockaddr_in6 *)out)->sin6_addr) == 1;
    }
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    memcpy(out, &a, *n = sizeof a);
    return !*host || inet_pton(AF_INET, host, &((struct sockaddr_in *)out)->sin_addr) == 1;
}

void address_url(const struct sockaddr_storage *a, char *out, size_t n)
{
    char host[INET6_ADDRSTRLEN] = "";
    if (a->ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a;
        bool all = IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr);
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        if (all)
            snprintf(out, n, "http://localhost:%d", ntohs(six->sin6_port));
        else
            snprintf(out, n, "http://[%s]:%d", host, ntohs(six->sin6_port));
        return;
    }
    const struct sockaddr_in *four = (const struct sockaddr_in *)a;
    inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
    snprintf(out, n, "http://%s:%d",
             four->sin_addr.s_addr == htonl(INADDR_ANY) ? "localhost" : host,
             ntohs(four->sin_port));
}
