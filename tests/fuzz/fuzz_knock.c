/* What the door makes of the first bytes of a connection. What goes to live is a whole handshake by
 * a second, slow reading; until its last byte is there the door waits; and what went to http once
 * is never a handshake when more bytes come. */
#include "tests/fuzz/fuzz.h"

#include "server/door/handshake.h"

#define OWN "http://jibei.test"

static size_t lines_named(struct str head, const char *name)
{
    size_t k = 0, n = strlen(name);
    for (size_t at = 0; (at = str_chr(head, '\n', at)) != SIZE_MAX; at++) {
        struct str line = str_sub(head, at + 1, head.n);
        k += line.n > n && line.p[n] == ':' && str_ieqz(str_sub(line, 0, n), name);
    }
    return k;
}

static void look_at_live(struct str head)
{
    size_t end = str_find(head, S("\r\n\r\n"), 0);
    int count;
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
    struct str origin = head_value(head, "Origin", &count);
    MUST(!count || str_eqz(origin, OWN));
    MUST(head_value(head, "Sec-WebSocket-Key", &count).n == 24 && count == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str head = { (const char *)p, n };
    enum knock whole = knock_of(head, false, OWN);
    size_t cut = n ? p[0] * n / 256 : 0;
    enum knock before = knock_of(str_sub(head, 0, cut), false, OWN);
    MUST(knock_of(head, true, OWN) == (whole == KNOCK_WAIT ? KNOCK_HTTP : whole));
    MUST(before != KNOCK_HTTP || whole == KNOCK_HTTP);
    if (whole != KNOCK_LIVE)
        return 0;
    look_at_live(head);
    size_t end = str_find(head, S("\r\n\r\n"), 0) + 4;
    for (size_t k = 0; k < end; k++)
        MUST(knock_of(str_sub(head, 0, k), false, OWN) == KNOCK_WAIT);
    return 0;
}
