/* Who the client is, through proxies. The lines: whom we trust, the peer, X-Forwarded-For. A peer
 * nobody trusts is the client whatever it says; the answer is an address that stands in the input,
 * and the last one we do not trust. */
#include "tests/fuzz/fuzz.h"

#include "server/door/address.h"
#include "server/http/proxy.h"

#include <arpa/inet.h>

static struct str next(struct str *in)
{
    struct str line = STR_NONE;
    (void)str_next(in, '\n', &line);
    return line;
}

static bool is_address(struct str s)
{
    char z[IP_TEXT];
    unsigned char ip[16];
    if (s.n >= sizeof z || memchr(s.p ? s.p : "", 0, s.n))
        return false;
    memcpy(z, s.p, s.n);
    z[s.n] = 0;
    return inet_pton(AF_INET, z, ip) == 1 || inet_pton(AF_INET6, z, ip) == 1;
}

static void look_at_client(const struct proxies *p, struct str peer, struct str list)
{
    struct str client = proxy_client(p, peer, list);
    if (!proxy_trusted(p, peer)) {
        MUST(str_eq(client, peer));
        return;
    }
    if (client.p == peer.p)
        return;
    MUST(client.p >= list.p && client.p + client.n <= list.p + list.n && is_address(client));
    /* Whoever stands behind it in the list is trusted. */
    for (struct str rest = str_sub(list, (size_t)(client.p + client.n - list.p), list.n), part;
         str_next(&rest, ',', &part);) {
        part = str_trim(part);
        MUST(part.n == 0 || proxy_trusted(p, part));
    }
}

/* An address to listen on, printed and read again, is the same. */
static void look_at_address(struct str s)
{
    struct sockaddr_storage a, b;
    socklen_t an, bn;
    char one[128], two[128];
    if (!address_parse(s, &a, &an))
        return;
    address_url(&a, one, sizeof one);
    if (strncmp(one, "http://localhost:", 17) == 0)
        return;
    MUST(address_parse(str_of(one + 7), &b, &bn) && an == bn);
    address_url(&b, two, sizeof two);
    MUST(strcmp(one, two) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, trusted = next(&in), peer = next(&in);
    struct proxies *list = proxies_new(trusted);
    look_at_address(peer);
    if (list && peer.n)
        look_at_client(list, peer, in);
    proxies_free(list);
    return 0;
}
