/* Networks as 16 bytes and a number of bits; IPv4 lies in ::ffff:0:0/96. */
#include "server/http/proxy.h"

#include "server/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { NETS_MAX = 32 };

struct net {
    unsigned char ip[16];
    int bits;
};

struct proxies {
    struct net net[NETS_MAX];
    size_t n;
};

static bool ip_parse(struct str s, unsigned char out[16], bool *four)
{
    char z[IP_TEXT];
    if (s.n == 0 || s.n >= sizeof z || memchr(s.p, 0, s.n))
        return false;
    snprintf(z, sizeof z, "%.*s", STR_ARG(s));
    memcpy(out, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    *four = inet_pton(AF_INET, z, out + 12) == 1;
    return *four || inet_pton(AF_INET6, z, out) == 1;
}

static bool net_parse(struct str s, struct net *out)
{
    size_t slash = str_chr(s, '/', 0);
    int64_t bits;
    bool four;
    if (!ip_parse(str_sub(s, 0, slash), out->ip, &four))
        return false;
    bits = four ? 32 : 128;
    if (slash != SIZE_MAX && (!str_int(str_sub(s, slash + 1, s.n), &bits) || bits < 0))
        return false;
    if (bits > (four ? 32 : 128))
        return false;
    out->bits = (int)bits + (four ? 96 : 0);
    return true;
}

struct proxies *proxies_new(struct str list)
{
    struct proxies *p = NEW(struct proxies);
    struct str part;
    while (str_next(&list, ',', &part)) {
        part = str_trim(part);
        if (part.n == 0)
            continue;
        if (p->n == NETS_MAX || !net_parse(part, &p->net[p->n++])) {
            mem_free(p);
            return NULL;
        }
    }
    return p;
}

void proxies_free(struct proxies *p)
{
    mem_free(p);
}

void ip_text(const struct sockaddr *a, char out[IP_TEXT])
{
    *out = 0;
    if (a->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, out, IP_TEXT);
    if (a->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, out,
                  IP_TEXT);
    if (strncmp(out, "::ffff:", 7) == 0 && strchr(out, '.'))
        memmove(out, out + 7, strlen(out + 7) + 1);
}

static bool net_holds(const struct net *n, const unsigned char ip[16])
{
    int whole = n->bits / 8, rest = n->bits % 8;
    if (memcmp(n->ip, ip, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((n->ip[whole] ^ ip[whole]) >> (8 - rest)) == 0;
}

bool proxy_trusted(const struct proxies *p, struct str text)
{
    unsigned char ip[16];
    bool four;
    if (p->n == 0 || !ip_parse(text, ip, &four))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (net_holds(&p->net[i], ip))
            return true;
    return false;
}

struct str proxy_client(const struct proxies *p, struct str peer, struct str list)
{
    struct str client = peer;
    unsigned char ip[16];
    bool four;
    while (list.n && proxy_trusted(p, client)) {
        size_t comma = SIZE_MAX;
        for (size_t i = 0; i < list.n; i++)
            if (list.p[i] == ',')
                comma = i;
        struct str last = str_trim(comma == SIZE_MAX ? list : str_sub(list, comma + 1, list.n));
        list = comma == SIZE_MAX ? STR_NONE : str_sub(list, 0, comma);
        if (!ip_parse(last, ip, &four))
            break; /* what a trusted proxy would not have written */
        client = last;
    }
    return client;
}
