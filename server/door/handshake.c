/* K1: what goes to live is whole, has no body, and is written as libwebsockets and we read it
 * alike: CRLF line ends, each header once, no folding. Everything doubtful goes to http, which
 * refuses it with a reply. */
#include "server/door/handshake.h"

#include <string.h>

static struct str head_end(struct str head)
{
    size_t end = str_find(head, S("\r\n\r\n"), 0);
    return end == SIZE_MAX ? STR_NONE : str_sub(head, 0, end + 2);
}

struct str head_value(struct str head, const char *name, int *count)
{
    struct str line, found = STR_NONE;
    size_t n = strlen(name);
    *count = 0;
    while (str_next(&head, '\n', &line)) {
        if (line.n <= n || line.p[n] != ':' || !str_ieqz(str_sub(line, 0, n), name))
            continue;
        if ((*count)++ == 0)
            found = str_trim(str_sub(line, n + 1, line.n));
    }
    return found;
}

/* "keep-alive, Upgrade" holds "upgrade". */
static bool has_token(struct str list, const char *token)
{
    struct str part;
    while (str_next(&list, ',', &part))
        if (str_ieqz(str_trim(part), token))
            return true;
    return false;
}

static bool is_plain(struct str head)
{
    for (size_t i = 0; i < head.n; i++) {
        unsigned char ch = (unsigned char)head.p[i];
        bool line_end = ch == '\r' ? i + 1 < head.n && head.p[i + 1] == '\n'
                                   : ch == '\n' && i > 0 && head.p[i - 1] == '\r';
        if ((ch < 0x20 && ch != '\t' && !line_end) || ch == 0x7f)
            return false;
        if (ch == '\n' && i + 1 < head.n && (head.p[i + 1] == ' ' || head.p[i + 1] == '\t'))
            return false;
    }
    return true;
}

static bool once(struct str head, const char *name, struct str *value)
{
    int n;
    *value = head_value(head, name, &n);
    return n == 1;
}

static bool absent(struct str head, const char *name)
{
    int n;
    head_value(head, name, &n);
    return n == 0;
}

static bool at_most_once(struct str head, const char *name)
{
    int n;
    head_value(head, name, &n);
    return n <= 1;
}

static bool is_handshake(struct str head, const struct site *site)
{
    struct str v, host, line = str_sub(head, 0, str_find(head, S("\r\n"), 0));
    int origins;
    if (!is_plain(head) || !str_ends(line, S(" HTTP/1.1")))
        return false;
    if (!once(head, "Host", &host) || !once(head, "Upgrade", &v) || !str_ieqz(v, "websocket"))
        return false;
    if (!once(head, "Connection", &v) || !has_token(v, "upgrade"))
        return false;
    if (!once(head, "Sec-WebSocket-Key", &v) || v.n != 24)
        return false;
    if (!once(head, "Sec-WebSocket-Version", &v) || !str_eqz(v, "13"))
        return false;
    v = head_value(head, "Origin", &origins);
    if (origins > 1 || (origins == 1 && site_judge(site, v, host)))
        return false;
    bool program = !absent(head, "Authorization") || str_find(line, S("ticket="), 0) != SIZE_MAX;
    if (origins == 0 && !program && !absent(head, "Cookie"))
        return false;
    return absent(head, "Content-Length") && absent(head, "Transfer-Encoding") &&
           at_most_once(head, "Cookie") && at_most_once(head, "Authorization");
}

static bool is_address(struct str head)
{
    static const struct str get = { "GET ", 4 };
    struct str path = str_sub(head, get.n, str_chr(head, '\n', 0));
    path = str_sub(path, 0, str_chr(path, ' ', 0));
    return str_starts(head, get) && site_is_socket(str_sub(path, 0, str_chr(path, '?', 0)));
}

/* No blank line will make a request of this: not even the first line is one, or lines end as K1
 * forbids. */
static bool is_hopeless(struct str head)
{
    struct str line = str_sub(head, 0, str_chr(head, '\n', 0));
    bool complete = line.n < head.n;
    if (str_find(head, S("\n\n"), 0) != SIZE_MAX || (head.n && head.p[0] < 'A'))
        return true;
    return complete && str_find(line, S(" HTTP/"), 0) == SIZE_MAX;
}

/* No request line begins so, and no empty line before it (RFC 9112, 2.2). Http would wait for the
 * end of the line. */
static bool is_foreign(struct str head)
{
    unsigned char c = head.n ? (unsigned char)head.p[0] : '\n';
    return (c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c >= 0x7f;
}

enum knock knock_of(struct str head, bool full, const struct site *site)
{
    if (is_foreign(head))
        return KNOCK_NONE;
    struct str whole = head_end(head);
    if (!whole.n && !full && !is_hopeless(head))
        return KNOCK_WAIT;
    if (!whole.n || !is_address(whole))
        return KNOCK_HTTP;
    return is_handshake(whole, site) ? KNOCK_LIVE : KNOCK_HTTP;
}
