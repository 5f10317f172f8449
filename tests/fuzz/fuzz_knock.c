/* What the door makes of the first bytes of a connection. What goes to live is a whole handshake by
 * a second, slow reading; until its last byte is there the door waits; and what went to http once
 * is never a handshake when more bytes come. */
#include "tests/fuzz/fuzz.h"

#include "server/door/handshake.h"

#define OWN "http://jibei.test"

static const struct site named = { OWN, true }, numbers = { "http://127.0.0.1:8080", false };

static size_t lines_named(struct str head, const char *name)
{
    size_t k = 0, n = strlen(name);
    for (size_t at = 0; (at = str_chr(head, '\n', at)) != SIZE_MAX; at++) {
        struct str line = str_sub(head, at + 1, head.n);
        k += line.n > n && line.p[n] == ':' && str_ieqz(str_sub(line, 0, n), name);
    }
    return k;
}

/* A page may act here by the configured address alone; without one, by a number or localhost. */
static bool look_at_site(struct str origin, struct str host, const struct site *site)
{
    bool ours = site_judge(site, origin, host) == E_OK;
    if (!ours)
        return false;
    if (site->configured)
        MUST(str_eqz(origin, OWN));
    else
        MUST(str_starts(origin, S("http://")) && str_eq(str_sub(origin, 7, origin.n), host));
    for (size_t i = 0; i < host.n && !site->configured && !str_starts(host, S("localhost")); i++)
        MUST(host.p[i] && strchr("0123456789abcdefABCDEF.:[]", host.p[i]));
    return true;
}

static void look_at_live(struct str head, const struct site *site)
{
    size_t end = str_find(head, S("\r\n\r\n"), 0);
    int count, origins;
    MUST(end != SIZE_MAX && str_starts(head, S("GET /ws/events")));
    head = str_sub(head, 0, end + 2);
    for (size_t i = 0; i < head.n; i++) {
        unsigned char c = (unsigned char)head.p[i];
        MUST(c >= ' ' || c == '\t' || c == '\r' || c == '\n');
        MUST(c != '\n' || head.p[i - 1] == '\r');
        MUST(c != '\r' || (i + 1 < head.n && head.p[i + 1] == '\n'));
    }
    MUST(lines_named(head, "Host") == 1 && lines_named(head, "Upgrade") == 1);
    MUST(lines_named(head, "Content-Length") == 0 && lines_named(head, "Transfer-Encoding") == 0);
    MUST(lines_named(head, "Cookie") <= 1 && lines_named(head, "Authorization") <= 1);
    MUST(lines_named(head, "Origin") <= 1);
    struct str origin = head_value(head, "Origin", &origins),
               host = head_value(head, "Host", &count);
    MUST(!origins || look_at_site(origin, host, site));
    MUST(head_value(head, "Sec-WebSocket-Key", &count).n == 24 && count == 1);
}

static void look_at(struct str head, const struct site *site)
{
    const unsigned char *p = (const unsigned char *)head.p;
    size_t n = head.n;
    enum knock whole = knock_of(head, false, site);
    size_t cut = n ? p[0] * n / 256 : 0;
    enum knock before = knock_of(str_sub(head, 0, cut), false, site);
    MUST(knock_of(head, true, site) == (whole == KNOCK_WAIT ? KNOCK_HTTP : whole));
    MUST(before != KNOCK_HTTP || whole == KNOCK_HTTP);
    MUST(!n || !cut || (before == KNOCK_NONE) == (whole == KNOCK_NONE));
    if (whole != KNOCK_LIVE)
        return;
    look_at_live(head, site);
    size_t end = str_find(head, S("\r\n\r\n"), 0) + 4;
    for (size_t k = 0; k < end; k++)
        MUST(knock_of(str_sub(head, 0, k), false, site) == KNOCK_WAIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, rest = in, origin = STR_NONE, host = STR_NONE;
    look_at(in, &named);
    look_at(in, &numbers);
    (void)(str_next(&rest, '\n', &origin) && str_next(&rest, '\n', &host));
    look_at_site(origin, host, &named);
    look_at_site(origin, host, &numbers);
    return 0;
}
